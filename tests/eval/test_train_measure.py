"""Figures of a reader: on rankings that can be counted by hand."""

import math
from dataclasses import replace

import pytest

from eval.train.candidates import Found, Searched
from eval.train.measure import Read, f1, figures, sure_from
from rag.models.reader import ReaderOutput


def question(n: int, right: int | None, logits: tuple[float, ...], answerable: bool = True) -> Read:
    """Three sentences, by the first stage in their order; the reader's logits decide otherwise."""
    found = tuple(
        Found("Skagen", "", f"Oline Berg kept lamp {place}.", 1.0 - place / 10, place == right)
        for place in range(3)
    )
    features = {"score": 1.0 if answerable else 0.5 + n / 100, "missing_dates": 0.0}
    searched = Searched(f"q{n}", "Who kept it?", answerable, ("Oline Berg",), features, found)
    return Read(searched, tuple(ReaderOutput(logit, 0, 10) for logit in logits))


RIGHT_BY_READER = [question(n, 2, (0.0, 0.0, 5.0)) for n in range(6)]
REFUSED = [question(n, None, (-4.0, -4.0, -4.0 - n), answerable=False) for n in range(6)]


def test_the_reader_and_the_first_stage_are_counted_apart_and_together() -> None:
    found = figures([*RIGHT_BY_READER, *REFUSED])
    assert (found.stage.first, found.stage.three) == (0.0, 1.0)
    assert (found.reader.first, found.both.first) == (1.0, 1.0)
    assert (found.gained, found.lost) == (6, 0)
    assert found.p == pytest.approx(0.5**6)


def test_a_reader_that_misleads_is_given_no_weight() -> None:
    found = figures([question(n, 0, (0.0, 0.0, 5.0)) for n in range(6)] + REFUSED)
    assert (found.reader.first, found.both.first, found.both.weight) == (0.0, 1.0, 0.0)
    assert found.lost == 0


def test_answerable_questions_are_separated_from_others_by_the_best_logit() -> None:
    found = figures([*RIGHT_BY_READER, *REFUSED])
    assert found.auc_reader == 1.0
    assert found.auc_both == 1.0


def test_short_answers_are_held_against_gold_answers() -> None:
    assert figures([*RIGHT_BY_READER, *REFUSED]).short == 1.0
    cut = [replace(one, readings=tuple(replace(r, end=5) for r in one.readings)) for one in RIGHT_BY_READER]
    found = figures([*cut, *REFUSED])
    assert (found.short, found.short_f1) == (0.0, pytest.approx(2 / 3))


def test_a_set_without_short_answers_has_no_figure_for_them() -> None:
    bare = [replace(one, searched=replace(one.searched, answers=())) for one in RIGHT_BY_READER]
    assert math.isnan(figures([*bare, *REFUSED]).short)


def test_f1_counts_shared_words_and_leaves_articles_out() -> None:
    assert f1("the Oline Berg", "Oline Berg.") == 1.0
    assert f1("Oline", "Peder") == 0.0


def test_words_are_shown_from_the_likelihood_at_which_nine_of_ten_are_right() -> None:
    def read(likely: float, end: int) -> Read:
        one = question(0, 0, (1.0, 0.0, 0.0))
        return replace(one, readings=tuple(replace(r, likely=likely, end=end) for r in one.readings))

    right, wrong = [read(0.9 - n / 100, 10) for n in range(18)], [read(0.5, 0), read(0.4, 0), read(0.3, 0)]
    assert sure_from([*wrong, *right]) == 0.4
    assert math.isinf(sure_from(wrong))
    found = figures([*right, *wrong, *REFUSED], 0.45)
    assert found.sure == pytest.approx(19 / 21)
    assert found.sure_right == pytest.approx(18 / 19)
