"""Metrics: folding the scores of all rows into figures."""

import statistics
from collections.abc import Callable, Sequence

from scipy.stats import mannwhitneyu

from eval.calibration import calibration_error
from eval.figures import Metric, mean, share
from eval.run import Row
from eval.scorers import missing_answers


def auc(rows: Sequence[Row]) -> Metric | None:
    """Chance that an answerable question gets a higher confidence than an unanswerable one."""
    yes = [row.answer.confidence for row in rows if row.sample.answerable]
    no = [row.answer.confidence for row in rows if not row.sample.answerable]
    if not yes or not no:
        return None
    return Metric(float(mannwhitneyu(yes, no).statistic) / (len(yes) * len(no)), len(rows))


def metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    """Every figure of a run, by name; those that do not apply are left out."""
    asked = [row for row in rows if row.sample.answerable]
    unanswerable = [row for row in rows if not row.sample.answerable]
    scored = [row for row in asked if row.sample.answers]
    ranked = [row.score.rank for row in asked if row.score.rank is not None]
    figures = {
        "right": share([row.score.grade == "correct" for row in scored]),
        "first_sentence_right": share([_gold_in_first(row, 1) for row in scored]),
        "first_three_right": share([_gold_in_first(row, 3) for row in scored]),
        "gold_shown": share(_known(asked, lambda row: row.score.shown)),
        "wrong_disputed": share(_known(asked, lambda row: row.score.disputed)),
        "refused_wrongly": share([row.score.grade == "abstained" for row in asked]),
        "refused_rightly": share([row.score.grade == "correct" for row in unanswerable]),
        "recall_at_1": share([rank == 1 for rank in ranked]),
        "recall_at_5": share([0 < rank <= 5 for rank in ranked]),
        "source_recall_at_5": mean(
            [row.score.source_recall for row in asked if row.score.source_recall is not None]
        ),
        "mrr": mean([1 / rank if rank else 0.0 for rank in ranked]),
        "evidence_cited": share(_known(asked, lambda row: row.score.evidence_cited)),
        "file_cited": share(_known(asked, lambda row: row.score.file_cited)),
        "citation_precision": mean(
            [row.score.citation_precision for row in asked if row.score.citation_precision is not None]
        ),
        "answerable_auc": auc(rows),
        "calibration_error": calibration_error(rows),
        "unscored": share([row.score.grade == "unscored" for row in rows]),
        "baseline_always_refuse": share([not row.sample.answerable for row in rows]),
        "baseline_first_sentence": share([row.first_sentence_grade == "correct" for row in scored]),
        "median_seconds": Metric(statistics.median(row.seconds for row in rows), len(rows)),
    }
    return {name: figure for name, figure in figures.items() if figure is not None}


def _gold_in_first(row: Row, count: int) -> bool:
    """Whether the first sentences of an answer hold every gold answer."""
    text = " ".join(sentence.text for sentence in row.answer.sentences[:count])
    return bool(text) and not missing_answers(row.sample, text)


def _known(rows: Sequence[Row], value: Callable[[Row], bool | None]) -> list[bool]:
    return [found for row in rows if (found := value(row)) is not None]
