"""One folder of a generation: its manifest and its files, checked when it is opened.

manifest.json: {"encoder": "all-MiniLM-L6-v2", "chunks": 51, "base": "", "schema": 9, …}
"""

import contextlib
import json
import threading
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from rag.articles.chunks import Chunking
from rag.errors import IndexFault, IndexOutdated
from rag.index.catalog import CatalogFiles
from rag.index.lease import Lease
from rag.index.lexical import LexicalFiles
from rag.index.rows import Half
from rag.index.vectors import CHUNK_VECTORS

SENTENCE_VECTORS = "sentence_vectors.f16"
SCHEMA = 9
PROGRAM = "article-qa"
REBUILD = "run `python -m rag index --rebuild`"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built with and contains.

    `index` is the id shared by all generations of an index, `collection` its collection on a Chroma server,
    if any. `base` is the folder of a delta's base, and `dropped` the numbers of its articles that are gone;
    `articles`, `chunks` and `sentences` count what is in this folder.
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
    base: str = ""
    dropped: tuple[int, ...] = ()
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
        read = {"chunking": Chunking(**values["chunking"]), "dropped": tuple(values["dropped"])}
        return cls(**{**values, **read})


def checksums(folder: Path) -> dict[str, int]:
    """Return the checksums of the files that never change again."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lease")
    return {
        path.relative_to(folder).as_posix(): checksum_of(path) for path in paths if _settled(path, folder)
    }


def _settled(path: Path, folder: Path) -> bool:
    """Whether a file is final.

    An open Chroma writes to its database, and rebuilds its graph as long as index_metadata.pickle is
    missing.
    """
    if "chroma" not in path.relative_to(folder).parts:
        return True
    return (path.parent / "index_metadata.pickle").exists() and not path.name.startswith("chroma.sqlite3")


def checksum_of(path: Path) -> int:
    """Return a file's CRC-32, at about 3 GB/s."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            checksum = zlib.crc32(block, checksum)
    return checksum


def map_rows(path: Path, count: int, dimension: int) -> Half:
    """Map a file of vectors, (count, dimension), which is read as it is used."""
    if not count:  # an empty file cannot be mapped
        return np.zeros((0, dimension), dtype=np.float16)
    # As a plain array: every access to a memmap creates a new one.
    return np.memmap(path, np.float16, "r", shape=(count, dimension)).view(np.ndarray)


class Segment:
    """One folder opened for reading, whole or a delta; it may be shared by several generations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._users, self._sharing = 1, threading.Lock()
        with contextlib.ExitStack() as opened:
            opened.callback(Lease(folder).release)
            self.manifest = Manifest.read(folder)
            self._check_files()
            files = CatalogFiles(folder)
            opened.callback(files.close)
            self.catalog = files.catalog
            counts, dimension = self.manifest, self.manifest.dimension
            self.chunk_vectors = map_rows(folder / CHUNK_VECTORS, counts.chunks, dimension)
            self.sentence_vectors = map_rows(folder / SENTENCE_VECTORS, counts.sentences, dimension)
            # An empty corpus has no words to index.
            self.words = [LexicalFiles(folder / "lexical")] if counts.chunks else []
            self._closing = opened.pop_all()

    def _check_files(self) -> None:
        """Detect damage before anything reads it: a flipped bit in Chroma's graph kills the process."""
        for name, checksum in self.manifest.checksums.items():
            if checksum_of(self.folder / name) != checksum:
                raise ValueError(f"{name} has changed")

    def shared(self) -> "Segment":
        """Return it for one more user, who releases it too."""
        with self._sharing:
            self._users += 1
        return self

    def release(self) -> None:
        with self._sharing:
            self._users -= 1
            if self._users:
                return
        self._closing.close()
