"""Evaluate a reader: ranking, short answers and refusal against the first stage, and claims.

Combination weights are fitted on one half of the questions and evaluated on the other, both ways.
"""

import math
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.train.candidates import Searched
from eval.train.claims import ClaimPair
from rag.models.reader import Reader, ReaderInput, ReaderOutput

Floats = npt.NDArray[np.float64]
_WEIGHTS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 1.0, 3.0)  # of the reader's logit
_THRESHOLDS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Read:
    """A searched question with a reading for each sentence found."""

    searched: Searched
    readings: tuple[ReaderOutput, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Shares of the answerable questions whose right sentence is first, and among the first three; a
    weight.
    """

    first: float
    three: float
    weight: float = math.nan


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one set: `stage` is the first stage alone, `reader` the reader alone, `both` their
    best sum.

    `gained` and `lost` count the questions whose first sentence is right with both and was not with the
    first stage, and vice versa; `p` is the probability of such a gain by chance (McNemar's exact test,
    one-sided). `auc_…` measure answerable questions against others: by the features of the confidence, by
    the reader's best logit, and by both. `short` is the share of answerable questions whose short answer
    contains or equals a gold answer, `short_f1` its mean overlap in words (Rajpurkar et al., 2016).
    """

    questions: int
    answerable: int
    stage: Ranking
    reader: Ranking
    both: Ranking
    gained: int
    lost: int
    p: float
    auc_stage: float
    auc_reader: float
    auc_both: float
    short: float
    short_f1: float


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """Claims of one set: AUC, and at each threshold the shares of false ones passed and true ones dropped."""

    claims: int
    true: int
    auc: float
    at: tuple[tuple[float, float, float], ...]


def read_all(ranker: Reader, rows: Sequence[Searched], progress: Callable[[int], None]) -> list[Read]:
    """Read what was found for each question."""
    read = []
    for done, row in enumerate(rows, start=1):
        candidates = [ReaderInput(one.sentence, one.title, one.before) for one in row.found]
        read.append(Read(row, tuple(ranker.read(row.question, candidates))))
        progress(done)
    return read


def figures(rows: Sequence[Read]) -> Figures:
    """Return the figures of one set. If it has no short gold answers, `short` is NaN."""
    from scipy.stats import binomtest

    rows = [row for row in rows if row.searched.found]
    asked = [row for row in rows if row.searched.answerable]
    weights = _fitted_weights(asked)
    both = _ranking([(row, weights[n % 2]) for n, row in enumerate(asked)])
    flips = [_flip(row, weights[n % 2]) for n, row in enumerate(asked)]
    gained, lost = flips.count(1), flips.count(-1)
    short = [_short(row, weights[n % 2]) for n, row in enumerate(asked) if row.searched.answers]
    answerable = np.array([row.searched.answerable for row in rows])
    stage = np.array([list(row.searched.features.values()) for row in rows])
    best = np.array([_signals(row) for row in rows])
    return Figures(
        len(rows),
        len(asked),
        _ranking([(row, 0.0) for row in asked]),
        _ranking([(row, math.inf) for row in asked]),
        Ranking(both.first, both.three, float(np.mean(weights))),
        gained,
        lost,
        float(binomtest(gained, gained + lost, alternative="greater").pvalue) if gained + lost else 1.0,
        _cross_auc(stage, answerable),
        auc(best[:, 0], answerable),
        _cross_auc(np.hstack((stage, best)), answerable),
        float(np.mean([held for held, _ in short])) if short else math.nan,
        float(np.mean([f1 for _, f1 in short])) if short else math.nan,
    )


def claim_figures(claims: Sequence[ClaimPair], probabilities: Sequence[float]) -> ClaimFigures:
    """Return the figures of one set of claims."""
    said, true = np.array(probabilities), np.array([claim.supported for claim in claims])
    at = tuple(
        (threshold, _share(said[~true] > threshold), _share(said[true] <= threshold))
        for threshold in _THRESHOLDS
    )
    return ClaimFigures(len(claims), int(true.sum()), auc(said, true), at)


def _share(held: npt.NDArray[np.bool_]) -> float:
    return float(held.mean()) if len(held) else math.nan


def auc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Return the share of (positive, negative) pairs that the scores rank correctly; ties count half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(positive, scores)) if 0 < positive.sum() < len(positive) else math.nan


def f1(text: str, gold: str) -> float:
    """Return the harmonic mean of precision and recall over words, ignoring articles and punctuation."""
    own, right = Counter(_words(text)), Counter(_words(gold))
    shared = sum((own & right).values())
    return 2 * shared / (own.total() + right.total()) if shared else 0.0


def _order(row: Read, weight: float) -> list[int]:
    """Return sentences best first, by stage + weight × reader; an infinite weight leaves the reader alone."""
    found = row.searched.found
    scores = [
        one.answers if math.isinf(weight) else of.score + weight * one.answers
        for of, one in zip(found, row.readings, strict=True)
    ]
    return sorted(range(len(found)), key=lambda n: -scores[n])


def _ranking(weighted: Sequence[tuple[Read, float]]) -> Ranking:
    right = [[row.searched.found[n].right for n in _order(row, weight)[:3]] for row, weight in weighted]
    return Ranking(float(np.mean([one[0] for one in right])), float(np.mean([any(one) for one in right])))


def _flip(row: Read, weight: float) -> int:
    """Return 1 if the first sentence is right with the reader and was not without it, -1 vice versa."""
    found = row.searched.found
    return int(found[_order(row, weight)[0]].right) - int(found[_order(row, 0.0)[0]].right)


def _fitted_weights(asked: Sequence[Read]) -> tuple[float, float]:
    """Return the best weight on the odd questions, for the even ones; and vice versa."""
    halves = asked[1::2], asked[::2]
    odd, even = (
        max(_WEIGHTS, key=lambda weight: _ranking([(row, weight) for row in half]).first) for half in halves
    )
    return odd, even


def _short(row: Read, weight: float) -> tuple[bool, float]:
    best = _order(row, weight)[0]
    reading = row.readings[best]
    text = row.searched.found[best].sentence[reading.start : reading.end]
    words = f" {' '.join(_words(text))} "
    holds = any(f" {' '.join(_words(answer))} " in words for answer in row.searched.answers)
    return holds, max(f1(text, answer) for answer in row.searched.answers)


def _signals(row: Read) -> list[float]:
    logits = sorted((one.answers for one in row.readings), reverse=True)
    return [logits[0], float(np.logaddexp.reduce(logits)), row.readings[0].answers]


def _cross_auc(values: Floats, answerable: npt.NDArray[np.bool_]) -> float:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scores = np.empty(len(values))
    for half in (0, 1):
        fitted = make_pipeline(StandardScaler(), LogisticRegression(C=10.0)).fit(
            values[1 - half :: 2], answerable[1 - half :: 2]
        )
        scores[half::2] = fitted.decision_function(values[half::2])
    # Each half has its own model, so scores are comparable only within it.
    return float(np.mean([auc(scores[half::2], answerable[half::2]) for half in (0, 1)]))


def _words(text: str) -> list[str]:
    plain = "".join(" " if char in string.punctuation else char for char in text.casefold())
    return [word for word in re.split(r"\s+", plain) if word and word not in ("a", "an", "the")]
