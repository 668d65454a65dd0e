"""How the reader sees a pair: `[CLS] asked [SEP] context [SEP] sentence [SEP]`, and what each token is.

`asked` is a question or a claim; the context is a title and the sentence before. Training and serving
lay a pair out by this one function, so that the network is never asked in a form it has not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int64]
Ids = Sequence[int]

# What a token is to the network; 0 pads.
FRAME, ASKED, SENTENCE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Word pieces that are read of each part. A context keeps its title and its last words."""

    asked: int = 64
    title: int = 12
    before: int = 24
    sentence: int = 128


@dataclass(frozen=True, slots=True)
class Pair:
    """One input: word pieces `ids`, what each is in `parts`, and where its sentence begins."""

    ids: tuple[int, ...]
    parts: tuple[int, ...]
    sentence_at: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs side by side, padded: `ids` and `parts`, both (pairs, tokens)."""

    ids: Tokens
    parts: Tokens


def lay_out(
    frame: tuple[int, int],
    asked: Ids,
    sentence: Ids,
    title: Ids = (),
    before: Ids = (),
    limits: Limits = Limits(),
) -> Pair:
    """The pair of word pieces; `frame` are those of `[CLS]` and `[SEP]`. An empty context takes no place."""
    begin, end = frame
    asked, sentence = asked[: limits.asked], sentence[: limits.sentence]
    context = [*title[: limits.title], *before[max(0, len(before) - limits.before) :]]
    ids = [begin, *asked, end, *context, *([end] if context else []), *sentence, end]
    at = len(ids) - len(sentence) - 1
    parts = [
        FRAME,
        *[ASKED] * len(asked),
        *[FRAME] * (at - len(asked) - 1),
        *[SENTENCE] * len(sentence),
        FRAME,
    ]
    return Pair(tuple(ids), tuple(parts), at)


def side_by_side(pairs: Sequence[Pair]) -> Batch:
    """One batch of `pairs`, as wide as the longest of them."""
    width = max(len(pair.ids) for pair in pairs)
    ids, parts = np.zeros((2, len(pairs), width), np.int64)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        parts[row, : len(pair.ids)] = pair.parts
    return Batch(ids, parts)
