"""A bound that a list must keep to: “cost less than 200 euros”, “longer than 9 metres”, “at least 4 berths”.

Only fields and table rows are compared: which number of a paragraph is meant is too uncertain for a list.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.language.measures import LOW, Measure, adjective_of, measure_asked
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, words
from rag.search.attributes import Attribute
from rag.search.values import field_of
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
_MOST = 1000  # rows or fields of an article


@dataclass(frozen=True, slots=True)
class Bound:
    """The values of an attribute above (`more`) or below an amount, itself included or not."""

    attribute: Attribute
    amount: float
    kind: str
    more: bool
    included: bool

    def holds(self, sentence: Sentence) -> bool | None:
        """Whether a row or field keeps to it; None if it has no value of the attribute."""
        if sentence.block.kind != "row" and field_of(sentence) is None:
            return None
        value = self.attribute.value_in(sentence)
        if value is None or (value.kind and self.kind and value.kind != self.kind):
            return None
        if value.amount == self.amount:
            return self.included
        return (value.amount > self.amount) == self.more


def alike(sentence: Sentence) -> list[Sentence]:
    """All rows of a row's table, or all fields of its article with a field's label."""
    article, block = sentence.article, sentence.block
    label = (field_of(sentence) or ("", ""))[0]
    found = [Sentence(article, one.start, one.end) for one in article.blocks if one.kind == block.kind][
        :_MOST
    ]
    if block.kind == "row":
        return [one for one in found if one.block.path == block.path]
    return [one for one in found if label and (field_of(one) or ("", ""))[0] == label]


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
        attribute = Attribute(measure.name, measure) if measure else Attribute(counted, counted=counted)
        return Bound(attribute, one.value, one.measures, more, _AT_LEAST.search(before) is not None)
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
