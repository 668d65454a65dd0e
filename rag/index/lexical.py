"""BM25 over the chunks of a generation; its vocabulary also provides inverse document frequencies.

    vocabulary.json   the stems, in the order of their ids
    words.npy         the distinct stems of each chunk, chunk after chunk, as ids
    counts.npy        how often each of them occurs in its chunk
    offsets.npy       (chunks + 1) where each chunk's stems begin
    lengths.npy       (chunks) how many words each chunk has
    postings.npy      the same pairs by stem: the chunks that contain it
    occurrences.npy   how often
    starts.npy        (stems + 1) where each stem's chunks begin

What is stored are counts, not scores: every score depends on all chunks that are searched, so it is computed
for those at hand. That lets one set of files serve a whole index, an index of which some articles are gone,
two such files together, and a scope, each with the scores of an index of its own. Robertson and Zaragoza,
“The Probabilistic Relevance Framework: BM25 and Beyond” (2009), in the form of Lucene.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from rag.index.rows import spread
from rag.language.words import stems

Numbers = npt.NDArray[np.int64]
Counts = npt.NDArray[np.integer]
_MIN_TYPO_LENGTH = 4
_LONG_WORD = 8
# BM25's usual parameters: how soon repeats of a word stop counting, how much long chunks are penalized.
_K1, _B = 1.5, 0.75


class ChunkWords(NamedTuple):
    """The words of consecutive chunks: ids and counts, concatenated, and how many distinct ones each has."""

    ids: Counts
    counts: Counts
    distinct: Counts


class LexicalFiles:
    """The words of one folder's chunks, mapped: they are read as they are used."""

    def __init__(self, folder: Path) -> None:
        self.vocabulary = {
            stem: n for n, stem in enumerate(json.loads((folder / "vocabulary.json").read_bytes()))
        }
        self.words, self.counts = _mapped(folder, "words"), _mapped(folder, "counts")
        self.offsets, self.lengths = _mapped(folder, "offsets"), _mapped(folder, "lengths")
        self.postings, self.occurrences = _mapped(folder, "postings"), _mapped(folder, "occurrences")
        self.starts = _mapped(folder, "starts")

    def __len__(self) -> int:
        """Number of chunks."""
        return len(self.lengths)

    def chunk_words(self, rows: range) -> ChunkWords:
        offsets = self.offsets[rows.start : rows.stop + 1]
        between = slice(offsets[0], offsets[-1])
        return ChunkWords(self.words[between], self.counts[between], np.diff(offsets))

    def held(self, chunks: npt.NDArray[np.bool_]) -> Numbers:
        """In how many of some chunks, (chunks) true or false, each stem occurs."""
        most = 2 * int(chunks.sum()) > len(chunks)
        counted = np.flatnonzero(chunks != most)
        pairs = spread(self.offsets[counted], self.offsets[counted + 1] - self.offsets[counted])
        found = np.bincount(self.words[pairs], minlength=len(self.vocabulary))
        return np.diff(self.starts) - found if most else found


def _mapped(folder: Path, name: str) -> Counts:
    # As a plain array: every access to a memmap creates a new one.
    return np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)  # type: ignore[no-any-return]


class LexicalWriter:
    """Collects the words of one folder's chunks, in order, and writes its files."""

    def __init__(self, old: "LexicalIndex | None") -> None:
        self._old = old
        self._vocabulary: dict[str, int] = {}
        numbered = self._vocabulary
        self._numbers = [
            np.array([numbered.setdefault(stem, len(numbered)) for stem in part.vocabulary], np.int64)
            for part in (old.parts if old else ())
        ]
        self._parts: list[ChunkWords] = []

    def keep(self, rows: range) -> None:
        """Reuse the words of an article's chunks from the old generation."""
        if not rows:
            return
        assert self._old is not None
        part, words = self._old.chunk_words(rows)
        self._parts.append(words._replace(ids=self._numbers[part][words.ids]))

    def add(self, text: str) -> None:
        """Add the words of a new chunk."""
        vocabulary = self._vocabulary
        counted = Counter(stems(text))
        ids = np.array([vocabulary.setdefault(stem, len(vocabulary)) for stem in counted], np.int64)
        counts = np.fromiter(counted.values(), np.int64, len(counted))
        self._parts.append(ChunkWords(ids, counts, np.array([len(counted)])))

    def write(self, folder: Path) -> None:
        """Write the words of at least one chunk; stems that no chunk contains any more are left out."""
        ids, counts, distinct = (np.concatenate(columns) for columns in zip(*self._parts, strict=True))
        self._parts.clear()
        chunk = np.repeat(np.arange(len(distinct), dtype=np.int32), distinct)
        held = np.bincount(ids, minlength=len(self._vocabulary))
        ids = (np.cumsum(held > 0) - 1).astype(np.int32)[ids]
        counts = counts.astype(np.min_scalar_type(int(counts.max(initial=1))))
        by_word = np.argsort(ids, kind="stable")
        kept = [stem for stem, n in self._vocabulary.items() if held[n]]
        folder.mkdir()
        (folder / "vocabulary.json").write_text(json.dumps(kept))
        columns = {
            "words": ids,
            "counts": counts,
            "offsets": _ends(distinct),
            "lengths": np.bincount(chunk, counts, len(distinct)).astype(np.int32),
            "postings": chunk[by_word],
            "occurrences": counts[by_word],
            "starts": _ends(held[held > 0]),
        }
        for name, column in columns.items():
            np.save(folder / f"{name}.npy", column)


def _ends(sizes: Counts) -> Numbers:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


class LexicalIndex:
    """BM25 scores of a question against some chunks, as if there were no others."""

    def __init__(self, parts: Sequence[LexicalFiles], rows: Numbers | None = None) -> None:
        """`rows` are the chunks and their order: of all parts, one after the other; without it, all."""
        self.parts = parts
        self._first = _ends(np.array([len(part) for part in parts]))
        lengths = np.concatenate([part.lengths for part in parts])
        self._rows = rows
        self._chunks = len(lengths) if rows is None else len(rows)
        if rows is None:
            words, self._held = int(lengths.sum()), [np.diff(part.starts) for part in parts]
        else:
            words = int(lengths[rows].sum())
            searched = np.zeros(len(lengths), bool)
            searched[rows] = True
            self._held = [
                part.held(searched[first : first + len(part)])
                for part, first in zip(parts, self._first, strict=False)
            ]
        average = words / max(self._chunks, 1) or 1.0
        self._damping = (_K1 * (1 - _B + _B * lengths / average)).astype(np.float32)
        self._by_form: dict[tuple[str, int], list[str]] | None = None

    def chunk_words(self, rows: range) -> tuple[int, ChunkWords]:
        """Return the part that chunks of one article are in, and their words."""
        first = rows.start if self._rows is None else int(self._rows[rows.start])
        part = int(np.searchsorted(self._first, first, "right")) - 1
        at = first - int(self._first[part])
        return part, self.parts[part].chunk_words(range(at, at + len(rows)))

    def part(self, rows: Numbers) -> "LexicalIndex":
        """The same of some of the chunks, at least one, as if there were no others."""
        return LexicalIndex(self.parts, rows if self._rows is None else self._rows[rows])

    def scores(self, question_stems: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one BM25 score per chunk; zero where no word of the question occurs."""
        scores = np.zeros(len(self._damping), dtype=np.float32)
        for stem in question_stems:
            idf = np.float32(self._idf(stem))
            for part, first in zip(self.parts, self._first, strict=False):
                if (n := part.vocabulary.get(stem)) is not None:
                    between = slice(part.starts[n], part.starts[n + 1])
                    chunks = part.postings[between] + first
                    counts = part.occurrences[between].astype(np.float32)
                    scores[chunks] += idf * (counts / (counts + self._damping[chunks]))
        return scores if self._rows is None else scores[self._rows]

    def absent(self, question_stems: Iterable[str]) -> set[str]:
        """Return those of the stems that no chunk contains."""
        return {stem for stem in question_stems if not self._count(stem)}

    def weights(self, question_stems: Iterable[str], unknown: Container[str] = ()) -> dict[str, float]:
        """Return the question's stems with their idf, ln(1 + (N − n + ½) / (n + ½)): BM25's own weight.

        n of N chunks contain the stem; one that none contains has the highest weight. If it is not a word
        of the language either (in `unknown`) it may be misspelled: the stem that was probably meant
        replaces it, at half its weight.
        """
        weights: dict[str, float] = {}
        for stem in question_stems:
            meant = self.meant(stem) if stem in unknown and not self._count(stem) else None
            weight = self._idf(meant or stem)
            weights.setdefault(meant or stem, weight / 2 if meant else weight)
        return weights

    def _count(self, stem: str) -> int:
        """In how many chunks a stem occurs."""
        found = zip(self.parts, self._held, strict=True)
        return sum(int(held[n]) for part, held in found if (n := part.vocabulary.get(stem)) is not None)

    def _idf(self, stem: str) -> float:
        held = self._count(stem)
        return math.log(1 + (self._chunks - held + 0.5) / (held + 0.5))

    def meant(self, stem: str) -> str | None:
        """Return the stem in the index that is one letter away, or two for a long one."""
        if len(stem) < _MIN_TYPO_LENGTH or not stem.isalpha():
            return None
        if self._by_form is None:
            by_form = defaultdict(list)
            words = {word for part in self.parts for word in part.vocabulary if word.isalpha()}
            for word in sorted(words - self.absent(words)):
                by_form[word[0], len(word)].append(word)
            self._by_form = by_form
        distance = 2 if len(stem) >= _LONG_WORD else 1
        lengths = range(len(stem) - distance, len(stem) + distance + 1)
        candidates = [word for length in lengths for word in self._by_form.get((stem[0], length), ())]
        found = process.extractOne(
            stem, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=distance
        )
        return found[0] if found else None
