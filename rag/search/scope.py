"""The articles that a question is limited to: all, some by name, those in a folder, those of a period.

Scope.of(folder="reports", since="2023") → the articles below reports/ that are dated 2023 or later
"""

import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypedDict
from weakref import WeakKeyDictionary

from rag.errors import ScopeError
from rag.index.catalog import ArticleRow, Catalog
from rag.index.generation import Generation
from rag.index.part import Part
from rag.language.periods import Period, period

_MOST_SOURCES = 10_000
_PARTS_KEPT = 8  # cached, so that asking within the same scope again costs nothing
_made: WeakKeyDictionary[Generation, dict["Scope", Part]] = WeakKeyDictionary()
_making = threading.Lock()


class Within(TypedDict, total=False):
    """A scope as keyword arguments: whole, or by its parts. A date may be partial: "2023", "2023-05"."""

    scope: "Scope | None"
    sources: Collection[str] | None
    folder: str
    since: str | date
    until: str | date


@dataclass(frozen=True, slots=True)
class Scope:
    """The conditions for an article to count; without any, all articles do.

    `sources` are paths of articles below the articles folder, `folder` is a folder with everything below it,
    `since` and `until` are the first and last day. If either is set, articles without a date do not count.
    """

    sources: tuple[str, ...] | None = None
    folder: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(
        cls,
        scope: "Scope | None" = None,
        *,
        sources: Collection[str] | None = None,
        folder: str = "",
        since: str | date = "",
        until: str | date = "",
    ) -> "Scope":
        """Build a scope from its parts, or return the one that is given.

        Raises:
            ScopeError: if a date cannot be parsed, or both a scope and parts are given.
        """
        if isinstance(sources, str):
            raise ScopeError(f"sources = {sources!r} is a string, not a list of articles")
        if sources is not None and len(sources) > _MOST_SOURCES:
            raise ScopeError(f"there are {len(sources)} sources, more than {_MOST_SOURCES}")
        first, last = _day("since", since), _day("until", until)
        given = cls(
            sources=None if sources is None else tuple(sorted(set(sources))),
            folder=folder.strip().removeprefix("./").strip("/"),
            since=first.first if first else None,
            until=last.last if last else None,
        )
        if scope is None:
            return given
        if given != cls():
            raise ScopeError("pass a scope or its parts, not both")
        return scope

    def __bool__(self) -> bool:
        """Whether any condition is set."""
        return self != Scope()

    def __str__(self) -> str:
        """A description for readers: “in reports, since 2023-01-01”."""
        named = self.sources
        parts = (
            "no article" if named == () else "",
            ", ".join(named) if named and len(named) <= 3 else f"{len(named)} articles" if named else "",
            f"in {self.folder}" if self.folder else "",
            f"since {self.since}" if self.since else "",
            f"until {self.until}" if self.until else "",
        )
        return ", ".join(filter(None, parts))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, under the names of the arguments of `of`."""
        fields = asdict(self)
        return fields | {
            name: value and str(value) for name in ("since", "until") for value in [fields[name]]
        }

    def articles(self, catalog: Catalog) -> list[ArticleRow]:
        """The articles that count, in order.

        Raises:
            ScopeError: if it names an article or folder that does not exist.
        """
        rows = catalog.articles
        if self.sources is not None:
            known = {row.source for row in rows}
            if unknown := [source for source in self.sources if source not in known]:
                raise ScopeError(f"there is no article {unknown[0]!r} in the index")
            wanted = set(self.sources)
            rows = [row for row in rows if row.source in wanted]
        if self.folder:
            below = f"{self.folder}/"
            if not any(row.source.startswith(below) for row in catalog.articles):
                raise ScopeError(f"there is no folder {self.folder!r} with articles")
            rows = [row for row in rows if row.source.startswith(below)]
        if self.since is None and self.until is None:
            return rows
        time = Period(self.since or date.min, self.until or date.max)
        return [row for row in rows if (day := period(row.date)) and time.holds(day)]


EVERYTHING = Scope()


def part_of(scope: Scope, generation: Generation) -> Part | None:
    """The part of a generation that counts, None if all of it does; the last parts used are cached.

    Raises:
        ScopeError: as `Scope.articles`.
    """
    if not scope:
        return None
    with _making:
        kept = _made.setdefault(generation, {})
        if (part := kept.pop(scope, None)) is None:
            with generation.damage():
                part = Part(generation, scope.articles(generation.catalog))
        kept[scope] = part  # the least recently used part is evicted first
        while len(kept) > _PARTS_KEPT:
            del kept[next(iter(kept))]
    return part


def _day(name: str, given: str | date) -> Period | None:
    if isinstance(given, date):
        return Period(date(given.year, given.month, given.day), date(given.year, given.month, given.day))
    if not given.strip():
        return None
    if found := period(given):
        return found
    raise ScopeError(f"{name} = {given[:40]!r} is not a date: write 2023, 2023-05 or 2023-05-31")
