"""Store a new generation's chunk vectors in Chroma: in its own folder, or on a server.

In a folder, an index that only grows is copied and added to. If anything is removed, the collection is
rebuilt from the stored vectors, so that nothing of a removed article stays in Chroma's files. A delta has
none.

On a server one collection is updated in place. Additions are made before the switch to the new generation,
deletions after it: readers of either find all its chunks, and skip the others.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import numpy as np

from rag.errors import IndexFault
from rag.index.generation import Generation
from rag.index.rows import Half, JoinedRows
from rag.index.vectors import ChromaServer, ChunkVectors


class Store(Protocol):
    """Where a generation's chunk vectors are stored; `index` and `collection` are for its manifest."""

    index: str
    collection: str

    def put(self, folder: Path, ids: Sequence[str], vectors: Half, old: Generation | None, /) -> None:
        """Store all vectors of the generation in `folder`; those of `old` are stored already."""


class FolderStore:
    """A Chroma folder inside the generation."""

    collection = ""

    def __init__(self, old: Generation | None) -> None:
        self.index = old.manifest.index if old else uuid4().hex

    def put(self, folder: Path, ids: Sequence[str], vectors: Half, old: Generation | None, /) -> None:
        base = old.base if old is not None and not old.manifest.collection else None
        known = set(base.catalog.ids()) if base is not None else set()
        if base is not None and known and known.issubset(ids):
            _copy_chroma(base.folder / "chroma", folder / "chroma")
        else:
            known = set()
        new = [row for row, id_ in enumerate(ids) if id_ not in known]
        with closing(ChunkVectors.in_folder(folder / "chroma", create=True)) as store:
            store.upsert([ids[row] for row in new], vectors[new] if known else vectors)
        _blank_unused_rows(folder / "chroma", len(ids))


class DeltaStore:
    """None: the vectors of a delta are compared one by one."""

    collection = ""

    def __init__(self, old: Generation) -> None:
        self.index = old.manifest.index

    def put(self, folder: Path, ids: Sequence[str], vectors: Half, old: Generation | None, /) -> None:
        pass


def _blank_unused_rows(chroma: Path, used: int) -> None:
    """Zero the rows of Chroma's graph past the `used` ones: it writes them from uninitialized memory."""
    for lengths in chroma.glob("*/length.bin"):
        rows = lengths.stat().st_size // np.float32().itemsize
        for path in (lengths, lengths.with_name("data_level0.bin")):
            size = path.stat().st_size
            end = size // max(rows, 1) * min(used, rows)
            with path.open("r+b") as file:
                file.seek(end)
                file.write(bytes(size - end))


def _copy_chroma(source: Path, target: Path) -> None:
    """Copy a Chroma folder that others may be reading, using SQLite's backup for its database."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("chroma.sqlite3*"))
    with (
        closing(sqlite3.connect(source / "chroma.sqlite3")) as old,
        closing(sqlite3.connect(target / "chroma.sqlite3")) as new,
    ):
        old.backup(new)


class ServerStore:
    """A collection on a Chroma server that belongs to one index."""

    def __init__(self, server: ChromaServer, fingerprint: str, old: Generation | None, take: bool) -> None:
        """`take` claims a collection that belongs to another index.

        Raises:
            IndexFault: if it belongs to another index, or the server cannot be reached.
        """
        self.collection = server.collection_for(fingerprint)
        self.index = old.manifest.index if old else uuid4().hex
        before = old.manifest.collection if old else ""
        self._left = before if before != self.collection else ""
        self._vectors = ChunkVectors.on_server(server, self.collection, create=True)
        owner = self._vectors.owner
        # It is claimed only after the switch: a killed first sync leaves no other owner behind.
        if owner not in ("", self.index) and not take:
            raise IndexFault(
                f"the collection {self.collection} on {server.url} belongs to another index: set"
                " CHROMA_COLLECTION to another name, or run `python -m rag index --rebuild` to take it"
            )

    def put(self, _: Path, ids: Sequence[str], vectors: Half, old: Generation | None, /) -> None:
        known: set[str] = set()
        if old is not None and old.manifest.collection == self.collection:
            known = set(old.catalog.ids())
            if len(self._vectors) < len(known):  # vectors were lost, or it is another server
                self._mend(old)
        self._upsert([row for row, id_ in enumerate(ids) if id_ not in known], ids, vectors)

    def tidy(self, live: Generation, before: Generation | None = None) -> None:
        """After the switch, leave exactly the vectors of the live generation; `before` was the one before."""
        if self._vectors.owner != self.index:
            self._vectors.owner = self.index
        if before is not None and before.manifest.collection == self.collection:
            self._vectors.delete(sorted(set(before.catalog.ids()).difference(live.catalog.ids())))
        if len(self._vectors) != len(live.catalog):
            self._vectors.delete(sorted(self._mend(live)))
        self._vectors.drop(self._left)

    def _mend(self, generation: Generation) -> set[str]:
        """Store what is missing of a generation; return the ids that are stored and not of it."""
        ids = generation.catalog.ids()
        stored = set(self._vectors.ids())
        missing = [row for row, id_ in enumerate(ids) if id_ not in stored]
        self._upsert(missing, ids, generation.chunk_vectors)
        return stored.difference(ids)

    def _upsert(self, rows: Sequence[int], ids: Sequence[str], vectors: Half | JoinedRows) -> None:
        self._vectors.upsert([ids[row] for row in rows], vectors[np.array(rows, dtype=int)])
