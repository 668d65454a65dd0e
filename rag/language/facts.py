"""The parts of a sentence that a paraphrase must not change: numbers, dates, names.

facts("Exports fell 12.7% in May to $28.8 billion.")
→ numbers {12.7 %, 28800000000 $}, dates {may}, names {}
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from rag.language.words import STOPWORDS, stem, stems, words

_UNITS = "two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# “one” is left out: it is a pronoun more often than a count.
_WORD_VALUES = {
    **{word: value for value, word in enumerate(_UNITS, 2)},
    **{word: value for value, word in enumerate(_TEENS, 10)},
    **{word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    "dozen": 12,
}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_CURRENCIES = {
    "$": "$",
    "€": "€",
    "£": "£",
    "¥": "¥",
    "dollar": "$",
    "euro": "€",
    "pound": "£",
    "yen": "¥",
}
_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

UNIT_WORDS = "dollar|euro|pound|yen|second|minute|hour|day|week|month|year|decade|ton|tonne|mile|kilometre"
_NUMBER = re.compile(
    r"(?P<currency>[$€£¥])?\s?"
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th|s)?"
    r"(?P<tight>(?:k|mn?|bn?|tn)\b)?"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|mn|bn|tn)\b)?"
    rf"(?:[\s-]?(?P<percent>%|per\s?cent\b)|[\s-](?P<unit>{UNIT_WORDS})s?\b)?",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})[\s-](?P<ones>one|{'|'.join(_UNITS)})|(?P<word>{'|'.join(_WORD_VALUES)}))\b"
    r"(?:[\s-](?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    rf"(?:[\s-](?P<percent>per\s?cent)\b|[\s-](?P<unit>{UNIT_WORDS})s?\b)?",
    re.IGNORECASE,
)
_DATE_WORD = re.compile(
    rf"\b(?:(?:{'|'.join(_MONTHS + _DAYS)})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?=\s\d))",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_CAPITALISED = re.compile(r"(?<!\w)[^\W\d_a-z][\w’'-]*(?:\.[^\W\d_]\.?)*")
_CAPITAL_FOLLOWS = re.compile(r"\s[^\W\d_a-z]")
_DIGIT_FOLLOWS = re.compile(r"\s\d")
_SENTENCE_BEGIN = re.compile(r"(?:^|[.!?:;]\s+|[“\"‘(]\s*|—\s*)$")


@dataclass(frozen=True, slots=True)
class Number:
    """A value (28.8 billion is 28800000000.0), its unit (`%`, a currency sign or ""), and its text."""

    value: float
    unit: str = ""
    text: str = field(default="", compare=False)

    @property
    def is_year(self) -> bool:
        """Whether it can be read as a year: 1000 to 2100 without a unit."""
        return not self.unit and self.value % 1 == 0 and 1000 <= self.value <= 2100

    def matches(self, other: "Number") -> bool:
        """Whether the values are equal and the units compatible; a percentage never matches a count."""
        close = abs(self.value - other.value) <= 1e-9 * max(abs(self.value), abs(other.value))
        either = not self.unit or (not other.unit and self.unit != "%")
        return close and (either or self.unit == other.unit)


@dataclass(frozen=True, slots=True)
class Facts:
    """Numbers, dates (months and weekdays, lower case), and names (as stems of their words)."""

    numbers: frozenset[Number]
    dates: frozenset[str]
    names: frozenset[str]

    @property
    def times(self) -> frozenset[str]:
        """Years, months and weekdays."""
        return self.dates | {f"{number.value:.0f}" for number in self.numbers if number.is_year}


def unmatched(numbers: Iterable[Number], others: Collection[Number]) -> list[Number]:
    """The numbers that none of the others matches, in a deterministic order."""
    return sorted(
        (number for number in numbers if not any(number.matches(other) for other in others)),
        key=lambda number: number.text,
    )


@lru_cache(maxsize=20_000)
def facts(text: str) -> Facts:
    """The facts of one readable sentence or passage."""
    return Facts(_numbers(text), _dates(text), _names(text))


def _numbers(text: str) -> frozenset[Number]:
    found = set()
    for match in _NUMBER.finditer(text) if _DIGIT.search(text) else ():
        value = float(match["digits"].replace(",", ""))
        # “3m” is a length, “$3m” an amount.
        scale = match["scale"] or (match["tight"] if match["currency"] else None)
        found.add(Number(value * _SCALES.get((scale or "").lower(), 1), _unit(match), match[0].strip()))
    for match in _NUMBER_WORD.finditer(text):
        if match["tens"]:
            ones = match["ones"].lower()
            value = _WORD_VALUES[match["tens"].lower()] + _WORD_VALUES.get(ones, 1)
        else:
            value = _WORD_VALUES[match["word"].lower()]
        found.add(Number(value * _SCALES.get((match["scale"] or "").lower(), 1), _unit(match), match[0]))
    return frozenset(found)


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "%"
    currency = match.groupdict().get("currency")
    word = (match["unit"] or "").lower()
    return currency or _CURRENCIES.get(word, word)


def _dates(text: str) -> frozenset[str]:
    found = set()
    for match in _DATE_WORD.finditer(text):
        word = match[0]
        # “may” and “march” are also verbs.
        if word.lower() in ("may", "march") and (
            word.islower() or (_begins(text, match.start()) and not _DIGIT_FOLLOWS.match(text, match.end()))
        ):
            continue
        key = word.lower().rstrip(".")
        found.add(next((name for name in _MONTHS if name.startswith(key[:3]) and len(key) <= 4), key))
    return frozenset(found)


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins at an index of a readable text, judged by the two characters before it."""
    return _SENTENCE_BEGIN.search(text[max(at - 2, 0) : at]) is not None


def _names(text: str) -> frozenset[str]:
    """Stems of capitalised words, except those capitalised only because they begin a sentence."""
    found: set[str] = set()
    for match in _CAPITALISED.finditer(text):
        if not (name := _name(match[0])):
            continue
        if not _begins(text, match.start()) or _CAPITAL_FOLLOWS.match(text, match.end()):
            found |= name
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _name(word: str) -> frozenset[str]:
    """Stems of a capitalised word; empty for a function word, a month or a weekday."""
    if not word[0].isupper():
        return frozenset()  # an accented small letter
    if all(part in STOPWORDS or part in _MONTHS + _DAYS for part in words(word)):
        return frozenset()
    return frozenset(stems(word))


@lru_cache(maxsize=20_000)
def matter(text: str) -> frozenset[str]:
    """The stems of a readable sentence, except those of its numbers, months and weekdays."""
    found = facts(text)
    values = {part for number in found.numbers for part in stems(number.text)}
    values |= {stem(date) for date in found.dates}
    return frozenset(stems(text)) - values
