"""BM25 over the same chunks, by bm25s; its vocabulary also gives inverse document frequencies.

Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25 and Beyond” (2009).
"""

import logging
import math
from collections.abc import Container, Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from rag.corpus.words import stems

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells its steps at level DEBUG

_MIN_TYPO_LENGTH = 4
_LONG_WORD = 8


class LexicalIndex:
    """BM25 scores of a question against every chunk."""

    def __init__(self, bm25: bm25s.BM25) -> None:
        self._bm25 = bm25
        self._indptr = bm25.scores["indptr"]
        self._chunks: int = bm25.scores["num_docs"]
        self._words: list[str] | None = None

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

    def weights(self, question_stems: Iterable[str], unknown: Container[str] = ()) -> dict[str, float]:
        """The question's stems with their idf, ln(1 + (N − n + ½) / (n + ½)): BM25's own weight.

        n of N chunks hold the stem; one that none holds has the highest weight. One that is no
        word of the language either (in `unknown`) may be misspelt: then the stem that was meant
        stands in for it, at half its weight.
        """
        vocabulary = self._bm25.vocab_dict
        weights: dict[str, float] = {}
        for stem in question_stems:
            meant = self._meant(stem) if stem in unknown and stem not in vocabulary else None
            weight = self._idf(vocabulary.get(meant or stem))
            weights.setdefault(meant or stem, weight / 2 if meant else weight)
        return weights

    def _idf(self, row: int | None) -> float:
        held = 0 if row is None else int(self._indptr[row + 1] - self._indptr[row])
        return math.log(1 + (self._chunks - held + 0.5) / (held + 0.5))

    def _meant(self, stem: str) -> str | None:
        """The stem in the index that is one letter away, or two from a long one."""
        if len(stem) < _MIN_TYPO_LENGTH or not stem.isalpha():
            return None
        if self._words is None:
            self._words = [word for word in self._bm25.vocab_dict if word.isalpha()]
        distance = 2 if len(stem) >= _LONG_WORD else 1
        candidates = [
            word for word in self._words if word[:1] == stem[0] and abs(len(word) - len(stem)) <= distance
        ]
        found = process.extractOne(
            stem, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=distance
        )
        return found[0] if found else None
