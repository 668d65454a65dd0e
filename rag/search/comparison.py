"""Both sides of a comparison: the same attribute of two things, one sentence of each.

“Which is quicker, the ferry or the bridge?” → “The ferry crosses in 20 minutes.”, “The crossing by the bridge
takes 5 minutes.”: an attribute is known by its words, or by its measure in sentences that are worded alike.

Values that may be of something else, as of a part of one side, are shown as the nearest sentences only.
"""

from collections.abc import Sequence

from rag.language.words import stems
from rag.search.attributes import Attribute, attribute_asked
from rag.search.by_form import ByForm
from rag.search.pairs import (
    Candidate,
    Comparison,
    alike,
    are_of_one,
    candidates,
    first_amount,
    in_unit_of,
    is_one_of_several,
    of_named_kind,
)
from rag.search.sides import Apart, Sides, apart, is_name, sides_of, without_compare
from rag.search.wanted import wanted
from rag.types import Evidence, Sentence, readable

_MOST_READ = 60  # sentences of each side


def compared(question: str, evidence: Sequence[Evidence]) -> ByForm:
    """The sentences that state what a readable question compares, of each side; empty if it compares nothing,
    if a side is unknown, or if what is compared cannot be told from its words.
    """
    sides = sides_of(question)
    if sides is None or not evidence:
        return ByForm()
    attribute = attribute_asked(question)
    if not sides.are_named:
        return _of_two(attribute, evidence, question) if attribute else ByForm()
    told_apart = apart(sides, evidence)
    each: tuple[list[Evidence], list[Evidence]] = ([], [])
    for item in evidence:
        side = told_apart.side(item.sentence)
        if side is not None:
            each[side].append(item)
    if not all(each):
        return _of_unknown(sides, told_apart, 0 if not each[0] else 1, evidence)
    both = told_apart.left | told_apart.right
    attribute = attribute or Attribute(labels=frozenset(stems(without_compare(question))) - both)
    around = frozenset(stems(question)) - frozenset(stems(f"{sides.left} {sides.right}"))
    return _of_sides(Comparison(question, attribute, told_apart, around), each, evidence)


def _of_unknown(sides: Sides, told_apart: Apart, lacking: int, evidence: Sequence[Evidence]) -> ByForm:
    """The name of a side that no sentence found has."""
    unknown = (sides.left, sides.right)[lacking]
    nowhere = is_name(unknown) and told_apart.is_nowhere(lacking, evidence)
    return ByForm(unsaid=(unknown,)) if nowhere else ByForm()


def _of_sides(
    asked: Comparison, each: tuple[list[Evidence], list[Evidence]], evidence: Sequence[Evidence]
) -> ByForm:
    attribute = asked.attribute
    left, right = (of_named_kind(candidates(asked, items[:_MOST_READ])) for items in each)
    left, right = (
        [*ours, *in_unit_of(theirs, asked, items[:_MOST_READ])]
        for ours, theirs, items in zip((left, right), (right, left), each, strict=True)
    )
    pair = alike(left, right, asked)
    if pair and are_of_one(*pair, asked) and not is_one_of_several(pair, (left, right)):
        return ByForm(_in_order(pair, asked.question))
    if attribute.is_unknown:
        return ByForm()
    best = list(
        pair or (max(some, key=lambda one: (not one.part, one.score), default=None) for some in (left, right))
    )
    both = [item.sentence for item in evidence if asked.apart.has_both(item.sentence)]
    if saying := next((one for one in both if attribute.is_compared_in(readable(one.text))), None):
        return ByForm(tuple(dict.fromkeys((saying, *(one.sentence for one in best if one)))))
    if any(best) or not attribute.is_elusive:
        best = [one or first_amount(asked, items[:_MOST_READ]) for one, items in zip(best, each, strict=True)]
    if any(best):
        nearest = [
            _nearest(one, other, items, asked)
            for one, other, items in zip(best, best[::-1], each, strict=True)
        ]
        return ByForm(tuple(dict.fromkeys(nearest)), certain=False)
    told = (
        attribute.is_of_numbers
        or any(asked.apart.has_both(item.sentence, alone=True) for item in evidence)
        or any(_may_tell(item.sentence, asked) for items in each for item in items)
    )
    return ByForm() if told else ByForm(unsaid=(attribute.name,))


def _may_tell(sentence: Sentence, asked: Comparison) -> bool:
    """Whether a sentence may give what is compared in words, or in a unit that nobody knows."""
    if asked.attribute.is_told_in(readable(sentence.text)):
        return True
    about = asked.attribute.is_of_money and asked.about & frozenset(stems(sentence.display_text))
    return bool(about) and asked.attribute.amount_in(sentence) is not None


def _nearest(
    one: Candidate | None, other: Candidate | None, items: Sequence[Evidence], asked: Comparison
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


def _of_two(attribute: Attribute, evidence: Sequence[Evidence], question: str) -> ByForm:
    """The values of “the two”, if there are just two things with one."""
    asked = Comparison(question, attribute, Apart(frozenset(), frozenset()), frozenset())
    by_thing: dict[tuple[str, tuple[str, ...]], list[Candidate]] = {}
    for one in candidates(asked, evidence[:_MOST_READ]):
        by_thing.setdefault((one.sentence.article.source, one.sentence.block.path), []).append(one)
    if len(by_thing) != 2:
        return ByForm()
    left, right = map(of_named_kind, by_thing.values())
    if pair := alike(left, right, asked):
        return ByForm(_in_order(pair, question), certain=are_of_one(*pair, asked))
    best = [max(some, key=lambda one: one.score).sentence for some in (left, right)]
    return ByForm(tuple(best), certain=False)


def _in_order(pair: tuple[Candidate, Candidate], question: str) -> tuple[Sentence, ...]:
    """The pair, first the one that the question asks for, if it asks for one."""
    asks = wanted(question)
    if asks.number == "extreme":
        highest_first = pair[0].value.highest_first(asks)
        pair = (pair[1], pair[0]) if (pair[0].value.amount < pair[1].value.amount) == highest_first else pair
    return tuple(dict.fromkeys(one.sentence for one in pair))
