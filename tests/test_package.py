"""What is built to be installed: complete and described."""

import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {
    path.relative_to(ROOT).as_posix()
    for top in ("rag", "ui", "eval")
    for path in (ROOT / top).rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}
PICTURES = {source for source in SOURCES if source.startswith("ui/pictures/")}  # of the README


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    copy = folder / "source"
    ignored = {".git", ".venv", ".venv-peers", "build", "reports", "__pycache__"}
    for path in ROOT.iterdir():
        if path.name not in ignored and not path.name.startswith(".") and not path.name.endswith(".egg-info"):
            _copied(path, copy / path.name)
    _copied(ROOT / ".env.example", copy / ".env.example")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, copy],
        check=True,
        capture_output=True,
    )
    return folder


def _copied(path: Path, to: Path) -> None:
    if path.is_file():
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
        return
    for inside in path.iterdir():
        if inside.name != "__pycache__":
            _copied(inside, to / inside.name)


def test_the_wheel_has_all_that_runs_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == SOURCES - PICTURES


def test_the_source_distribution_can_be_tested(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    assert names >= SOURCES - PICTURES
    assert {
        "tests/conftest.py",
        "docs/programs.md",
        "Makefile",
        "constraints.txt",
        "LICENSE",
        "Dockerfile",
    } <= names
    assert any(name.startswith("seeds/") for name in names)


def test_it_describes_itself(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path)
    known: Distribution = PathDistribution(next(tmp_path.glob("*.dist-info")))
    told = known.metadata
    for name in ("Author", "Keywords", "License-Expression", "Requires-Python", "Summary"):
        assert told[name], name
    assert {"serve", "mcp", "ui", "export", "local", "eval"} <= set(told.get_all("Provides-Extra") or ())
    assert {point.name for point in known.entry_points} == {"article-qa"}
    linked = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert linked
