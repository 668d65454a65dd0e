"""The README keeps its word: its Python runs, its files exist, it stays short."""

import re
from pathlib import Path

import pytest

from tests.conftest import SEEDS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_python_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RAG_ARTICLES", str(SEEDS))
    monkeypatch.setenv("RAG_LLM", "none")
    [code] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "He Lifeng" in printed
    assert "an hour and a half" in printed or "90-minute" in printed


def test_its_file_map_is_the_tree() -> None:
    named = set()
    for row in re.findall(r"^\| (`(?:rag|ui|eval)/.*?) \|", TEXT, re.MULTILINE):
        folder = ""
        for name in re.findall(r"`(.*?)`", row):
            folder = name.rpartition("/")[0] if "/" in name else folder
            if not name.startswith("."):
                named.add(f"{folder}/{name.rpartition('/')[2]}")
    missing = [name for name in named if not (ROOT / name).is_file()]
    assert missing == []
    files = {
        p.relative_to(ROOT).as_posix() for top in ("rag", "ui", "eval") for p in (ROOT / top).rglob("*.py")
    }
    assert {
        f for f in files if not f.endswith(("__init__.py", "ui/__main__.py", "eval/__main__.py"))
    } <= named


def test_it_is_short_and_shows_the_two_commands_first() -> None:
    lines = TEXT.splitlines()
    assert len(lines) <= 200
    first_screen = "\n".join(lines[:15])
    assert "make run" in first_screen
    assert "make test" in first_screen
