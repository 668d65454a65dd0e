"""What measures speed: made-up articles, the race, its goals, slopes."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.corpus import Inventor
from bench.limit import Round, take_rounds
from bench.race import CONTESTANTS, OURS, Figures, measure, prepare, race
from bench.scale import plot, slopes
from bench.table import goals, to_markdown
from bench.waits import client_waits
from rag.errors import RagError
from tests.conftest import SEEDS

ROUNDS = [Round(5, 10), Round(22, 22), Round(9, 8)]
ONE = Figures(10, 0.05, 0.4, 1, 1, 0.1, 0.01, 0.02, 400, 200, 30)


def test_made_up_articles_are_the_same_each_time_and_no_two_alike() -> None:
    articles = [Inventor(SEEDS).article() for _ in range(2)]
    assert articles[0] == articles[1]
    inventor = Inventor(SEEDS)
    many = [inventor.article() for _ in range(60)]
    assert len(set(many)) == 60
    assert all(4000 < len(article) < 9000 for article in many)


def test_their_vocabulary_grows_with_them() -> None:
    inventor = Inventor(SEEDS)
    texts = [inventor.article() for _ in range(80)]
    few, all_of_them = (Counter(" ".join(some).split()) for some in (texts[:20], texts))
    assert 1.2 * len(few) < len(all_of_them) < 4 * len(few)


def test_ours_runs_all_steps_and_leaves_figures(tmp_path: Path) -> None:
    prepare(tmp_path, SEEDS, articles=4, few=1)
    questions = ["Who leads the delegation?", "What was paused in April?", "Where are the talks?"]
    found = race([OURS], None, tmp_path, questions, fresh=1)[OURS]
    assert found.index_s > found.unchanged_s > 0
    assert found.fresh_s > found.first_s > 0
    assert 50 < found.ask_peak_mb < 2000
    assert found.disk_mb > 0.1


def test_the_encoder_alone_takes_turns_with_a_whole_index(tmp_path: Path) -> None:
    Inventor(SEEDS).write(tmp_path / "articles", 4)
    rounds = take_rounds(tmp_path / "articles", tmp_path, 2)
    assert len(rounds) == 2
    assert all(0 < one.limit_s < one.index_s for one in rounds)


def test_a_contestant_that_fails_is_named_with_its_last_words(tmp_path: Path) -> None:
    prepare(tmp_path / "article_qa", SEEDS, articles=1, few=1)
    with pytest.raises(RagError, match=r"use_article_qa\.py index failed: .*questions"):
        measure(Path(sys.executable), CONTESTANTS[OURS], tmp_path / "article_qa", tmp_path / "questions", 1)


def test_goals_compare_with_the_best_of_the_others() -> None:
    slower = replace(ONE, index_s=30, fresh_s=7, warm_p50_s=0.02, index_peak_mb=900, ask_peak_mb=600)
    slowest = replace(slower, index_s=60, warm_p50_s=0.005)
    judged = goals({OURS: ONE, "A": slower, "B": slowest}, ROUNDS)
    reached = {label: (value, good) for label, value, _, good in judged}
    assert reached["fastest other / ours, index from empty (at least)"] == (3.0, True)
    assert reached["encoder alone / index from empty (at least)"] == (0.9, True)
    assert reached["ours / fastest other, warm question, p50 (at most)"] == (2.0, False)
    assert all(good for *_, good in goals({OURS: ONE}, ROUNDS))
    table = to_markdown({OURS: ONE, "A": slower}, [Round(5, 10)])
    assert "| 0.500 | 0.85 | **no** |" in table


def test_the_slope_of_linear_growth_is_one_and_of_none_zero(tmp_path: Path) -> None:
    grown = {1000: ONE, 10_000: replace(ONE, index_s=100, disk_mb=300 / 10**0.5)}
    found = slopes(grown)
    assert found["index_s"] == pytest.approx(1)
    assert found["disk_mb"] == pytest.approx(0.5)
    assert found["warm_p50_s"] == pytest.approx(0)
    plot(grown, tmp_path / "scale.svg")
    assert "index from empty, s: slope 1.00" in (tmp_path / "scale.svg").read_text()


def test_clients_that_stream_at_once_are_all_answered(tmp_path: Path) -> None:
    found = client_waits(SEEDS, tmp_path, ["What was paused in April?"], clients=3)
    assert (found["answers"], found["failed"]) == (18, 0)
    assert found["one client"] > 0
    assert 0 < found["3 clients, median"] <= found["3 clients, p95"]
