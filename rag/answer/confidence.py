"""How likely it is that the articles answer the question: logistic models over a few features.

    {"quotes": {"intercept": -3.1, "weights": {"score": 4.2, …}, "refuse_below": 0.2, "answered_from": 0.4},
     "judged": {…}, "hopeless_below": 0.1, "held_out": {…}}

`quotes` knows what search found; `judged` also how sure a language model is that the evidence
states the answer. `python -m eval fit` makes that file from question sets.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rag.language.facts import facts, unmatched
from rag.language.words import stems
from rag.search.times import time_asked
from rag.search.versions import time_of
from rag.text import readable
from rag.types import Evidence

_LOOKED_AT = 5  # passages, before a word of the question counts as found nowhere


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a question's best evidence.

    `score` is the ranking's; `missing_dates` and `missing_numbers` say that a date or number of the question
    stands nowhere near it, the near miss; `yes` is ln(P(Yes) / P(No)) of a language model that was asked
    whether the evidence states the answer, None without one. Of two dozen candidates, added one by one
    while the AUC on held-out sets rose, these remained.
    """

    score: float
    missing_dates: bool
    missing_numbers: bool
    yes: float | None = None


def features(question: str, evidence: Sequence[Evidence]) -> Features | None:
    """What the best evidence says about the question; None if nothing was found."""
    if not evidence:
        return None
    chunk = evidence[0].hit.chunk
    asked, around = facts(question), facts(f"{chunk.article.title}. {readable(chunk.text)}")
    dates, numbers = asked.dates - around.dates, unmatched(asked.numbers, around.numbers)
    if (dates or numbers) and _is_of_time(question, evidence[0]):
        dates, numbers = frozenset(), [number for number in numbers if not number.is_year]
    return Features(evidence[0].score, missing_dates=bool(dates), missing_numbers=bool(numbers))


def _is_of_time(question: str, best: Evidence) -> bool:
    """Whether a date of the question is met by the time of the best, as its article tells it."""
    bounds, time = time_asked(question), time_of(best.sentence)
    return bounds.is_bounded and time is not None and bounds.covers(time)


def yes_logit(first: Mapping[str, float]) -> float | None:
    """How sure a model is of its leading Yes: ln(P(Yes) / P(No)); None if it began otherwise.

    `first` maps candidates for the first token to their probabilities.
    """
    yes, no = (
        sum(share for token, share in first.items() if token.strip().casefold() == word)
        for word in ("yes", "no")
    )
    return math.log((yes + 1e-6) / (no + 1e-6)) if yes + no > 0 else None


def unmentioned(question: str, evidence: Sequence[Evidence]) -> list[str]:
    """Names, numbers and dates of the question that no passage of the best evidence has."""
    chunks = {item.hit.row: item.hit.chunk for item in evidence}
    text = " ".join(f"{c.article.title}. {readable(c.text)}" for c in list(chunks.values())[:_LOOKED_AT])
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
    answered_from: float = 0.0  # 0 where it was not fitted: then nothing lies between

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
    """Probability, 0 to 1, that the articles answer a question with these features; 0 without any."""
    return _model(values).probability(values) if values else 0.0


def refuse_below(values: Features) -> float:
    """The confidence under which a question with these features is refused, as it was fitted."""
    return _model(values).refuse_below


def answered_from(values: Features) -> float:
    """The confidence under which quotes only touch a question with these features, as it was fitted."""
    return _model(values).answered_from


def hopeless_below() -> float:
    """The confidence of search alone under which no language model is asked."""
    return _stored()[2]
