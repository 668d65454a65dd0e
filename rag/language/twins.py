"""Two sentences about the same thing: do they say the same, and if not, what differs?

“The parish was founded in 1900.” / “The parish was founded in 1856.” → date, 1900, 1856
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rag.language.facts import facts, unmatched
from rag.language.polarity import turned_around
from rag.language.words import stem, stems, words
from rag.types import Differing

# Shares of the words of the longer sentence that both hold, numbers and dates aside (last: and names).
_SAME = 0.85
_SAME_MATTER = 0.6
_SAME_BUT_FOR_NAMES = 0.8
_FEWEST_STEMS = 3
_FEWEST_STEMS_FOR_WORDING = 5
_MOST_WORDS_CHANGED = 3
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<after>{_MONTH})"
    rf"|(?P<before>{_MONTH})\s(?P<number>\d{{1,2}})(?:st|nd|rd|th)?)\b(?:,?\s\d{{4}}\b)?"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What two sentences about the same thing give differently, as each writes it.

    Where one denies the other, that is the whole sentences.
    """

    about: Differing
    left: str
    right: str


@lru_cache(maxsize=20_000)
def matter(text: str) -> frozenset[str]:
    """The stems of a readable sentence without those of its numbers, months and weekdays."""
    found = facts(text)
    values = {part for number in found.numbers for part in stems(number.text)}
    values |= {stem(date) for date in found.dates}
    return frozenset(stems(text)) - values


def same(left: str, right: str) -> bool:
    """Whether two readable sentences say the same, but for a few words."""
    if _likeness(left, right) < _SAME or any(map(all, _values_apart(left, right))):
        return False
    return difference(left, right) is None


@lru_cache(maxsize=20_000)
def difference(left: str, right: str) -> Difference | None:
    """What differs between two readable sentences; None if nothing does, or they are of other things."""
    likeness = _likeness(left, right)
    if likeness < _SAME_MATTER:
        return None
    one, other = facts(left), facts(right)
    times, amounts = _values_apart(left, right)
    if all(times) and all(amounts):
        return None  # what was so at one time, and what at another
    if all(amounts):
        return Difference("number", amounts[0][0], amounts[1][0])
    if all(times):
        return Difference("date", times[0][0], times[1][0])
    changed = matter(left) - matter(right), matter(right) - matter(left)
    names = one.names & changed[0], other.names & changed[1]
    if all(names):
        return _other_name(left, right, *names)
    if turned_around(left, [right]) or turned_around(right, [left]):
        return Difference("wording", left, right)
    long_enough = min(len(matter(left)), len(matter(right))) >= _FEWEST_STEMS_FOR_WORDING
    if long_enough and all(0 < len(side) <= _MOST_WORDS_CHANGED for side in changed):
        return Difference("wording", _words_of(left, changed[0]), _words_of(right, changed[1]))
    return None


def _likeness(left: str, right: str) -> float:
    one, other = matter(left), matter(right)
    if min(len(one), len(other)) < _FEWEST_STEMS:
        return 0.0
    return len(one & other) / max(len(one), len(other))


def _other_name(
    left: str, right: str, left_names: frozenset[str], right_names: frozenset[str]
) -> Difference | None:
    """The names that stand in one sentence where the other, alike but for names, has others."""
    rest = max(len(matter(left) - left_names), len(matter(right) - right_names))
    if len(matter(left) & matter(right)) < _SAME_BUT_FOR_NAMES * rest:
        return None
    stated, said = words(left), words(right)
    for kind, i, i_end, j, j_end in SequenceMatcher(None, stated, said, autojunk=False).get_opcodes():
        before, after = ({*stems(" ".join(part))} for part in (stated[i:i_end], said[j:j_end]))
        only_names = before and after and before <= left_names and after <= right_names
        if kind == "replace" and only_names:
            return Difference("name", _words_of(left, before), _words_of(right, after))
    return None


def _values_apart(left: str, right: str) -> tuple[tuple[list[str], list[str]], ...]:
    """Times, then amounts: what only the left sentence gives, and what only the right one does."""
    return tuple((only(left, right), only(right, left)) for only in (_only_times, _only_amounts))


def _only_times(here: str, there: str) -> list[str]:
    days, others = _days(here), _days(there)
    found = [text for day, text in days.items() if day not in others]
    lacking = unmatched(facts(here).numbers, facts(there).numbers)
    found += [number.text for number in lacking if number.is_year]
    months = facts(here).dates - facts(there).dates - {month for month, _ in days}
    return found + [month.title() for month in sorted(months)]


def _only_amounts(here: str, there: str) -> list[str]:
    days = {day for _, day in _days(here)}
    lacking = unmatched(facts(here).numbers, facts(there).numbers)
    return [n.text for n in lacking if not n.is_year and (n.unit or n.value not in days)]


@lru_cache(maxsize=20_000)
def _days(text: str) -> Mapping[tuple[str, int], str]:
    """The days that a text names by month and number, as it writes them."""
    return {
        ((match["after"] or match["before"]).lower(), int(match["day"] or match["number"])): match[0]
        for match in _DAY.finditer(text)
    }


def _words_of(text: str, wanted: Set[str]) -> str:
    """The words of `text` that hold the wanted stems, in order."""
    return " ".join(word.strip('.,;:?!()"“”') for word in text.split() if wanted & set(stems(word)))
