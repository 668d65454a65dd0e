"""The altered facts: what is made from true sentences, and what counts as caught."""

from pathlib import Path

from eval.dataset.samples import Sample
from eval.lab.altered import Case, cases, figures, reference_cases
from rag.articles.read import read_corpus
from rag.types import Sentence, readable
from tests.conftest import SEEDS, write_articles


def test_one_fact_is_changed_and_the_draw_can_be_repeated() -> None:
    articles = read_corpus(SEEDS, 10**7).articles
    first, again = (list(cases(articles, 20)) for _ in range(2))
    assert [case.claim for case in first] == [case.claim for case in again]
    kinds = {case.kind for case in first}
    assert {"number", "date", "name", "place", "negation", "direction", "verbatim"} <= kinds
    for case in first:
        original = readable(case.proofs[0][0].text)
        assert (case.claim == original) == (case.kind == "verbatim")


def test_an_altered_fact_that_passes_is_not_caught_and_a_true_one_that_fails_an_alarm(tmp_path: Path) -> None:
    text = "The bridge over the Aln reopened on Tuesday after 90 days of repairs."
    (article,) = read_corpus(write_articles(tmp_path / "a", {"a.txt": f"Bridge\n\n{text}"}), 10**6).articles
    proofs = ((Sentence(article, 8, 8 + len(text)),),)
    found = figures(
        [
            Case("number", False, text.replace("90", "91"), proofs),
            Case("number", False, text, proofs),
            Case("verbatim", True, text, proofs),
            Case("synonym", True, "The moon is made of old cheese and thin air.", proofs),
        ]
    )
    assert (found["caught"].value, found["caught"].n) == (0.5, 2)
    assert found["false_alarms_verbatim"].value == 0.0
    assert found["false_alarms_reworded"].value == 1.0


def test_free_gold_answers_are_checked_against_their_evidence(tmp_path: Path) -> None:
    text = "The bridge over the Aln reopened on Tuesday. Repairs cost $4.2 million."
    articles = read_corpus(write_articles(tmp_path / "a", {"a.txt": f"Bridge\n\n{text}"}), 10**6).articles
    evidence = ("The bridge over the Aln reopened on Tuesday.", "Repairs cost $4.2 million.")
    row = Sample(
        "1", "What happened?", True, sources=("a.txt",), evidence=evidence,
        reference="On Tuesday the bridge over the Aln reopened.",
    )  # fmt: skip
    found = list(reference_cases(articles, [row]))
    assert found[0].kind == "reference"
    assert found[0].supported
    assert not any(case.supported for case in found[1:])
    assert "reference, date" in {case.kind for case in found}
