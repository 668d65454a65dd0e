"""Plan a sync: compare the folder's articles with those of the index."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from rag.articles.chunks import Chunking
from rag.articles.find import Skipped
from rag.articles.read import Folder, Found
from rag.index.build import Planned
from rag.index.catalog import Catalog
from rag.index.generation import Generation
from rag.index.segment import Manifest
from rag.index.vectors import ChromaServer
from rag.models.encoder import Encoder
from rag.settings import Precision
from rag.types import Listed

_MANY = 2  # removing the last article is taken as intended


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found and did; each field but the last eight lists sources.

    `notes` say how newly read files were read where that was a guess, and what was left out. `held` is why
    nothing was done although the folder differs; `remembered` whether a file that could not be read has
    come or gone, which the index records so as not to try it again. `unerased` is what removed text is still
    in the files of the index, although nothing quotes it any more.
    """

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
    notes: tuple[Skipped, ...] = ()
    held: str = ""
    remembered: bool = False
    unerased: str = ""

    @property
    def needed(self) -> bool:
        """Whether the index differs from the folder."""
        return bool(
            self.added or self.changed or self.renamed or self.removed or self.rebuilt or self.remembered
        )


def rebuild_reason(old: Generation | None, name: str, encoder: Encoder, chunking: Chunking) -> str:
    """Return why nothing of the old generation can be reused; empty if it can."""
    if old is None:
        return ""
    manifest = old.manifest
    if change := encoder_change(manifest, name, encoder):
        return change
    if manifest.chunking != chunking:
        return f"the chunking changed from {manifest.chunking} to {chunking}"
    return ""


def encoder_change(manifest: Manifest, name: str, encoder: Encoder) -> str:
    """Return how the encoder called `name` differs from the one an index was built with; empty if it does
    not.
    """
    if manifest.fingerprint == encoder.fingerprint:
        return ""
    if manifest.encoder != name:
        return f"the encoder changed from {manifest.encoder} to {name} (RAG_ENCODER)"
    before, after = (one.rpartition("-")[2] for one in (manifest.fingerprint, encoder.fingerprint))
    if before != after and {before, after} <= set(get_args(Precision)):
        return f"the encoder's precision changed from {before} to {after} (RAG_PRECISION)"
    return f"the encoder {name} has changed: its files, or how they are computed"


def moved_reason(old: Generation | None, encoder: Encoder, server: ChromaServer | None) -> str:
    """Return where the chunk vectors move to; empty if they stay. None is re-encoded for it."""
    if old is None or old.manifest.collection == (
        server.collection_for(encoder.fingerprint) if server else ""
    ):
        return ""
    return f"the vectors move to {server.url}" if server else "the vectors move into the index folder"


def compare(old: Generation | None, folder: Folder, reason: str) -> SyncReport:
    """Return what differs, by source and by content; `reason` is why everything is rebuilt."""
    before = {row.source: row.sha256 for row in old.catalog.articles} if old else {}
    after = {found.file.source: found.sha256 for found in folder.found}
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
        skipped=folder.skipped,
        rebuilt=reason,
        notes=tuple(
            Skipped(found.file.source, found.article.note)
            for found in folder.found
            if found.article is not None and found.article.note
        ),
        remembered=dict(folder.unreadable) != (old.catalog.unreadable if old else {}),
    )


def held_back(old: Generation | None, report: SyncReport) -> str:
    """Return why an index of several articles is not emptied, as the folder may be offline; "" if it may
    be.
    """
    many = 0 if old is None else len(old.catalog.articles)
    if many < _MANY or report.added or report.changed or report.renamed or report.unchanged:
        return ""
    return (
        f"the folder has no article that can be read now, and the index has {many}: it stays as it is;"
        " if they are meant to go, run `python -m rag index --allow-empty`"
    )


def plan(files: Sequence[Found], old: Generation | None) -> list[Planned]:
    """Return the new generation's articles, each with what the old one has of it."""
    rows = old.catalog.articles if old else []
    by_content = {row.content: row for row in rows}
    by_source = {row.source: row for row in rows}
    return [
        Planned(found.file.source, None, same)
        if (same := by_content.get(found.file.content))
        else Planned(found.file.source, found.article, earlier=by_source.get(found.file.source))
        for found in files
    ]


def listed(catalog: Catalog, report: SyncReport) -> list[Listed]:
    """Return the articles of index and folder, with what a sync would do to each."""
    moved = dict(report.renamed)
    states = dict.fromkeys(report.changed, "changed") | dict.fromkeys([*report.removed, *moved], "removed")
    articles = [
        Listed(row.source, article.title, len(article.text), len(catalog.chunks_of(row)), state)
        for row in catalog.articles
        for article, state in [(catalog.article(row.n), states.get(row.source, "indexed"))]
    ]
    articles += [Listed(source, "", 0, 0, "new") for source in (*report.added, *moved.values())]
    return articles + [Listed(skip.source, "", 0, 0, skip.reason) for skip in report.skipped]
