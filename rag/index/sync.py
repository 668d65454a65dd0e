"""Bring the index up to date with the folder: plan, build a new generation, check it, switch.

The index folder holds generations and `CURRENT`, which names the live one. Nothing live is ever written in
place (killing a process that writes to a live Chroma folder left 5 of 5 unreadable), so a crash at any
moment leaves the old generation or the new one intact.
"""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from rag.articles.chunks import Chunking
from rag.articles.find import find_files
from rag.articles.loaders.loader import Loader
from rag.articles.read import Folder, read_folder
from rag.errors import IndexBusy, IndexFault, IndexOutdated, RagError
from rag.index.build import Progress, write_generation
from rag.index.check import Verifier
from rag.index.generation import REBUILD, Generation
from rag.index.lease import Lease, delete_unused
from rag.index.plan import SyncReport, compare, held_back, moved_reason, plan, rebuild_reason
from rag.index.store import FolderStore, ServerStore, Store
from rag.index.vectors import ChromaServer
from rag.models.encoder import Encoder
from rag.shortage import shortage

_CURRENT = "CURRENT"
# The unique suffix keeps a name from being reused after the index was removed: a process that still has the
# old generation open would mistake the new one for it. Older indexes have no suffix.
_GENERATION = re.compile(r"gen-(\d{6,})(?:-[0-9a-f]{8})?")
# Files that operating systems leave in folders. Hidden files are skipped by their dot: .DS_Store, ._x.
_OF_SYSTEMS = {"System Volume Information", *"lost+found Thumbs.db desktop.ini @eaDir $RECYCLE.BIN".split()}
_LOCK_WAIT_S = 0.5


def current_generation(index: Path) -> Path | None:
    """Return the live generation's folder, or None if there is no index yet.

    Raises:
        IndexFault: if the folder holds something else, or CURRENT names nothing.
    """
    refuse_foreign(index)
    try:
        name = (index / _CURRENT).read_text().strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise IndexFault(f"cannot read the index in {index}: {error}") from error
    if not _GENERATION.fullmatch(name):
        raise IndexFault(f"{index}/{_CURRENT} is damaged: {REBUILD}")
    return index / name


def refuse_foreign(index: Path) -> None:
    """Refuse a folder that contains other files: it is neither read nor written."""
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
    known = name in (_CURRENT, f"{_CURRENT}.new", "lock") or name.startswith(".") or name in _OF_SYSTEMS
    return known or bool(_GENERATION.fullmatch(name))


@dataclass(frozen=True, slots=True)
class Sources:
    """What an index is built from: everything that changes the index when it changes."""

    articles: Path
    max_file_bytes: int
    chunking: Chunking
    encoder: str
    server: ChromaServer | None = None
    loaders: tuple[Loader, ...] = ()


def sync(
    index: Path,
    sources: Sources,
    load: Callable[[], Encoder],
    progress: Progress,
    *,
    dry_run: bool = False,
    rebuild: bool = False,
    allow_empty: bool = False,
) -> SyncReport:
    """Bring the index in folder `index` up to date; writes nothing if nothing changed.

    Stored vectors of unchanged text are reused. With `rebuild` the old generation is not read. Without
    `allow_empty` an index of several articles is not emptied: the report says why in `held`.

    Raises:
        IndexBusy: if another process is writing, reported within a second.
        IndexFault: if the old generation is damaged or foreign, the new one fails its check, or a
            Chroma server fails.
        CorpusError: if there is no articles folder.
        EncoderError: if `load` cannot provide the encoder.
    """
    started = time.perf_counter()
    if dry_run:
        return _sync(index, sources, load, progress, rebuild, allow_empty, dry_run=True)
    refuse_foreign(index)
    if index.is_dir() and not os.access(index, os.W_OK):
        report = _sync(index, sources, load, progress, rebuild, allow_empty, dry_run=True)
        if report.needed:
            raise IndexFault(f"cannot write the index in {index}, the old one stays: permission denied")
        return report
    if not index.exists():  # a sync that fails at once creates no folder
        next(find_files(sources.articles, sources.max_file_bytes), None)
        load()
    with writing(index):
        remove_stale(index, only_older=False)
        try:
            report = _sync(index, sources, load, progress, rebuild, allow_empty, dry_run=False)
        finally:
            remove_stale(index, only_older=False)
    return replace(report, seconds=round(time.perf_counter() - started, 3))


@contextlib.contextmanager
def writing(index: Path) -> Iterator[None]:
    """Hold the single writer's lock, which the kernel releases if the writer is killed."""
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


def _sync(
    index: Path,
    sources: Sources,
    load: Callable[[], Encoder],
    progress: Progress,
    rebuild: bool,
    allow_empty: bool,
    dry_run: bool,
) -> SyncReport:
    live = None if rebuild else current_generation(index)
    reason = "asked for" if rebuild else ""
    with contextlib.ExitStack() as opened:
        old = None
        try:
            if live is not None:
                old = opened.enter_context(contextlib.closing(Generation(live, sources.server)))
        except IndexOutdated:
            reason = "an older version of this program made the index"
        progress("reading", 0, 0)
        encoder = load()
        reason = reason or rebuild_reason(old, sources.encoder, encoder, sources.chunking)
        kept = None if reason else old
        catalog = kept.catalog if kept else None
        known = {row.content for row in catalog.articles} if catalog else set()
        folder = read_folder(
            sources.articles,
            sources.max_file_bytes,
            known,
            catalog.unreadable if catalog else None,
            loaders=sources.loaders,
        )
        moved = moved_reason(old, encoder, sources.server)
        report = compare(old, folder, reason or moved)
        if not allow_empty and (held := held_back(old, report)):
            return replace(report, removed=(), unchanged=report.removed, held=held)
        if dry_run:
            return report
        server = sources.server
        store = ServerStore(server, encoder.fingerprint, old, rebuild) if server else FolderStore(old)
        if old is not None and not report.needed:
            if isinstance(store, ServerStore):
                store.tidy(old)
            return replace(report, generation=old.folder.name)
        made, embedded = _build_and_switch(index, folder, sources, encoder, kept, store, progress)
        if isinstance(store, ServerStore):
            with contextlib.closing(Generation(made, server)) as new:
                store.tidy(new)
        return replace(report, embedded_chunks=embedded, generation=made.name)


def _build_and_switch(
    index: Path,
    files: Folder,
    sources: Sources,
    encoder: Encoder,
    old: Generation | None,
    store: Store,
    progress: Progress,
) -> tuple[Path, int]:
    number = max(map(_age, generations(index)), default=0) + 1
    folder = index / f"gen-{number:06d}-{uuid4().hex[:8]}"
    lease = None
    try:
        with Verifier(sources.server) as verifier:
            folder.mkdir()
            lease = Lease(folder)
            planned = plan(files.found, old)
            embedded = write_generation(
                folder,
                planned,
                sources.encoder,
                encoder,
                sources.chunking,
                old,
                files,
                store,
                progress,
            )
            progress("checking", 0, 0)
            verifier.check(folder)
        point_to(index, folder.name)
    except Exception as error:  # OSError, and what SQLite, Chroma and bm25s turn a full disk into
        lack = shortage(error, index, writing=True)
        if isinstance(error, RagError) and not lack:
            raise
        raise IndexFault(f"cannot write the index in {index}, the old one stays: {lack or error}") from error
    finally:
        if lease is not None:
            lease.release()  # a generation that did not go live is removed with the stale ones
    _flush(index)
    return folder, embedded


def point_to(index: Path, name: str) -> None:
    new = index / f"{_CURRENT}.new"
    with new.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(index / _CURRENT)


def _flush(index: Path) -> None:
    """Flush the switch to disk."""
    if os.name == "nt":
        return
    try:
        fd = os.open(index, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise IndexFault(
            f"the new index in {index} is live, but may not be safely on disk: {error.strerror}"
        ) from error


def remove_stale(index: Path, only_older: bool = True) -> None:
    """Delete the generations older than the live one that nobody reads.

    The writer, which alone knows that no newer one is being built, deletes newer ones too: they are left
    over from a sync that failed or was killed.
    """
    try:
        live = current_generation(index)
        others = [path for path in generations(index) if path != live]
    except (IndexFault, OSError):
        return
    for path in others:
        if not only_older or (live is not None and _age(path) < _age(live)):
            delete_unused(path)


def generations(index: Path) -> list[Path]:
    """Return all generations in the folder, live or not."""
    return [path for path in index.iterdir() if _GENERATION.fullmatch(path.name)]


def _age(generation: Path) -> int:
    return int(generation.name.split("-")[1])
