"""The documentation as a site: strict, with every page in its navigation, and nothing from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGES = {
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "bench/README.md")
}


def build(config: Path, site: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", site]
    return subprocess.run(command, capture_output=True, text=True)


def test_every_page_is_in_the_navigation() -> None:
    listed = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert set(listed) >= PAGES
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("link", ["docs/nothing.md", "README.md#no-such-part"])
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path, link: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text()) | {"nav": ["README.md"]}
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config))
    (folder / "README.md").write_text("# The project\n")
    assert build(folder / "mkdocs.yml", tmp_path / "site").returncode == 0
    (folder / "README.md").write_text(f"# The project\n\n[there]({link})\n")
    assert build(folder / "mkdocs.yml", tmp_path / "site").returncode != 0


def test_its_pages_load_nothing_from_another_server(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text()) | {"nav": ["README.md"]}
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config))
    (folder / "README.md").write_text("# The project\n")
    build(folder / "mkdocs.yml", tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text()
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"?(?:https?:)?//", page) == []
