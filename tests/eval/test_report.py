"""The reports of a run: what they hold, that they need nothing else, that nothing in them is markup."""

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.dataset.samples import QuestionSetError, write_samples
from eval.report.history import append_history, read_history
from eval.report.junit import to_junit
from eval.report.markdown import to_markdown
from eval.report.page import to_page
from eval.report.record import Run
from eval.stats.paired import Comparison
from rag import Chatbot
from tests.conftest import ARTICLES, write_articles
from tests.fakes.evaluation import far, run, sample

ROOT = Path(__file__).parents[2]
EVIL = "<script>alert(1)</script> ![x](http://e.example/x.png) \u202e\x00"


@pytest.fixture
def small(chatbot: Chatbot) -> Run:
    """Three questions: one right, one lost, one refused; and a gate that failed."""
    lost = sample(id="lost", answers=(("Atlantis",),), question="How long did the repairs take?")
    found = run(chatbot, sample(), lost, far(question=f"What is the boiling point of mercury? {EVIL}"))
    against = Comparison("why", 3, ("lost",), ("far",), 0.75, 5)
    return replace(found, against=against, failures=["right 0.5, at least 0.9"])


def test_json_holds_settings_data_environment_and_rows_and_is_read_back(small: Run, tmp_path: Path) -> None:
    stored = json.loads(small.to_json())
    assert {"id", "kind", "status", "text", "citations", "retrieved", "grade", "cause", "seconds"} <= set(
        stored["rows"][0]
    )
    assert stored["settings"]["passages"] == 20
    assert "openai_api_key" not in stored["settings"]
    assert set(stored["data"]) == {"name", "questions", "articles"}
    assert set(stored["environment"]) >= {"commit", "code", "python", "chromadb"}
    assert stored["metrics"]["right"]["n"] == 2
    (tmp_path / "run.json").write_text(small.to_json())
    assert Run.from_json(tmp_path / "run.json").metrics == small.metrics
    (tmp_path / "run.json").write_text('{"rows": [{}]}')
    with pytest.raises(QuestionSetError, match="cannot read the run"):
        Run.from_json(tmp_path / "run.json")


def test_markdown_has_failures_flips_and_causes_and_shows_foreign_text_as_text(small: Run) -> None:
    text = to_markdown(small)
    assert "**Failed:** right 0.5, at least 0.9" in text
    assert "- lost `lost`" in text
    assert "| not indexed | 1 |" in text
    assert "| right | 0.500 | 2 |" in text
    assert "<script" not in text
    assert "![x]" not in text


def test_junit_fails_for_what_was_lost_and_for_the_gate_only(small: Run) -> None:
    suite = ElementTree.fromstring(to_junit(small))[0]
    results = {case.get("name", "").partition(":")[0]: [child.tag for child in case] for case in suite}
    assert results == {"1": [], "lost": ["failure"], "far": [], "gate": ["failure"]}
    known = replace(small, against=replace(small.against, lost=()), failures=[])  # type: ignore[arg-type]
    suite = ElementTree.fromstring(to_junit(known))[0]
    assert [child.tag for case in suite for child in case] == ["skipped"]


def test_history_keeps_runs_of_the_same_set_apart(small: Run, tmp_path: Path) -> None:
    path = tmp_path / "reports" / "history.jsonl"
    append_history(path, small)
    append_history(path, replace(small, mode="local"))
    append_history(path, replace(small, created="2026-12-01"))
    assert [past.created for past in read_history(path, small)] == [small.created, "2026-12-01"]
    assert read_history(path, small)[0].figures == small.metrics
    path.write_text("{broken")
    with pytest.raises(QuestionSetError, match="history"):
        read_history(path, small)


BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="no Chromium: apt-get install chromium")
def test_the_page_needs_no_network_and_filters_its_cases(
    small: Run, tmp_path: Path, chatbot: Chatbot
) -> None:
    from playwright.sync_api import sync_playwright

    append_history(tmp_path / "history.jsonl", small)
    (tmp_path / "eval.html").write_text(to_page(small, read_history(tmp_path / "history.jsonl", small)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        requests: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        page.on("dialog", lambda dialog: errors.append("a planted script ran"))
        page.goto(f"file://{tmp_path}/eval.html")
        assert page.locator("figure svg").count() == 5
        assert page.locator("#count").inner_text() == "3 of 3 cases"
        page.select_option("#cause", "not indexed")
        assert page.locator("#count").inner_text() == "1 of 3 cases"
        case = page.locator("#cases tbody tr:visible")
        case.locator("summary").click()
        assert "evidence to answer from" in case.inner_text()
        assert "Atlantis" in case.inner_text()
        page.fill("#text", "no such words")
        assert page.locator("#count").inner_text() == "0 of 3 cases"
        page.fill("#text", "")
        page.select_option("#cause", "")
        page.select_option("#flip", "gained")
        assert page.locator("#count").inner_text() == "1 of 3 cases"
        browser.close()
    assert requests == [f"file://{tmp_path}/eval.html"]
    assert errors == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", ARTICLES)
    long = sample(id="2", question="Why was the bridge over the Aln closed when a barge struck it in March?")
    write_samples(tmp_path / "q.jsonl", [sample(), long, far()])
    return tmp_path


def test_any_set_is_run_by_path_with_every_report(folder: Path) -> None:
    arguments = [
        "--articles",
        "articles",
        "--questions",
        "q.jsonl",
        "--llm",
        "none",
        "--json",
        "out/run.json",
    ]
    subprocess.run(
        [sys.executable, "-m", "eval", *arguments],
        cwd=folder, check=True,
        env={"PYTHONPATH": str(ROOT), "HOME": str(Path.home()), "GITHUB_STEP_SUMMARY": "summary.md"},
    )  # fmt: skip
    out = json.loads((folder / "out" / "run.json").read_text())
    assert out["rows"][0]["grade"] == "correct"
    assert out["metrics"]["check_false_passed"] == out["check"]["check_false_passed"]
    assert "false passed: number" in (folder / "out" / "run.md").read_text()
    assert "false passed: number" in (folder / "out" / "run.html").read_text()
    assert Run.from_json(folder / "out" / "run.json").check["true dropped: verbatim"].value == 0.0
    assert {path.name for path in (folder / "out").iterdir()} == {"run.json", "run.md", "run.html", "run.xml"}
    assert (folder / "reports" / "history.jsonl").read_text().count("\n") == 1
    assert (folder / "summary.md").read_text() == (folder / "out" / "run.md").read_text()


def test_two_processes_give_the_same_rows(folder: Path) -> None:
    """Not even the order of a set, which differs from process to process, changes a digit."""
    rows, checks = [], []
    for seed in ("1", "2"):
        arguments = f"--articles articles --questions q.jsonl --json {seed}.json"
        subprocess.run(
            [sys.executable, "-m", "eval", *arguments.split()],
            cwd=folder, check=True,
            env={"PYTHONPATH": str(ROOT), "HOME": str(Path.home()), "PYTHONHASHSEED": seed},
        )  # fmt: skip
        stored = json.loads((folder / f"{seed}.json").read_text())
        rows.append(stored["rows"])
        checks.append((stored["check"], stored["misses"]))
    for row in (*rows[0], *rows[1]):
        row.pop("seconds")
    assert rows[0] == rows[1]
    assert checks[0] == checks[1]


def test_an_empty_set_fails(folder: Path) -> None:
    (folder / "q.jsonl").write_text("\n")
    done = CliRunner().invoke(
        app, ["--articles", str(folder / "articles"), "--questions", str(folder / "q.jsonl")]
    )
    assert done.exit_code == 1
    assert "holds no questions" in done.output


def test_a_team_keeps_a_gate_beside_its_own_questions(folder: Path) -> None:
    arguments = ["--articles", str(folder / "articles"), "--questions", str(folder / "q.jsonl")]

    def evaluate(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*arguments, *more])
        return done.exit_code, done.output

    assert evaluate()[0] == 0
    assert "to hold it against" in evaluate("--gate")[1]
    code, out = evaluate("--accept", "the first one")
    assert code == 0, out
    assert json.loads((folder / "baseline.json").read_text())["quotes"]["reason"] == "the first one"
    code, out = evaluate()
    assert (code, "baseline: 0 lost, 0 gained of 3" in out) == (0, True)
    (folder / "thresholds.json").write_text('{"quotes": {"unscored_max": 0.05, "right": 1.1}}')
    code, out = evaluate()
    assert code == 1
    assert "FAILED right" in out
    floors = {"check_false_passed": 1.1, "check_true_dropped": 1.1, "false passed: any word": 1.1}
    (folder / "thresholds.json").write_text(json.dumps({"quotes": floors}))
    code, out = evaluate()
    assert code == 1
    assert all(f"FAILED {name} " in out for name in floors)
    assert evaluate("--limit", "1")[0] == 0
    assert evaluate("--limit", "1", "--accept", "why")[0] == 1


def test_two_runs_side_by_side(small: Run, tmp_path: Path, chatbot: Chatbot) -> None:
    lost = sample(id="lost", answers=(("90 days",),), question="How long did the repairs take?")
    better = run(chatbot, sample(), lost, far(question=f"What is the boiling point of mercury? {EVIL}"))
    better = replace(better, settings={**better.settings, "passages": 5})
    for name, one in (("a", small), ("b", better)):
        (tmp_path / f"{name}.json").write_text(one.to_json())
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert "| passages | 20 | 5 |" in lines
    assert any(line.startswith("| right | 0.500") and line.endswith("| +0.500 |") for line in lines)
    assert "not indexed → holds every gold answer" in done.output
    assert "0 lost, 1 gained of 3 questions" in done.output
    assert "too few to tell" in done.output
