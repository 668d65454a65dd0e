"""Bring the index up to date with the folder: plan, build a new generation, check it, switch.

A small change makes a delta, which is live in seconds; when there is enough of it, or on demand, the index is
then made whole. Either way a new generation is built beside the live one.
"""

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from rag.articles.chunks import Chunking
from rag.articles.find import find_files
from rag.articles.loaders.loader import Loader
from rag.articles.read import Folder, read_folder
from rag.errors import IndexFault, IndexOutdated, RagError
from rag.index.build import Outline, Progress, write_generation
from rag.index.check import Verifier
from rag.index.delta import made_whole, outline, overgrown
from rag.index.generation import Generation
from rag.index.lease import Gone, Lease
from rag.index.plan import SyncReport, compare, held_back, moved_reason, rebuild_reason
from rag.index.segment import REBUILD
from rag.index.store import DeltaStore, FolderStore, ServerStore, Store
from rag.index.switch import (
    age,
    current_generation,
    flush,
    generations,
    point_to,
    refuse_foreign,
    remove_stale,
    unerased,
    writing,
)
from rag.index.vectors import ChromaServer
from rag.models.encoder import Encoder
from rag.shortage import shortage


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
    erase: bool = False,
) -> SyncReport:
    """Bring the index in folder `index` up to date; writes nothing if nothing changed.

    Stored vectors of unchanged text are reused. With `rebuild` the old generation is not read. Without
    `allow_empty` an index of several articles is not emptied: the report says why in `held`. With `erase`
    nothing of removed text stays in the live generation's files.

    Raises:
        IndexBusy: if another process is writing, reported within a second.
        IndexFault: if the old generation is damaged or foreign, the new one fails its check, or a
            Chroma server fails.
        CorpusError: if there is no articles folder.
        EncoderError: if `load` cannot provide the encoder.
    """
    started = time.perf_counter()
    run = _Run(index, sources, load, progress, rebuild, allow_empty, erase)
    if dry_run:
        return run.plan().report
    refuse_foreign(index)
    if index.is_dir() and not os.access(index, os.W_OK):
        report = run.plan().report
        if report.needed:
            raise IndexFault(f"cannot write the index in {index}, the old one stays: permission denied")
        return report
    if not index.exists():  # a sync that fails at once creates no folder
        next(find_files(sources.articles, sources.max_file_bytes), None)
        load()
    with writing(index):
        remove_stale(index, only_older=False)
        try:
            report = run.write()
        finally:
            remove_stale(index, only_older=False)
    left = unerased(index) if erase or report.needed else ""
    return replace(report, seconds=round(time.perf_counter() - started, 3), unerased=left)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What a sync is about to do: `old` is the live generation, `kept` the same if it can be reused."""

    report: SyncReport
    folder: Folder
    encoder: Encoder
    old: Generation | None
    kept: Generation | None
    moved: str


@dataclass(frozen=True, slots=True)
class _Run:
    """One sync."""

    index: Path
    sources: Sources
    load: Callable[[], Encoder]
    progress: Progress
    rebuild: bool
    allow_empty: bool
    erase: bool

    def plan(self) -> _Planned:
        """Return what would be done; the old generation is closed by then."""
        with contextlib.ExitStack() as opened:
            return self._plan(opened)

    def _plan(self, opened: contextlib.ExitStack) -> _Planned:
        sources = self.sources
        old, reason = self._live(opened)
        self.progress("reading", 0, 0)
        encoder = self.load()
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
        if not self.allow_empty and (held := held_back(old, report)):
            report = replace(report, removed=(), unchanged=report.removed, held=held)
        return _Planned(report, folder, encoder, old, kept, moved)

    def _live(self, opened: contextlib.ExitStack) -> tuple[Generation | None, str]:
        """Open the live generation, if there is one; return it, or why it is not read."""
        if self.rebuild:
            return None, "asked for"
        live = current_generation(self.index)
        if live is None:
            return None, ""
        try:
            return opened.enter_context(contextlib.closing(Generation(live, self.sources.server))), ""
        except IndexOutdated:
            return None, "an older version of this program made the index"
        except Gone as error:
            raise IndexFault(f"{error}: {REBUILD}") from error

    def write(self) -> SyncReport:
        """Do it. A change is live before the index is made whole, where it is."""
        with contextlib.ExitStack() as opened:
            planned = self._plan(opened)
            report, live, embedded = planned.report, planned.old, 0
            if report.held:
                return report
            if live is None or report.needed:
                parts = outline(planned.folder.found, planned.kept, stays=not planned.moved)
                live, embedded = self._replaced(planned, parts, live, planned.kept, opened)
            elif self.sources.server:
                ServerStore(self.sources.server, planned.encoder.fingerprint, live, take=False).tidy(live)
            if overgrown(live) or (self.erase and live.manifest.dropped):
                live, _ = self._replaced(planned, made_whole(live), live, live, opened)
            return replace(report, embedded_chunks=embedded, generation=live.folder.name)

    def _replaced(
        self,
        planned: _Planned,
        parts: Outline,
        live: Generation | None,
        kept: Generation | None,
        opened: contextlib.ExitStack,
    ) -> tuple[Generation, int]:
        """Build the next generation and switch to it; return it, and how many chunks were encoded."""
        server = self.sources.server
        store: Store
        if server:
            store = ServerStore(server, planned.encoder.fingerprint, live, self.rebuild)
        else:
            store = DeltaStore(live) if live and parts.base else FolderStore(live)
        made, embedded = self._build(planned, parts, kept, store)
        new = opened.enter_context(contextlib.closing(Generation(made, server, beside=kept)))
        if isinstance(store, ServerStore):
            store.tidy(new, before=live)
        return new, embedded

    def _build(
        self, planned: _Planned, parts: Outline, kept: Generation | None, store: Store
    ) -> tuple[Path, int]:
        index, sources = self.index, self.sources
        number = max(map(age, generations(index)), default=0) + 1
        folder = index / f"gen-{number:06d}-{uuid4().hex[:8]}"
        lease = None
        try:
            with Verifier(sources.server, delta=bool(parts.base)) as verifier:
                folder.mkdir()
                lease = Lease(folder)
                embedded = write_generation(
                    folder,
                    parts,
                    sources.encoder,
                    planned.encoder,
                    sources.chunking,
                    kept,
                    planned.folder,
                    store,
                    self.progress,
                )
                self.progress("checking", 0, 0)
                verifier.check(folder, kept)
            point_to(index, folder.name)
        except Exception as error:  # OSError, and what SQLite and Chroma turn a full disk into
            lack = shortage(error, index, writing=True)
            if isinstance(error, RagError) and not lack:
                raise
            raise IndexFault(
                f"cannot write the index in {index}, the old one stays: {lack or error}"
            ) from error
        finally:
            if lease is not None:
                lease.release()  # a generation that did not go live is removed with the stale ones
        flush(index)
        return folder, embedded
