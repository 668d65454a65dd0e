"""How likely it is that the articles answer the question: logistic models over a few features.

    {"quotes": {"intercept": -3.1, "weights": {"score": 4.2, …}, "refuse_below": 0.2, "answered_from": 0.4},
     "judged": {…}, "hopeless_below": 0.1, "held_out": {…}}

`quotes` uses what search found; `judged` also uses how sure a language model is that the evidence states the
answer. `python -m eval fit` fits both on question sets and writes `confidence.json`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from rag.answer.said import Said
from rag.language.facts import facts, unmatched
from rag.language.words import stems
from rag.search.features import Features
from rag.search.find import Found
from rag.types import Evidence

_LOOKED_AT = 5  # passages searched before a word of the question counts as unmentioned


def known(found: Found, said: Said) -> Features | None:
    """The features known so far that predict whether the articles answer; None if nothing was found."""
    return replace(found.features, yes=said.yes) if found.features else None


def yes_logit(first: Mapping[str, float]) -> float | None:
    """How sure a model is of its leading Yes: ln(P(Yes) / P(No)); None if it began with neither.

    `first` maps candidates for the first token to their probabilities.
    """
    yes, no = (
        sum(share for token, share in first.items() if token.strip().casefold() == word)
        for word in ("yes", "no")
    )
    return math.log((yes + 1e-6) / (no + 1e-6)) if yes + no > 0 else None


def unmentioned(question: str, evidence: Sequence[Evidence]) -> list[str]:
    """Names, numbers and dates in the question that the passages of the best evidence do not mention."""
    chunks = {item.hit.row: item.hit.chunk for item in evidence}
    text = " ".join(chunk.titled for chunk in list(chunks.values())[:_LOOKED_AT])
    asked, found, held = facts(question), facts(text), set(stems(text))
    wanted = {stem for stem in asked.names if stem not in held} | (asked.dates - found.dates)
    words = [word.strip(".,;:?!()\"“”’'") for word in question.split()]
    lacking = [word for word in words if wanted & {*stems(word), word.casefold()}]
    lacking += [number.text for number in unmatched(asked.numbers, found.numbers)]
    return list(dict.fromkeys(lacking))


@dataclass(frozen=True, slots=True)
class _Model:
    intercept: float
    weights: Mapping[str, float]
    refuse_below: float
    answered_from: float = 0.0  # 0 if not fitted: then no answer is partial

    def probability(self, values: Features) -> float:
        weighed = (weight * float(getattr(values, name)) for name, weight in self.weights.items())
        return round(1 / (1 + math.exp(-self.intercept - sum(weighed))), 4)


@cache
def _stored() -> tuple[_Model, _Model, float]:
    stored = json.loads(files("rag.answer").joinpath("confidence.json").read_text())
    quotes, judged = (_Model(**stored[name]) for name in ("quotes", "judged"))
    return quotes, judged, stored["hopeless_below"]


def _model(values: Features) -> _Model:
    quotes, judged, _ = _stored()
    return quotes if values.yes is None else judged


def confidence(values: Features | None) -> float:
    """The probability, 0 to 1, that the articles answer a question with these features; 0 if None."""
    return _model(values).probability(values) if values else 0.0


def refuse_below(values: Features) -> float:
    """The fitted confidence below which a question with these features is refused."""
    return _model(values).refuse_below


def answered_from(values: Features) -> float:
    """The fitted confidence below which quotes are only near a question with these features."""
    return _model(values).answered_from


def hopeless_below() -> float:
    """The confidence after search below which no language model is asked."""
    return _stored()[2]
