"""Speed, held by counts of what is done: seconds differ between machines, counts do not."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.corpus import Inventor
from rag import Chatbot, Settings
from rag.index.check import Verifier
from rag.index.vectors import ChunkVectors
from rag.models.encoder import OnnxEncoder
from tests.conftest import SEEDS, make_settings
from tests.fakes.generations import live

QUESTION = "Who leads the delegation in the trade talks?"


def quiet(*_: object) -> None:
    """Progress that nobody watches."""


class Counted:
    """Counts the calls of some methods, and of how many items each was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.encoded = self.nearest = self.stored = self.verified = 0
        self._count(monkeypatch, OnnxEncoder, "_encode", lambda *_: "encoded")
        self._count(monkeypatch, ChunkVectors, "nearest", lambda *_: "nearest")
        self._count(monkeypatch, ChunkVectors, "upsert", lambda *_: "stored", len)
        self._count(monkeypatch, Verifier, "check", lambda *_: "verified")

    def _count(
        self,
        monkeypatch: pytest.MonkeyPatch,
        owner: type,
        name: str,
        field: Callable[..., str],
        size: Callable[[Any], int] = lambda _: 1,
    ) -> None:
        original = getattr(owner, name)

        def counted(this: Any, first: Any, *rest: Any) -> Any:
            setattr(self, field(), getattr(self, field()) + size(first))
            return original(this, first, *rest)

        monkeypatch.setattr(owner, name, counted)

    def reset(self) -> None:
        self.encoded = self.nearest = self.stored = self.verified = 0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Inventor(SEEDS).write(tmp_path / "articles", 20)
    return make_settings(tmp_path)


def test_a_warm_question_encodes_one_text_and_searches_once(
    seeds_chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds_chatbot.ask(QUESTION)
    counted = Counted(monkeypatch)
    seeds_chatbot.ask(QUESTION)
    assert (counted.encoded, counted.nearest) == (1, 1)


def test_a_sync_does_no_more_than_what_changed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = Chatbot(settings)
    first = bot.sync(progress=quiet).embedded_chunks
    assert first > 100
    counted = Counted(monkeypatch)

    assert not bot.sync(progress=quiet).needed
    assert (counted.encoded, counted.stored, counted.verified) == (0, 0, 0)

    Inventor(SEEDS, seed=1).write(settings.articles, 1, first=900)
    added = bot.sync(progress=quiet).embedded_chunks
    assert counted.encoded == counted.stored == added < first / 10

    counted.reset()
    (settings.articles / "000900.txt").rename(settings.articles / "renamed.txt")
    bot.sync(progress=quiet)
    assert (counted.encoded, counted.stored, counted.verified) == (0, 0, 1)

    counted.reset()
    path = settings.articles / "000003.txt"
    path.write_text(path.read_text() + "\n\nOne more sentence stands here.\n")
    bot.sync(progress=quiet)
    assert counted.encoded <= 2
    assert counted.stored == len(live(bot.settings).catalog)  # nothing of the old text stays

    counted.reset()
    path.unlink()
    bot.sync(progress=quiet)
    assert counted.encoded == 0


def calls(run: Callable[[], object]) -> int:
    """Python functions that are called."""
    count = 0

    def called(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def test_a_question_does_not_walk_through_all_chunks(tmp_path: Path) -> None:
    """The same question over four times as many articles does about the same in Python."""
    found = []
    for articles in (40, 160):
        folder = tmp_path / str(articles)
        Inventor(SEEDS).write(folder / "articles", articles)
        bot = Chatbot(make_settings(folder))
        for question in (QUESTION, "What did the misspelt Zhhina export?"):
            bot.ask(question)
        found.append(calls(lambda bot=bot: bot.ask("Which rare earth exports were paused in April?")))
    assert found[1] < 1.5 * found[0], found


def test_importing_rag_and_asking_in_quotes_loads_no_torch_nor_client(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from rag import Chatbot, Settings;"
        f"Chatbot(Settings.load(articles={str(SEEDS)!r}, index={str(tmp_path / 'i')!r}, llm='none'))"
        f".ask({QUESTION!r});"
        "print([name for name in ('torch', 'openai', 'transformers', 'joblib') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    for expected in ("['joblib']", "[]"):  # the first process builds the index
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
        assert done.stdout.strip() == expected, done.stderr
