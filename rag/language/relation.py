"""Does this text say that? The one entry point for checking claims, finding conflicts and finding repeats.

    relation("Exports fell in May.", [Place("In May, exports fell by 12.7%.")])
    → Relation(kind="says", grade="restated")

A claim is compared with each place that it cites (`laid`). No veto may apply (`vetoes`); every content word
must occur there in some form; and the pair model, if one is given, must agree. A claim of several clauses
may be proved by several places, one for each clause.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal, Protocol

from rag.language.clauses import parts, without_remarks
from rag.language.compare import differing, of_other_things, repeats
from rag.language.fault import Fault
from rag.language.instructions import instructs
from rag.language.laid import Laid, lay
from rag.language.numbered import asked_by_number, names_another, numbered
from rag.language.places import Place, place
from rag.language.reading import Reading, Token, is_verb, read
from rag.language.subjects import opening
from rag.language.vetoes import faults, name_instead, opposite, put_instead
from rag.types import Differing

__all__ = ["PairModel", "Place", "Relation", "place", "relation", "repeats"]

Kind = Literal["says", "denies", "differs", "near", "none"]
Grade = Literal["verbatim", "restated"]
# Far longer than any sentence: alignment takes time quadratic in the length.
_MAX_CLAIM_CHARS = 1500
_MAX_PLACES = 8
_PAIR_THRESHOLD = 0.5
_SURE = 0.9
# Doubts about word order, which a network that reads both texts can settle; without one they stand.
_SETTLED_BY_NETWORK = frozenset(("order", "roles"))
_NEAR = 0.3  # share of the claim's content
_PLAIN_MARKS = str.maketrans("“”„‘’‚–—", "\"\"\"'''--")
_MEANS: dict[str, Differing] = {"number": "number", "date": "date", "name": "name"}


class PairModel(Protocol):
    """A network that reads a claim and its source."""

    def says(self, claim: str, source: str) -> float:
        """The probability, 0 to 1, that the source states the claim."""
        ...


@dataclass(frozen=True, slots=True)
class Relation:
    """How what is cited supports a claim.

    If `kind` is “says”, `grade` is how; if it is “denies” or “differs”, `about` is what differs and `values`
    are those of claim and source. If `vetoed`, no model may overrule it. `reason` is for readers, `score` the
    share of the claim's content that the places have (0 to 1), `places` the indices of those that prove it.
    """

    kind: Kind
    grade: Grade | None = None
    vetoed: bool = False
    reason: str = ""
    score: float = 0.0
    places: tuple[int, ...] = ()
    about: Differing | None = None
    values: tuple[str, str] = ("", "")


def relation(
    claim: str,
    places: Sequence[Place],
    question: str = "",
    *,
    pair: PairModel | None = None,
    at: Place | None = None,
) -> Relation:
    """How the places that a claim cites support it; `question` is what it answers.

    `at` is the place of the claim itself, if it is a sentence of an article: then the two are compared as
    statements of different articles, and the result says what differs.
    """
    if at is not None:
        return _compared(at, places[0])
    if not places:
        return Relation("none", vetoed=True, reason="it cites no sentence")
    if len(claim) > _MAX_CLAIM_CHARS:
        return Relation("none", vetoed=True, reason="it is too long to be checked")
    places = places[:_MAX_PLACES]
    if proof := [n for n, each in enumerate(places) if _plain(claim) in _own_words(each)]:
        return Relation("says", "verbatim", score=1.0, places=(proof[0],))
    stating = [n for n, each in enumerate(places) if not instructs(each.text) and each.kind != "question"]
    if not stating:
        return Relation(
            "none",
            vetoed=True,
            reason="the cited sentence is an instruction or a question and states nothing",
        )
    return _proved(claim, places, stating, question, pair)


def _proved(
    claim: str, places: Sequence[Place], stating: Sequence[int], question: str, pair: PairModel | None
) -> Relation:
    reading = read(claim)
    if not reading.matter:
        return Relation("none", vetoed=True, reason="it says too little to be checked")
    best = _best(reading, places, stating)
    if best.faults and len(pieces := parts(reading)) > 1:
        each = [_best(piece, places, stating) for piece in pieces]
        share = sum(one.laid.share for one in each) / len(each)
        if not any(one.faults for one in each) and not _against(reading, places, each):
            proof = tuple(dict.fromkeys(one.place for one in each))
            return _agreed(claim, places, proof, share, pair)
        if share > best.laid.share or len(places) > 1:
            best = min((one for one in each if one.faults), key=lambda one: not one.vetoed, default=best)
    if len(reading.matter) < 2:
        return Relation("near", reason="it says too little to be checked", score=best.laid.share)
    if not best.faults:
        if _of_another_thing(claim, places[best.place], question):
            reason = "the cited sentence is about a different one than the question"
            return Relation("near", vetoed=True, reason=reason, score=best.laid.share)
        return _agreed(claim, places, (best.place,), best.laid.share, pair)
    if pair is not None and all(one.name in _SETTLED_BY_NETWORK and not one.certain for one in best.faults):
        return _agreed(claim, places, (best.place,), best.laid.share, pair, _SURE)
    fault = min(best.faults, key=lambda one: not one.certain)
    kind: Kind = "near" if best.laid.share >= _NEAR else "none"
    return Relation(kind, vetoed=fault.certain, reason=fault.reason, score=best.laid.share)


def _against(claim: Reading, places: Sequence[Place], each: Sequence["_Found"]) -> bool:
    """Whether one place, which proves each clause of a claim, says another thing of them together.

    Or several places, each of another thing of that name: “the rival plant”, “the plant in Lier”.
    """
    described: dict[str, set[frozenset[str]]] = {}
    for one in each:
        for subject in opening(one.laid.claim)[-1:]:
            described.setdefault(subject.lower, set()).add(_told_apart_by(one.laid, subject))
    if any(len(some) > 1 for some in described.values()):
        return True
    proof = {one.place for one in each}
    whole = [lay(claim, places[n], places) for n in proof] if len(proof) == 1 else []
    return any(name_instead(laid) or opposite(laid) or put_instead(laid) for laid in whole)


def _told_apart_by(laid: Laid, subject: Token) -> frozenset[str]:
    """What a place puts beside a common noun of the claim that the claim does not: “rival”, “in Lier”."""
    there = laid.there(subject.at)
    if there is None or subject.part != "matter":
        return frozenset()
    used, tokens = set(laid.aligned.found.values()), laid.source.tokens
    described = takewhile(
        lambda one: one.part in ("matter", "name") and not one.verbal, reversed(tokens[: there.at])
    )
    behind = takewhile(lambda one: not is_verb(one) and one.part != "mark", tokens[there.at + 1 :])
    told = [*described, *(one for one in behind if one.part in ("matter", "name"))]
    return frozenset(one.lower for one in told if one.at not in used)


@dataclass(frozen=True, slots=True)
class _Found:
    laid: Laid
    faults: list[Fault]
    place: int

    @property
    def vetoed(self) -> bool:
        return any(fault.certain for fault in self.faults)


def _best(claim: Reading, places: Sequence[Place], stating: Sequence[int]) -> _Found:
    """The place that proves most of a claim, read with or without its parentheticals."""
    tried = [_Found(laid, faults(laid), n) for n in stating for laid in [lay(claim, places[n], places)]]
    for one in [one for one in tried if one.faults and "(" in places[one.place].text]:
        whole = places[one.place]
        shorter = replace(whole, text=without_remarks(whole.text, claim.text))
        if shorter.text != whole.text:
            laid = lay(claim, shorter, places)
            tried.append(_Found(laid, faults(laid), one.place))
    return max(tried, key=lambda one: (not one.faults, one.laid.share - 0.1 * one.vetoed))


def _of_another_thing(claim: str, proof: Place, question: str) -> bool:
    """Whether the proof is about another gate than the question, and the claim does not say which gate."""
    named = numbered(claim)
    asked = {word: numbers for word, numbers in asked_by_number(question).items() if word not in named}
    return names_another(asked, proof.text, *proof.path, proof.title)


def _agreed(
    claim: str,
    places: Sequence[Place],
    numbers: tuple[int, ...],
    score: float,
    pair: PairModel | None,
    threshold: float = _PAIR_THRESHOLD,
) -> Relation:
    """Proved by the places at these indices, if the pair model agrees or there is none."""
    if pair is not None and pair.says(claim, " ".join(places[n].text for n in numbers)) < threshold:
        return Relation("near", reason="the reader network judges that it is not stated", score=score)
    return Relation("says", "restated", score=score, places=numbers)


def _own_words(place: Place) -> set[str]:
    """A sentence verbatim, alone and as displayed with its path."""
    return {_plain(place.text), _plain(f"{' › '.join(place.path)}: {place.text}")}


def _plain(text: str) -> str:
    """The text without differences in case, quotation marks and final punctuation."""
    return " ".join(text.casefold().translate(_PLAIN_MARKS).split()).rstrip(".!?'\" ")


def _compared(left: Place, right: Place) -> Relation:
    """Compare two statements; “none” is for those about different things, “near” for any others."""
    found = differing(left, right)
    if found is not None:
        kind: Kind = "denies" if found.about == "wording" else "differs"
        return Relation(kind, about=found.about, values=(found.left, found.right))
    if repeats(left.text, right.text):
        return Relation("says", "restated")
    return Relation("none" if of_other_things(left, right) else "near")
