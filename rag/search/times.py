"""The time that a question asks about: the newest or oldest, a year, since a day, before an event.

    time_asked("What is the latest fee?")             → TimeAsked("newest")
    time_asked("What was the fee in 2022?")           → TimeAsked(since=2022, until=2022)
    time_asked("Who ran the yard before the strike?") → TimeAsked(event="strike", side="before")

English only; other wordings of a time are not recognised.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from rag.language.dates import Day, days
from rag.language.facts import UNIT_WORDS
from rag.language.periods import Period, in_text, leading

# The adverbs and adjectives for the present and for either end of a series. A “current” may be one of water:
# they only matter where versions of several times are found. “The last ten years”, “last name” are excluded.
_NEWEST = re.compile(
    r"\b(?:latest|newest|current(?:ly)?|(?:most )?recent(?:ly)?|now(?:adays)?|today|at present|presently"
    r"|at the moment|these days"
    rf"|last(?! (?:names?|few|several|\w{{1,9}} ?(?:{UNIT_WORDS})s?|(?:{UNIT_WORDS})s?|\d)\b))\b",
    re.I,
)
_OLDEST = re.compile(r"\b(?:first(?! names?)|oldest|earliest|original(?:ly)?|initial(?:ly)?)\b", re.I)
_BETWEEN = re.compile(r"\b(?:between|from)\s(.{4,30}?)\s(?:and|to|until)\s(?=.{0,20}\d{4})", re.I)
_BOUND = re.compile(
    r"\b(?:(?P<before>before|prior to)|(?P<until>until|till|up to)|(?P<since>since)"
    r"|(?P<after>after|following))\s(?:the year |the |an? )?(?P<what>[^,;:?.!]{1,60})",
    re.I,
)
Side = Literal["", "before", "after"]


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """`end` is one end of a series of versions; `since` and `until` bound the time, inclusive.

    `event` or `month` (of an unnamed year) is a bound whose date the articles must give; the time is on this
    `side` of it.
    """

    end: Literal["", "newest", "oldest"] = ""
    since: Period | None = None
    until: Period | None = None
    event: str = ""
    month: int = 0
    side: Side = ""

    def __bool__(self) -> bool:
        return self != TimeAsked()

    @property
    def is_bounded(self) -> bool:
        return self.since is not None or self.until is not None

    def bounded(self, day: Period) -> "TimeAsked":
        """Replace the event or month by its date."""
        return replace(beside(day, self.side), end=self.end)

    def covers(self, time: Period) -> bool:
        """Whether a time lies within the bounds."""
        return (self.since is None or self.since.first <= time.first) and (
            self.until is None or time.last <= self.until.last
        )

    def overlaps(self, time: Period) -> bool:
        """Whether a time overlaps the bounds."""
        return (self.since is None or time.last >= self.since.first) and (
            self.until is None or time.first <= self.until.last
        )


@lru_cache(maxsize=1000)
def time_asked(question: str) -> TimeAsked:
    """The time that a readable question asks about, by its wording."""
    if (between := _BETWEEN.search(question)) and (first := leading(between[1])):
        return TimeAsked(since=first, until=leading(question[between.end() :]))
    for match in _BOUND.finditer(question):
        if found := _bound(match):
            return found
    named = in_text(question)
    outer = [one for one in named if not any(other != one and one.holds(other) for other in named)]
    if len(outer) == 1:
        return TimeAsked(since=outer[0], until=outer[0])
    if named:
        return TimeAsked()
    newest, oldest = _NEWEST.search(question), _OLDEST.search(question)
    if bool(newest) == bool(oldest):
        return TimeAsked()
    return TimeAsked("newest" if newest else "oldest")


def _bound(match: re.Match[str]) -> TimeAsked | None:
    side: Side = "before" if match["before"] or match["until"] else "after"
    what = match["what"].strip()
    if day := leading(what):
        if match["until"]:
            return TimeAsked(until=day)
        return TimeAsked(since=day) if match["since"] else beside(day, side)
    if month := _month(what):
        return TimeAsked(month=month.month, side=side)
    return TimeAsked(event=what, side=side) if what else None


def _month(what: str) -> Day | None:
    """A month without a year at the beginning of a text."""
    return next((day for day in days(what)[:1] if day.start == 0 and day.month and not day.year), None)


def beside(day: Period, side: Side) -> TimeAsked:
    """The time before a day, or after it."""
    one = timedelta(days=1)
    if side == "before":
        return TimeAsked(until=Period(date.min, day.first - one) if day.first > date.min else day)
    return TimeAsked(since=Period(day.last + one, date.max) if day.last < date.max else day)
