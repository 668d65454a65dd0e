"""What an adjective measures: the words that name it, the kinds of quantity that state it.

    measured_by("tallest") → height: “height”, “high”, …; a length
    measured_by("fastest") → speed: “speed”, “takes”, …; a speed, or a time, of which the least is the fastest

WordNet links few adjectives to their measure, so these are set by hand; a superlative of any other (“the
wettest”) is found only by its own word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.language.lexicon import akin, lemmas
from rag.language.words import stem, words

_BARE = "number"  # for a quantity without a unit: a staff is large by its heads
_MONEY = "$ € £ ¥ pound"
# Adjectives; the words that a question asks for what they measure by; others that state it; and the kinds of
# quantity (`Quantity.measures`, “year”).
_TABLE = (
    (
        "old young new early late recent",
        "age; year built founded opened established completed finished started erected constructed"
        " created formed begun launched born lit since date",
        "year",
    ),
    ("tall high low", "height; high tall elevation rises measures", "length"),
    ("long short", "length distance; long duration", "length time months"),
    ("big large small", "size area capacity;", f"area volume {_BARE}"),
    # “Nine pounds” may be a weight or a price.
    ("heavy light", "weight mass weighs;", "mass pound"),
    ("expensive cheap dear costly", "price cost fee; rent pay charge fare free", _MONEY),
    ("fast quick slow", "speed; time duration takes", "speed time"),
    ("deep shallow", "depth; deep", "length"),
    ("wide narrow broad", "width; wide across", "length"),
    ("far near", "range distance; reach goes", "length"),
    ("hot warm cold", "temperature; degree hot warm cold freeze boil", "temperature"),
)
_NAMED_ONLY = ("age", "height", "depth", "width")
_DEGREES = frozenset("how as so more most less least equally".split())
LOW = frozenset("low short small light slow cheap shallow narrow cold few little near".split())
OF_AGE = frozenset(_TABLE[0][0].split())


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` is what is measured, `asked` are the words for it in questions, `words` those and others that
    state it; `kinds` of quantity state it.
    """

    name: str
    asked: tuple[str, ...]
    words: tuple[str, ...]
    kinds: frozenset[str]

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(map(stem, self.words))

    @property
    def of_numbers(self) -> bool:
        """Whether a bare number may state it."""
        return _BARE in self.kinds

    @property
    def is_telling(self) -> bool:
        """Whether the words that ask for it mean nothing else, as those for lengths and sizes do."""
        return self in (MEASURES["cheap"], MEASURES["heavy"], MEASURES["warm"])

    @property
    def of_money(self) -> bool:
        return "$" in self.kinds

    @property
    def is_certain(self) -> bool:
        """Whether a quantity of its kinds is of it without a word that says so: most lengths are no depths,
        and a year may be of anything.
        """
        return self.name not in _NAMED_ONLY and not self.of_numbers

    def is_named(self, text: str) -> bool:
        """Whether a readable text has one of its words, in any form."""
        return any(akin(one, word) in ("form", "derived") for word in words(text) for one in self.words)


def _measures() -> Mapping[str, Measure]:
    found: dict[str, Measure] = {}
    for adjectives, named, kinds in _TABLE:
        found |= dict.fromkeys(adjectives.split(), _measure(named, kinds))
    return found


def _measure(named: str, kinds: str) -> Measure:
    asked, _, others = (part.split() for part in named.partition(";"))
    return Measure(asked[0], tuple(asked), (*asked, *others), frozenset(kinds.split()))


MEASURES: Mapping[str, Measure] = _measures()
# What “long” measures where something takes or lasts long.
_DURATION = _measure("duration; takes lasts", "time months")
_LASTS = ("take", "last")


@lru_cache(maxsize=1000)
def adjective_of(word: str) -> str:
    """The adjective that measures and that a lower-case word is a form of: “old” for “oldest”; else ""."""
    base = re.sub("i(?:er|est)$", "y", word)  # the dictionary's endings leave these out
    return next((lemma for lemma in (*lemmas(word), base) if lemma in MEASURES), "")


@lru_cache(maxsize=1000)
def measure_asked(question: str) -> Measure | None:
    """What a readable question measures: by a degree of an adjective (“older”, “how old”), or by its noun or
    verb (“length”, “costs”).
    """
    said = words(question)
    for before, word in zip(["", *said], said, strict=False):
        adjective = adjective_of(word)
        if adjective and (word != adjective or before in _DEGREES):
            lasting = adjective == "long" and any(
                akin(one, each) == "form" for one in _LASTS for each in said
            )
            return _DURATION if lasting else MEASURES[adjective]
    names = [(word, one) for one in dict.fromkeys(MEASURES.values()) for word in one.asked]
    return next((one for word, one in names if any(akin(word, each) == "form" for each in said)), None)
