"""Both sides of a comparison: the same attribute of two things, one sentence of each.

“Which is quicker, the ferry or the bridge?” → “The ferry crosses in 20 minutes.”, “By the bridge it takes 5
minutes.”: an attribute is known by its words or by its measure, a duration.

If the articles tell of both things but give the attribute of one alone, that is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.language.facts import facts
from rag.language.measures import MEASURES, Measure, adjective_of, measure_asked
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.values import Value, cells_of, field_of, in_cell, in_prose
from rag.search.wanted import wanted
from rag.types import Evidence, Sentence, readable

_ORDER = re.compile(r"\b(?:[^\W\d_]{2,12}er|more|less|fewer|as [^\W\d_]{2,20} as)\b", re.I)
_THAN = re.compile(
    r"\b(?:is|are|was|were|does|do|did|has|have|had)\s(?P<left>.{2,120}?)\sthan\s(?P<right>.{2,120})", re.I
)
_OR = re.compile(
    r"(?:^|[,:]\s|\b(?:is|are|was|were|do|does|between)\s)(?P<left>[^,:]{2,120}?)\sor\s(?P<right>[^,:]{2,120})$",
    re.I,
)
_COMPARE = re.compile(r"\b(?:compare[ds]?|comparison|differences?|difference|versus|vs)\b", re.I)
_PAIR = re.compile(
    r"(?P<left>[^,:]{2,120}?),?\s(?:and|with|to|from|versus|vs\.?)\s(?P<right>[^,:]{2,120})$", re.I
)
_MORE = frozenset("more less fewer".split())
_TWO = re.compile(r"\b(?:(?:the|of|these|those) two|both|the two of|each other)\b", re.I)
_NAMED_BONUS = 0.3  # for a sentence with a word for the attribute, or for its circumstances (“to the top”)
_MOST_READ = 60  # sentences of each side
_COUNTED = re.compile(r"\b(?:more|fewer|less|most|fewest|many)\s(?!more|fewer|less)([^\W\d_]{3,30})", re.I)


@dataclass(frozen=True, slots=True)
class Sides:
    """The content words of the two sides of a comparison, as worded; empty if the question counts on there
    being only two things (“the two lines”).
    """

    left: str = ""
    right: str = ""

    @property
    def are_named(self) -> bool:
        return bool(self.left and self.right)


@dataclass(frozen=True, slots=True)
class Compared:
    """A sentence of each side; `unsaid` is what no sentence gives: of one side, or, without any, of both."""

    found: tuple[Sentence, ...] = ()
    unsaid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is compared: a measure, what is counted (“more rooms”), or a field or column, by its stems."""

    name: str
    measure: Measure | None = None
    counted: str = ""
    labels: frozenset[str] = frozenset()

    def value_in(self, sentence: Sentence) -> Value | None:
        """Its value in a sentence, a field or a row; None if it is not certain to be its value."""
        field = field_of(sentence)
        if self.labels:
            cells = [field] if field else cells_of(sentence) if sentence.block.kind == "row" else []
            return next(
                (Value(0.0, "", label) for label, _ in cells if self.labels & frozenset(stems(label))), None
            )
        if sentence.block.kind != "row" and field is None:
            text = readable(sentence.text)
            value = in_prose(text, self.measure, self.counted)
            return value if value and self._is_certain(value, text) else None
        values = [
            (self._names(label) or bool(self.counted and self._names(text)), value)
            for label, text in ([field] if field else cells_of(sentence))
            if (value := in_cell(label, text, self.measure is MEASURES["old"]))
        ]
        kinds = self.measure.kinds if self.measure else frozenset()
        named = [
            value
            for is_named, value in values
            if is_named and (not value.kind or not kinds or value.kind in kinds)
        ]
        found = next(iter(named or [value for _, value in values if value.kind in kinds]), None)
        return replace(found, sort=found.kind) if found else None

    def _names(self, label: str) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence with the value that it gives; `score` is higher for one that says what the value is of."""

    sentence: Sentence
    score: float
    value: Value


def sides_of(question: str) -> Sides | None:
    """The sides that a readable question compares; None if it compares nothing."""
    text = question.strip().rstrip("?!. ")
    if than := _THAN.search(text):
        return Sides(than["left"], than["right"])
    compares = _COMPARE.search(text) is not None
    if (_orders(text) or compares) and (either := _OR.search(text)):
        return Sides(either["left"], either["right"])
    if compares and not _TWO.search(text) and (pair := _PAIR.search(text)):
        return Sides(pair["left"], pair["right"])
    orders = _orders(text)
    of_two = _TWO.search(text) or (orders and wanted(question).number == "extreme")
    return Sides() if (compares or orders) and of_two else None


def _orders(text: str) -> bool:
    """Whether a text has a comparative: “older”, “more”; no “member”."""
    return any(
        " " in match[0]
        or match[0].lower() in _MORE
        or adjective_of(match[0].lower()) not in ("", match[0].lower())
        for match in _ORDER.finditer(text)
    )


def compared(question: str, evidence: Sequence[Evidence]) -> Compared:
    """The sentences that state what a readable question compares, of each side; empty if it compares nothing,
    if a side is unknown, or if what is compared cannot be told from its words.
    """
    sides = sides_of(question)
    if sides is None or not evidence:
        return Compared()
    attribute = _attribute(question)
    if not sides.are_named:
        return _of_two(attribute, evidence, question) if attribute else Compared()
    left, right = _distinct(sides, evidence)
    attribute = attribute or Attribute(
        "", labels=frozenset(stems(_COMPARE.sub(" ", question))) - left - right
    )
    each = [[], []]  # type: list[list[Evidence]]
    for item in evidence:
        side = _side(item.sentence, left, right)
        if side is not None:
            each[side].append(item)
    if not all(each):
        unknown = (sides.left, sides.right)[0 if not each[0] else 1]
        return (
            Compared(unsaid=(unknown,))
            if _is_nowhere(unknown, left if not each[0] else right, evidence)
            else Compared()
        )
    around = frozenset(stems(question)) - frozenset(stems(f"{sides.left} {sides.right}"))
    candidates = [
        list(_candidates(attribute, items[:_MOST_READ], around)) or _only_year(attribute, items)
        for items in each
    ]
    if pair := _alike(*candidates):
        return Compared(_in_order(pair, question))
    if not any(candidates):
        vague = attribute.measure is not None and attribute.measure.of_numbers
        told = (
            vague
            or not (attribute.measure or attribute.counted)
            or any(_says_otherwise(attribute, item) for items in each for item in items)
        )
        return Compared() if told else Compared(unsaid=(attribute.name,))
    lacking = 0 if not candidates[0] else 1
    if candidates[lacking]:
        return Compared()  # both have values, but not of one sort
    if attribute.counted and any(map(_counts_something, each[lacking][:_MOST_READ])):
        return Compared()  # “260 guests” may be its people
    best = max(candidates[1 - lacking], key=lambda one: one.score)
    return Compared((best.sentence,), (f"{attribute.name}, {each[lacking][0].sentence.article.title}",))


def _counts_something(item: Evidence) -> bool:
    found = quantities(readable(item.sentence.text))
    return any(one.rank == "amount" and not one.measures and not one.of_time for one in found)


def _is_nowhere(side: str, named: frozenset[str], evidence: Sequence[Evidence]) -> bool:
    """Whether a side is a name of which no sentence found, nor its title, has a word."""
    if not facts(f"of {side}").names:
        return False
    return not any(
        named & (_subject(item.sentence) | frozenset(stems(item.sentence.display_text))) for item in evidence
    )


def _attribute(question: str) -> Attribute | None:
    if counted := _COUNTED.search(question):
        word = counted[1].lower()
        if not adjective_of(word) and word not in STOPWORDS:
            return Attribute(word, counted=word)
    if measure := measure_asked(question):
        return Attribute(measure.name, measure)
    return None


def _distinct(sides: Sides, evidence: Sequence[Evidence]) -> tuple[frozenset[str], frozenset[str]]:
    """The stems that tell the sides apart: those of titles, headings and first cells, if there are any."""
    left, right = frozenset(stems(sides.left)), frozenset(stems(sides.right))
    subjects = frozenset().union(*(_subject(item.sentence) for item in evidence))

    def own(side: frozenset[str], other: frozenset[str]) -> frozenset[str]:
        return (side - other) & subjects or side - other

    return own(left, right), own(right, left)


def _subject(sentence: Sentence) -> frozenset[str]:
    """The stems of what a sentence is about by its place: title, headings, the first cell of its row."""
    first = cells_of(sentence)[0][1] if sentence.block.kind == "row" else ""
    return frozenset(stems(" ".join((sentence.article.title, *sentence.block.path, first))))


def _side(sentence: Sentence, left: frozenset[str], right: frozenset[str]) -> int | None:
    """0 if a sentence is about the left side, 1 if about the right one, by its place or by its own words."""
    for held in (_subject(sentence), frozenset(stems(sentence.display_text))):
        ours, theirs = len(held & left), len(held & right)
        if ours != theirs:
            return int(theirs > ours)
    return None


def _candidates(
    attribute: Attribute, items: Sequence[Evidence], around: frozenset[str] = frozenset()
) -> Iterator[_Candidate]:
    """`around` are the question's stems that name neither side."""
    for item in items:
        if value := attribute.value_in(item.sentence):
            fits = bool(around & frozenset(stems(item.sentence.display_text)))
            yield _Candidate(item.sentence, item.score + _NAMED_BONUS * (value.named + fits), value)


def _only_year(attribute: Attribute, items: Sequence[Evidence]) -> list[_Candidate]:
    """For an age, the one sentence about a side that has a year, if there is but one."""
    if attribute.measure is not MEASURES["old"]:
        return []
    dated = [
        _Candidate(item.sentence, item.score, value)
        for item in items
        if (value := in_prose(readable(item.sentence.text), attribute.measure))
    ]
    return dated if len(dated) == 1 else []


def _alike(left: Sequence[_Candidate], right: Sequence[_Candidate]) -> tuple[_Candidate, _Candidate] | None:
    """The best pair of candidates whose values are of one sort."""
    pairs = [(one, other) for one in left for other in right if one.value.sort == other.value.sort]
    return max(pairs, key=lambda pair: pair[0].score + pair[1].score, default=None)


def _of_two(attribute: Attribute, evidence: Sequence[Evidence], question: str) -> Compared:
    """The values of “the two”, if there are just two things with one."""
    by_thing: dict[tuple[str, tuple[str, ...]], list[_Candidate]] = {}
    for one in _candidates(attribute, evidence[:_MOST_READ]):
        by_thing.setdefault((one.sentence.article.source, one.sentence.block.path), []).append(one)
    if len(by_thing) != 2:
        return Compared()
    pair = _alike(*by_thing.values())
    return Compared(_in_order(pair, question)) if pair else Compared()


def _in_order(pair: tuple[_Candidate, _Candidate], question: str) -> tuple[Sentence, ...]:
    """The pair, first the one that the question asks for, if it asks for one."""
    asks = wanted(question)
    if asks.number == "extreme":
        highest_first = pair[0].value.highest_first(asks)
        pair = (pair[1], pair[0]) if (pair[0].value.amount < pair[1].value.amount) == highest_first else pair
    return tuple(dict.fromkeys(one.sentence for one in pair))


def _says_otherwise(attribute: Attribute, item: Evidence) -> bool:
    """Whether a sentence may compare in words: “the older of the two”, “twice as long”."""
    text = readable(item.sentence.text)
    named = attribute.measure.is_named(text) if attribute.measure else stem(attribute.counted) in stems(text)
    degree = any(MEASURES.get(adjective_of(word)) is attribute.measure for word in words(text))
    return (attribute.measure is not None and degree) or (named and bool(quantities(text)))
