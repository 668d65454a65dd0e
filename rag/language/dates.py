"""The dates in a text, each with the parts it states: June 9, 2025; 9 June; Monday; in May."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_WEEKDAY = rf"(?P<weekday>{'|'.join(DAYS)})s?"
_DATE = re.compile(
    r"(?<![\d-])(?P<iso>\d{4})-(?P<isomonth>\d\d)-(?P<isoday>\d\d)(?![\d-])"
    rf"|\b{_WEEKDAY}\b"
    rf"|\b(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?)?{_MONTH}(?![\w-])"
    r"(?:\s(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:]))?(?:\s?,?\s(?P<year>(?:1\d|20)\d\d)\b)?",
    re.IGNORECASE,
)
_SENTENCE_BEGIN = re.compile(r"(?:^|[.!?:;]\s+|[“\"‘(]\s*|—\s*)$")


@dataclass(frozen=True, slots=True)
class Day:
    """A date, possibly partial: a part that is not stated is 0; weekdays count from 1 (Monday)."""

    year: int
    month: int
    day: int
    weekday: int
    text: str
    start: int
    end: int

    def stated_by(self, other: "Day") -> bool:
        """Whether `other` states or implies every part of this date; a full date implies its weekday."""
        if any(here and here != there for here, there in zip(self._parts(), other._parts(), strict=True)):
            return False
        return not self.weekday or self.weekday == (other.weekday or other.falls_on())

    def falls_on(self) -> int:
        """The weekday of a full date; 0 for a partial one."""
        try:
            return date(self.year, self.month, self.day).isoweekday()
        except ValueError:
            return 0

    def against(self, other: "Day") -> bool:
        """Whether the two dates contradict each other: both state a part, and it differs."""
        return any(a and b and a != b for a, b in zip(self._parts(), other._parts(), strict=True)) or bool(
            self.weekday and other.weekday and self.weekday != other.weekday
        )

    def _parts(self) -> tuple[int, int, int]:
        return self.year, self.month, self.day


@lru_cache(maxsize=20_000)
def days(text: str) -> tuple[Day, ...]:
    """The dates in a readable text, in order; bare years are quantities, not dates."""
    found: list[Day] = []
    for match in _DATE.finditer(text):
        if match["iso"]:
            parts = int(match["iso"]), int(match["isomonth"]), int(match["isoday"])
            found.append(Day(*parts, 0, match[0], match.start(), match.end()))
        elif match["weekday"]:
            found.append(
                Day(0, 0, 0, DAYS.index(match["weekday"].lower()) + 1, match[0], match.start(), match.end())
            )
        elif _is_month(text, match):
            day = int(match["first"] or match["day"] or 0)
            month = _SHORT[match["month"][:3].lower()]
            found.append(
                Day(int(match["year"] or 0), month, day, 0, match[0].strip(), match.start(), match.end())
            )
    return tuple(_joined(text, found))


def _joined(text: str, found: list[Day]) -> list[Day]:
    """The dates with a weekday merged into the date that follows it: “Monday, June 9” is one date."""
    joined: list[Day] = []
    for day in found:
        last = joined[-1] if joined else None
        if (
            last
            and last.weekday
            and not last.month
            and day.month
            and text[last.end : day.start].strip(" ,") == ""
        ):
            whole = text[last.start : day.end]
            joined[-1] = replace(day, weekday=last.weekday, text=whole, start=last.start)
        else:
            joined.append(day)
    return joined


def _is_month(text: str, match: re.Match[str]) -> bool:
    """Whether a month's name means the month.

    “May” and “march” are also verbs, “Mar” and “Jan” also names; those need an adjacent number.
    """
    word = match["month"]
    numbered = bool(match["first"] or match["day"] or match["year"])
    if len(word.rstrip(".")) <= 4 and word.lower().rstrip(".") not in ("may", "june", "july"):
        return numbered and word[0].isupper()
    if word.lower() in ("may", "march"):
        begins = _SENTENCE_BEGIN.search(text[max(match.start("month") - 2, 0) : match.start("month")])
        return word[0].isupper() and (numbered or not begins)
    return word[0].isupper() or numbered
