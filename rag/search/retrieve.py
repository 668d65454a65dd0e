"""Hybrid retrieval: question → chunks, by cosine + weight × BM25 / best BM25.

Linear fusion beat dense alone, BM25 alone and reciprocal rank fusion on three question sets;
`RAG_LEXICAL_WEIGHT=0 python -m eval` shows dense alone, as `recall_at_1`. The candidates of either search get
both scores, so that no chunk is ranked by only one of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rag.index.generation import Generation
from rag.index.part import Part
from rag.language.words import STOPWORDS, is_pair, stem, words
from rag.models.encoder import Encoder, Vectors
from rag.types import Hit

_CANDIDATES = 40  # from each search, before fusion
_CONTEXT_WEIGHT = 0.3  # of the last question and answer; half of it for those before
MOST_CANDIDATES = 50  # what the setting `passages` may ask for
_TINY = 1e-9
# A pair of characters that occurs nowhere is rarely a word, mostly the end of one and the start of the next.
_STRANGE_PAIR = 0.2
_UNREAD_WEIGHT = 0.2  # of a cosine to a question in a script that the encoder only spells


@dataclass(frozen=True, slots=True)
class Query:
    """A standalone question, prepared for search: `weights` are the idf of its stems, `mass` their sum.

    `meaning` is the weight of a cosine to it: 1, or less if the encoder splits its words into single letters,
    as an English one does with Chinese, Arabic or Hindi.
    """

    text: str
    vector: Vectors
    weights: dict[str, float]
    meaning: float = 1.0
    mass: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mass", math.fsum(self.weights.values()))


def make_query(generation: Generation | Part, encoder: Encoder, text: str) -> Query:
    """Encode the question, and weight its words by how rare they are in the index."""
    vector = encoder.encode_query(text)
    if generation.lexical is None:
        return Query(text, vector, {})
    content = [word for word in words(text) if word not in STOPWORDS]
    # A word that the encoder splits into pieces is rare or misspelt.
    pieces = encoder.count_tokens(content) if content else []
    unknown = {stem(word) for word, count in zip(content, pieces, strict=True) if count > 1}
    spelt = bool(content) and sum(pieces) >= sum(map(len, content))
    weights = generation.lexical.weights(map(stem, content), unknown)
    for word in generation.lexical.absent(weights):
        if is_pair(word):
            weights[word] *= _STRANGE_PAIR
    return Query(text, vector, weights, _UNREAD_WEIGHT if spelt else 1.0)


def retrieve(
    generation: Generation,
    query: Query,
    lexical_weight: float,
    context: Sequence[Query] = (),
    *,
    part: Part | None = None,
) -> list[Hit]:
    """Candidate chunks, best first; only those of `part`, if it is given.

    `context` are earlier turns, latest first. They boost passages that match both them and the question, but
    too little to promote one that matches only them, so that a change of topic works.

    Raises:
        IndexFault: if the generation turns out to be damaged.
    """
    with generation.damage():
        searched = generation if part is None else part
        if searched.lexical is None:
            return []
        queries = [query, *context]
        weights = np.array([1.0, *(_CONTEXT_WEIGHT * 0.5 ** (n // 2) for n in range(len(context)))])
        bm25 = [searched.scores(list(one.weights)) for one in queries]
        rows_found: set[int] = set()
        for one, scores in zip(queries, bm25, strict=True):
            rows_found.update(searched.nearest(one.vector, _CANDIDATES))
            rows_found.update(row for row in _highest(scores, _CANDIDATES) if scores[row] > 0)
        rows = sorted(rows_found)
        if not rows:
            return []
        vectors = generation.chunk_vectors[rows].astype(np.float32)
        dense = vectors @ np.stack([one.meaning * one.vector for one in queries], axis=1)
        lexical = np.stack([scores[rows] / max(scores.max(), _TINY) for scores in bm25], axis=1)
        fused = (dense + lexical_weight * lexical) @ (weights / weights.sum())
        order = np.argsort(-fused, kind="stable")[:MOST_CANDIDATES]
        return [
            Hit(
                generation.catalog.chunk(rows[i]),
                rows[i],
                float(fused[i]),
                float(dense[i, 0]),
                float(lexical[i, 0]),
            )
            for i in order
        ]


def all_matching(hits: Sequence[Hit]) -> bool:
    """Whether candidates have every chunk that shares a word with the question."""
    matching = sum(hit.lexical > 0 for hit in hits)
    return len(hits) < MOST_CANDIDATES and matching < _CANDIDATES


def _highest(scores: npt.NDArray[np.floating], most: int) -> list[int]:
    """The indices of the highest scores, in no particular order."""
    count = min(most, len(scores))
    return [int(at) for at in np.argpartition(scores, -count)[-count:]] if count else []
