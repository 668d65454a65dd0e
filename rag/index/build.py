"""Write one folder of a generation: unchanged articles are copied from the old one, new ones are chunked and
encoded.

Articles are processed one by one, so that an index of any size is built in little memory. Chunking runs in
this thread while others encode.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from rag.articles.chunks import Chunking, cut_chunks, embedded_pieces
from rag.articles.read import Folder
from rag.index.catalog import ArticleRow, CatalogFiles, CatalogWriter, Layout
from rag.index.generation import Generation
from rag.index.lexical import LexicalWriter
from rag.index.segment import SENTENCE_VECTORS, Manifest, checksums, map_rows
from rag.index.store import Store
from rag.index.vectors import CHUNK_VECTORS
from rag.models.encoder import Encoder, Pieces
from rag.types import Article, Chunk

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and the total."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An article of the new generation, with the `same` content in the old one or an `earlier` version of
    it.

    An article whose content is unchanged was not read again: it has no `article`.
    """

    source: str
    article: Article | None
    same: ArticleRow | None = None
    earlier: ArticleRow | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What a generation consists of: the articles that are written, and for a delta the folder of its `base`
    without the articles `dropped` from it.
    """

    written: Sequence[Planned]
    base: str = ""
    dropped: tuple[int, ...] = ()


class _Waiting(NamedTuple):
    """A chunk being encoded: where its vector goes, and those of its own sentences."""

    row: int
    sentence_row: int
    overlap: int


class GenerationWriter:
    """Writes articles into the existing `folder`; unchanged data is copied from `old`."""

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        chunking: Chunking,
        old: Generation | None,
        left_out: Folder,
    ) -> None:
        self._folder, self._encoder, self._chunking, self._old = folder, encoder, chunking, old
        self._catalog = CatalogWriter(folder, left_out.unreadable, left_out.skipped)
        self._words = LexicalWriter(old.lexical if old else None)
        self._waiting: deque[_Waiting] = deque()
        self._articles_cut = 0
        self._encoded = 0

    def write(self, planned: Sequence[Planned], progress: Progress) -> int:
        """Write catalog, words and vectors; return how many chunks were encoded.

        Raises:
            OSError: if writing fails; `folder` is then unusable.
        """
        fresh = sum(plan.same is None for plan in planned)
        progress("embedding", 0, fresh)
        with (
            closing(self._catalog),
            (self._folder / CHUNK_VECTORS).open("wb") as self._chunk_vectors,
            (self._folder / SENTENCE_VECTORS).open("wb") as self._sentence_vectors,
        ):
            for encoded in self._encoder.encode_chunks(self._new_texts(planned)):
                chunk = self._waiting.popleft()
                _put(self._chunk_vectors, chunk.row, encoded.chunk)
                _put(self._sentence_vectors, chunk.sentence_row, encoded.sentences[chunk.overlap :])
                self._encoded += 1
                progress("embedding", self._articles_cut, fresh)
        return self._encoded

    def _new_texts(self, planned: Sequence[Planned]) -> Iterator[Pieces]:
        """Yield the texts to encode; everything else is written along the way."""
        for plan in planned:
            if plan.same is not None:
                self._keep(plan.source, plan.same)
            else:
                assert plan.article is not None
                yield from self._cut(plan.article, plan.earlier)
        if self._catalog.chunks:
            self._words.write(self._folder / "lexical")  # while the last texts are being encoded

    def _keep(self, source: str, same: ArticleRow) -> None:
        assert self._old is not None
        catalog = self._old.catalog
        rows, (first, end) = catalog.chunks_of(same), catalog.sentences_of(same)
        _put(self._chunk_vectors, self._catalog.chunks, self._old.chunk_vectors[rows.start : rows.stop])
        _put(self._sentence_vectors, self._catalog.sentences, self._old.sentence_vectors[first:end])
        self._words.keep(rows)
        self._catalog.add(replace(catalog.article(same.n), source=source), catalog.layout_of(same))

    def _cut(self, article: Article, earlier: ArticleRow | None) -> Iterator[Pieces]:
        encoder = self._encoder
        chunks = cut_chunks(article, self._chunking, encoder.max_tokens, encoder.count_tokens)
        row, sentence_row = self._catalog.chunks, self._catalog.sentences
        self._catalog.add(article, Layout.of(chunks))
        self._articles_cut += 1
        stored = self._stored(earlier)
        for chunk in chunks:
            pieces = embedded_pieces(chunk)
            self._words.add(" ".join(pieces))
            if (old_row := stored.get((*pieces, chunk.overlap))) is not None:
                self._copy(old_row, row, sentence_row, chunk)
            else:
                self._waiting.append(_Waiting(row, sentence_row, chunk.overlap))
                yield pieces
            row, sentence_row = row + 1, sentence_row + len(chunk.sentences) - chunk.overlap

    def _stored(self, earlier: ArticleRow | None) -> dict[tuple[str | int, ...], int]:
        """Map what determines the vectors of an earlier version's chunks, pieces and overlap, to their
        rows.
        """
        if earlier is None or self._old is None:
            return {}
        catalog = self._old.catalog
        chunks = ((row, catalog.chunk(row)) for row in catalog.chunks_of(earlier))
        return {(*embedded_pieces(chunk), chunk.overlap): row for row, chunk in chunks}

    def _copy(self, old_row: int, row: int, sentence_row: int, chunk: Chunk) -> None:
        assert self._old is not None
        first, end = self._old.catalog.sentence_rows(old_row)
        _put(self._chunk_vectors, row, self._old.chunk_vectors[old_row])
        _put(self._sentence_vectors, sentence_row, self._old.sentence_vectors[first + chunk.overlap : end])


def _put(file: BinaryIO, row: int, vectors: npt.NDArray[np.floating]) -> None:
    """Write vectors, (dimension,) or (n, dimension), into a file starting at row `row`."""
    at = row * vectors.shape[-1] * np.float16().itemsize
    if file.tell() != at:  # a seek flushes the buffer, even to the current position
        file.seek(at)
    file.write(vectors.astype(np.float16).tobytes())


def write_generation(
    folder: Path,
    outline: Outline,
    encoder_name: str,
    encoder: Encoder,
    chunking: Chunking,
    old: Generation | None,
    left_out: Folder,
    store: Store,
    progress: Progress,
) -> int:
    """Write a generation into the existing `folder` and flush it; return how many chunks were encoded.

    Raises:
        OSError: if writing fails; `folder` is then unusable.
        IndexFault: if a Chroma server fails.
    """
    encoded = GenerationWriter(folder, encoder, chunking, old, left_out).write(outline.written, progress)
    with closing(CatalogFiles(folder)) as files:
        catalog = files.catalog
        progress("storing", 0, len(catalog))
        vectors = map_rows(folder / CHUNK_VECTORS, len(catalog), encoder.dimension)
        store.put(folder, catalog.ids(), vectors, old)
        progress("storing", len(catalog), len(catalog))
        manifest = Manifest(
            index=store.index,
            collection=store.collection,
            encoder=encoder_name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            chunking=chunking,
            articles=len(catalog.articles),
            chunks=len(catalog),
            sentences=catalog.sentences,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            base=outline.base,
            dropped=outline.dropped,
            checksums=checksums(folder),
        )
    manifest.write(folder)
    flush_folder(folder)
    return encoded


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
