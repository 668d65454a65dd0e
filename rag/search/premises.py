"""Detect what a question takes for granted and the nearest sentence says otherwise.

“Why did rents fall in Oslo?” takes for granted that they fell. “Rents in Oslo rose” is no answer, however
similar the wording. The question without its question word is compared as a claim of the model would be.
"""

import re
from collections.abc import Container
from functools import lru_cache

from rag.language.grammar import NEGATIONS
from rag.language.laid import Laid, lay
from rag.language.lexicon import noun_share
from rag.language.periods import within
from rag.language.places import Place
from rag.language.reading import Reading, read
from rag.language.vetoes import faults
from rag.language.words import stem, stems
from rag.search.bounds import without_bounds

_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why"
    r"|how(?: (?:many|much|long|old|far|often|tall|large|big))?)\b(?:['’]s\b)?",
    re.IGNORECASE,
)
_OFFERS = re.compile(r"\bor\b", re.IGNORECASE)  # one of two is taken for granted, not both
# “Open daily except Mondays” says on which day it is closed.
_EXCEPTS = re.compile(
    r"\b(?:except(?:ing|ed)?|excluding|apart from|other than|unless|only|(?:all|every\w*|no\w*) but)\b",
    re.IGNORECASE,
)
# “Which paints contain no lead?” is not gainsaid by one that contains it.
_SEEKS_NONE = re.compile(r"\bwhich\b.{1,80}(?:\b(?:not|no|without|free of|never)\b|n['’]t\b)", re.IGNORECASE)
# “Has not frozen since 1987”: until then it did.
_UNTIL = re.compile(r"\b(?:since|until|till|before)\b", re.IGNORECASE)
_LAPSED = re.compile(r"\b(?:no longer|any ?more)\b", re.IGNORECASE)
_PRESENT = re.compile(r"\b(?:is|are|do|does|has|have)\b", re.IGNORECASE)
_TURNS = re.compile(r"[;:,—–]|\s-\s|\b(?:but|rather|instead)\b", re.IGNORECASE)
_NOUN = 0.5  # share of the uses of a word
_DO = re.compile(r"\b(?:do|does|did)\b\s?", re.IGNORECASE)
# Faults that make the sentence a statement about another case. The others, as “may” for “is”, leave it a
# possible answer.
_OTHERWISE = frozenset("negation quantifier opposite roles".split())
_EXCEPTED = frozenset("negation quantifier opposite".split())


def otherwise(
    question: str, nearest: Place, around: str, nowhere: Container[str], *, of_time: bool = False
) -> str:
    """What the sentence nearest to a readable question says otherwise, as the reason of a fault; else "".

    `around` is the passage it stands in; `nowhere` are the question's stems that no article has, which prove
    nothing here: they may be misspelt. `of_time`: the sentence is of the time asked for, whose dates it need
    not mention. Only questions with an English question word are compared, and no fields or table rows, which
    deny without a word for it: “Sauna: no”.
    """
    assumed = _assumed(question)
    if assumed is None or nearest.kind in ("item", "row"):
        return ""
    laid = lay(assumed, nearest)
    years = (one.quantity.value for one in assumed.tokens if one.quantity and one.quantity.rank == "year")
    of_time = of_time or any(within(nearest.text, int(year)) for year in years)
    excepted = _EXCEPTS.search(nearest.text) or _SEEKS_NONE.search(question)
    contrary = _OTHERWISE - _EXCEPTED if excepted else _OTHERWISE
    if _denies_in_part(nearest.text, question):
        contrary -= {"negation"}
    for fault in faults(laid):
        another = not of_time and (fault.name == "date" or (fault.name == "number" and bool(fault.instead)))
        if fault.certain and (fault.name in contrary or another):
            return fault.reason
    name = _name_elsewhere(laid, around, nowhere)
    return f"the cited sentence does not mention {name}" if name else ""


@lru_cache(maxsize=1000)
def _assumed(question: str) -> Reading | None:
    """The question as a statement, without its question word and bounds: what it takes for granted."""
    asked = _ASKS.search(question)
    if asked is None or _OFFERS.search(question):
        return None
    rest = without_bounds(question[: asked.start()] + question[asked.end() :])
    return read(" ".join(_DO.sub("", rest, count=1).replace("?", " ").split()))


def _denies_in_part(sentence: str, question: str) -> bool:
    """Whether a sentence that denies something of one thing or time asserts it of another.

    “It is not made of slate but of shingles” denies neither that it is made nor of what; “it is not made of
    slate” does so to a question about slate.
    """
    if _UNTIL.search(sentence) or (_LAPSED.search(sentence) and not _PRESENT.search(question)):
        return True
    pieces = [piece for piece in map(read, _TURNS.split(sentence)) if piece.matter]
    asked = frozenset(stems(question))
    denying = [any(token.lower in NEGATIONS for token in piece.tokens) for piece in pieces]
    others = [
        stem(token.lower) not in asked
        for piece, denies in zip(pieces, denying, strict=True)
        for token in piece.matter
        if denies and (token.part != "matter" or noun_share(token.lower) >= _NOUN)
    ]
    return any(others) and not all(denying)


def _name_elsewhere(laid: Laid, around: str, nowhere: Container[str]) -> str:
    """A name of the question that other articles have, but nothing around the sentence."""
    names = [one for one in laid.put_in if one.part == "name" and one.at not in laid.nearby]
    held = frozenset(stems(around)) if names else frozenset()
    elsewhere = (one.text for one in names if stem(one.lower) not in held and stem(one.lower) not in nowhere)
    return next(elsewhere, "")
