"""One generation of the index: a folder that is written once, checked, and then only read.

    gen-000002/
      manifest.json                               what it was made with, and the size of every file
      catalog.db, chunks.npy, sentences.npy       see `rag.index.catalog`
      sentence_vectors.npy                        (sentences, dimension) float16, unit vectors
      lexical/                                    bm25s
      chroma/                                     Chroma: chunk vectors
      lease                                       locked by every process that reads it

manifest.json: {"encoder": "all-MiniLM-L6-v2", "chunks": 51, "schema": 1, …}
"""

import contextlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from rag.corpus.chunks import Chunking
from rag.errors import IndexFault
from rag.index.catalog import Catalog
from rag.index.encoder import Vectors
from rag.index.lease import Lease
from rag.index.lexical import LexicalIndex
from rag.index.vectors import ChunkVectors

SCHEMA = 1
PROGRAM = "article-qa"
REBUILD = "run `python -m rag index --rebuild`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made with and holds."""

    encoder: str
    fingerprint: str
    dimension: int
    chunking: Chunking
    articles: int
    chunks: int
    sentences: int
    created: str
    sizes: dict[str, int] = field(default_factory=dict)
    schema: int = SCHEMA
    program: str = PROGRAM

    def write(self, folder: Path) -> None:
        (folder / "manifest.json").write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        values = json.loads((folder / "manifest.json").read_text())
        if values["program"] != PROGRAM:
            raise ValueError(f"made by {values['program']!r}")
        if values["schema"] > SCHEMA:
            raise IndexFault(
                f"the index in {folder.parent} has schema {values['schema']}, this program reads up"
                f" to {SCHEMA}: upgrade article-qa, or {REBUILD}"
            )
        return cls(**{**values, "chunking": Chunking(**values["chunking"])})


class Generation:
    """A generation opened for reading; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            IndexFault: if it is damaged, or made by a newer program.
            FileNotFoundError: if the folder has gone.
        """
        self.folder = folder
        with contextlib.ExitStack() as opened:
            opened.callback(Lease(folder).release)
            with self.damage():
                self.manifest = Manifest.read(folder)
                self._check_sizes()
                self.catalog = Catalog(folder)
                opened.callback(self.catalog.close)
                self.sentence_vectors = np.load(folder / "sentence_vectors.npy", mmap_mode="r")
                # An empty corpus has no words to index.
                self.lexical = LexicalIndex.open(folder / "lexical") if self.manifest.chunks else None
            # Separate from `self`, so that it can be closed when `self` is collected.
            self.closing = opened.pop_all()
        self._opening = threading.Lock()
        self._vectors: ChunkVectors | None = None

    @contextlib.contextmanager
    def damage(self) -> Iterator[None]:
        """Report whatever goes wrong while reading this generation as its damage."""
        try:
            yield
        except IndexFault:
            raise
        except Exception as error:  # Chroma, bm25s, NumPy and SQLite each raise their own types
            raise IndexFault(
                f"the index in {self.folder.parent} is damaged ({type(error).__name__}: {error}): {REBUILD}"
            ) from error

    def _check_sizes(self) -> None:
        for name, size in self.manifest.sizes.items():
            found = (self.folder / name).stat().st_size
            if found != size:
                raise ValueError(f"{name} has {found} bytes, not {size}")

    @property
    def vectors(self) -> ChunkVectors:
        """The chunk vectors, opened when first needed: to open Chroma's folder writes to it."""
        with self._opening:
            if self._vectors is None:
                self._vectors = ChunkVectors(self.folder / "chroma")
                self.closing.callback(self._vectors.close)
            return self._vectors

    def vectors_of(self, rows: Sequence[int]) -> Vectors:
        """Chunk vectors of `rows`, (n, dimension)."""
        return self.vectors.get([self.catalog.id_of(row) for row in rows])

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Rows of the k chunks nearest to `vector` by cosine, nearest first (approximate)."""
        ids = self.vectors.nearest(vector, min(k, self.manifest.chunks)) if self.manifest.chunks else []
        return [self.catalog.row_of(id_) for id_ in ids]

    def close(self) -> None:
        self.closing.close()
