"""Periods of time as people write them: a year, a month of a year, a day.

period("2023")         → 1 January to 31 December 2023
period("May 3, 2025")  → that day
period("next week")    → None
"""

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from rag.language.dates import MONTHS, days

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?!\d))?(?!\d))?(?![\d/])")
_YEAR = re.compile(r"(?<![\d.,$€£/-])(1[5-9]\d\d|20\d\d)(?![\d%/-]|[.,]\d)")
_READ_CHARS = 100  # of a date field


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one day to another, both inclusive."""

    first: date
    last: date

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> "Period":
        """A year, a month of it, or a day; 0 means not given.

        Raises:
            ValueError: if there is no such date.
        """
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return cls(first, date(year, last_month, day or monthrange(year, last_month)[1]))

    def holds(self, other: "Period") -> bool:
        """Whether it contains all of `other`."""
        return self.first <= other.first and other.last <= self.last


def period(text: str) -> Period | None:
    """The first date with a year in a short text, as precise as it is given; None if there is none."""
    text = text.strip()[:_READ_CHARS]
    try:
        if iso := _ISO.match(text):
            return Period.of(*(int(part or 0) for part in iso.groups()))
        day = next((day for day in days(text) if day.year), None)
        if day is not None:
            return Period.of(day.year, day.month, day.day)
    except ValueError:  # 31 June
        return None
    year = _YEAR.search(text)
    return Period.of(int(year[0])) if year else None


def years(text: str) -> frozenset[int]:
    """The years mentioned in a readable text."""
    return frozenset(int(match[0]) for match in _YEAR.finditer(text))


def in_text(text: str) -> frozenset[Period]:
    """The periods of all dates with a year in a readable text, and of its bare years."""
    found: set[Period] = set()
    for year, month, day in [
        *((one.year, one.month, one.day) for one in days(text) if one.year),
        *((year, 0, 0) for year in years(text)),
    ]:
        with suppress(ValueError):
            found.add(Period.of(year, month, day))
    return frozenset(found)


def written(time: Period) -> str:
    """The period as written in a sentence: “18 May 2024”, “May 2024”, “2024”."""
    if time.first == time.last:
        return f"{time.first.day} {MONTHS[time.first.month - 1].title()} {time.first.year}"
    if time.first.month == time.last.month:
        return f"{MONTHS[time.first.month - 1].title()} {time.first.year}"
    return str(time.first.year)
