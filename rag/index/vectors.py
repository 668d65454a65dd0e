"""Chunk vectors in Chroma: a folder inside each generation, or a collection on a server.

Chroma stores only ids and vectors; texts stay in the catalog. An id is `<first 24 digits of the article's
SHA-256>-<number of the chunk in it>`: the same text has the same id on every machine.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from rag.errors import IndexFault
from rag.forked import never_ended
from rag.models.encoder import Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

CHUNK_VECTORS = "chunk_vectors.f16"
"""The file of a generation with all chunk vectors in half precision, used for scoring."""
_COLLECTION = "chunks"
_MAX_BATCH = 5000  # Chroma's limit is 5,461
_SERVER_BATCH = 300  # Chroma Cloud's limit per request
_SERVER_TIMEOUT_S = 30
# Chroma caches one open client per path, and a thread may get one that another thread is still starting.
# Reentrant, since the garbage collector may close one client while another is being opened.
_opening = threading.RLock()
_COSINE: Any = {"hnsw": {"space": "cosine"}}
# Its graph is written to disk from two vectors on: with Chroma's default of a thousand, every opening of a
# smaller index rebuilds the graph and writes uninitialized memory.
_COSINE_IN_FOLDER: Any = {"hnsw": {"space": "cosine", "sync_threshold": 2, "batch_size": 2}}


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where chunk vectors are stored if not in the index folder; `token`, `tenant` are for Chroma Cloud."""

    url: str
    token: str = field(repr=False)
    tenant: str
    database: str
    collection: str

    def collection_for(self, fingerprint: str) -> str:
        """Return the collection's name; vectors of another encoder are in another collection."""
        return f"{self.collection}-{blake2b(fingerprint.encode(), digest_size=4).hexdigest()}"


def load_chroma() -> None:
    """Import chromadb now: it takes half a second, and a sync that finds nothing to do never needs it."""
    import chromadb  # noqa: F401


def forget_clients() -> None:
    """Reopen Chroma in a process that has just been forked, whatever was open."""
    global _opening
    _opening = threading.RLock()
    if chroma := sys.modules.get("chromadb.api.shared_system_client"):
        systems = chroma.SharedSystemClient._identifier_to_system
        never_ended(dict(systems))
        systems.clear()
        chroma.SharedSystemClient._identifier_to_refcount.clear()


class ChunkVectors:
    """The vectors of an index, in one Chroma collection."""

    def __init__(self, client: "ClientAPI", name: str, create: bool, url: str = "") -> None:
        self._client, self._url = client, url
        self._batch = _SERVER_BATCH if url else _MAX_BATCH
        try:
            self._collection = self._opened(name, create)
        except BaseException:
            # Left open, it would be reused for a new folder at that path.
            self.close()
            raise

    def _opened(self, name: str, create: bool) -> "Collection":
        # No embedding function: Chroma's default would download a model.
        with _panics_as_errors():
            if create:
                kind = _COSINE if self._url else _COSINE_IN_FOLDER
                return self._client.get_or_create_collection(
                    name, configuration=kind, embedding_function=None
                )
            return self._client.get_collection(name, embedding_function=None)

    @classmethod
    def in_folder(cls, folder: Path, create: bool = False) -> "ChunkVectors":
        """Open the vectors of one generation; its folder is written once and only read from then on."""
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings as ChromaSettings

        settings = ChromaSettings(anonymized_telemetry=False)
        with _opening, _panics_as_errors():
            try:
                client = chromadb.PersistentClient(folder, settings=settings)
            except BaseException:
                # A client that failed to start (the disk was full) stays cached, and would be reused.
                SharedSystemClient._identifier_to_system.pop(str(folder), None)
                raise
        return cls(client, _COLLECTION, create)

    @classmethod
    def on_server(cls, server: ChromaServer, name: str, create: bool = False) -> "ChunkVectors":
        """Open the vectors of all generations, which a sync updates in place.

        Raises:
            IndexFault: if the server cannot be reached, refuses, or has no such collection. All methods raise
                it when the server fails later.
        """
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        address = urlsplit(server.url)
        secure = address.scheme == "https"
        with _server_faults(server.url):
            client = chromadb.HttpClient(
                host=address.hostname or "",
                port=address.port or (443 if secure else 80),
                ssl=secure,
                headers={"x-chroma-token": server.token} if server.token else None,
                tenant=server.tenant,
                database=server.database,
                settings=ChromaSettings(anonymized_telemetry=False),
            )
            # Chroma sets no timeout, and has no setting for it.
            client._server._session.timeout = _SERVER_TIMEOUT_S  # type: ignore[attr-defined]
            return cls(client, name, create, server.url)

    def __len__(self) -> int:
        with _server_faults(self._url):
            return self._collection.count()

    @property
    def owner(self) -> str:
        """The id of the index these vectors belong to; empty if it was never set."""
        return str((self._collection.metadata or {}).get("index", ""))

    @owner.setter
    def owner(self, index: str) -> None:
        with _server_faults(self._url):
            self._collection.modify(metadata={"index": index})

    def upsert(self, ids: Sequence[str], vectors: npt.NDArray[np.floating]) -> None:
        """Store unit vectors (n, dimension), replacing those of existing ids."""
        for batch in self._batches(len(ids)):
            with _server_faults(self._url):
                self._collection.upsert(ids=list(ids[batch]), embeddings=vectors[batch].astype(np.float32))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete vectors; unknown ids are ignored."""
        for batch in self._batches(len(ids)):
            with _server_faults(self._url):
                self._collection.delete(ids=list(ids[batch]))

    def drop(self, collection: str) -> None:
        """Delete another collection of the same server, if it exists; does nothing for an empty name."""
        with _server_faults(self._url):
            if collection and collection in {one.name for one in self._client.list_collections()}:
                self._client.delete_collection(collection)

    def ids(self) -> Iterator[str]:
        """Yield all ids, in no particular order."""
        for offset in range(0, len(self), self._batch):
            with _server_faults(self._url):
                page = self._collection.get(include=[], limit=self._batch, offset=offset)
            yield from page["ids"]

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        """Return ids of the k vectors nearest to `vector` by cosine, nearest first (approximate: HNSW)."""
        with _server_faults(self._url):
            found = self._collection.query(query_embeddings=vector[None, :], n_results=k, include=[])
        return found["ids"][0]

    def close(self) -> None:
        with _opening:
            self._client.close()  # type: ignore[attr-defined]  # every client that chromadb makes has it

    def _batches(self, count: int) -> Iterator[slice]:
        return (slice(first, first + self._batch) for first in range(0, count, self._batch))


@contextmanager
def _panics_as_errors() -> Iterator[None]:
    """Raise panics in Chroma's Rust code (too few descriptors, say) as errors: they are no `Exception`."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # PyO3's type, which cannot be imported
            raise
        raise RuntimeError(f"Chroma panicked: {error}") from error


@contextmanager
def _server_faults(url: str) -> Iterator[None]:
    """Map errors of the server at `url` to an IndexFault; for a folder, errors pass through unchanged."""
    try:
        with _panics_as_errors():
            yield
    except Exception as error:  # its client raises ValueError, httpx's types and its own
        if not url:
            raise
        raise IndexFault(
            f"the Chroma server at {url} failed ({type(error).__name__}): is it running, are CHROMA_TOKEN,"
            " CHROMA_TENANT and CHROMA_DATABASE right, and was `python -m rag index` run with it?"
        ) from error
