"""Metrics: the table of every figure, and how each is computed from the rows of a run."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from statsmodels.stats.inter_rater import cohens_kappa

from eval.scoring.run import Row
from eval.stats.calibration import calibration_error
from eval.stats.figures import Metric, estimate, mean, quantile, share

# In the order in which a question passes them.
Stage = Literal[
    "retrieval", "evidence", "answer", "citations", "check", "refusal", "conflicts", "confidence", "judge",
    "effort", "baselines", "set",
]  # fmt: skip
Fold = Callable[[Sequence[Row]], Metric | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its stage, the rows it covers, and how it folds them (None if it cannot)."""

    stage: Stage
    rows: Callable[[Row], bool]
    value: Fold


def metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    """Return every figure of the table, by name; those that do not apply to these rows are left out."""
    found = {name: figure.value([row for row in rows if figure.rows(row)]) for name, figure in TABLE.items()}
    return {name: metric for name, metric in found.items() if metric is not None}


def by_stage(figures: Mapping[str, Metric]) -> dict[Stage, dict[str, Metric]]:
    """Return the figures by stage, in the order of the stages; figures that are not of rows are the
    check's.
    """
    stages: dict[Stage, dict[str, Metric]] = {stage: {} for stage in get_args(Stage)}
    for name, metric in figures.items():
        stages[TABLE[name].stage if name in TABLE else "check"][name] = metric
    return {stage: found for stage, found in stages.items() if found}


def by_kind(rows: Sequence[Row]) -> dict[str, Metric]:
    """Return the share of right answers for every kind of question that can be graded."""
    right = _share(lambda row: row.right)
    graded = [row for row in rows if row.score.grade != "unscored"]
    found = {
        kind: right([row for row in graded if row.kind == kind])
        for kind in dict.fromkeys(row.kind for row in rows)
    }
    return {kind: figure for kind, figure in found.items() if figure is not None}


def _share(value: Callable[[Row], bool | None]) -> Fold:
    """Fold rows into the share for which it is true; rows for which it is None do not count."""
    return lambda rows: share([(row.article, true) for row in rows if (true := value(row)) is not None])


def _mean(value: Callable[[Row], float | None], ceiling: float = 1.0) -> Fold:
    return lambda rows: mean([(row.article, one) for row in rows if (one := value(row)) is not None], ceiling)


def _seconds(p: float) -> Fold:
    return lambda rows: quantile([row.seconds for row in rows], p)


def _every(_: Row) -> bool:
    return True


def _answerable(row: Row) -> bool:
    return row.answerable


def _unanswerable(row: Row) -> bool:
    return not row.answerable


def _with_answers(row: Row) -> bool:
    return row.answerable and row.scored


def _judged(row: Row) -> bool:
    return row.judged not in (None, "unscored")


def _within(rank: int | None, limit: int) -> bool | None:
    return None if rank is None else 0 < rank <= limit


def _reciprocal(rank: int | None) -> float | None:
    return None if rank is None else 1 / rank if rank else 0.0


def _without_articles(row: Row) -> bool | None:
    grade = row.baselines.without_articles
    return None if grade is None else grade == "correct"


def _auc(rows: Sequence[Row]) -> Metric | None:
    """Return the chance that an answerable question gets a higher confidence than an unanswerable one."""
    if len({row.answerable for row in rows}) < 2:
        return None
    return estimate([(row.article, row) for row in rows], _area)


def _area(rows: Sequence[Row]) -> float:
    from sklearn.metrics import roc_auc_score  # it takes a second to import

    answerable = [row.answerable for row in rows]
    if len(set(answerable)) < 2:
        return math.nan
    return float(roc_auc_score(answerable, [row.confidence for row in rows]))


def _kappa(rows: Sequence[Row]) -> Metric | None:
    """Return the agreement of judge and string scorer beyond chance (Cohen, 1960); not clustered.

    None if both gave every answer the same grade: then nothing is left beyond chance.
    """
    graded = [row for row in rows if row.score.grade in ("correct", "incorrect")]
    pairs = [(row.right, row.judged == "correct") for row in graded]
    if len({grade for pair in pairs for grade in pair}) < 2:
        return None
    table = [[pairs.count((ours, theirs)) for theirs in (True, False)] for ours in (True, False)]
    found: Any = cohens_kappa(table)
    return Metric(float(found.kappa), len(graded), float(found.kappa_low), float(found.kappa_upp))


TABLE: Mapping[str, Figure] = {
    "recall_at_1": Figure("retrieval", _answerable, _share(lambda row: _within(row.score.rank, 1))),
    "recall_at_5": Figure("retrieval", _answerable, _share(lambda row: _within(row.score.rank, 5))),
    "mrr": Figure("retrieval", _answerable, _mean(lambda row: _reciprocal(row.score.rank))),
    "ndcg_at_10": Figure("retrieval", _answerable, _mean(lambda row: row.score.ndcg)),
    "evidence_shown": Figure("evidence", _answerable, _share(lambda row: row.score.evidence_shown)),
    "right": Figure("answer", _with_answers, _share(lambda row: row.right)),
    "first_sentence_right": Figure(
        "answer", _with_answers, _share(lambda row: _within(row.score.sentences_needed, 1))
    ),
    "first_three_right": Figure(
        "answer", _with_answers, _share(lambda row: _within(row.score.sentences_needed, 3))
    ),
    "gold_shown": Figure("answer", _with_answers, _share(lambda row: bool(row.score.sentences_needed))),
    "short_right": Figure("answer", _with_answers, _share(lambda row: row.score.short_right)),
    "file_cited": Figure("citations", _answerable, _share(lambda row: row.score.file_cited)),
    "evidence_cited": Figure("citations", _answerable, _share(lambda row: row.score.evidence_cited)),
    "evidence_precision": Figure("citations", _answerable, _mean(lambda row: row.score.evidence_precision)),
    "refused_wrongly": Figure("refusal", _answerable, _share(lambda row: row.score.grade == "abstained")),
    # Showing what contradicts a premise counts as much.
    "refused_rightly": Figure("refusal", _unanswerable, _share(lambda row: row.right)),
    # “Answered”, not “partial”: of the right answers, and of the questions without one.
    "answered_if_right": Figure(
        "refusal",
        lambda row: _with_answers(row) and row.right,
        _share(lambda row: row.status == "answered"),
    ),
    "answered_wrongly": Figure("refusal", _unanswerable, _share(lambda row: row.status == "answered")),
    "answerable_auc": Figure("refusal", _every, _auc),
    "conflict_marked": Figure(
        "conflicts",
        lambda row: row.answerable and row.kind.startswith("conflict"),
        _share(lambda row: bool(row.conflicts)),
    ),
    "calibration_error": Figure("confidence", _every, calibration_error),
    "judged_right": Figure("judge", _judged, _share(lambda row: row.judged == "correct")),
    "judge_unscored": Figure(
        "judge", lambda row: row.judged is not None, _share(lambda row: row.judged == "unscored")
    ),
    "judge_kappa": Figure("judge", _judged, _kappa),
    "median_seconds": Figure("effort", _every, _seconds(0.5)),
    "p95_seconds": Figure("effort", _every, _seconds(0.95)),
    "prompt_tokens": Figure(
        "effort", lambda row: row.prompt_tokens > 0, _mean(lambda row: row.prompt_tokens, math.inf)
    ),
    "completion_tokens": Figure(
        "effort", lambda row: row.prompt_tokens > 0, _mean(lambda row: row.completion_tokens, math.inf)
    ),
    "cost": Figure("effort", lambda row: row.prompt_tokens > 0, _mean(lambda row: row.cost, math.inf)),
    "baseline_always_refuse": Figure("baselines", _every, _share(lambda row: not row.answerable)),
    "baseline_first_sentence": Figure(
        "baselines", _with_answers, _share(lambda row: row.baselines.first_sentence == "correct")
    ),
    "baseline_bm25_passage": Figure(
        "baselines", _with_answers, _share(lambda row: row.baselines.bm25 == "correct")
    ),
    "baseline_without_articles": Figure("baselines", _with_answers, _share(_without_articles)),
    "unscored": Figure("set", _every, _share(lambda row: row.score.grade == "unscored")),
}
