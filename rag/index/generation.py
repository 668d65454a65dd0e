"""One generation of the index: a folder that is written once, checked, and then only read.

    gen-000002/
      manifest.json                               what it was made with, and a checksum of every file
      catalog.db, chunks.npy, sentences.npy       see `rag.index.catalog`
      chunk_vectors.f16                           (chunks, dimension) float16, unit vectors
      sentence_vectors.f16                        (sentences, dimension), the same
      lexical/                                    bm25s
      chroma/                                     Chroma: chunk vectors, unless they are on a server
      lease                                       locked by every process that reads it

manifest.json: {"encoder": "all-MiniLM-L6-v2", "chunks": 51, "schema": 4, …}
"""

import contextlib
import json
import threading
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.articles.chunks import Chunking
from rag.errors import IndexFault, IndexOutdated
from rag.index.catalog import Catalog
from rag.index.lease import Lease
from rag.index.lexical import LexicalIndex
from rag.index.vectors import CHUNK_VECTORS, ChromaServer, ChunkVectors
from rag.models.encoder import Vectors

Half = npt.NDArray[np.float16]
SENTENCE_VECTORS = "sentence_vectors.f16"

SCHEMA = 4
PROGRAM = "article-qa"
_BLOCK = 1 << 20
# NumPy reads headers with `ast`, whose C code counts its depth for all threads together (Python 3.11).
_one_at_a_time = threading.RLock()
REBUILD = "run `python -m rag index --rebuild`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made with and holds.

    `index` is the same for all generations of an index, `collection` that on a Chroma server, if any.
    """

    index: str
    collection: str
    encoder: str
    fingerprint: str
    dimension: int
    chunking: Chunking
    articles: int
    chunks: int
    sentences: int
    created: str
    checksums: dict[str, int] = field(default_factory=dict)
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
        if values["schema"] < SCHEMA:
            raise IndexOutdated(
                f"an older version of this program made the index in {folder.parent}:"
                " run `python -m rag index`"
            )
        return cls(**{**values, "chunking": Chunking(**values["chunking"])})


def checksums(folder: Path) -> dict[str, int]:
    """Those of the files that never change again."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lease")
    return {
        path.relative_to(folder).as_posix(): checksum_of(path) for path in paths if _settled(path, folder)
    }


def _settled(path: Path, folder: Path) -> bool:
    """Opened, Chroma writes into its database, and makes its graph anew until it has this file beside it."""
    if "chroma" not in path.relative_to(folder).parts:
        return True
    return (path.parent / "index_metadata.pickle").exists() and not path.name.startswith("chroma.sqlite3")


def checksum_of(path: Path) -> int:
    """CRC-32, some 3 GB/s."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            checksum = zlib.crc32(block, checksum)
    return checksum


def map_rows(path: Path, count: int, dimension: int) -> Half:
    """A file of vectors, (count, dimension), read as it is used."""
    if not count:  # an empty file cannot be mapped
        return np.zeros((0, dimension), dtype=np.float16)
    # As a plain array: every look into a memmap makes a new one.
    return np.memmap(path, np.float16, "r", shape=(count, dimension)).view(np.ndarray)


class Generation:
    """A generation opened for reading; safe to share between threads."""

    def __init__(self, folder: Path, server: ChromaServer | None = None) -> None:
        """`server` has the chunk vectors, if the manifest names a collection.

        Raises:
            IndexFault: if it is damaged, or made by another version.
            FileNotFoundError: if the folder has gone.
        """
        self.folder, self._server = folder, server
        with _one_at_a_time, contextlib.ExitStack() as opened:
            opened.callback(self._lease().release)
            with self.damage():
                self.manifest = Manifest.read(folder)
                self._check_files()
                self.catalog = Catalog(folder)
                opened.callback(self.catalog.close)
                counts, dimension = self.manifest, self.manifest.dimension
                self.chunk_vectors = map_rows(folder / CHUNK_VECTORS, counts.chunks, dimension)
                self.sentence_vectors = map_rows(folder / SENTENCE_VECTORS, counts.sentences, dimension)
                # An empty corpus has no words to index.
                self.lexical = LexicalIndex.open(folder / "lexical") if self.manifest.chunks else None
            # Separate from `self`, so that it can be closed when `self` is collected.
            self.closing = opened.pop_all()
        self._opening = threading.Lock()
        self._vectors: ChunkVectors | None = None

    def _lease(self) -> Lease:
        try:
            return Lease(self.folder)
        except FileNotFoundError:
            raise
        except OSError as error:  # a lease is a lock, and needs the right to write
            raise IndexFault(f"cannot read the index in {self.folder.parent}: {error.strerror}") from error

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

    def _check_files(self) -> None:
        """Damage is found before anything reads it: a flipped bit in Chroma's graph ends the process."""
        for name, checksum in self.manifest.checksums.items():
            if checksum_of(self.folder / name) != checksum:
                raise ValueError(f"{name} has changed")

    @property
    def vectors(self) -> ChunkVectors:
        """Chroma, opened when first needed: to open its folder writes to it."""
        with self._opening:
            if self._vectors is None:
                self._vectors = self._open_vectors()
                self.closing.callback(self._vectors.close)
            return self._vectors

    def _open_vectors(self) -> ChunkVectors:
        if not self.manifest.collection:
            return ChunkVectors.in_folder(self.folder / "chroma")
        if self._server is None:
            raise IndexFault(
                f"the vectors of {self.folder.parent} are on a Chroma server: set CHROMA_URL,"
                " or run `python -m rag index` to have them here"
            )
        return ChunkVectors.on_server(self._server, self.manifest.collection)

    def nearest(self, vector: Vectors, k: int) -> list[int]:
        """Rows of the k chunks nearest to `vector` by cosine, nearest first (approximate).

        A server may have chunks of the next generation already: those are passed over.
        """
        ids = self.vectors.nearest(vector, min(k, self.manifest.chunks)) if self.manifest.chunks else []
        return [row for row in map(self.catalog.row_of, ids) if row is not None]

    def close(self) -> None:
        self.closing.close()
