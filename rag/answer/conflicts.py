"""Conflicts: claims in the evidence that give different values for the same thing.

Two rules find conflicts, both between sentences of different articles:

1. the sentences are alike but for a number, a date, a name or a few words (`rag.language.relation`);
2. the question asks for a number or a date, both passages have nearly all of its words, and the sentences
   give different values with the same unit and not at different times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from rag.language.facts import Facts, Number, facts, unmatched
from rag.language.numbered import asked_by_number, names_another
from rag.language.periods import period
from rag.language.relation import Relation, place, relation
from rag.language.words import stems
from rag.search.evidence import expected_kind, near_best
from rag.search.times import time_asked
from rag.search.versions import time_of
from rag.types import Differing, Evidence, Sentence, Side, readable

_COMPARED = 12
_MARGIN = 0.35  # evidence this far below the best is about something else
# Shares of the question's informative words from which evidence is about what is asked.
_IN_SENTENCE = 0.5
_IN_PASSAGE = 0.75
_MOST_SIDES = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two sentences, as each writes it."""

    about: Differing
    left: str
    right: str


@dataclass(slots=True)
class Dispute:
    """Evidence that disagrees: each side with its value as written, best first."""

    about: Differing
    sides: list[tuple[str, Evidence]] = field(default_factory=list)

    def cited(self, number_of: Callable[[Sentence], int | None]) -> tuple[Side, ...]:
        """The cited sides with their citation numbers; the newest is marked if all dates are known."""
        times = [period(item.sentence.article.date) for _, item in self.sides]
        ends = [time.last if time else None for time in times]
        newest = max((day for day in ends if day), default=None) if all(ends) else None
        one_newest = newest is not None and ends.count(newest) == 1
        return tuple(
            Side(value, number, item.sentence.article.date, one_newest and day == newest)
            for (value, item), day in zip(self.sides, ends, strict=True)
            if (number := number_of(item.sentence)) is not None
        )


def find_disputes(question: str, evidence: Sequence[Evidence]) -> list[Dispute]:
    """What the evidence disagrees about, if it concerns the question."""
    asked = asked_by_number(question)
    pool = [
        item
        for item in near_best(evidence, _MARGIN, _COMPARED)
        if not names_another(asked, readable(item.sentence.text), item.sentence.article.title)
    ]
    disputes: list[Dispute] = []
    timed = time_asked(question)
    placed = [(item, place(item.sentence), time_of(item.sentence) if timed else None) for item in pool]
    for (one, here, then), (other, there, now) in combinations(placed, 2):
        if one.sentence.article is other.sentence.article or one.version or other.version:
            continue  # what was so at another time does not contradict
        if then and now and (then.last < now.first or now.last < then.first):
            continue
        found = _differ(question, one, other, relation(here.text, [there], question, at=here))
        if found is not None:
            _note(disputes, found, one, other)
    return disputes


def _note(disputes: list[Dispute], found: Difference, one: Evidence, other: Evidence) -> None:
    """Add a difference to the dispute that already has one of its sides, or start a new one."""
    sides = [(found.left, one), (found.right, other)]
    for dispute in disputes:
        held = [item for _, item in dispute.sides]
        if dispute.about == found.about and (one in held or other in held):
            values = {value.casefold() for value, _ in dispute.sides}
            new = [side for side in sides if side[1] not in held and side[0].casefold() not in values]
            dispute.sides += new[: _MOST_SIDES - len(held)]
            return
    disputes.append(Dispute(found.about, sides))


def _differ(question: str, one: Evidence, other: Evidence, found: Relation) -> Difference | None:
    if found.about is not None:
        return Difference(found.about, *found.values)
    return _answers_differ(question, one, other) if found.kind == "near" else None


def _answers_differ(question: str, one: Evidence, other: Evidence) -> Difference | None:
    kind = expected_kind(question)
    if kind not in ("date", "number") or not (_is_about(question, one) and _is_about(question, other)):
        return None
    asked = facts(question)
    left, right = facts(readable(one.sentence.text)), facts(readable(other.sentence.text))
    if kind == "date":
        values = _dates(left, asked), _dates(right, asked)
        differ = not set(values[0]) & set(values[1])
        return Difference("date", _first(values[0]), _first(values[1])) if all(values) and differ else None
    times = set(_dates(left, asked)), set(_dates(right, asked))
    if all(times) and not times[0] & times[1]:
        return None  # of different times
    pairs = [(a, b) for a in _amounts(left, asked) for b in _amounts(right, asked) if a.unit == b.unit]
    if not pairs or any(a.matches(b) for a, b in pairs):
        return None
    return Difference("number", pairs[0][0].text, pairs[0][1].text)


def _is_about(question: str, item: Evidence) -> bool:
    """Whether the sentence has half of the question's informative words, and its passage nearly all."""
    if item.term_coverage < _IN_SENTENCE:
        return False
    asked = frozenset(stems(question))
    return len(asked.intersection(stems(item.hit.chunk.titled))) >= _IN_PASSAGE * len(asked)


def _dates(found: Facts, asked: Facts) -> list[str]:
    """Years, months and weekdays that the question does not mention."""
    return sorted(found.times - asked.times)


def _amounts(found: Facts, asked: Facts) -> list[Number]:
    """Numbers that are not years and not in the question, in a deterministic order."""
    return [number for number in unmatched(found.numbers, asked.numbers) if not number.is_year]


def _first(values: list[str]) -> str:
    return values[0].title()
