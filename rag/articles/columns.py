"""Whether the first line of columns, which spaces or tabs part, names them or is the first thing they list.

Town     People            Monday     closed
Aln      1200              Tuesday    9–17
"""

import re
from collections.abc import Sequence

from rag.language.lexicon import are_of_a_kind, is_known, lemmas, noun_share

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_WORD = re.compile(r"[^\W\d_]+")


def is_header(first: tuple[str, str], below: Sequence[tuple[str, str]]) -> bool:
    """Whether a key and a value name the columns of those below them.

    That needs a sign: numbers are below a noun, or years below a verb (“Built”). Read wrongly as a header,
    “Monday closed” would say that Tuesday is a Monday; read wrongly as a key and its value, “Town: People”
    says little.
    """
    key, value = first
    numbers = bool(below) and all(_DIGIT.search(one) for _, one in below)
    if not numbers or _DIGIT.search(value) or key[:1].isupper() != value[:1].isupper():
        return False
    years = all(_YEAR.fullmatch(one.strip()) for _, one in below)
    return (years or _is_noun(_head(value))) and not are_of_a_kind(_head(key), _head(below[0][0]))


def _head(cell: str) -> str:
    """The last word before a unit in brackets: “Total length (m)”."""
    words = _WORD.findall(cell[:200].partition("(")[0])
    return words[-1].lower() if words else ""


def _is_noun(word: str) -> bool:
    """Whether a word is mostly a noun, or one that the dictionary does not have."""
    return bool(word) and (not is_known(word) or any(noun_share(one) > 0.5 for one in lemmas(word)))
