"""One file can never stop a sync: it is read in a process of its own, under a limit of time."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Chatbot
from rag.articles.find import File, find_files
from rag.articles.read import read_corpus
from rag.articles.reader import Reader
from tests.conftest import make_settings, write_articles

LIMIT = 1_000_000
FAKE = (sys.executable, "-m", "tests.fakes.slow_worker")


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader(seconds=3, command=FAKE)
    yield reader
    reader.close()


def test_a_file_that_takes_too_long_or_ends_the_worker_is_skipped_and_the_rest_is_read(
    tmp_path: Path, reader: Reader
) -> None:
    write_articles(
        tmp_path,
        {"a.txt": "A fact.", "b.txt": "sleep", "c.txt": "Another.", "d.txt": "crash", "e.txt": "The last."},
    )
    started = time.monotonic()
    corpus = read_corpus(tmp_path, LIMIT, reader)
    assert time.monotonic() - started < 60
    assert [article.source for article in corpus.articles] == ["a.txt", "c.txt", "e.txt"]
    assert {skip.source: skip.reason for skip in corpus.skipped} == {
        "b.txt": "reading it took longer than 3 s",
        "d.txt": "reading it failed",
    }


def test_the_worker_is_kept_and_ends_with_its_owner(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.txt": "A fact."})
    script = (
        "import sys, subprocess\nfrom pathlib import Path\nfrom rag.articles.read import read_corpus\n"
        "read_corpus(Path(sys.argv[1]), 1000); read_corpus(Path(sys.argv[1]), 1000)\n"
        "from rag.articles.reader import shared_reader\nprint(shared_reader.pid)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    pid = int(done.stdout)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("the worker is still there")


def test_what_could_not_be_read_is_not_tried_again(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "articles", {"a.txt": "A fact."})
    (folder / "b.txt").write_bytes(b"\x00\x01\x02" * 50)
    bot = Chatbot(make_settings(tmp_path))
    first = bot.sync(progress=lambda *_: None)
    second = bot.sync(progress=lambda *_: None)
    assert first.skipped == second.skipped
    assert first.skipped[0].reason.startswith("not text")
    assert not second.needed
    (folder / "b.txt").write_text("It is text now.")
    assert bot.sync(progress=lambda *_: None).added == ("b.txt",)


def test_a_reading_that_was_given_up_leaves_nothing_for_the_next_one(tmp_path: Path, reader: Reader) -> None:
    write_articles(tmp_path, {f"{n}.txt": f"Fact number {n}." for n in range(6)})
    files = [file for file in find_files(tmp_path, LIMIT) if isinstance(file, File)]
    half = reader.read(files)
    next(half)
    half.close()
    corpus = read_corpus(tmp_path, LIMIT, reader)
    assert [article.text for article in corpus.articles] == [f"Fact number {n}." for n in range(6)]
