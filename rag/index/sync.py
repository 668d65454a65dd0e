"""Bringing the index up to date with the folder: plan, build a new generation, check, switch.

The index folder holds generations and `CURRENT`, which names the live one. Nothing live is ever
written in place (killing a process that writes into a live Chroma folder left 5 of 5 unreadable),
so a crash at any moment leaves the old generation or the new one, whole.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from rag.corpus.chunks import Chunking, cut_chunks, embedded_text
from rag.corpus.read import Skipped, read_corpus
from rag.errors import IndexBusy, IndexFault
from rag.index.build import Planned, Progress, write_generation
from rag.index.encoder import Encoder, load_encoder
from rag.index.generation import REBUILD, Generation
from rag.index.lease import Lease, delete_unused
from rag.index.verify import verify_in_child
from rag.types import Article, Chunk

_CURRENT = "CURRENT"
_GENERATION = re.compile(r"gen-(\d{6,})")
_LOCK_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found and did; each field but the last four lists sources."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    rebuilt: str = ""
    embedded_chunks: int = 0
    seconds: float = 0.0
    generation: str = ""

    @property
    def needed(self) -> bool:
        """Whether the index differs from the folder."""
        return bool(self.added or self.changed or self.renamed or self.removed or self.rebuilt)


def current_generation(index: Path) -> Path | None:
    """The live generation's folder, or None if there is no index yet.

    Raises:
        IndexFault: if the folder holds something else, or CURRENT names nothing.
    """
    _refuse_foreign(index)
    try:
        name = (index / _CURRENT).read_text().strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise IndexFault(f"cannot read the index in {index}: {error}") from error
    if not _GENERATION.fullmatch(name):
        raise IndexFault(f"{index}/{_CURRENT} is damaged: {REBUILD}")
    return index / name


def _refuse_foreign(index: Path) -> None:
    """A folder with other files in it is somebody's: it is neither read nor written."""
    try:
        foreign = [path.name for path in index.iterdir() if not _own(path.name)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise IndexFault(f"cannot read the index in {index}: {error.strerror}") from error
    if foreign:
        raise IndexFault(
            f"{index} holds {min(foreign)}, so it is not an index of this program:"
            " choose another folder with --index or RAG_INDEX"
        )


def _own(name: str) -> bool:
    return name in (_CURRENT, f"{_CURRENT}.new", "lock") or bool(_GENERATION.fullmatch(name))


@dataclass(frozen=True, slots=True)
class Sources:
    """What an index is made of: everything that, when changed, changes the index."""

    articles: Path
    max_file_bytes: int
    chunking: Chunking
    encoder: str
    cache: Path


def sync(
    index: Path, sources: Sources, progress: Progress, *, dry_run: bool = False, rebuild: bool = False
) -> SyncReport:
    """Bring the index in folder `index` up to date; writes nothing if nothing changed.

    Stored vectors of unchanged text are reused. With `rebuild` the old generation is not read.

    Raises:
        IndexBusy: if another process is writing, told within a second.
        IndexFault: if the old generation is damaged or foreign, or the new one fails its check.
        CorpusError: if there is no articles folder.
        EncoderError: if the encoder cannot be loaded.
    """
    started = time.perf_counter()
    if dry_run:
        return _sync(index, sources, progress, rebuild, dry_run=True)
    _refuse_foreign(index)
    with _writing(index):
        try:
            report = _sync(index, sources, progress, rebuild, dry_run=False)
        finally:
            remove_stale(index, only_older=False)
    return replace(report, seconds=round(time.perf_counter() - started, 3))


@contextlib.contextmanager
def _writing(index: Path) -> Iterator[None]:
    """The one writer's lock, held by the kernel: a killed writer frees it."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "lock", timeout=_LOCK_WAIT_S)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"another process is writing the index in {index}: try again when it is done"
        ) from error
    except OSError as error:
        raise IndexFault(f"cannot write the index in {index}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _sync(index: Path, sources: Sources, progress: Progress, rebuild: bool, dry_run: bool) -> SyncReport:
    live = None if rebuild else current_generation(index)
    old = Generation(live) if live else None
    try:
        progress("reading", 0, 0)
        corpus = read_corpus(sources.articles, sources.max_file_bytes)
        encoder = load_encoder(sources.encoder, sources.cache)
        reason = "asked for" if rebuild else _rebuild_reason(old, encoder, sources)
        report = _compare(old, corpus.articles, corpus.skipped, reason)
        if dry_run or not (report.needed or old is None):
            return replace(report, generation=live.name if live else "")
        reusable = None if reason else old
        planned = _plan(corpus.articles, reusable, sources.chunking, encoder)
        embedded = sum(row is None for plan in planned for row in plan.old_rows)
        folder = _build_and_switch(index, planned, sources, encoder, reusable, progress)
        return replace(report, embedded_chunks=embedded, generation=folder.name)
    finally:
        if old is not None:
            old.close()


def _rebuild_reason(old: Generation | None, encoder: Encoder, sources: Sources) -> str:
    if old is None:
        return ""
    manifest = old.manifest
    if manifest.fingerprint != encoder.fingerprint:
        return f"the encoder changed from {manifest.encoder} to {sources.encoder}"
    if manifest.chunking != sources.chunking:
        return f"the chunking changed from {manifest.chunking} to {sources.chunking}"
    return ""


def _compare(
    old: Generation | None, articles: Sequence[Article], skipped: tuple[Skipped, ...], reason: str
) -> SyncReport:
    before = {row.source: row.sha256 for row in old.catalog.articles} if old else {}
    after = {article.source: article.sha256 for article in articles}
    gone = {sha256: source for source, sha256 in before.items() if source not in after}
    renamed = {
        source: gone[sha256] for source, sha256 in after.items() if source not in before and sha256 in gone
    }
    moved = set(renamed.values())
    return SyncReport(
        added=tuple(s for s in after if s not in before and s not in renamed),
        changed=tuple(s for s in after if s in before and before[s] != after[s]),
        renamed=tuple((old_source, source) for source, old_source in renamed.items()),
        removed=tuple(s for s in before if s not in after and s not in moved),
        unchanged=tuple(s for s in after if before.get(s) == after[s]),
        skipped=skipped,
        rebuilt=reason,
    )


def _plan(
    articles: Sequence[Article], old: Generation | None, chunking: Chunking, encoder: Encoder
) -> list[Planned]:
    """Chunks of each article, with the stored ones found: by file content, else by embedded text."""
    by_sha = {row.sha256: row for row in old.catalog.articles} if old else {}
    by_source = {row.source: row for row in old.catalog.articles} if old else {}
    planned = []
    for article in articles:
        if old and (same := by_sha.get(article.sha256)):
            rows = old.catalog.chunks_of(same)
            # The stored spans hold: re-anchor them on the article, whose source may be new.
            chunks = [
                replace(
                    chunk,
                    article=article,
                    sentences=tuple(replace(sentence, article=article) for sentence in chunk.sentences),
                )
                for chunk in map(old.catalog.chunk, rows)
            ]
            planned.append(Planned(article, chunks, rows))
            continue
        chunks = cut_chunks(article, chunking, encoder.max_tokens, encoder.count_tokens)
        stored = {}
        if old and (earlier := by_source.get(article.source)):
            stored = {_vector_key(old.catalog.chunk(row)): row for row in old.catalog.chunks_of(earlier)}
        planned.append(Planned(article, chunks, [stored.get(_vector_key(chunk)) for chunk in chunks]))
    return planned


def _vector_key(chunk: Chunk) -> tuple[str, int]:
    """Chunks with this in common have the same vectors, chunk's and sentences'."""
    return embedded_text(chunk)[0], chunk.overlap


def _build_and_switch(
    index: Path,
    planned: Sequence[Planned],
    sources: Sources,
    encoder: Encoder,
    old: Generation | None,
    progress: Progress,
) -> Path:
    numbers = [int(match[1]) for path in index.iterdir() if (match := _GENERATION.fullmatch(path.name))]
    folder = index / f"gen-{max(numbers, default=0) + 1:06d}"
    lease = None
    try:
        folder.mkdir()
        lease = Lease(folder)
        write_generation(folder, planned, sources.encoder, encoder, sources.chunking, old, progress)
        progress("checking", 0, 0)
        verify_in_child(folder)
        _point_to(index, folder.name)
    except OSError as error:
        raise IndexFault(
            f"cannot write the index in {index}, the old one stays: {error.strerror or error}"
        ) from error
    finally:
        if lease is not None:
            lease.release()  # a generation that is not live now goes with the stale ones
    return folder


def _point_to(index: Path, name: str) -> None:
    new = index / f"{_CURRENT}.new"
    with new.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(index / _CURRENT)
    if os.name != "nt":
        fd = os.open(index, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def remove_stale(index: Path, only_older: bool = True) -> None:
    """Delete the generations before the live one that nobody reads.

    The writer, who alone knows that no newer one is being built, deletes those too: they are what
    a sync that failed or was killed has left.
    """
    try:
        live = current_generation(index)
        others = [path for path in index.iterdir() if _GENERATION.fullmatch(path.name) and path != live]
    except (IndexFault, OSError):
        return
    for path in others:
        if not only_older or (live is not None and _age(path) < _age(live)):
            delete_unused(path)


def _age(generation: Path) -> int:
    return int(generation.name.removeprefix("gen-"))
