"""Writing one generation: vectors (stored ones reused, new ones encoded), words, texts, manifest."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.lib.format import open_memmap

from rag.corpus.chunks import Chunking, embedded_text
from rag.index.catalog import chunk_id, write_catalog
from rag.index.encoder import Encoder, Vectors
from rag.index.generation import Generation, Manifest
from rag.index.lexical import LexicalIndex
from rag.index.vectors import ChunkVectors
from rag.types import Article, Chunk

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An article of the new generation; `old_rows` has a stored chunk's row, or None, for each chunk."""

    article: Article
    chunks: Sequence[Chunk]
    old_rows: Sequence[int | None]


def write_generation(
    folder: Path,
    planned: Sequence[Planned],
    encoder_name: str,
    encoder: Encoder,
    chunking: Chunking,
    old: Generation | None,
    progress: Progress,
) -> Manifest:
    """Write a whole generation into the existing `folder` and flush it to disk.

    Raises:
        OSError: if the disk does not take it; `folder` is then of no use.
    """
    write_catalog(folder, [(plan.article, plan.chunks) for plan in planned])
    chunks = [chunk for plan in planned for chunk in plan.chunks]
    texts = [embedded_text(chunk) for chunk in chunks]
    # Row of each chunk's first own sentence; a repeated one has the vector of the chunk before.
    own = np.cumsum([0, *(len(chunk.sentences) - chunk.overlap for chunk in chunks)]).tolist()
    sentence_vectors = open_memmap(
        folder / "sentence_vectors.npy", "w+", np.float16, (own[-1], encoder.dimension)
    )
    old_rows = [row for plan in planned for row in plan.old_rows]
    vectors = np.zeros((len(chunks), encoder.dimension), dtype=np.float32)
    if old is not None:
        _copy_stored(old, old_rows, own, vectors, sentence_vectors)
    _encode_new(encoder, texts, chunks, old_rows, own, vectors, sentence_vectors, progress)
    sentence_vectors.flush()
    del sentence_vectors

    progress("storing", 0, len(chunks))
    store = ChunkVectors(folder / "chroma", create=True)
    try:
        ids = [chunk_id(plan.article.sha256, i) for plan in planned for i in range(len(plan.chunks))]
        store.add(ids, vectors)
    finally:
        store.close()
    if texts:
        LexicalIndex.build([text for text, _ in texts], folder / "lexical")
    progress("storing", len(chunks), len(chunks))

    manifest = Manifest(
        encoder=encoder_name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        chunking=chunking,
        articles=len(planned),
        chunks=len(chunks),
        sentences=own[-1],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        sizes=_sizes(folder),
    )
    manifest.write(folder)
    flush_folder(folder)
    return manifest


def _copy_stored(
    old: Generation,
    old_rows: Sequence[int | None],
    own: Sequence[int],
    vectors: Vectors,
    sentence_vectors: npt.NDArray[np.float16],
) -> None:
    """Fill in the vectors of chunks that the old generation has."""
    stored = [(row, old_row) for row, old_row in enumerate(old_rows) if old_row is not None]
    if not stored:
        return
    vectors[[row for row, _ in stored]] = old.vectors_of([old_row for _, old_row in stored])
    for row, old_row in stored:
        _, old_end = old.catalog.sentence_rows(old_row)
        count = own[row + 1] - own[row]
        sentence_vectors[own[row] : own[row + 1]] = old.sentence_vectors[old_end - count : old_end]


def _encode_new(
    encoder: Encoder,
    texts: Sequence[tuple[str, list[tuple[int, int]]]],
    chunks: Sequence[Chunk],
    old_rows: Sequence[int | None],
    own: Sequence[int],
    vectors: Vectors,
    sentence_vectors: npt.NDArray[np.float16],
    progress: Progress,
) -> None:
    """Encode and fill in the chunks that are new."""
    new = [row for row, old_row in enumerate(old_rows) if old_row is None]
    progress("embedding", 0, len(new))
    encoded = encoder.encode_chunks([texts[row][0] for row in new], [texts[row][1] for row in new])
    for done, result in enumerate(encoded, start=1):
        row = new[result.i]
        vectors[row] = result.chunk
        sentence_vectors[own[row] : own[row + 1]] = result.sentences[chunks[row].overlap :]
        progress("embedding", done, len(new))


def _sizes(folder: Path) -> dict[str, int]:
    """Sizes of the files that never change again (Chroma's may, when it is opened)."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lease" and "chroma" not in path.relative_to(folder).parts
    }


def flush_folder(folder: Path) -> None:
    """fsync every file below `folder`, and the folders themselves."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir() and os.name == "nt":
            continue  # Windows cannot open a folder
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
