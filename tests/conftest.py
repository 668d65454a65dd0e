"""Shared by all tests: no network but loopback, a clean environment, one small indexed corpus."""

import os
import sys
from pathlib import Path

import pytest

from rag import Answer, Chatbot, Settings

SEEDS = Path(__file__).parent.parent / "seeds"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

# A corpus whose answers can be checked by hand: plain facts, a contradiction, a near-duplicate.
ARTICLES = {
    "bridge.txt": (
        "Harbour bridge reopens\n\n"
        "The bridge over the Aln reopened on Tuesday. It had been closed since a barge struck it in March. "
        "Repairs cost $4.2 million and took 90 days.\n\n"
        "Mayor Ines Okafor thanked the engineers. She did not attend the opening."
    ),
    "bridge-2.txt": (
        "Bridge repairs took longer\n\n"
        "The repairs of the bridge over the Aln took 120 days, the council said. "
        "The mayor thanked the engineers."
    ),
    "library.md": (
        "---\ntitle: A new library\nauthor: J. Ruiz\ndate: 2025-04-02\n---\n\n"
        "The library on Mill Street will open in September with 40,000 books. "
        "Its architect is Lena Voss.\n\n- Reading rooms: 12\n- Opening hours: 9 to 18\n"
    ),
}


def _only_loopback(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in _LOOPBACK:
        raise RuntimeError(f"a test tried to reach {args[1]}")
    if event == "socket.getaddrinfo" and args[0] not in (*_LOOPBACK, None, "0.0.0.0", b"127.0.0.1"):
        raise RuntimeError(f"a test tried to look up {args[0]!r}")


sys.addaudithook(_only_loopback)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No project variable and no `.env` of the developer reaches a test, nor the summary of a CI run."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    for name in list(os.environ):
        if name.startswith(("RAG_", "OPENAI_", "CHROMA_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write_articles(folder: Path, articles: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in articles.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def make_settings(folder: Path, **changes: object) -> Settings:
    """Quote mode over `folder`/articles with its index beside it."""
    return Settings.load(
        **{"articles": folder / "articles", "index": folder / "index", "llm": "none", **changes}
    )


def ask(folder: Path, articles: dict[str, str], question: str) -> Answer:
    """The answer of a new chatbot over some articles."""
    write_articles(folder / "articles", articles)
    return Chatbot(make_settings(folder)).ask(question)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over a fresh copy of the small corpus, not indexed yet."""
    write_articles(tmp_path / "articles", ARTICLES)
    return make_settings(tmp_path)


@pytest.fixture(scope="session")
def chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    """A chatbot over the small corpus, indexed once; tests must not change its folder."""
    folder = tmp_path_factory.mktemp("small")
    write_articles(folder / "articles", ARTICLES)
    bot = Chatbot(make_settings(folder))
    bot.sync(progress=lambda *_: None)
    return bot


@pytest.fixture(scope="session")
def seeds_chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    """A chatbot over the seed articles, indexed once."""
    folder = tmp_path_factory.mktemp("seeds")
    bot = Chatbot(make_settings(folder, articles=SEEDS))
    bot.sync(progress=lambda *_: None)
    return bot
