"""Periods of time as people write them: a year, a month of a year, a day.

period("2023")         → 1 January to 31 December 2023
period("May 3, 2025")  → that day
period("next week")    → None
"""

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from rag.language.dates import MONTHS, days

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?!\d))?(?!\d))?(?![\d/])")
_YEAR = re.compile(r"(?<![\d.,$€£/-])(1[5-9]\d\d|20\d\d)(?![\d%/-]|[.,]\d)")
# 1962–71; from May 1962 to 1971; the 1960s; since, until or before 1962.
_SPAN = re.compile(
    r"\b(?:from|between)\s[^.,;\n]{0,15}(?<!\d)(?P<begin>\d{4})\s?(?:[–—-]|to|and|until|till|through)"
    r"[^.,;\n]{1,15}(?<!\d)(?P<end>\d{4})(?!\d)"
    r"|\b(?P<first>\d{4})(?:(?P<decade>s)\b|\s?(?:[–—/-]|to|until|through)\s?(?P<last>\d{4}|\d\d)(?![\d/-]))"
    r"|\b(?:(?P<after>since|after|from)|until|till|before|by)\s[^.,;\n]{0,15}(?<!\d)(?P<bound>\d{4})(?!\d)",
    re.I,
)
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

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last


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


def leading(text: str) -> Period | None:
    """The date at the beginning of a readable text, if it has a year: “2022, in the hall”."""
    text = text[:_READ_CHARS]
    begins = text[: day.end] if (day := next(iter(days(text)), None)) and day.start == 0 else ""
    if not begins and (year := _YEAR.match(text)):
        begins = year[0]
    return period(begins)


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


def spans(text: str) -> frozenset[Period]:
    """The periods of several years, open ones too, in a readable text: from 2010 to 2020, since 2015."""
    found: set[Period] = set()
    for match in _SPAN.finditer(text):
        first = int(match["begin"] or match["first"] or (match["bound"] if match["after"] else MINYEAR))
        if match["bound"]:
            last = MAXYEAR if match["after"] else int(match["bound"])
        elif match["decade"]:
            last = first + 9
        else:
            end = match["end"] or match["last"]
            last = int(end) if len(end) == 4 else first // 100 * 100 + int(end)
        if MINYEAR <= first < last <= MAXYEAR:
            found.add(Period(date(first, 1, 1), date(last, 12, 31)))
    return frozenset(found)


def within(text: str, year: int) -> bool:
    """Whether a year lies in a period of several years in a readable text: 1974 in “from 1971–79”."""
    return any(one.first.year <= year <= one.last.year for one in spans(text))


def written(time: Period) -> str:
    """The period as written in a sentence: “18 May 2024”, “May 2024”, “2024”."""
    if time.first == time.last:
        return f"{time.first.day} {MONTHS[time.first.month - 1].title()} {time.first.year}"
    if time.first.month == time.last.month:
        return f"{MONTHS[time.first.month - 1].title()} {time.first.year}"
    return str(time.first.year)
