"""The command line as other programs call it: one JSON object, exit codes, messages on stderr."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ARTICLES, write_articles

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    write_articles(folder / "articles", ARTICLES)
    return folder


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))
    }
    environment |= {"PYTHONPATH": str(ROOT), "RAG_LLM": "none", **variables}
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding=variables.get("PYTHONIOENCODING", "utf-8"),
    )


def test_ask_prints_one_json_object_and_builds_a_missing_index(folder: Path) -> None:
    done = run(folder, "ask", "Who is the architect?", "--articles", "articles", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert answer["citations"][0]["source"] == "library.md"


def test_a_refusal_is_no_error(folder: Path) -> None:
    done = run(folder, "ask", "What is the boiling point of mercury?", "--articles", "articles")
    assert done.returncode == 0
    assert "The articles do not say." in done.stdout


def test_a_scope_is_given_by_options(folder: Path) -> None:
    ask = ("ask", "Who is the architect?", "--articles", "articles", "--json")
    inside = json.loads(run(folder, *ask, "--since", "2025", "--until", "2025-04").stdout)
    assert {citation["source"] for citation in inside["citations"]} == {"library.md"}
    unknown = run(folder, *ask, "--source", "none.txt")
    assert unknown.returncode == 1
    assert "there is no article 'none.txt'" in unknown.stderr


def test_history_comes_from_a_file(folder: Path) -> None:
    history = [{"role": "user", "content": "Who is the architect of the library on Mill Street?"}]
    (folder / "history.json").write_text(json.dumps(history))
    done = run(
        folder, "ask", "When will it open?", "--articles", "articles", "--history", "history.json", "--json"
    )
    assert "library" in json.loads(done.stdout)["standalone_question"]


def test_index_reports_and_explain_shows_scores(folder: Path) -> None:
    report = json.loads(run(folder, "index", "--articles", "articles", "--index", "i", "--json").stdout)
    assert sorted(report["added"]) == sorted(ARTICLES)
    again = json.loads(run(folder, "index", "--articles", "articles", "--index", "i", "--json").stdout)
    assert again["unchanged"] == report["added"]
    explained = run(
        folder, "explain", "Who is the architect?", "--articles", "articles", "--index", "i", "--json"
    )
    assert "fused" in json.loads(explained.stdout)["candidates"][0]


def test_chat_answers_line_by_line(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RAG_LLM": "none"}
    done = subprocess.run(
        [sys.executable, "-m", "rag", "chat", "--articles", "articles"],
        input="Who is the architect of the library?\nWhen will it open?\n\n",
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0
    assert "Lena Voss" in done.stdout
    assert "September" in done.stdout


def test_every_command_takes_the_same_options_and_prints_one_json_object(folder: Path) -> None:
    options = ("--articles", "articles", "--index", "same", "--llm", "none", "--json")
    for command in (("index",), ("ask", "Who is it?"), ("chat",), ("explain", "Who is it?"), ("models",)):
        done = run(folder, *command, *options)
        assert done.returncode == 0, done.stderr
        assert isinstance(json.loads(done.stdout), dict)


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "message"),
    [
        (("ask", ""), {}, 1, "empty"),
        (("ask", "x", "--articles", "nowhere"), {}, 1, "no articles folder"),
        (("ask", "x", "--history", "none.json"), {}, 1, "none.json"),
        (("ask", "x", "--llm", "openai"), {}, 1, "OPENAI_API_KEY"),
        (("ask", "x", "--llm", "local"), {"RAG_LOCAL_MODEL": "none.gguf"}, 1, "models --get"),
        (("ask", "x"), {"RAG_PASSAGES": "0"}, 1, "RAG_PASSAGES"),
        (("ask",), {}, 2, "Missing argument"),
        (("ask", "x", "--llm", "oracle"), {}, 2, "oracle"),
        (("dance",), {}, 2, "dance"),
    ],
)
def test_faults_are_one_plain_line_and_an_exit_code(
    folder: Path, arguments, variables, code, message
) -> None:
    done = run(folder, *arguments, **variables)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_query_path_imports_no_torch_and_import_rag_nothing_heavy(folder: Path) -> None:
    code = (
        "import sys, rag\n"
        "assert not {'numpy', 'pydantic', 'chromadb'} & set(sys.modules)\n"
        "settings = rag.Settings.load(articles='articles', llm='none')\n"
        "answer = rag.ask('Who is the architect?', settings=settings)\n"
        "assert answer.citations\n"
        "assert not {'torch', 'transformers', 'openai', 'gradio'} & set(sys.modules)\n"
    )
    run(folder, "index", "--articles", "articles")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_of_any_encoding_gets_an_answer_and_json_that_can_be_read(
    tmp_path: Path, encoding: str
) -> None:
    write_articles(tmp_path / "articles", {"cafe.txt": "Café Zoë\n\nThe café has 12 “window” seats for €5."})
    asked = ("ask", "How many window seats has the café?", "--articles", "articles")
    plain = run(tmp_path, *asked, PYTHONIOENCODING=encoding)
    assert (plain.returncode, "Traceback" in plain.stderr) == (0, False), plain.stderr
    assert "12" in plain.stdout
    done = run(tmp_path, *asked, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout)["citations"][0]["quote"] == "The café has 12 “window” seats for €5."


def test_a_question_that_is_no_unicode_is_read_without_what_is_wrong_in_it(folder: Path) -> None:
    done = run(folder, "ask", os.fsdecode(b"Who is the \xffarchitect?"), "--articles", "articles", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["question"] == "Who is the architect?"
    nothing = run(folder, "ask", os.fsdecode(b"\xff"), "--articles", "articles")
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("error:")


def test_an_index_of_several_articles_is_emptied_only_on_request(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "articles", {"a.txt": "One fact.", "b.txt": "Another fact."})
    assert run(tmp_path, "index", "--articles", "articles").returncode == 0
    for path in articles.iterdir():
        path.unlink()
    held = run(tmp_path, "index", "--articles", "articles", "--json")
    assert held.returncode == 1
    assert "--allow-empty" in held.stderr
    assert json.loads(held.stdout)["unchanged"] == ["a.txt", "b.txt"]
    emptied = run(tmp_path, "index", "--articles", "articles", "--allow-empty")
    assert emptied.returncode == 0, emptied.stderr


def test_addresses_are_added_as_files_are_and_refused_with_the_reason(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {})
    (tmp_path / "pier.txt").write_text("The pier is 90 m long.")
    mixed = run(
        tmp_path, "add", "pier.txt", "http://127.0.0.1:9/x", "ftp://a.example/", "--articles", "articles"
    )
    assert mixed.returncode == 1
    assert "127.0.0.1 is in a private or local network" in mixed.stderr
    assert "ftp://a.example/ is not an http or https address" in mixed.stderr
    assert "Traceback" not in mixed.stderr
    assert (tmp_path / "articles/pier.txt").exists()
    off = run(tmp_path, "add", "http://127.0.0.1:9/x", "--articles", "articles", RAG_FETCH="off")
    assert (off.returncode, "RAG_FETCH" in off.stderr) == (1, True)
    assert sorted(path.name for path in (tmp_path / "articles").iterdir()) == ["pier.txt"]
