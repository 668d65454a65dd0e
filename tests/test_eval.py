"""The evaluation: question sets, scores, figures, and that the gate can fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.figures import share
from eval.metrics import metrics
from eval.report import failures, to_json, to_markdown
from eval.run import ask_all
from eval.samples import QuestionSetError, Sample, load_samples
from eval.scorers import grade_answer, score
from rag import Chatbot
from tests.conftest import ARTICLES, SEEDS, write_articles

ROOT = Path(__file__).parent.parent
KINDS = {
    "fact", "paraphrase", "multi_fact", "multi_article", "conflict", "follow_up", "short", "misspelt",
    "false_premise", "unanswerable_near", "unanswerable_far",
}  # fmt: skip


def sample(**changes: object) -> Sample:
    values = {
        "id": "1", "kind": "fact", "question": "What did the repairs cost?",
        "history": (),
        "answerable": True,
        "answers": (("$4.2 million", "4.2 million"),), "not_answers": (), "sources": ("bridge.txt",),
        "evidence": ("Repairs cost $4.2 million",),
    }  # fmt: skip
    return Sample(**{**values, **changes})


def test_the_question_set_is_large_varied_and_its_evidence_stands_in_the_articles() -> None:
    samples = load_samples(ROOT / "eval" / "questions.jsonl")
    assert len(samples) >= 120
    assert {s.kind for s in samples} == KINDS
    assert len({(s.question, str(s.history)) for s in samples}) == len(samples)
    texts = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.iterdir()}
    for s in samples:
        assert bool(s.evidence) == bool(s.sources)
        for evidence in s.evidence:
            assert any(evidence in texts[source] for source in s.sources), (s.id, evidence)
        if s.answerable:
            assert s.answers, s.id
            joined = " ".join(s.evidence).casefold()
            for group in s.answers:
                assert any(answer.casefold() in joined for answer in group), (s.id, group)


@pytest.mark.parametrize(
    ("changes", "text", "refused", "grade"),
    [
        ({}, "They cost $4.2\nMILLION.", False, "correct"),
        ({}, "They cost a lot.", False, "incorrect"),
        ({}, "The articles do not say.", True, "abstained"),
        ({"not_answers": ("90 days",)}, "$4.2 million in 90 days", False, "incorrect"),
        ({"answers": (("4.2 million",), ("90",))}, "4.2 million", False, "incorrect"),
        ({"answers": ()}, "Anything.", False, "unscored"),
        ({"answerable": False, "answers": ()}, "", True, "correct"),
        ({"answerable": False, "answers": ()}, "Anything.", False, "incorrect"),
        ({"answerable": False}, "It was 4.2 million.", False, "correct"),
    ],
)
def test_grades(changes: dict[str, object], text: str, refused: bool, grade: str) -> None:
    assert grade_answer(sample(**changes), text, refused)[0] == grade


def test_stages_are_scored_apart(chatbot: Chatbot) -> None:
    question = sample(question="What did the repairs to the bridge over the Aln cost?")
    found = score(question, chatbot.ask(question.question))
    assert found.grade == "correct"
    assert found.rank is not None
    assert found.rank >= 1
    assert found.file_cited is True
    assert found.evidence_cited is True
    wrong_source = sample(question=question.question, sources=("library.md",))
    elsewhere = score(wrong_source, chatbot.ask(question.question))
    assert elsewhere.rank == 0
    assert elsewhere.evidence_cited is False


def test_a_share_has_wilsons_interval() -> None:
    figure = share([True] * 8 + [False] * 2)
    assert figure is not None
    assert (figure.value, figure.n) == (0.8, 10)
    assert figure.low == pytest.approx(0.490, abs=1e-3)
    assert figure.high == pytest.approx(0.943, abs=1e-3)


def test_a_run_gives_figures_rows_and_a_report(chatbot: Chatbot) -> None:
    samples = [
        sample(question="What did the repairs to the bridge over the Aln cost?"),
        sample(
            id="2", kind="far", question="What is the boiling point of mercury?", answerable=False, answers=()
        ),
    ]
    rows = list(ask_all(chatbot, samples, lambda *_: None))
    figures = metrics(rows)
    assert figures["right"].value == 1.0
    assert figures["refused_rightly"].value == 1.0
    assert figures["baseline_always_refuse"].value == 0.5
    report = to_json(rows, {"llm": "none"}, [])
    assert {"id", "kind", "status", "text", "citations", "retrieved", "grade", "seconds"} <= set(
        report["rows"][0]
    )
    assert json.loads(json.dumps(report))
    assert "| right | 1.000 | 1 |" in to_markdown(rows, [])
    assert failures(figures, {"right": 0.9, "refused_wrongly_max": 0.1}) == []
    assert "right" in failures(figures, {"right": 1.1})[0]
    assert "refused_rightly" in failures(figures, {"refused_rightly_max": 0.5})[0]
    assert "not measured" in failures(figures, {"no_such_figure": 0.5})[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no questions"),
        ("{broken", "1: JSONDecodeError"),
        ('{"id": "1"}', "1: KeyError"),
        ('{"id": "1", "question": "q", "answerable": "yes"}', "answerable"),
        ('{"id": "1", "question": "q", "answerable": true}\n' * 2, "used twice"),
        ('{"id": "1", "question": "q", "answerable": true, "history": [{"role": "x"}]}', "history"),
    ],
)
def test_a_bad_question_set_is_refused_with_line_and_fault(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "q.jsonl").write_text(text)
    with pytest.raises(QuestionSetError, match=message):
        load_samples(tmp_path / "q.jsonl")


def test_any_set_can_be_run_by_path(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    row = {"id": "a", "kind": "k", "question": "Who is the architect of the library?", "answerable": True,
           "answers": [["Lena Voss"]], "sources": ["library.md"], "evidence": []}  # fmt: skip
    (tmp_path / "q.jsonl").write_text(json.dumps(row) + "\n")
    arguments = ["--articles", "articles", "--questions", "q.jsonl", "--llm", "none", "--json", "out.json"]
    subprocess.run(
        [sys.executable, "-m", "eval", *arguments],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "HOME": str(Path.home())}, check=True,
    )  # fmt: skip
    out = json.loads((tmp_path / "out.json").read_text())
    assert out["rows"][0]["grade"] == "correct"
    assert "right" in out["metrics"]


def test_the_stored_confidence_knows_the_features_it_is_given(chatbot: Chatbot) -> None:
    stored = json.loads((ROOT / "rag" / "answer" / "confidence.json").read_text())
    found = set(chatbot.explain("Who is the architect?").features)
    assert set(stored["quotes"]["weights"]) == found
    assert set(stored["judged"]["weights"]) == {*found, "yes"}
