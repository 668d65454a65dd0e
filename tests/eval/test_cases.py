"""Case sets: each is asked in its own articles, and the rows of all are one run with a gate of its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.__main__ import app
from eval.dataset.samples import QuestionSetError, Sample, write_samples
from eval.scoring.cases import case_sets
from tests.conftest import write_articles
from tests.fakes.evaluation import sample

HEIGHT = "How high is the water tower?"


def tower(metres: int, **changes: object) -> Sample:
    answers = ((f"{metres} metres",),)
    return sample(**{"question": HEIGHT, "answers": answers, "sources": ("t.md",), "evidence": (), **changes})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sets in which an article and a question have the same names, but not the same answer."""
    for name, metres in (("north", 31), ("south", 47)):
        write_articles(
            tmp_path / name / "articles", {"t.md": f"# Water\n\nThe water tower is {metres} metres high.\n"}
        )
        write_samples(tmp_path / name / "questions.jsonl", [tower(metres)])
    return tmp_path


def cases(folder: Path, *options: str) -> Result:
    reports = folder / "reports"
    return CliRunner().invoke(
        app,
        ["cases", str(folder), "--indexes", str(reports / "indexes"), "--json", str(reports / "cases.json"),
         "--history", str(reports / "history.jsonl"), *options],
    )  # fmt: skip


def test_each_set_is_asked_in_its_own_articles(folder: Path) -> None:
    result = cases(folder)
    assert result.exit_code == 0, result.output
    report = json.loads((folder / "reports" / "cases.json").read_text())
    assert [(row["id"], row["kind"], row["grade"]) for row in report["rows"]] == [
        ("north/1", "north", "correct"),
        ("south/1", "south", "correct"),
    ]
    assert list(report["by_kind"]) == ["north", "south"]


def test_a_loss_against_the_baseline_of_the_sets_is_named(folder: Path) -> None:
    assert cases(folder, "--accept", "the first run").exit_code == 0
    write_samples(folder / "south" / "questions.jsonl", [tower(48)])
    result = cases(folder)
    assert "1 lost" in result.output
    (folder / "thresholds.json").write_text('{"quotes": {"right": 0.9}}')
    assert cases(folder).exit_code == 1


def test_a_folder_without_sets_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="no case sets"):
        case_sets(tmp_path)
