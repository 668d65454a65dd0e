"""The gate: a real loss fails it, chance and neutral changes do not; a baseline is kept with its reason."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.dataset.samples import QuestionSetError
from eval.stats.figures import Metric
from eval.stats.gate import accept, failures, thresholds
from eval.stats.paired import Comparison, compare, read_baseline, right_by_id, store_baseline
from rag import Chatbot
from tests.fakes.evaluation import asked, sample


def compared(before: Sequence[bool], after: Sequence[bool]) -> Comparison:
    old, new = ({str(n): ok for n, ok in enumerate(values)} for values in (before, after))
    return compare(new, old, "test")


@pytest.mark.parametrize(
    ("before", "after", "fails"),
    [
        ([True] * 20, [True] * 20, False),
        ([True] * 20, [True] * 16 + [False] * 4, False),
        ([True] * 20, [True] * 15 + [False] * 5, True),
        ([True] * 10 + [False] * 10, [False] * 5 + [True] * 15, False),
        ([False] * 20, [True] * 20, False),
    ],
)
def test_only_a_loss_beyond_chance_fails(before: list[bool], after: list[bool], fails: bool) -> None:
    assert bool(compared(before, after).failure) == fails


def test_the_questions_that_flipped_are_named() -> None:
    found = compared([True, True, False], [True, False, True])
    assert (found.lost, found.gained, found.n) == (("1",), ("2",), 3)
    assert found.p == pytest.approx(0.75)
    assert found.detectable == 5


def test_questions_in_only_one_run_are_reported_and_none_in_common_fails() -> None:
    found = compare({"a": True, "new": True}, {"a": True, "gone": True}, "test")
    assert (found.new, found.gone, found.failure) == (("new",), ("gone",), "")
    assert "1 new; 1 gone" in str(found)
    assert "no question" in compare({"a": True}, {"b": True}, "test").failure


def test_floors_ceilings_and_figures_that_are_missing() -> None:
    figures = {"right": Metric(0.9, 10), "refused_wrongly": Metric(0.2, 10)}
    assert failures(figures, {"right": 0.9, "refused_wrongly_max": 0.2}) == []
    assert "right" in failures(figures, {"right": 0.91})[0]
    assert "refused_wrongly" in failures(figures, {"refused_wrongly_max": 0.1})[0]
    assert "not measured" in failures(figures, {"unscored_max": 0.05})[0]


def test_what_passes_the_check_has_ceilings_together_and_by_kind() -> None:
    figures = {"check_false_passed": Metric(0.04, 90), "false passed: joined": Metric(0.2, 10)}
    assert failures(figures, {"check_false_passed_max": 0.05, "false passed: joined_max": 0.2}) == []
    assert failures(figures, {"check_false_passed_max": 0.03, "false passed: joined_max": 0.1}) == [
        "check_false_passed 0.040 (n = 90), at most 0.03",
        "false passed: joined 0.200 (n = 10), at most 0.1",
    ]


def test_a_baseline_is_stored_for_its_mode_and_read_again(chatbot: Chatbot, tmp_path: Path) -> None:
    path, rows = tmp_path / "baseline.json", asked(chatbot, sample())
    assert right_by_id(rows) == {"1": True}
    assert read_baseline(path, "quotes") is None
    store_baseline(path, "quotes", rows, "why")
    store_baseline(path, "local", rows, "why else")
    assert read_baseline(path, "quotes") == ({"1": True}, "why")
    assert read_baseline(path, "local") == ({"1": True}, "why else")
    assert set(json.loads(path.read_text())["quotes"]) == {"created", "reason", "right"}
    path.write_text('{"quotes": 7}')
    with pytest.raises(QuestionSetError, match="baseline"):
        read_baseline(path, "quotes")


@pytest.mark.parametrize(("reason", "whole"), [("", True), ("  ", True), ("why", False)])
def test_no_baseline_without_a_reason_or_of_a_part(tmp_path: Path, reason: str, whole: bool) -> None:
    with pytest.raises(QuestionSetError, match="REASON"):
        accept(tmp_path, [], "quotes", reason, whole=whole)
    assert list(tmp_path.iterdir()) == []


def test_thresholds_lie_beside_their_questions(tmp_path: Path) -> None:
    assert thresholds(tmp_path, "quotes") == {}
    (tmp_path / "thresholds.json").write_text('{"local": {"right": 0.5}}')
    assert thresholds(tmp_path, "quotes") == {}
    assert thresholds(tmp_path, "openai") == {"right": 0.5}
    (tmp_path / "thresholds.json").write_text('{"local": 7}')
    with pytest.raises(QuestionSetError, match="thresholds"):
        thresholds(tmp_path, "local")
