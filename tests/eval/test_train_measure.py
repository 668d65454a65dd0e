"""Figures of a reader: on rankings that can be counted by hand."""

import math
from dataclasses import replace

import pytest

from eval.train.candidates import Found, Searched
from eval.train.claims import ClaimPair
from eval.train.measure import Read, claim_figures, f1, figures
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


def test_claims_passed_and_dropped_are_shares_of_the_false_and_the_true() -> None:
    claims = [ClaimPair("", "", supported) for supported in (True, True, False, False, False)]
    found = claim_figures(claims, [0.96, 0.4, 0.6, 0.1, 0.1])
    at = {threshold: (passed, dropped) for threshold, passed, dropped in found.at}
    assert at[0.5] == (pytest.approx(1 / 3), 0.5)
    assert at[0.7] == (0.0, 0.5)
    assert found.auc == pytest.approx(5 / 6)


def test_a_set_of_true_claims_only_has_no_share_of_false_ones() -> None:
    found = claim_figures([ClaimPair("", "", True)], [0.9])
    assert all(math.isnan(passed) for _, passed, _ in found.at)
