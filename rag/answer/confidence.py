"""How likely it is that the articles answer the question: a logistic model over a few features.

    {"intercept": -3.1, "weights": {"cosine": 4.2, …}, "refuse_below": 0.3, "held_out": {…}}

`python -m eval fit` makes that file from question sets; nothing here is a guessed constant.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rag.corpus.words import stems
from rag.search.evidence import covered
from rag.search.retrieve import Query
from rag.types import Evidence, Hit, readable


def features(query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence]) -> dict[str, float]:
    """What retrieval and evidence say about the question; all zero if nothing was found."""
    if not hits or not evidence:
        return dict.fromkeys(
            ("cosine", "best_cosine", "coverage", "chunk_coverage", "dense", "margin", "missing"), 0.0
        )
    best = evidence[0]
    chunk = best.hit.chunk
    held = set(stems(f"{chunk.article.title} {readable(chunk.text)}"))
    total = sum(query.weights.values())
    missing = [weight for stem, weight in query.weights.items() if stem not in held]
    return {
        "cosine": best.cosine,
        "best_cosine": max(item.cosine for item in evidence),
        "coverage": best.coverage,
        "chunk_coverage": covered(query, held),
        "dense": max(hit.dense for hit in hits),
        "margin": best.score - evidence[min(3, len(evidence) - 1)].score,
        # The rarest word that the best chunk lacks: another year, another person.
        "missing": max(missing, default=0.0) / total if total else 0.0,
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
    """Probability, 0 to 1, that the articles answer the question."""
    if not any(values.values()):
        return 0.0
    model = _model()
    logit = model.intercept + sum(weight * values[name] for name, weight in model.weights.items())
    return round(1 / (1 + math.exp(-logit)), 4)


def refuse_below() -> float:
    """The confidence under which a question is refused, as it was fitted."""
    return _model().refuse_below
