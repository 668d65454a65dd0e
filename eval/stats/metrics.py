"""Metrics: folding the rows of a run into figures, stage by stage."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scipy.stats import mannwhitneyu
from statsmodels.stats.inter_rater import cohens_kappa

from eval.scoring.run import Row
from eval.stats.calibration import calibration_error
from eval.stats.figures import Metric, estimate, mean, quantile, share

# The stages in the order a question passes them, with the figures of each.
STAGES: Mapping[str, tuple[str, ...]] = {
    "retrieval": ("recall_at_1", "recall_at_5", "mrr", "ndcg_at_10", "source_recall_at_5"),
    "evidence": ("evidence_shown",),
    "answer": ("right", "first_sentence_right", "first_three_right", "gold_shown", "nothing_forbidden"),
    "citations": ("file_cited", "file_precision", "evidence_cited", "evidence_precision", "evidence_recall"),
    "check": ("check_false_passed", "check_true_dropped", "gold_sentences_kept", "dropped_without_gold"),
    "refusal": ("refused_wrongly", "refused_rightly", "refusal_precision", "refusal_f1", "answerable_auc"),
    "conflicts": ("conflict_marked", "wrong_disputed"),
    "confidence": ("calibration_error",),
    "judge": ("judged_right", "judge_unscored", "judge_kappa"),
    "effort": ("median_seconds", "p95_seconds", "prompt_tokens", "completion_tokens", "cost"),
    "baselines": (
        "baseline_always_refuse",
        "baseline_first_sentence",
        "baseline_bm25_passage",
        "baseline_without_articles",
        "baseline_bm25_recall_at_5",
        "baseline_dense_recall_at_5",
    ),
    "set": ("unscored",),
}


def metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    """Every figure of a run, by name, in the order of the stages; those that do not apply are left out."""
    asked = [row for row in rows if row.answerable]
    scored = [row for row in asked if row.scored]
    found = {
        **_retrieval(asked),
        **_answers(asked, scored),
        **_citations(asked),
        **_check(asked),
        **_refusal(rows),
        **_judge(rows),
        **_effort(rows),
        **_baselines(rows, scored),
        "conflict_marked": _share(
            [row for row in asked if row.kind.startswith("conflict")], lambda row: bool(row.conflicts)
        ),
        "wrong_disputed": _share(asked, lambda row: row.score.disputed),
        "calibration_error": calibration_error(rows),
        "unscored": _share(rows, lambda row: row.score.grade == "unscored"),
    }
    return in_order({name: figure for name, figure in found.items() if figure is not None})


def in_order(figures: Mapping[str, Metric]) -> dict[str, Metric]:
    """The figures in the order of the stages."""
    return {name: figures[name] for names in STAGES.values() for name in names if name in figures}


def by_kind(rows: Sequence[Row]) -> dict[str, Metric]:
    """The share of right answers of every kind of question that can be graded."""
    graded = [row for row in rows if row.score.grade != "unscored"]
    found = {
        kind: _share([row for row in graded if row.kind == kind], lambda row: row.right)
        for kind in dict.fromkeys(row.kind for row in rows)
    }
    return {kind: figure for kind, figure in found.items() if figure is not None}


def by_verdict(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """Of the sentences that the model wrote, by verdict: how many hold a gold answer, and how many none."""
    checked = [pair for row in rows if row.answerable for pair in row.score.checked]
    return {
        verdict: (checked.count((verdict, True)), checked.count((verdict, False)))
        for verdict in ("shown", "dropped")
        if (verdict, True) in checked or (verdict, False) in checked
    }


def _retrieval(asked: Sequence[Row]) -> dict[str, Metric | None]:
    return {
        "recall_at_1": _share(asked, lambda row: _within(row.score.rank, 1)),
        "recall_at_5": _share(asked, lambda row: _within(row.score.rank, 5)),
        "mrr": _mean(asked, lambda row: _reciprocal(row.score.rank)),
        "ndcg_at_10": _mean(asked, lambda row: row.score.ndcg),
        "source_recall_at_5": _mean(asked, lambda row: row.score.source_recall),
        "evidence_shown": _share(asked, lambda row: row.score.evidence_shown),
    }


def _answers(asked: Sequence[Row], scored: Sequence[Row]) -> dict[str, Metric | None]:
    return {
        "right": _share(scored, lambda row: row.right),
        "first_sentence_right": _share(scored, lambda row: _within(row.score.sentences_needed, 1)),
        "first_three_right": _share(scored, lambda row: _within(row.score.sentences_needed, 3)),
        "gold_shown": _share(scored, lambda row: bool(row.score.sentences_needed)),
        "nothing_forbidden": _share(asked, lambda row: row.score.clean),
    }


def _citations(asked: Sequence[Row]) -> dict[str, Metric | None]:
    return {
        "file_cited": _share(asked, lambda row: row.score.file_cited),
        "file_precision": _mean(asked, lambda row: row.score.file_precision),
        "evidence_cited": _share(asked, lambda row: row.score.evidence_cited),
        "evidence_precision": _mean(asked, lambda row: row.score.evidence_precision),
        "evidence_recall": _mean(asked, lambda row: row.score.evidence_recall),
    }


def _check(asked: Sequence[Row]) -> dict[str, Metric | None]:
    sentences = [(row.article, pair) for row in asked for pair in row.score.checked]
    return {
        "gold_sentences_kept": share([(a, verdict == "shown") for a, (verdict, gold) in sentences if gold]),
        "dropped_without_gold": share(
            [(a, not gold) for a, (verdict, gold) in sentences if verdict != "shown"]
        ),
    }


def _refusal(rows: Sequence[Row]) -> dict[str, Metric | None]:
    """Refusal as a classifier of unanswerable questions; showing what contradicts a premise is as good."""
    answerable = [row for row in rows if row.answerable]
    unanswerable = [row for row in rows if not row.answerable]
    refused = [row for row in rows if row.score.grade == "abstained" or (not row.answerable and row.right)]
    both = answerable and unanswerable
    return {
        "refused_wrongly": _share(answerable, lambda row: row.score.grade == "abstained"),
        "refused_rightly": _share(unanswerable, lambda row: row.right),
        "refusal_precision": _share(refused, lambda row: not row.answerable) if both else None,
        "refusal_f1": estimate(_clustered(rows), _refusal_f1) if both else None,
        "answerable_auc": estimate(_clustered(rows), _auc) if both else None,
    }


def _judge(rows: Sequence[Row]) -> dict[str, Metric | None]:
    judged = [row for row in rows if row.judged is not None]
    both = [row for row in judged if row.judged != "unscored" and row.score.grade in ("correct", "incorrect")]
    return {
        "judged_right": _share(
            [row for row in judged if row.judged != "unscored"], lambda row: row.judged == "correct"
        ),
        "judge_unscored": _share(judged, lambda row: row.judged == "unscored"),
        "judge_kappa": _kappa(both),
    }


def _effort(rows: Sequence[Row]) -> dict[str, Metric | None]:
    seconds = [row.seconds for row in rows]
    used = [row for row in rows if row.prompt_tokens]
    return {
        "median_seconds": quantile(seconds, 0.5),
        "p95_seconds": quantile(seconds, 0.95),
        "prompt_tokens": _mean(used, lambda row: row.prompt_tokens, math.inf),
        "completion_tokens": _mean(used, lambda row: row.completion_tokens, math.inf),
        "cost": _mean(used, lambda row: row.cost, math.inf),
    }


def _baselines(rows: Sequence[Row], scored: Sequence[Row]) -> dict[str, Metric | None]:
    asked_without = [row for row in scored if row.baselines.without_articles is not None]
    return {
        "baseline_always_refuse": _share(rows, lambda row: not row.answerable),
        "baseline_first_sentence": _share(scored, lambda row: row.baselines.first_sentence == "correct"),
        "baseline_bm25_passage": _share(scored, lambda row: row.baselines.bm25 == "correct"),
        "baseline_without_articles": _share(
            asked_without, lambda row: row.baselines.without_articles == "correct"
        ),
        "baseline_bm25_recall_at_5": _share(_asked(rows), lambda row: _within(row.baselines.bm25_rank, 5)),
        "baseline_dense_recall_at_5": _share(_asked(rows), lambda row: _within(row.baselines.dense_rank, 5)),
    }


def _asked(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.answerable]


def _clustered(rows: Sequence[Row]) -> list[tuple[str, Row]]:
    return [(row.article, row) for row in rows]


def _share(rows: Sequence[Row], value: Callable[[Row], bool | None]) -> Metric | None:
    return share([(row.article, true) for row in rows if (true := value(row)) is not None])


def _mean(rows: Sequence[Row], value: Callable[[Row], float | None], ceiling: float = 1.0) -> Metric | None:
    return mean([(row.article, one) for row in rows if (one := value(row)) is not None], ceiling)


def _within(rank: int | None, limit: int) -> bool | None:
    return None if rank is None else 0 < rank <= limit


def _reciprocal(rank: int | None) -> float | None:
    return None if rank is None else 1 / rank if rank else 0.0


def _refusal_f1(rows: Sequence[Row]) -> float:
    """Harmonic mean of precision and recall of the refusals."""
    right = sum(not row.answerable and row.right for row in rows)
    wrong = sum(row.score.grade == "abstained" for row in rows)
    missed = sum(not row.answerable and not row.right for row in rows)
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else math.nan


def _auc(rows: Sequence[Row]) -> float:
    """Chance that an answerable question gets a higher confidence than an unanswerable one."""
    yes = [row.confidence for row in rows if row.answerable]
    no = [row.confidence for row in rows if not row.answerable]
    return float(mannwhitneyu(yes, no).statistic) / (len(yes) * len(no)) if yes and no else math.nan


def _kappa(rows: Sequence[Row]) -> Metric | None:
    """Agreement of judge and string scorer beyond chance (Cohen, 1960); not clustered.

    None where both gave every answer the same grade: then nothing is left beyond chance.
    """
    pairs = [(row.right, row.judged == "correct") for row in rows]
    if len({grade for pair in pairs for grade in pair}) < 2:
        return None
    table = [[pairs.count((ours, theirs)) for theirs in (True, False)] for ours in (True, False)]
    found: Any = cohens_kappa(table)
    return Metric(float(found.kappa), len(rows), float(found.kappa_low), float(found.kappa_upp))
