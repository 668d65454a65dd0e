"""BM25 over the same chunks, using bm25s; its vocabulary also provides inverse document frequencies.

    words.npy    the stems of all chunks, concatenated, as ids in the vocabulary
    offsets.npy  (chunks + 1) where each chunk's stems begin

Every score depends on all chunks, so scores are recomputed for each generation; the words of unchanged
chunks are reused. Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25 and Beyond” (2009).
"""

import logging
import math
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
from bm25s.tokenization import Tokenized
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from rag.language.words import stems

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it logs each step at level DEBUG

Numbers = npt.NDArray[np.int64]
_MIN_TYPO_LENGTH = 4
_LONG_WORD = 8


class LexicalWriter:
    """Collects the words of one generation's chunks, in order, and writes their index."""

    def __init__(self, old: "LexicalIndex | None") -> None:
        self._old = old
        self._vocabulary: dict[str, int] = dict(old.vocabulary) if old else {}
        self._parts: list[Numbers] = []
        self._lengths: list[Numbers] = [np.zeros(1, dtype=np.int64)]

    def keep(self, rows: range) -> None:
        """Reuse the words of chunks from the old generation."""
        assert self._old is not None
        words, lengths = self._old.words_of(rows)
        self._parts.append(words)
        self._lengths.append(lengths)

    def add(self, text: str) -> None:
        """Add the words of a new chunk; a chunk without words gets an empty word, which bm25s requires."""
        vocabulary = self._vocabulary
        words = [vocabulary.setdefault(stem, len(vocabulary)) for stem in stems(text) or [""]]
        self._parts.append(np.array(words, dtype=np.int64))
        self._lengths.append(np.array([len(words)], dtype=np.int64))

    def write(self, folder: Path) -> None:
        """Write the index of at least one chunk; words that no chunk contains any more are left out."""
        words, offsets = np.concatenate(self._parts), np.cumsum(np.concatenate(self._lengths))
        bm25, words = _indexed(words, offsets, self._vocabulary)
        bm25.save(folder, show_progress=False)
        np.save(folder / "words.npy", words.astype(np.int32))
        np.save(folder / "offsets.npy", offsets)


def _indexed(words: Numbers, offsets: Numbers, vocabulary: dict[str, int]) -> tuple[bm25s.BM25, Numbers]:
    """The scores of these words, and the words as it numbers them: those of the vocabulary that are held."""
    held = np.bincount(words, minlength=len(vocabulary)) > 0
    renumbered = np.cumsum(held) - 1
    kept = {word: int(renumbered[n]) for word, n in vocabulary.items() if held[n]}
    bm25 = bm25s.BM25(method="lucene")
    bm25.index(Tokenized(_Split(renumbered[words], offsets), kept), show_progress=False)
    return bm25, renumbered[words]


class _Split(Sequence[list[int]]):
    """Ids split at `offsets`, converted to a list on access: all at once would fill the memory."""

    def __init__(self, words: Numbers, offsets: Numbers) -> None:
        self._words, self._offsets = words, offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: Any) -> Any:
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._words[self._offsets[row] : self._offsets[row + 1]].tolist()


class LexicalIndex:
    """BM25 scores of a question against every chunk."""

    def __init__(self, bm25: bm25s.BM25, words: Numbers, offsets: Numbers) -> None:
        self._bm25 = bm25
        self._words, self._offsets = words, offsets
        self._indptr = bm25.scores["indptr"]
        self._chunks: int = bm25.scores["num_docs"]
        self._by_form: dict[tuple[str, int], list[str]] | None = None

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        bm25 = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        words, offsets = (np.load(folder / name, mmap_mode="r") for name in ("words.npy", "offsets.npy"))
        return cls(bm25, words, offsets)

    @property
    def vocabulary(self) -> dict[str, int]:
        """Return the stems of all chunks, with their ids."""
        return self._bm25.vocab_dict  # type: ignore[no-any-return]

    def words_of(self, rows: range) -> tuple[Numbers, Numbers]:
        """Return the words of chunks, concatenated, and how many each chunk has."""
        offsets = self._offsets[rows.start : rows.stop + 1]
        return self._words[offsets[0] : offsets[-1]], np.diff(offsets)

    def part(self, rows: Sequence[range]) -> "LexicalIndex":
        """The same of some of the chunks, at least one, as if there were no others."""
        parts, lengths = zip(*(self.words_of(one) for one in rows if one), strict=True)
        offsets = np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *lengths]))
        bm25, words = _indexed(np.concatenate(parts), offsets, self.vocabulary)
        return LexicalIndex(bm25, words, offsets)

    def scores(self, question_stems: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one BM25 score per chunk; zero where no word of the question occurs."""
        vocabulary = self.vocabulary
        known = [vocabulary[stem] for stem in question_stems if stem in vocabulary]
        if not known:
            return np.zeros(self._chunks, dtype=np.float32)
        return self._bm25.get_scores_from_ids(known)  # type: ignore[no-any-return]

    def weights(self, question_stems: Iterable[str], unknown: Container[str] = ()) -> dict[str, float]:
        """Return the question's stems with their idf, ln(1 + (N − n + ½) / (n + ½)): BM25's own weight.

        n of N chunks contain the stem; one that none contains has the highest weight. If it is not a word
        of the language either (in `unknown`) it may be misspelled: the stem that was probably meant
        replaces it, at half its weight.
        """
        vocabulary = self.vocabulary
        weights: dict[str, float] = {}
        for stem in question_stems:
            meant = self.meant(stem) if stem in unknown and stem not in vocabulary else None
            weight = self._idf(vocabulary.get(meant or stem))
            weights.setdefault(meant or stem, weight / 2 if meant else weight)
        return weights

    def _idf(self, row: int | None) -> float:
        held = 0 if row is None else int(self._indptr[row + 1] - self._indptr[row])
        return math.log(1 + (self._chunks - held + 0.5) / (held + 0.5))

    def meant(self, stem: str) -> str | None:
        """Return the stem in the index that is one letter away, or two for a long one."""
        if len(stem) < _MIN_TYPO_LENGTH or not stem.isalpha():
            return None
        if self._by_form is None:
            by_form = defaultdict(list)
            for word in sorted(filter(str.isalpha, self.vocabulary)):
                by_form[word[0], len(word)].append(word)
            self._by_form = by_form
        distance = 2 if len(stem) >= _LONG_WORD else 1
        lengths = range(len(stem) - distance, len(stem) + distance + 1)
        candidates = [word for length in lengths for word in self._by_form.get((stem[0], length), ())]
        found = process.extractOne(
            stem, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=distance
        )
        return found[0] if found else None
