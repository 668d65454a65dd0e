"""Figures and intervals: against the textbooks, against other libraries, and by simulation."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from eval.stats.calibration import calibration_error, reliability, risk_coverage
from eval.stats.figures import Metric, estimate, mean, quantile, share
from eval.stats.metrics import TABLE, Stage, by_kind, by_stage, metrics
from rag import Chatbot
from tests.fakes.evaluation import asked, far, graded, sample


def test_within_one_article_a_share_has_wilsons_interval() -> None:
    figure = share([("a", True)] * 8 + [("a", False)] * 2)
    assert figure is not None
    assert (figure.value, figure.n) == (0.8, 10)
    assert figure.low == pytest.approx(0.490, abs=1e-3)
    assert figure.high == pytest.approx(0.943, abs=1e-3)


def test_questions_that_stand_or_fall_together_count_as_one() -> None:
    together = share([(str(n), n % 2 == 0) for n in range(10) for _ in range(10)])
    single = share([(str(n), n % 2 == 0) for n in range(10)])
    assert together is not None
    assert single is not None
    assert (together.low, together.high) == pytest.approx((single.low, single.high), abs=1e-9)
    assert together.n == 100


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw = np.random.default_rng(11)
    held = narrow = 0
    for _ in range(400):
        chances = draw.beta(8, 2, size=12)  # articles differ; the mean is 0.8
        values = [
            (str(n), bool(draw.random() < chance)) for n, chance in enumerate(chances) for _ in range(12)
        ]
        figure, alone = share(values), share([("a", right) for _, right in values])
        assert figure is not None
        assert alone is not None
        held += figure.low <= 0.8 <= figure.high  # type: ignore[operator]
        narrow += alone.low <= 0.8 <= alone.high  # type: ignore[operator]
    assert 0.92 <= held / 400 <= 0.99
    assert narrow / 400 < 0.92  # what would be said if the questions were taken as independent


def test_a_mean_has_students_interval_over_articles() -> None:
    values = [0.2, 0.4, 0.6, 0.8]
    figure = mean([(str(n), value) for n, value in enumerate(values)])
    assert figure is not None
    error = 3.182 * np.std(values, ddof=1) / 2
    assert (figure.low, figure.high) == pytest.approx((max(0, 0.5 - error), min(1, 0.5 + error)), abs=1e-3)


def test_what_cannot_be_measured_without_one_article_has_no_interval() -> None:
    figure = estimate([("a", 1.0), ("b", 2.0)], lambda values: float("nan") if len(values) < 2 else 0.5)
    assert (figure.value, figure.low, figure.high) == (0.5, None, None)


def test_times_have_the_interval_of_order_statistics() -> None:
    figure = quantile([float(n) for n in range(1, 101)], 0.5)
    assert figure is not None
    assert figure.value == 50.5
    assert (figure.low, figure.high) == (40.0, 61.0)  # Conover, table of the binomial with n = 100
    assert quantile([1.0, 2.0], 0.95) is not None
    assert quantile([], 0.5) is None


def test_a_judge_agrees_with_the_scorer_as_scikit_learn_says(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample())
    draw = np.random.default_rng(3)
    rows = [
        replace(
            graded(row, ["correct" if draw.random() < 0.6 else "incorrect"])[0],
            judged="correct" if draw.random() < 0.7 else "incorrect",
        )
        for _ in range(60)
    ]
    kappa = cohen_kappa_score([r.right for r in rows], [r.judged == "correct" for r in rows])
    assert metrics(rows)["judge_kappa"].value == pytest.approx(kappa)


def test_an_answerable_question_that_is_surer_counts_for_the_area(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample())
    sure = [(True, 0.9), (True, 0.4), (False, 0.5), (False, 0.1)]
    rows = [replace(row, article=str(n), answerable=a, confidence=c) for n, (a, c) in enumerate(sure)]
    assert metrics(rows)["answerable_auc"].value == 0.75  # three of four pairs stand the right way round
    assert "answerable_auc" not in metrics(rows[:2])


def test_every_figure_has_a_stage_a_count_and_an_interval(chatbot: Chatbot) -> None:
    rows = asked(chatbot, sample(), sample(id="2", sources=("bridge-2.txt", "bridge.txt")), far())
    figures = metrics(rows)
    assert list(figures) == [name for name in TABLE if name in figures]
    stages = by_stage({**figures, "check_false_passed": Metric(0.0, 1)})
    assert [stage for stage in get_args(Stage) if stage in stages] == list(stages)
    assert stages["check"] == {"check_false_passed": Metric(0.0, 1)}
    assert figures["right"].value == 1.0
    assert figures["refused_rightly"].value == 1.0
    assert figures["baseline_always_refuse"].value == pytest.approx(1 / 3)
    assert all(figure.n > 0 for figure in figures.values())
    assert by_kind(rows)["unanswerable_far"].value == 1.0


def test_calibration_is_the_mean_distance_over_the_bins(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample())
    rows = graded(row, ["correct"] * 10, confidence=0.75) + graded(row, ["incorrect"] * 10, confidence=0.25)
    found = calibration_error(rows)
    assert found is not None
    assert found.value == pytest.approx(0.25)
    assert [one.right.value for one in reliability(rows)] == [0.0] * 5 + [1.0] * 5
    points = risk_coverage(rows)
    assert (points[0].risk.value, points[-1].risk.value, points[-1].coverage) == (0.0, 0.5, 1.0)


def test_cost_is_tokens_by_price(chatbot: Chatbot) -> None:
    rows = [
        replace(row, prompt_tokens=1000, completion_tokens=50, cost=0.25) for row in asked(chatbot, sample())
    ]
    figures = metrics(rows)
    assert figures["prompt_tokens"].value == 1000
    assert figures["cost"].value == 0.25
    assert "cost" not in metrics(asked(chatbot, sample()))
