"""Chunk vectors in Chroma, on disk: ids and vectors only; texts stay in the catalog.

An id is `<first 24 digits of the article's SHA-256>-<number of the chunk in it>`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.index.encoder import Vectors

_COLLECTION = "chunks"
_MAX_BATCH = 5000  # Chroma takes 5,461 at most


class ChunkVectors:
    """The vectors of one generation; a folder is written once and read from then on."""

    def __init__(self, folder: Path, create: bool = False) -> None:
        import chromadb  # half a second, and a sync that finds nothing to do never needs it
        from chromadb.config import Settings as ChromaSettings

        self.client = chromadb.PersistentClient(folder, settings=ChromaSettings(anonymized_telemetry=False))
        # No embedding function: Chroma's own would download a model.
        if create:
            self._collection = self.client.create_collection(
                _COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
            )
        else:
            self._collection = self.client.get_collection(_COLLECTION, embedding_function=None)

    def __len__(self) -> int:
        return self._collection.count()

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store unit vectors (n, dimension) under new ids."""
        for first in range(0, len(ids), _MAX_BATCH):
            batch = slice(first, first + _MAX_BATCH)
            self._collection.add(ids=list(ids[batch]), embeddings=vectors[batch])

    def nearest(self, vector: Vectors, k: int) -> list[str]:
        """Ids of the k vectors nearest to `vector` by cosine, nearest first (approximate: HNSW)."""
        found = self._collection.query(query_embeddings=vector[None, :], n_results=k, include=[])
        return found["ids"][0]

    def get(self, ids: Sequence[str]) -> Vectors:
        """The stored vectors of `ids`, (n, dimension), in that order.

        Raises:
            KeyError: if an id is not stored.
        """
        if not ids:
            return np.zeros((0, 0), dtype=np.float32)
        by_id: dict[str, Vectors] = {}
        for first in range(0, len(ids), _MAX_BATCH):
            found = self._collection.get(ids=list(ids[first : first + _MAX_BATCH]), include=["embeddings"])
            by_id.update(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))
        return np.stack([by_id[id_] for id_ in ids])

    def close(self) -> None:
        self.client.close()  # type: ignore[attr-defined]  # the client that PersistentClient returns has it
