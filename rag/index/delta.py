"""When a change is written beside a whole generation, and when that is made whole again.

A delta is made from its base and the folder alone, not from the delta before it, so there are never more than
two folders to read. Making an index whole takes time in proportion to all of it, so it is done when enough
has changed, or when what was removed is to be gone from the files too.
"""

from collections.abc import Sequence

from rag.articles.read import Found
from rag.index.build import Outline, Planned
from rag.index.generation import Generation
from rag.index.plan import plan

# Below this a whole generation takes about a second, most of it for starting the process that checks it.
_MIN_CHUNKS = 2_000
# Of the base's chunks, how many may be in the delta or gone. At 100,000 chunks, all 6,250 vectors of such a
# delta are compared in 2 ms, and the delta is written in 0.4 s.
_MOST = 1 / 16


def outline(found: Sequence[Found], old: Generation | None, *, stays: bool) -> Outline:
    """Return what the next generation consists of: a delta where little has changed since the base of `old`.

    `stays` says whether the vectors of the old generation stay where they are.
    """
    planned = plan(found, old)
    if old is None or not stays or old.base.manifest.chunks < _MIN_CHUNKS:
        return Outline(planned)
    there = {(row.source, row.sha256) for row in old.base.catalog.articles}
    kept = {(one.file.source, one.sha256) for one in found} & there
    sources = {source for source, _ in kept}
    written = [one for one in planned if one.source not in sources]
    dropped = tuple(row.n for row in old.base.catalog.articles if row.source not in sources)
    if len(written) + len(dropped) > _MOST * len(there):
        return Outline(planned)
    return Outline(written, old.base.folder.name, dropped)


def overgrown(generation: Generation) -> bool:
    """Whether so much has changed since the base that the generation should be made whole."""
    if generation.delta is None:
        return False
    base, recent = generation.base.manifest.chunks, generation.delta.manifest.chunks
    gone = base + recent - len(generation.catalog)
    return recent + gone > _MOST * base


def made_whole(generation: Generation) -> Outline:
    """Return the outline of the same articles, all written into one folder."""
    return Outline([Planned(row.source, None, same=row) for row in generation.catalog.articles])
