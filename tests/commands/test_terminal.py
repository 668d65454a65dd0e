"""The command line as a person and a shell use it: pipes, links, colours, exit codes, Ctrl-C, the folder."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import ARTICLES, write_articles
from tests.fakes import openai_server as fake
from tests.test_cli import ROOT, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    write_articles(folder / "articles", ARTICLES)
    assert run(folder, "index", "--articles", "articles").returncode == 0
    return folder


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "RAG_LLM": "none", "RAG_ARTICLES": "articles", **variables}


def on_terminal(folder: Path, *arguments: str, **variables: str) -> str:
    """What a command shows on a terminal."""
    ours, its = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "rag", *arguments],
        cwd=folder, env=environment(**{"TERM": "xterm-256color", **variables}),
        stdin=its, stdout=its, stderr=its,
    )  # fmt: skip
    os.close(its)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the other side has closed it
        pass
    assert done.wait(30) == 0
    os.close(ours)
    return shown.decode()


def test_it_prints_its_version_and_help(folder: Path) -> None:
    assert re.fullmatch(r"article-qa \d+\.\d+\.\d+\n", run(folder, "--version").stdout)
    assert "Usage" in run(folder, "-h").stdout
    assert "Usage" in run(folder, "ask", "-h").stdout


def test_a_shell_completes_commands(folder: Path) -> None:
    asked = {"COMP_WORDS": "article-qa se", "COMP_CWORD": "1"}
    code = "import sys; sys.argv[0] = 'article-qa'; from rag.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True,
        env=environment(_ARTICLE_QA_COMPLETE="complete_bash", **asked),
    )  # fmt: skip
    assert done.stdout.split() == ["serve"]


@pytest.mark.parametrize("arguments", [("ask", "-"), ("ask",), ("explain", "-")])
def test_a_question_may_be_piped_in(folder: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", *arguments, "--json"], input="Who is the architect of the library?\n",
        cwd=folder, env=environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Lena Voss" in done.stdout


def test_the_index_is_found_from_any_folder(folder: Path, tmp_path: Path) -> None:
    for where in (folder, folder / "articles", tmp_path):
        plan = run(where, "index", "--dry-run", "--json", "--articles", str(folder / "articles"))
        assert len(json.loads(plan.stdout)["unchanged"]) == len(ARTICLES)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "Who?", "--articles", "nowhere"),
        ("index", "--articles", "nowhere"),
        ("ask", "", "--articles", "articles"),
        ("ask", "Who?", "--articles", "articles", "--history", "none.json"),
    ],
)
def test_a_command_that_fails_leaves_nothing_behind(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    assert run(tmp_path, *arguments).returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]


def test_an_encoder_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    assert run(tmp_path, "ask", "Who?", "--articles", "articles", RAG_ENCODER=str(tmp_path)).returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]


def test_an_empty_folder_is_named_as_the_reason_and_progress_is_for_terminals(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    done = run(tmp_path, "ask", "--articles", "articles", "Who is the architect?")
    assert "No article is indexed yet." in done.stdout
    assert done.stderr.startswith("not_in_articles")


def test_the_exit_code_option_signals_that_the_articles_do_not_say(folder: Path) -> None:
    unknown = ("ask", "What is the boiling point of mercury?", "--articles", "articles")
    assert run(folder, *unknown).returncode == 0
    assert run(folder, *unknown, "--exit-code").returncode == 3
    assert run(folder, *unknown, "--exit-code", "--json").returncode == 3
    known = ("ask", "Who is the architect of the library?", "--articles", "articles")
    assert run(folder, *known, "--exit-code").returncode == 0


def test_links_and_colours_are_for_terminals(folder: Path) -> None:
    question = ("ask", "Who is the architect of the library?")
    shown = on_terminal(folder, *question)
    assert f"file://{folder}/articles/library.md\x1b\\library.md:" in shown
    assert "\x1b[36m[1]" in shown
    bare = on_terminal(folder, *question, NO_COLOR="1")
    assert "\x1b[36m" not in bare
    assert "Lena Voss. [1]" in re.sub(r"\x1b\[\d*m", "", bare)  # the short answer is still bold
    assert "\x1b" not in on_terminal(folder, *question, TERM="dumb")
    assert "\x1b" not in run(folder, *question, "--articles", "articles").stdout


def test_a_terminal_shows_the_nearest_sentence_until_one_is_proved(folder: Path) -> None:
    said = "The library opens in September."
    with fake.serving(fake.says(f"{said} [1]")) as server:
        model = {"RAG_LLM": "openai", "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "x"}
        shown = on_terminal(folder, "ask", "When does the library open?", **model)
        piped = run(folder, "ask", "--articles", "articles", "When does the library open?", **model)
    before, proved, _ = shown.partition(said)
    assert proved
    assert re.search(r"library\.md:\d+ “[^”]*September", before)
    assert piped.stdout.startswith(said)
    assert "library.md" not in piped.stderr


def test_articles_are_listed_added_and_removed(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    write_articles(tmp_path, {"tower.txt": "The tower\n\nThe tower is 80 metres high."})
    added = run(tmp_path, "add", "tower.txt", "--articles", "articles", "--json")
    assert "tower.txt" in json.loads(added.stdout)["added"]
    again = run(tmp_path, "add", "tower.txt", "--articles", "articles")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    listed = json.loads(run(tmp_path, "list", "--articles", "articles", "--json").stdout)["articles"]
    assert {one["source"]: one["state"] for one in listed} == dict.fromkeys(
        [*ARTICLES, "tower.txt"], "indexed"
    )
    assert "indexed" in run(tmp_path, "list", "--articles", "articles").stdout
    gone = run(tmp_path, "remove", *ARTICLES, "tower.txt", "--articles", "articles", "--json")
    assert sorted(json.loads(gone.stdout)["removed"]) == sorted([*ARTICLES, "tower.txt"])
    assert run(tmp_path, "remove", "tower.txt", "--articles", "articles").returncode == 1


def test_clean_deletes_the_index_and_nothing_else(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    assert run(tmp_path, "index", "--articles", "articles").returncode == 0
    removed = json.loads(run(tmp_path, "clean", "--articles", "articles", "--json").stdout)
    assert removed["removed"]
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]
    assert len(list((tmp_path / "articles").iterdir())) == len(ARTICLES)
    assert not json.loads(run(tmp_path, "clean", "--articles", "articles", "--json").stdout)["removed"]
    foreign = run(tmp_path, "clean", "--articles", "articles", "--index", "articles")
    assert foreign.returncode == 1
    assert len(list((tmp_path / "articles").iterdir())) == len(ARTICLES)


def test_an_index_that_is_in_use_is_not_cleaned(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "rag", "chat"], cwd=folder, env=environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as chat:  # fmt: skip
        assert chat.stdin
        assert chat.stderr
        assert "articles, answering" in chat.stderr.readline()
        busy = run(folder, "clean", "--articles", "articles")
        assert (busy.returncode, "another process" in busy.stderr) == (1, True)
        out, _ = chat.communicate("Who is the architect of the library?\n\n", timeout=30)
        assert "Lena Voss" in out


def test_watch_follows_the_folder(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    with subprocess.Popen(
        [sys.executable, "-m", "rag", "watch"], cwd=tmp_path, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as watching:  # fmt: skip
        assert watching.stderr
        assert watching.stdout
        for line in watching.stderr:
            if "Ctrl-C ends" in line:
                break
        seen = threading.Event()
        threading.Thread(target=_written_again_and_again, args=[tmp_path / "articles", seen]).start()
        timer = threading.Timer(60, watching.kill)
        timer.start()
        for line in watching.stdout:
            if re.match(r"added +tower.txt", line):
                break
        timer.cancel()
        seen.set()
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 130
        assert watching.stderr.read().strip() == ""


def _written_again_and_again(folder: Path, seen: threading.Event) -> None:
    """Until it is seen: whether the watch has begun cannot be known."""
    for metres in range(80, 200):
        write_articles(folder, {"tower.txt": f"The tower\n\nThe tower is {metres} metres high."})
        if seen.wait(1):
            return


@pytest.mark.parametrize("command", [("ask", "Who is the architect?"), ("index", "--rebuild"), ("chat",)])
def test_ctrl_c_is_quiet_at_any_moment(folder: Path, command: tuple[str, ...]) -> None:
    write_articles(folder / "articles", ARTICLES)
    for after in (0.4, 1.5):
        running = subprocess.Popen(
            [sys.executable, "-m", "rag", *command], cwd=folder, env=environment(), start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(after)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: every process of it
        _, said = running.communicate(timeout=30)
        assert running.returncode in (0, 130), said
        for word in ("Traceback", "KeyboardInterrupt", "Aborted", "Exception"):
            assert word not in said, (after, said)
