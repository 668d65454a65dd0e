"""A bound that a list must keep to: “cost less than 200 euros”, “longer than 9 metres”, “at least 4 berths”.

Only fields and table rows are compared: which number of a paragraph is meant is too uncertain for a list.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.measures import LOW, Measure, adjective_of, measure_asked
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, words
from rag.search.attributes import Attribute
from rag.search.mentions import forms_in
from rag.search.values import Several, all_alike, cells_of
from rag.types import Sentence

_THAN = re.compile(r"\b([^\W\d_]{2,12}er) than\s[$€£¥]?$", re.I)
_AT_LEAST = re.compile(
    r"\b(?:at least|at most|up to|no (?:less|more|fewer) than|not more than)\s[$€£¥]?$", re.I
)
_BEFORE_CHARS = 30
# Bounds beyond those that quantities are read with, by what stands before or after the number.
_BEFORE_BOUND = re.compile(r"\b(?:between|within|[^\W\d_]{2,12}er than)\s[$€£¥]?$", re.IGNORECASE)
_AFTER_BOUND = re.compile(
    r"\s(?:[^\W\d_]{1,12}\s)?and (?:more|less|fewer|over|under|above|below|up(?:wards)?|[^\W\d_]{2,12}er)\b",
    re.IGNORECASE,
)
_TO = re.compile(r"\sand\s[$€£¥]?\d[\d.,]{0,12}")


@dataclass(frozen=True, slots=True)
class Bound:
    """The values of an attribute above (`more`) or below an amount, itself included or not; `things` are the
    question's other words, which say what has the attribute.
    """

    attribute: Attribute
    amount: float
    kind: str
    more: bool
    included: bool
    things: tuple[str, ...] = ()

    def holds(self, sentence: Sentence) -> bool | None:
        """Whether a row or field keeps to it; None if it has no value of the attribute."""
        if not cells_of(sentence):
            return None
        value = self.attribute.value_in(sentence)
        if value is None or (value.kind and self.kind and value.kind != self.kind):
            return None
        if value.amount == self.amount:
            return self.included
        return (value.amount > self.amount) == self.more

    def is_named_in(self, sentence: Sentence) -> bool:
        """Whether the key of a field, or the name of a column, says that its value is of the attribute."""
        return any(self.attribute.is_named_in(key) for key, _ in cells_of(sentence))


def kept(bound: Bound, ranked: Sequence[Sentence]) -> Several:
    """All rows and fields that keep to a bound, in every table and series of records that `ranked` has a
    value of: those of the things asked for, as far as any are named.
    """
    held = [one for one in ranked if bound.holds(one) is not None]
    some = [one for one in held if bound.is_named_in(one)]
    named = {one.article.source for one in some}
    every = all_alike(some + [one for one in held if one.article.source not in named])
    valued = [one for one in every.sentences if bound.holds(one) is not None]
    around = [frozenset(words(one.full_text)) for one in valued]
    vocabulary = frozenset[str]().union(*around)
    forms = [forms_in(vocabulary, thing) for thing in bound.things]
    known = [sum(bool(some & said) for some in forms) for said in around]
    most = max(known, default=0)
    keeping = (one for one, count in zip(valued, known, strict=True) if count == most and bound.holds(one))
    return Several(tuple(keeping), every.whole)


@lru_cache(maxsize=1000)
def bound_asked(question: str) -> Bound | None:
    """The first bound in a readable question; None without one."""
    for one in quantities(question):
        before = question[max(one.start - _BEFORE_CHARS, 0) : one.start]
        than = _THAN.search(before)
        adjective = adjective_of(than[1].lower()) if than else ""
        if one.rank != "amount" or not (one.bound in ("more", "less") or adjective):
            continue
        more = adjective not in LOW if adjective else one.bound == "more"
        counted = next((word for word in words(question[one.end :]) if word not in STOPWORDS), "")
        measure = measure_asked(question)
        if measure is None and one.measures:
            measure = Measure(one.measures, (), (), frozenset([one.measures]))
        if measure is None and not counted:
            return None
        attribute = Attribute(measure) if measure else Attribute(counted=counted)
        included = _AT_LEAST.search(before) is not None
        things = _things(question[: one.start], adjective, measure)
        return Bound(attribute, one.value, one.measures, more, included, things)
    return None


def without_bounds(text: str) -> str:
    """A readable text without its bounds: “sleep people” for “sleep more than 6 people”."""
    kept, end = [], 0
    for one in quantities(text):
        start = max(one.start - _BEFORE_CHARS, end)
        before = _BEFORE_BOUND.search(text[start : one.start])
        after = _AFTER_BOUND.match(text, one.end) or (_TO.match(text, one.end) if before else None)
        if one.start >= end and (one.bound in ("more", "less") or before or after):
            kept.append(text[end : start + before.start() if before else one.start])
            end = after.end() if after else one.end
    return "".join((*kept, text[end:]))


def _things(before: str, adjective: str, measure: Measure | None) -> tuple[str, ...]:
    """The content words of a question before its bound that do not say what is measured."""
    said = [
        word for word in words(before) if word not in STOPWORDS and (adjective_of(word) or word) != adjective
    ]
    return tuple(word for word in said if measure is None or not measure.is_named(word))
