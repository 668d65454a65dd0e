"""One generation of the index: a folder that is written once, checked, and only read from then on.

A generation is whole, or a delta: then it holds only what is new since a whole one, its base, and names the
articles of the base that are gone. The two are read as one, so that a small change costs little however
large the index is. A delta has no Chroma: its few vectors are all compared.

    gen-000002-5f0c9a71/                          the number gives the order; the suffix makes the name unique
      manifest.json                               see `rag.index.segment`; a checksum of every file
      catalog.db, chunks.npy, sentences.npy       see `rag.index.catalog`
      chunk_vectors.f16                           (chunks, dimension) float16, unit vectors
      sentence_vectors.f16                        (sentences, dimension), the same
      lexical/                                    see `rag.index.lexical`
      chroma/                                     Chroma: chunk vectors, unless they are on a server
      lease                                       locked by every process that reads it
"""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.errors import IndexFault, RagError
from rag.index.lease import Gone
from rag.index.lexical import LexicalIndex
from rag.index.rows import Half, JoinedRows, Numbers
from rag.index.segment import REBUILD, Segment
from rag.index.vectors import ChromaServer, ChunkVectors
from rag.models.encoder import Vectors
from rag.shortage import lacking, shortage

log = logging.getLogger(__name__)

_ROWS_AT_ONCE = 1 << 14
# NumPy parses headers with `ast`, whose C code tracks its depth across all threads (Python 3.11).
_one_at_a_time = threading.RLock()


class Generation:
    """A generation opened for reading; thread-safe.

    Rows of chunks and sentences count in all of it, in the order in which a whole one would hold them.
    """

    def __init__(
        self, folder: Path, server: ChromaServer | None = None, beside: "Generation | None" = None
    ) -> None:
        """`server` has the chunk vectors if the manifest names a collection. A base that is open in `beside`
        is not checked again.

        Raises:
            IndexFault: if it is damaged, or was built by another version.
            Gone: if its folder is gone, or that of its base.
        """
        self.folder, self._server = folder, server
        with _one_at_a_time, contextlib.ExitStack() as opened:
            with self.damage():
                own = Segment(folder)
                opened.callback(own.release)
                self.manifest = own.manifest
                self.base = _base_of(own, beside)
                opened.callback(self.base.release)
                self.delta = own if self.manifest.base else None
                self._join()
            # Separate from `self`, so that it can be closed when `self` is collected.
            self.closing = opened.pop_all()
        self._opening = threading.Lock()
        self._vectors: ChunkVectors | None = None

    def _join(self) -> None:
        base, delta = self.base, self.delta
        self.chunk_vectors: Half | JoinedRows = base.chunk_vectors
        self.sentence_vectors: Half | JoinedRows = base.sentence_vectors
        self.catalog, words, rows = base.catalog, base.words, None
        self.own_rows: Numbers = np.arange(len(base.catalog))  # of the chunks in its own folder
        if delta is not None:
            joined = base.catalog.joined(delta.catalog, set(self.manifest.dropped))
            self.catalog, rows, words = joined.catalog, joined.rows, base.words + delta.words
            vectors = [base.chunk_vectors, delta.chunk_vectors]
            self.chunk_vectors = JoinedRows(vectors, rows)
            vectors = [base.sentence_vectors, delta.sentence_vectors]
            self.sentence_vectors = JoinedRows(vectors, joined.sentence_rows)
            # Compared with every question, and there are few: in memory, as the product wants them.
            self.own_rows = np.flatnonzero(rows >= len(base.catalog))
            self._recent = self.chunk_vectors[self.own_rows].astype(np.float32)
        self.lexical = LexicalIndex(words, rows) if len(self.catalog) else None

    @contextlib.contextmanager
    def damage(self) -> Iterator[None]:
        """Map errors while reading this generation to an `IndexFault`: a system shortage, or damage."""
        try:
            yield
        except (RagError, Gone):
            raise
        except Exception as error:  # Chroma, NumPy and SQLite each raise their own types
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> IndexFault:
        index = self.folder.parent
        if lack := shortage(error, self.folder, writing=False):
            return IndexFault(f"cannot read the index in {index}: {lack}")
        if not self.folder.is_dir():
            return IndexFault(f"the index in {index} was removed while it was read: try again")
        return IndexFault(f"the index in {index} is damaged ({type(error).__name__}: {error}): {REBUILD}")

    @property
    def vectors(self) -> ChunkVectors:
        """Chroma, opened on first use: opening its folder, that of the base, writes to it."""
        with self._opening:
            if self._vectors is None:
                self._vectors = self._open_vectors()
                self.closing.callback(self._vectors.close)
            return self._vectors

    def _open_vectors(self) -> ChunkVectors:
        if not self.manifest.collection:
            return ChunkVectors.in_folder(self.base.folder / "chroma")
        if self._server is None:
            raise IndexFault(
                f"the vectors of {self.folder.parent} are on a Chroma server: set CHROMA_URL,"
                " or run `python -m rag index` to store them locally"
            )
        return ChunkVectors.on_server(self._server, self.manifest.collection)

    def stored(self) -> int:
        """The number of chunk vectors that are found; all where Chroma cannot be opened (see `nearest`)."""
        if self._without_chroma():
            return len(self.catalog)
        if self.manifest.collection:
            return len(self.vectors)
        return len(self.catalog) - self.base.manifest.chunks + len(self.vectors)

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Return the rows of the k chunks nearest to `vector` by cosine, nearest first (approximate).

        Chunks of the next generation that a server already has are skipped. Chroma writes to its folder
        even to read it. Where that fails for lack of space, descriptors or write permission, every chunk is
        compared instead, which is exact, and slow from 100,000 on.
        """
        k = min(k, len(self.catalog))
        if not k:
            return []
        if self._without_chroma():
            return nearest_of(self.chunk_vectors, vector, k)
        try:
            return self._nearest_stored(vector, k)
        except Exception as error:
            lack = "" if self.manifest.collection else lacking(self.folder, writing=True)
            if not lack:
                raise
            log.warning("Chroma failed, comparing every passage instead: %s (%s)", lack, type(error).__name__)
            return nearest_of(self.chunk_vectors, vector, k)

    def _nearest_stored(self, vector: Vectors, k: int) -> list[int]:
        if self.delta is None or self.manifest.collection:
            return self._rows_of(self.vectors.nearest(vector, k))
        rows = self._nearest_in_base(vector, k)
        cosines = self._recent @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        rows = np.union1d(rows, self.own_rows[best])
        return [int(rows[at]) for at in nearest_of(self.chunk_vectors, vector, min(k, len(rows)), rows)]

    def _nearest_in_base(self, vector: Vectors, k: int) -> Numbers:
        """Chroma's base still has what is gone from it, so more are asked for until k that are left come."""
        most = self.base.manifest.chunks
        asked = min(k, most)
        while True:
            rows = self._rows_of(self.vectors.nearest(vector, asked))
            if len(rows) >= k or asked == most:
                return np.array(rows[:k], np.int64)
            asked = min(4 * asked, most)

    def _rows_of(self, ids: Sequence[str]) -> list[int]:
        return [row for row in map(self.catalog.row_of, ids) if row is not None]

    def _without_chroma(self) -> bool:
        chroma = self.base.folder / "chroma"
        return not self.manifest.collection and os.access(chroma, os.R_OK) and not os.access(chroma, os.W_OK)

    def scores(self, question_stems: Sequence[str]) -> npt.NDArray[np.float32]:
        """One BM25 score a chunk."""
        empty = np.zeros(len(self.catalog), dtype=np.float32)
        return empty if self.lexical is None else self.lexical.scores(question_stems)

    def close(self) -> None:
        self.closing.close()


def _base_of(own: Segment, beside: Generation | None) -> Segment:
    if not own.manifest.base:
        return own.shared()
    folder = own.folder.parent / own.manifest.base
    if beside is not None and beside.base.folder == folder:
        return beside.base.shared()
    return Segment(folder)


def nearest_of(
    vectors: Half | JoinedRows, vector: Vectors, k: int, rows: npt.NDArray[np.int64] | None = None
) -> list[int]:
    """Where among `rows`, or all vectors, the k are that are nearest to `vector`, nearest first."""
    count = len(vectors) if rows is None else len(rows)
    starts = range(0, count, _ROWS_AT_ONCE)
    parts = (slice(at, at + _ROWS_AT_ONCE) for at in starts)
    blocks = (vectors[part] if rows is None else vectors[rows[part]] for part in parts)
    cosines = np.concatenate([block.astype(np.float32) @ vector for block in blocks])
    best = np.argpartition(-cosines, k - 1)[:k]
    return [int(at) for at in best[np.argsort(-cosines[best], kind="stable")]]
