"""What is compared: an attribute of things, by its words, its measure, what it counts, or its column."""

import re
from dataclasses import dataclass, replace

from rag.language.lexicon import akin
from rag.language.measures import MEASURES, Measure, adjective_of, measure_asked
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.values import Value, cells_of, in_cell, in_prose
from rag.types import Sentence, readable

_COUNTED = re.compile(r"\b(?:more|fewer|less|most|fewest|many)\s(?!more|fewer|less)([^\W\d_]{3,30})", re.I)
# “Has the higher toll”: the toll is compared, not a height.
_OF_NOUN = re.compile(
    r"\bha(?:s|ve|d)\b.{0,20}\b(?:higher|lower|bigger|larger|smaller|greater)\s([^\W\d_]{3,30})", re.I
)
# “Twice as long”; “began before the mill” tells which is older.
_AS = re.compile(r"\bas ([^\W\d_]{2,20}) as\b", re.I)
_MORE_OF = re.compile(r"\b(?:more|fewer|less|as many) ([^\W\d_]{3,30})", re.I)
_EARLIER = re.compile(r"\b(?:before|after|earlier|later|predat\w{1,4})\b", re.I)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is compared: a measure, what is counted (“more rooms”), or a field or column, by its stems."""

    measure: Measure | None = None
    counted: str = ""
    labels: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.measure.name if self.measure else self.counted

    @property
    def is_unknown(self) -> bool:
        """Whether neither a measure nor what is counted is known, only the names of fields."""
        return self.measure is None and not self.counted

    @property
    def is_of_money(self) -> bool:
        return self.measure is not None and self.measure.of_money

    @property
    def is_of_numbers(self) -> bool:
        return self.measure is not None and self.measure.of_numbers

    @property
    def is_elusive(self) -> bool:
        """Whether an amount of its kind is mostly of something else: most lengths are no depths, most numbers
        do not count it. Most years tell an age.
        """
        return self.measure is None or not (self.measure.is_certain or "year" in self.measure.kinds)

    def is_named_by(self, word: str) -> bool:
        """Whether a lower-case word, or its stem, is a word for it."""
        if self.measure:
            return self.measure.is_named(word) or word in self.measure.stems
        return bool(self.counted) and (stem(word) == stem(self.counted) or word == stem(self.counted))

    def value_in(self, sentence: Sentence) -> Value | None:
        """Its value in a sentence, a field or a row; None if it is not certain to be its value."""
        cells = cells_of(sentence)
        if self.labels:
            named_by = (label for label, _ in cells if self.labels & frozenset(stems(label)))
            return next((Value(0.0, "", label, named=True) for label in named_by), None)
        if not cells:
            text = readable(sentence.text)
            value = in_prose(text, self.measure, self.counted)
            return value if value and self._is_certain(value, text) else None
        values = [
            (self.is_named_in(label) or bool(self.counted and self.is_named_in(text)), value)
            for label, text in cells
            if (value := in_cell(label, text, self.measure is MEASURES["old"]))
        ]
        kinds = self.measure.kinds if self.measure else frozenset()
        named = [
            value
            for is_named, value in values
            if is_named and (not value.kind or not kinds or value.kind in kinds)
        ]
        alike = named or [value for _, value in values if value.kind in kinds]
        found = next(iter(alike), None)
        return replace(found, sort=found.kind, named=len(alike) == 1 or bool(named)) if found else None

    def amount_in(self, sentence: Sentence) -> Value | None:
        """A value in prose that may be its value, by its kind alone."""
        if self.labels or cells_of(sentence):
            return None
        return in_prose(readable(sentence.text), self.measure, self.counted)

    def is_compared_in(self, text: str) -> bool:
        """Whether a readable text compares it: “is older than”, “as many rooms as”, “built before”."""
        if self.measure is None:
            return any(akin(self.counted, match[1].lower()) for match in _MORE_OF.finditer(text))
        degrees = [
            *(match[1] for match in _AS.finditer(text)),
            *(one for one in words(text) if _is_degree(one)),
        ]
        return any(MEASURES.get(adjective_of(one.lower())) == self.measure for one in degrees) or (
            self.measure is MEASURES["old"] and _EARLIER.search(text) is not None
        )

    def is_told_in(self, text: str) -> bool:
        """Whether a readable text may tell of it: “the older of the two”, “41 years old”, a number beside its
        word.
        """
        degree = any(MEASURES.get(adjective_of(word)) is self.measure for word in words(text))
        return (self.measure is not None and degree) or (self.is_named_in(text) and bool(quantities(text)))

    def is_named_in(self, label: str) -> bool:
        """Whether a label or a readable text has a word for it."""
        if self.measure:
            return self.measure.is_named(label)
        return stem(self.counted) in stems(label)

    def _is_certain(self, value: Value, text: str) -> bool:
        """Whether a value in prose is of the attribute: by a word nearby, or by its kind alone."""
        if self.measure is None or value.named:
            return value.named
        if not value.kind:
            return self.measure.is_named(text)  # “41 francs”, in a sentence that tells of costs
        return self.measure.is_certain


def attribute_asked(question: str) -> Attribute | None:
    """What is compared in a readable question: what it counts or measures; None if neither."""
    if counted := _COUNTED.search(question):
        word = counted[1].lower()
        if not adjective_of(word) and word not in STOPWORDS:
            return Attribute(counted=word)
    of_noun = _OF_NOUN.search(question)
    if of_noun and of_noun[1].lower() not in STOPWORDS:
        word = of_noun[1].lower()
        measure = measure_asked(word)
        return Attribute(measure) if measure else Attribute(counted=word)
    measure = measure_asked(question)
    return Attribute(measure) if measure else None


def _is_degree(word: str) -> bool:
    return adjective_of(word) not in ("", word)
