"""A part of a generation: the articles of a scope, searched as if there were no others.

Words are weighed by how rare they are among these articles alone, and every passage of them is compared,
so that a scope answers as a folder of its own would. It costs time and memory in proportion to the words
of the scope once, when it is first asked about.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.index.catalog import ArticleRow
from rag.index.generation import Generation, nearest_of
from rag.models.encoder import Vectors


class Part:
    """What search reads of a generation, for some of its articles; rows count in the whole of it."""

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
        """One BM25 score for every chunk of the generation, 0 for those of other articles."""
        scores = np.zeros(self._all, dtype=np.float32)
        if self.lexical is not None:
            scores[self._rows] = self.lexical.scores(question_stems)
        return scores

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Rows of the k chunks nearest to `vector` by cosine, nearest first: each is compared.

        Chroma would have to be told the ids of all of them with every question, and may miss some.
        """
        k = min(k, len(self._rows))
        return [int(self._rows[at]) for at in nearest_of(self._vectors, vector, k, self._rows)] if k else []
