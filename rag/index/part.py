"""A part of a generation: the articles in a scope, searched as if there were no others.

Words are weighted by how rare they are in these articles alone, and every passage is compared, so that a
scope answers as a separate folder would. Building a part takes time and memory proportional to its words,
once, when the scope is first used.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.index.catalog import ArticleRow
from rag.index.generation import Generation, nearest_of
from rag.models.encoder import Vectors


class Part:
    """What search needs of a generation, for some of its articles; row numbers are those of the whole."""

    def __init__(self, generation: Generation, articles: Sequence[ArticleRow]) -> None:
        catalog = generation.catalog
        ranges = [catalog.chunks_of(article) for article in articles]
        self._vectors = generation.chunk_vectors
        self._all = len(catalog)
        self._rows = np.array([row for rows in ranges for row in rows], dtype=np.int64)
        whole = generation.lexical
        self.lexical = None if whole is None or not len(self._rows) else whole.part(self._rows)

    def __len__(self) -> int:
        """Number of chunks."""
        return len(self._rows)

    def scores(self, question_stems: Sequence[str]) -> npt.NDArray[np.float32]:
        """The BM25 score of every chunk in the generation, 0 for chunks of other articles."""
        scores = np.zeros(self._all, dtype=np.float32)
        if self.lexical is not None:
            scores[self._rows] = self.lexical.scores(question_stems)
        return scores

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """The rows of the k chunks nearest to `vector` by cosine, nearest first, by exhaustive comparison.

        Chroma would need the ids of all of them with every question, and is approximate.
        """
        k = min(k, len(self._rows))
        return [int(self._rows[at]) for at in nearest_of(self._vectors, vector, k, self._rows)] if k else []
