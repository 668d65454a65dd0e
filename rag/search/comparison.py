"""Both sides of a comparison: the same attribute of two things, one sentence of each.

“Which is quicker, the ferry or the bridge?” → “The ferry crosses in 20 minutes.”, “The crossing by the bridge
takes 5 minutes.”: an attribute is known by its words, or by its measure in sentences that are worded alike.

Values that may be of something else, as of a part of one side, are shown as the nearest sentences only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rag.language.grammar import ARTICLES
from rag.language.lexicon import noun_share, verb_share
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.attributes import Attribute, attribute_asked
from rag.search.corrections import form
from rag.search.sides import Apart, Sides, apart, is_name, sides_of, without_compare
from rag.search.values import Value, field_of
from rag.search.wanted import wanted
from rag.types import Evidence, Sentence, readable

_NAMED_BONUS = 0.3  # for a sentence with a word for the attribute, or for its circumstances (“to the top”)
_MOST_READ = 60  # sentences of each side
_ALIKE = 0.5  # share of the shorter sentence's words, but for names and numbers, from which on two are alike
_CLAUSE = re.compile(r"[,;:—–]\s|\band\b|\bbut\b")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)|['’]s\b")
_OWNERS = frozenset("its their his her".split())
_OF = frozenset("of on at in for to from round around by with over under".split())
_NOUN = 0.6  # share of the uses of a word


@dataclass(frozen=True, slots=True)
class Compared:
    """A sentence of each side, or one that compares both; if it is not `certain` that they answer, they are
    the nearest. `unsaid` is what no sentence gives of either side; then there are none.
    """

    found: tuple[Sentence, ...] = ()
    unsaid: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence with the value that it gives; `score` is higher for one that says what the value is of.

    `part` are the stems of the part of its side, or the thing beside it, that the value is of: the mast of a
    ship.
    """

    sentence: Sentence
    score: float
    value: Value
    part: frozenset[str] = frozenset()

    @property
    def in_cell(self) -> bool:
        return self.sentence.block.kind == "row" or field_of(self.sentence) is not None


@dataclass(frozen=True, slots=True)
class _Asked:
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


def compared(question: str, evidence: Sequence[Evidence]) -> Compared:
    """The sentences that state what a readable question compares, of each side; empty if it compares nothing,
    if a side is unknown, or if what is compared cannot be told from its words.
    """
    sides = sides_of(question)
    if sides is None or not evidence:
        return Compared()
    attribute = attribute_asked(question)
    if not sides.are_named:
        return _of_two(attribute, evidence, question) if attribute else Compared()
    told_apart = apart(sides, evidence)
    each: tuple[list[Evidence], list[Evidence]] = ([], [])
    for item in evidence:
        side = told_apart.side(item.sentence)
        if side is not None:
            each[side].append(item)
    if not all(each):
        return _of_unknown(sides, told_apart, 0 if not each[0] else 1, evidence)
    both = told_apart.left | told_apart.right
    attribute = attribute or Attribute("", labels=frozenset(stems(without_compare(question))) - both)
    around = frozenset(stems(question)) - frozenset(stems(f"{sides.left} {sides.right}"))
    return _of_sides(_Asked(question, attribute, told_apart, around), each, evidence)


def _of_unknown(sides: Sides, told_apart: Apart, lacking: int, evidence: Sequence[Evidence]) -> Compared:
    """The name of a side that no sentence found has."""
    unknown = (sides.left, sides.right)[lacking]
    nowhere = is_name(unknown) and told_apart.is_nowhere(lacking, evidence)
    return Compared(unsaid=(unknown,)) if nowhere else Compared()


def _of_sides(
    asked: _Asked, each: tuple[list[Evidence], list[Evidence]], evidence: Sequence[Evidence]
) -> Compared:
    attribute = asked.attribute
    left, right = (_of_named_kind(_candidates(asked, items[:_MOST_READ])) for items in each)
    left, right = (
        [*ours, *_in_unit_of(theirs, asked, items[:_MOST_READ])]
        for ours, theirs, items in zip((left, right), (right, left), each, strict=True)
    )
    pair = _alike(left, right, asked)
    if pair and _are_of_one(*pair, asked) and not _is_one_of_several(pair, (left, right), asked):
        return Compared(_in_order(pair, asked.question))
    if attribute.is_unknown:
        return Compared()
    best = list(pair or (max(some, key=lambda one: one.score, default=None) for some in (left, right)))
    both = [item.sentence for item in evidence if asked.apart.has_both(item.sentence)]
    if saying := next((one for one in both if attribute.is_compared_in(readable(one.text))), None):
        return Compared(tuple(dict.fromkeys((saying, *(one.sentence for one in best if one)))))
    if any(best) or not attribute.is_elusive:
        best = [
            one or _first_amount(asked, items[:_MOST_READ]) for one, items in zip(best, each, strict=True)
        ]
    if any(best):
        nearest = [
            _nearest(one, other, items, asked)
            for one, other, items in zip(best, best[::-1], each, strict=True)
        ]
        return Compared(tuple(dict.fromkeys(nearest)), certain=False)
    told = (
        attribute.is_of_numbers
        or any(asked.apart.has_both(item.sentence, alone=True) for item in evidence)
        or any(_may_tell(item.sentence, asked) for items in each for item in items)
    )
    return Compared() if told else Compared(unsaid=(attribute.name,))


def _of_named_kind(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """The candidates whose values are of a kind that is named on their side, if any is: a ship that is 30 m
    long is not as long as its crossing takes.
    """
    found = list(candidates)
    sorts = {one.value.sort for one in found if one.value.named}
    return [one for one in found if not sorts or one.value.sort in sorts]


def _may_tell(sentence: Sentence, asked: _Asked) -> bool:
    """Whether a sentence may give what is compared in words, or in a unit that nobody knows."""
    if asked.attribute.is_told_in(readable(sentence.text)):
        return True
    about = asked.attribute.is_of_money and asked.about & frozenset(stems(sentence.display_text))
    return bool(about) and asked.attribute.amount_in(sentence) is not None


def _candidates(asked: _Asked, items: Sequence[Evidence]) -> Iterator[_Candidate]:
    for item in items:
        if value := asked.attribute.value_in(item.sentence):
            fits = bool(asked.around & frozenset(stems(item.sentence.display_text)))
            score = item.score + _NAMED_BONUS * (value.named + fits)
            yield _Candidate(item.sentence, score, value, _part(item.sentence, value, asked))


def _nearest(
    one: _Candidate | None, other: _Candidate | None, items: Sequence[Evidence], asked: _Asked
) -> Sentence:
    """The sentence of a side that may answer: rather one with the words of the question that the other side's
    has: “Breakfast is included.” beside “Breakfast costs 14 euros.”
    """
    about = asked.about & frozenset(stems(other.sentence.display_text)) if other else frozenset()
    if about and not (one and about & frozenset(stems(one.sentence.display_text))):
        told = (item.sentence for item in items if about & frozenset(stems(item.sentence.display_text)))
        if found := next(told, None):
            return found
    return one.sentence if one else items[0].sentence


def _in_unit_of(others: Sequence[_Candidate], asked: _Asked, items: Sequence[Evidence]) -> list[_Candidate]:
    """Candidates without a word for what is compared, in the unknown unit of the other side's: “is 41 francs”
    beside “costs 36 francs”.
    """
    units = {one.value.sort for one in others if asked.attribute.is_of_money and not one.value.kind}
    found = ((item, asked.attribute.amount_in(item.sentence)) for item in items if units)
    return [
        _Candidate(item.sentence, item.score, value, _part(item.sentence, value, asked))
        for item, value in found
        if value and value.sort in units and not value.named
    ]


def _first_amount(asked: _Asked, items: Sequence[Evidence]) -> _Candidate | None:
    """The best sentence with an amount of the kind that is asked for, whatever it is of."""
    found = ((item, value) for item in items if (value := asked.attribute.amount_in(item.sentence)))
    counts = bool(asked.attribute.counted)
    fitting = ((item, value) for item, value in found if bool(value.kind) != counts)
    return next((_Candidate(item.sentence, item.score, value) for item, value in fitting), None)


def _part(sentence: Sentence, value: Value, asked: _Asked) -> frozenset[str]:
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


def _alike(
    left: Sequence[_Candidate], right: Sequence[_Candidate], asked: _Asked
) -> tuple[_Candidate, _Candidate] | None:
    """The best pair of candidates whose values are of one sort, in sentences that are worded alike."""
    return max(
        ((one, other) for one, other in product(left, right) if one.value.sort == other.value.sort),
        key=lambda pair: _likeness(pair[0], pair[1], asked),
        default=None,
    )


def _likeness(one: _Candidate, other: _Candidate, asked: _Asked) -> float:
    shared, differ = _shared(one, other, asked), _differ(one, other, asked)
    return one.score + other.score + shared - _NAMED_BONUS * differ


def _are_of_one(one: _Candidate, other: _Candidate, asked: _Asked) -> bool:
    """Whether two values are certain to be of what is compared: both are named by it, or stand in sentences
    that are worded alike.
    """
    if one.in_cell and other.in_cell:
        return one.value.named and other.value.named
    if _shared(one, other, asked) >= _ALIKE and not (one.part and other.part and not one.part & other.part):
        return True
    return one.value.named and other.value.named and not _differ(one, other, asked)


def _is_one_of_several(
    pair: tuple[_Candidate, _Candidate], each: tuple[list[_Candidate], list[_Candidate]], asked: _Asked
) -> bool:
    """Whether a side has other values as likely as that of the pair, which is not worded alike."""
    if pair[0].in_cell or _shared(*pair, asked) >= _ALIKE:
        return False
    alike = [
        {one.value.amount for one in some if one.value.named and one.value.sort == chosen.value.sort}
        for chosen, some in zip(pair, each, strict=True)
    ]
    return any(len(amounts) > 1 for amounts in alike)


def _differ(one: _Candidate, other: _Candidate, asked: _Asked) -> bool:
    """Whether two values are of different parts of the sides, or one is of a part and the other of the whole.
    What is paid for the whole is mostly for a part of it: a room of the hotel.
    """
    either = bool(one.part or other.part)
    differ = bool(one.part and other.part) if asked.attribute.is_of_money else either
    return differ and not one.part & other.part


def _shared(one: _Candidate, other: _Candidate, asked: _Asked) -> float:
    """The share of the words beside two values that both have, but for names, amounts and the sides."""
    ours, theirs = _beside(one, asked), _beside(other, asked)
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0


def _beside(candidate: _Candidate, asked: _Asked) -> frozenset[str]:
    """The stems of the clause of a value that say of what it is."""
    text, at = readable(candidate.sentence.text), max(candidate.value.at, 0)
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, at)), default=0)
    after = _CLAUSE.search(text, at)
    end = after.start() if after else len(text)
    kept = list(text)
    for one in quantities(text):
        kept[one.start : one.end] = " " * (one.end - one.start)
    said = form("".join(kept)[start:end]) - asked.apart.left - asked.apart.right
    return frozenset(each for each in said if not asked.attribute.is_named_by(each))


def _of_two(attribute: Attribute, evidence: Sequence[Evidence], question: str) -> Compared:
    """The values of “the two”, if there are just two things with one."""
    asked = _Asked(question, attribute, Apart(frozenset(), frozenset()), frozenset())
    by_thing: dict[tuple[str, tuple[str, ...]], list[_Candidate]] = {}
    for one in _candidates(asked, evidence[:_MOST_READ]):
        by_thing.setdefault((one.sentence.article.source, one.sentence.block.path), []).append(one)
    if len(by_thing) != 2:
        return Compared()
    left, right = map(_of_named_kind, by_thing.values())
    if pair := _alike(left, right, asked):
        return Compared(_in_order(pair, question))
    best = [max(some, key=lambda one: one.score).sentence for some in (left, right)]
    return Compared(tuple(best), certain=False)


def _in_order(pair: tuple[_Candidate, _Candidate], question: str) -> tuple[Sentence, ...]:
    """The pair, first the one that the question asks for, if it asks for one."""
    asks = wanted(question)
    if asks.number == "extreme":
        highest_first = pair[0].value.highest_first(asks)
        pair = (pair[1], pair[0]) if (pair[0].value.amount < pair[1].value.amount) == highest_first else pair
    return tuple(dict.fromkeys(one.sentence for one in pair))
