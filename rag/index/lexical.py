"""BM25 over the same chunks, by bm25s; its vocabulary also gives inverse document frequencies.

Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25 and Beyond” (2009).
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from rag.corpus.words import stems


class LexicalIndex:
    """BM25 scores of a question against every chunk."""

    def __init__(self, bm25: bm25s.BM25) -> None:
        self._bm25 = bm25
        self._indptr = bm25.scores["indptr"]
        self._chunks: int = bm25.scores["num_docs"]

    @classmethod
    def build(cls, texts: Sequence[str], folder: Path) -> None:
        """Index `texts` (at least one) and save the index in `folder`."""
        bm25 = bm25s.BM25(method="lucene")
        # A text without words still needs a row.
        bm25.index([stems(text) or [""] for text in texts], show_progress=False)
        bm25.save(folder, show_progress=False)

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False))

    def scores(self, question_stems: Sequence[str]) -> npt.NDArray[np.float32]:
        """One BM25 score a chunk; zeros where no word of the question stands."""
        vocabulary = self._bm25.vocab_dict
        known = [vocabulary[stem] for stem in question_stems if stem in vocabulary]
        if not known:
            return np.zeros(self._chunks, dtype=np.float32)
        return self._bm25.get_scores_from_ids(known)  # type: ignore[no-any-return]

    def idf(self, stems_: Iterable[str]) -> dict[str, float]:
        """ln(1 + (N − n + ½) / (n + ½)) of each stem, n of N chunks holding it: BM25's own weight.

        A word that no chunk holds has the highest weight.
        """
        vocabulary = self._bm25.vocab_dict
        weights = {}
        for stem in stems_:
            row = vocabulary.get(stem)
            held = 0 if row is None else int(self._indptr[row + 1] - self._indptr[row])
            weights[stem] = math.log(1 + (self._chunks - held + 0.5) / (held + 0.5))
        return weights
