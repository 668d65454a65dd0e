"""Hybrid retrieval: question → chunks, by cosine + weight × BM25 / best BM25.

Linear fusion beat dense alone, BM25 alone and reciprocal rank fusion on three question sets;
`RAG_LEXICAL_WEIGHT=0 python -m eval` shows dense alone, as `recall_at_1`. Every candidate of either
side gets both scores, so that a chunk is never judged by half of what is known about it.
"""

from dataclasses import dataclass

import numpy as np

from rag.corpus.words import STOPWORDS, stem, words
from rag.index.encoder import Encoder, Vectors
from rag.index.generation import Generation
from rag.types import Hit

_CANDIDATES = 40  # taken from each side before fusion


@dataclass(frozen=True, slots=True)
class Query:
    """A standalone question as search sees it: `weights` is the idf of its stems."""

    text: str
    vector: Vectors
    weights: dict[str, float]


def make_query(generation: Generation, encoder: Encoder, text: str) -> Query:
    """Encode the question, and weigh its words by how rare they are in the index."""
    vector = encoder.encode_query(text)
    if generation.lexical is None:
        return Query(text, vector, {})
    content = [word for word in words(text) if word not in STOPWORDS]
    # A word that the encoder has to spell out in pieces is rare, or misspelt.
    pieces = encoder.count_tokens(content) if content else []
    unknown = {stem(word) for word, count in zip(content, pieces, strict=True) if count > 1}
    return Query(text, vector, generation.lexical.weights(map(stem, content), unknown))


def retrieve(generation: Generation, query: Query, lexical_weight: float) -> list[Hit]:
    """Candidate chunks, best first; some eighty of them, or fewer in a small index.

    Raises:
        IndexFault: if the generation turns out to be damaged.
    """
    with generation.damage():
        if generation.lexical is None:
            return []
        bm25 = generation.lexical.scores(list(query.weights))
        best = float(bm25.max())
        count = min(_CANDIDATES, len(bm25))
        lexical_rows = np.argpartition(bm25, -count)[-count:]
        found = generation.nearest(query.vector, _CANDIDATES)
        rows = sorted({*found, *(int(row) for row in lexical_rows if bm25[row] > 0)})
        dense = generation.vectors_of(rows) @ query.vector
        lexical = bm25[rows] / best if best > 0 else np.zeros(len(rows))
        fused = dense + lexical_weight * lexical
        order = np.argsort(-fused, kind="stable")
        return [
            Hit(
                generation.catalog.chunk(rows[i]),
                rows[i],
                float(fused[i]),
                float(dense[i]),
                float(lexical[i]),
            )
            for i in order
        ]
