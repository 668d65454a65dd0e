"""How likely it is that the articles answer the question: a logistic model over a few features.

    {"intercept": -3.1, "weights": {"score": 4.2, …}, "refuse_below": 0.3, "held_out": {…}}

`python -m eval fit` makes that file from question sets; nothing here is a guessed constant.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rag.corpus.facts import facts
from rag.search.retrieve import Query
from rag.types import Evidence, readable


def features(query: Query, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What the best evidence says about the question; empty if nothing was found.

    Of two dozen candidates, added one by one while the AUC on held-out sets rose, these remained.
    """
    if not evidence:
        return {}
    best = evidence[0]
    chunk = best.hit.chunk
    asked, around = facts(query.text), facts(f"{chunk.article.title}. {readable(chunk.text)}")
    return {
        "score": best.score,
        # Another month or weekday, another year or amount: the near miss.
        "missing_dates": float(bool(asked.dates - around.dates)),
        "missing_numbers": float(
            any(not any(number.matches(other) for other in around.numbers) for number in asked.numbers)
        ),
    }


@dataclass(frozen=True, slots=True)
class _Model:
    intercept: float
    weights: Mapping[str, float]
    refuse_below: float


@cache
def _model() -> _Model:
    stored = json.loads(files("rag.answer").joinpath("confidence.json").read_text())
    return _Model(stored["intercept"], stored["weights"], stored["refuse_below"])


def confidence(values: Mapping[str, float]) -> float:
    """Probability, 0 to 1, that the articles answer a question with these features."""
    if not values:
        return 0.0
    model = _model()
    # A feature that the stored model does not know yet is about to be fitted.
    logit = model.intercept + sum(model.weights.get(name, 0.0) * value for name, value in values.items())
    return round(1 / (1 + math.exp(-logit)), 4)


def refuse_below() -> float:
    """The confidence under which a question is refused, as it was fitted."""
    return _model().refuse_below
