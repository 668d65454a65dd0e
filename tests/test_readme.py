"""The README and the documentation keep their word: their Python runs, their links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.conftest import SEEDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
CODE = [
    pytest.param(code, id=f"{page.name}-{n}")
    for page in PAGES
    for n, code in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("code", CODE)
def test_its_python_runs(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_ARTICLES", str(SEEDS))
    monkeypatch.setenv("RAG_LLM", "none")
    exec(compile(code, "documentation", "exec"), {"__name__": "documentation"})
    assert "He Lifeng" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_to_files_that_exist(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_of_the_documentation_can_be_found_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[^)#]+)\)", README))
    assert linked == {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}


def test_its_rooms_are_those_of_the_code() -> None:
    named = set(re.findall(r"`(rag/\w+)` \|", README))
    assert named == {f"rag/{p.parent.name}" for p in (ROOT / "rag").glob("*/__init__.py")}


def test_it_is_short_and_shows_the_two_commands_first() -> None:
    lines = README.splitlines()
    assert len(lines) <= 150
    assert max(len(line) for line in lines) <= 900
    first_screen = "\n".join(lines[:15])
    assert "make run" in first_screen
    assert "make test" in first_screen
