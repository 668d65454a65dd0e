"""The values of the two sides of a comparison, and which two are certain to be of one attribute.

A pair is certain if both values are named by what is compared (“costs 9 euros”), or stand in sentences that
are worded alike; and neither is of a part that the other is not of: the mast of a ship is no length of it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rag.language.grammar import ARTICLES
from rag.language.lexicon import noun_share, verb_share
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.attributes import Attribute
from rag.search.corrections import form
from rag.search.sides import Apart
from rag.search.values import Value, cells_of
from rag.types import Evidence, Sentence, readable

_NAMED_BONUS = 0.3  # for a sentence with a word for the attribute, or for its circumstances (“to the top”)
_ALIKE = 0.5  # share of the shorter sentence's words, but for names and numbers, from which on two are alike
_CLAUSE = re.compile(r"[,;:—–]\s|\band\b|\bbut\b")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)|['’]s\b")
_OWNERS = frozenset("its their his her".split())
_OF = frozenset("of on at in for to from round around by with over under".split())
_NOUN = 0.6  # share of the uses of a word


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with the value that it gives; `score` is higher for one that says what the value is of.

    `part` are the stems of the part of its side, or the thing beside it, that the value is of: the mast of a
    ship. `beside` are the stems of its clause that say of what it is.
    """

    sentence: Sentence
    score: float
    value: Value
    part: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    @property
    def in_cell(self) -> bool:
        return bool(cells_of(self.sentence))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question compares, of which sides; `around` are its stems that name neither."""

    question: str
    attribute: Attribute
    apart: Apart
    around: frozenset[str]

    @property
    def about(self) -> frozenset[str]:
        """The question's stems that name no side by what tells it apart, nor the attribute."""
        said = frozenset(stems(self.question)) - self.apart.left - self.apart.right
        return frozenset(each for each in said if not self.attribute.is_named_by(each))


def candidates(asked: Comparison, items: Sequence[Evidence]) -> Iterator[Candidate]:
    for item in items:
        if value := asked.attribute.value_in(item.sentence):
            fits = bool(asked.around & frozenset(stems(item.sentence.display_text)))
            score = item.score + _NAMED_BONUS * (value.named + fits)
            yield _candidate(item.sentence, score, value, asked)


def _candidate(sentence: Sentence, score: float, value: Value, asked: Comparison) -> Candidate:
    part, beside = _part(sentence, value, asked), _beside(sentence, value, asked)
    return Candidate(sentence, score, value, part, beside)


def _part(sentence: Sentence, value: Value, asked: Comparison) -> frozenset[str]:
    """The stems of what a value in prose is of, if that is not the side itself: “the mast of the Heron”, “the
    Heron's mast”, “its mast”, and words that the question has not.
    """
    if value.at < 0:
        return frozenset()
    text = readable(sentence.text)[: value.at]
    said = words(_POSSESSIVE.sub(" its ", _CLAUSE.split(text)[-1]))
    sides = asked.apart.left | asked.apart.right
    found = set[str]()
    for at, word in enumerate(said):
        if word in _OWNERS:
            found.update(_nouns(said[at + 1 : at + 3]))
        elif stem(word) in sides:
            found.update(_nouns(said[at + 1 : at + 2]))
            joint = at - 2 if said[at - 1 : at] and said[at - 1] in ARTICLES else at - 1
            if joint > 0 and said[joint] in _OF:
                is_noun = joint > 1 and said[joint - 2] in ARTICLES
                found.update(said[joint - 1 : joint] if is_noun else _nouns(said[joint - 1 : joint]))
    named = frozenset(stem(word) for word in found if asked.attribute.is_named_by(word))
    return frozenset(map(stem, found)) - sides - frozenset(stems(asked.question)) - named


def _nouns(said: Sequence[str]) -> list[str]:
    """Words up to the first that is no noun."""
    found = []
    for word in said:
        if word in STOPWORDS or noun_share(word) < _NOUN or verb_share(word) >= _NOUN:
            break
        found.append(word)
    return found


def alike(
    left: Sequence[Candidate], right: Sequence[Candidate], asked: Comparison
) -> tuple[Candidate, Candidate] | None:
    """The best pair of candidates whose values are of one sort, in sentences that are worded alike."""
    return max(
        ((one, other) for one, other in product(left, right) if one.value.sort == other.value.sort),
        key=lambda pair: _likeness(pair[0], pair[1], asked),
        default=None,
    )


def _likeness(one: Candidate, other: Candidate, asked: Comparison) -> float:
    shared, differ = _shared(one, other), _differ(one, other, asked)
    return one.score + other.score + shared - _NAMED_BONUS * differ


def are_of_one(one: Candidate, other: Candidate, asked: Comparison) -> bool:
    """Whether two values are certain to be of what is compared: both are named by it, or stand in sentences
    that are worded alike.
    """
    if one.in_cell and other.in_cell:
        return one.value.named and other.value.named
    if _shared(one, other) >= _ALIKE and not (one.part and other.part and not one.part & other.part):
        return True
    return one.value.named and other.value.named and not _differ(one, other, asked)


def is_one_of_several(
    pair: tuple[Candidate, Candidate], each: tuple[list[Candidate], list[Candidate]]
) -> bool:
    """Whether a side has other values as likely as that of the pair, which is not worded alike."""
    if pair[0].in_cell or _shared(*pair) >= _ALIKE:
        return False
    alike = [
        {one.value.amount for one in some if one.value.named and one.value.sort == chosen.value.sort}
        for chosen, some in zip(pair, each, strict=True)
    ]
    return any(len(amounts) > 1 for amounts in alike)


def _differ(one: Candidate, other: Candidate, asked: Comparison) -> bool:
    """Whether two values are of different parts of the sides, or one is of a part and the other of the whole.
    What is paid for the whole is mostly for a part of it: a room of the hotel.
    """
    either = bool(one.part or other.part)
    differ = bool(one.part and other.part) if asked.attribute.is_of_money else either
    return differ and not one.part & other.part


def _shared(one: Candidate, other: Candidate) -> float:
    """The share of the words beside two values that both have, but for names, amounts and the sides."""
    ours, theirs = one.beside, other.beside
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0


def _beside(sentence: Sentence, value: Value, asked: Comparison) -> frozenset[str]:
    """The stems of the clause of a value that say of what it is."""
    text, at = readable(sentence.text), max(value.at, 0)
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, at)), default=0)
    after = _CLAUSE.search(text, at)
    end = after.start() if after else len(text)
    kept = list(text)
    for one in quantities(text):
        kept[one.start : one.end] = " " * (one.end - one.start)
    said = form("".join(kept)[start:end]) - asked.apart.left - asked.apart.right
    return frozenset(each for each in said if not asked.attribute.is_named_by(each))


def of_named_kind(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates whose values are of a kind that is named on their side, if any is: a ship that is 30 m
    long is not as long as its crossing takes.
    """
    found = list(candidates)
    sorts = {one.value.sort for one in found if one.value.named}
    return [one for one in found if not sorts or one.value.sort in sorts]


def in_unit_of(others: Sequence[Candidate], asked: Comparison, items: Sequence[Evidence]) -> list[Candidate]:
    """Candidates without a word for what is compared, in the unknown unit of the other side's: “is 41 francs”
    beside “costs 36 francs”.
    """
    units = {one.value.sort for one in others if asked.attribute.is_of_money and not one.value.kind}
    found = ((item, asked.attribute.amount_in(item.sentence)) for item in items if units)
    return [
        _candidate(item.sentence, item.score, value, asked)
        for item, value in found
        if value and value.sort in units and not value.named
    ]


def first_amount(asked: Comparison, items: Sequence[Evidence]) -> Candidate | None:
    """The best sentence with an amount of the kind that is asked for, whatever it is of."""
    found = ((item, value) for item in items if (value := asked.attribute.amount_in(item.sentence)))
    counts = bool(asked.attribute.counted)
    fitting = ((item, value) for item, value in found if bool(value.kind) != counts)
    return next((Candidate(item.sentence, item.score, value) for item, value in fitting), None)
