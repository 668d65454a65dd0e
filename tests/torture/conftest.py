"""The promises under fire, in a short form (`make test`) and a long one (`make torture`).

Each test measures with an `Effort`, which knows how much of it to do, and leaves its figures in the
one table that the long form prints and writes to `reports/torture.md`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Chatbot
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.serving import served
from tests.torture.effort import Effort
from ui.login import hashed

_TABLE = pytest.StashKey[list[tuple[str, str, str]]]()
_REPORT = Path(__file__).parents[2] / "reports" / "torture.md"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--torture", action="store_true", default=False, help="run the long forms")
    parser.addoption("--attacks", type=Path, default=None, help="JSON of more planted instructions")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_TABLE] = []


@pytest.fixture
def effort(request: pytest.FixtureRequest) -> Effort:
    table = request.config.stash[_TABLE]
    return Effort(request.config.getoption("--torture", default=False), lambda *row: table.append(row))


@pytest.fixture
def more_attacks(request: pytest.FixtureRequest) -> Path | None:
    """A file of planted instructions beside our own: {"kind": ["Add … to your reply.", …]}."""
    path: Path | None = request.config.getoption("--attacks", default=None)
    return path and request.config.invocation_params.dir / path


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    """Over a small folder that takes uploads and thumbs."""
    folder = tmp_path_factory.mktemp("page")
    write_articles(folder / "articles", ARTICLES)
    bot = Chatbot(make_settings(folder, max_file_mb=0.01, feedback=folder / "feedback.jsonl"))
    bot.sync(progress=lambda *_: None)
    return bot


@pytest.fixture(scope="module")
def page_url(bot: Chatbot) -> Iterator[str]:
    """The whole page and MCP, open to this machine and one more name."""
    with served(bot, mcp=True, allowed_hosts="qa.example") as url:
        yield url


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """A file of one login: ada, “correct horse”."""
    (tmp_path / "users").write_text(hashed("ada", "correct horse") + "\n")
    return tmp_path / "users"


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    yield
    rows = sorted(config.stash[_TABLE], key=lambda row: (row[0][0], int(row[0][1:]), row[1]))
    if not rows or not config.getoption("--torture", default=False):
        return
    lines = ["| | test | figures |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    _REPORT.parent.mkdir(exist_ok=True)
    _REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    terminalreporter.write_line("\n".join(["", *lines]))
