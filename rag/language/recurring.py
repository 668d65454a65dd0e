"""Recurring times and ages, as ranges and classes: “from May to September”, “at weekends”, “under 16”.

    months("It runs in the winter months.")     → {11, 12, 1, 2, 3}
    weekdays("Open Tuesday to Sunday.")         → {2, …, 7}
    ages("Passengers under sixteen pay half.")  → 0 to 15

English only. A season's months are those that somebody may count to it, in the north.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rag.language.dates import DAYS, MONTHS, Day, days
from rag.language.quantities_read import quantities

_YEAR, _WEEK = range(1, 13), range(1, 8)
_SEASONS = {
    "winter": (11, 12, 1, 2, 3), "spring": (3, 4, 5), "summer": (5, 6, 7, 8, 9), "autumn": (9, 10, 11),
    "fall": (9, 10, 11), "all year": _YEAR, "year-round": _YEAR, "year round": _YEAR,
    "time of the year": _YEAR, "time of year": _YEAR,
}  # fmt: skip
_DAYS = {
    "weekend": (6, 7), "weekday": (1, 2, 3, 4, 5), "working day": (1, 2, 3, 4, 5), "daily": _WEEK,
    "every day": _WEEK, "every evening": _WEEK, "every night": _WEEK, "every morning": _WEEK,
    "any day": _WEEK, "all week": _WEEK,
}  # fmt: skip
_TO = re.compile(r"\s?(?:to|until|till|through|[–—-])\s(?:the (?:end|beginning|middle) of\s)?|\s?[–—-]\s?")
_AND = re.compile(r"\sand\s")
_BETWEEN = re.compile(r"\bbetween\s$", re.I)
_SINCE = re.compile(r"\b(?:from|after|since)\s(?:the (?:end|beginning|middle) of\s)?$", re.I)
_TILL = re.compile(r"\b(?:until|till|before|up to|by)\s(?:the (?:end|beginning|middle) of\s)?$", re.I)
_BOUND_CHARS = 30
_UNDER = re.compile(
    r"\b(?:under|below|younger than|up to|less than|not yet|until)\s(?:the age of\s|age\s)?$", re.I
)
_OVER = re.compile(
    r"\b(?:over|above|older than|from|at least|more than|aged?|minimum age)\s(?:the age of\s|of\s|is\s)?$",
    re.I,
)
_UPWARDS = re.compile(
    r"(?:\syears?(?: old| of age)?)?\s(?:and|or)\s(?:over|older|above|upwards?|more)\b", re.I
)
_DOWNWARDS = re.compile(r"(?:\syears?(?: old| of age)?)?\s(?:and|or)\s(?:under|younger|below|less)\b", re.I)
_SPAN_TO = re.compile(r"\s?(?:to|and|[–—-])\s?$")
_AGED = re.compile(r"[\s-]years?[\s-](?:olds?|of age)\b", re.I)
_AGE_BEFORE = re.compile(r"\b(?:aged?|turned)\s$", re.I)
_OLDEST = 120


@lru_cache(maxsize=5000)
def months(text: str) -> frozenset[int]:
    """The months, 1 to 12, that a readable text names, one by one, by a range, or by a season."""
    found = [one for one in days(text) if one.month and not one.year]
    return _named(text, _SEASONS) | _spanned(text, found, lambda day: day.month, len(MONTHS))


@lru_cache(maxsize=5000)
def weekdays(text: str) -> frozenset[int]:
    """The days of the week, Monday being 1, that a readable text names, one by one, by a range or a class."""
    found = [one for one in days(text) if one.weekday and not one.month]
    return _named(text, _DAYS) | _spanned(text, found, lambda day: day.weekday, len(DAYS))


def _named(text: str, classes: Mapping[str, Iterable[int]]) -> frozenset[int]:
    lower = text.lower()
    return frozenset(one for name, members in classes.items() if name in lower for one in members)


def _spanned(text: str, found: list[Day], number: Callable[[Day], int], count: int) -> frozenset[int]:
    """The numbers of days or months, with those within a range, which may span the turn of the year."""
    numbers: set[int] = set()
    for at, day in enumerate(found):
        numbers.add(number(day))
        before = text[max(day.start - _BOUND_CHARS, 0) : day.start]
        following = found[at + 1] if at + 1 < len(found) else None
        gap = text[day.end : following.start] if following else ""
        if following and (_TO.fullmatch(gap) or (_AND.fullmatch(gap) and _BETWEEN.search(before))):
            length = (number(following) - number(day)) % count
            numbers |= {(number(day) - 1 + step) % count + 1 for step in range(length + 1)}
        elif len(found) == 1 and count == len(MONTHS) and _SINCE.search(before):
            numbers |= set(range(number(day), count + 1))
        elif len(found) == 1 and count == len(MONTHS) and _TILL.search(before):
            numbers |= set(range(1, number(day) + 1))
    return frozenset(numbers)


@lru_cache(maxsize=5000)
def ages(text: str) -> range | None:
    """The ages in years that a readable text bounds: “under 16”, “aged 6 to 12”, “65 and over”; or None."""
    numbers = [one for one in quantities(text) if one.rank == "amount" and one.measures in ("", "months")]
    for at, one in enumerate(numbers):
        years = int(one.value / 12) if one.measures == "months" else int(one.value)
        before, after = text[max(one.start - _BOUND_CHARS, 0) : one.start], text[one.end :]
        if not 0 < years <= _OLDEST:
            continue
        following = numbers[at + 1] if at + 1 < len(numbers) else None
        if following and _OVER.search(before) and _SPAN_TO.fullmatch(text[one.end : following.start]):
            return range(years, int(following.value) + 1)
        if _UNDER.search(before) or _DOWNWARDS.match(after):
            return range(years)
        if _OVER.search(before) or _UPWARDS.match(after):
            return range(years, _OLDEST + 1)
    return None


@lru_cache(maxsize=1000)
def age_asked(question: str) -> int | None:
    """The age of somebody in a readable question: “a fourteen-year-old”, “children aged 9”."""
    for one in quantities(question):
        exact = one.value / 12 if one.measures == "months" else one.value
        old = (
            re.match(r"[\s-]?(?:olds?|of age)\b", question[one.end :], re.I)
            if one.measures == "months"
            else None
        )
        said = _AGED.match(question, one.end) or _AGE_BEFORE.search(question[: one.start][-_BOUND_CHARS:])
        if (old or said) and 0 < exact <= _OLDEST:
            return int(exact)
    return None
