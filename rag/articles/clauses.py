"""Split sentences that are too long to read at a glance where a clause ends.

“… and then i sanded the planks | after that i mixed the resin at a ratio of three to one | and …”
"""

import re
from collections.abc import Iterable, Iterator

from rag.types import readable

# Prose of 60 to 90 words is more often one statement than several: splitting it too cost 2 of 222 answers
# on squad2-dev and gained 1. Anything longer is speech without full stops, or a list.
MAX_WORDS = 90
_MAX_PIECE_WORDS = 60
MAX_CHARS = 1000
_FEWEST_WORDS = 7  # per piece: a shorter one says too little on its own
_WORD = re.compile(r"\S+")
# Where a clause may begin: after a punctuation mark, or before a word that often opens one. English only,
# and no parser: “and” joins nouns too, so no piece is shorter than a few words. “Which”, “who” and “where”
# never open a piece: they tell of the noun before them, and say nothing without it.
_BEGINS = frozenset("and but so then because after before finally when while if although though".split())
_TELLS_OF = frozenset("which who whom whose where".split())
_MARKS = ",;:—–，；、،؛"


def short_enough(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the same spans, with those over `MAX_WORDS` words split into clauses, and none over
    `MAX_CHARS`.

    Spans without visible characters are left out.
    """
    for start, end in spans:
        for a, b in _clauses(text, start, end):
            for c, d in _bounded(text, a, b):
                if readable(text[c:d]):
                    yield c, d


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(text, start, end))
    if len(words) <= MAX_WORDS:
        yield start, end
        return
    first = 0
    for at in range(1, len(words)):
        long_enough = at - first >= _FEWEST_WORDS and len(words) - at >= _FEWEST_WORDS
        marked = words[at - 1][0][-1] in _MARKS
        opens = words[at][0].lower() in _BEGINS and words[at - 1][0].lower() not in _BEGINS
        alone = words[at][0].lower() not in _TELLS_OF
        if (long_enough and alone and (marked or opens)) or at - first >= _MAX_PIECE_WORDS:
            yield words[first].start(), words[at - 1].end()
            first = at
    yield words[first].start(), end


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of at most `MAX_CHARS`, split at the last space in the second half, if there is one."""
    while end - start > MAX_CHARS:
        space = text.rfind(" ", start + MAX_CHARS // 2, start + MAX_CHARS)
        stop = space if space > 0 else start + MAX_CHARS
        yield start, stop
        start = stop + (space > 0)
    yield start, end
