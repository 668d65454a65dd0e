"""Vectors on a Chroma server: a real `chroma run` on loopback, one writer, several readers."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.change import WordEncoder
from rag import Chatbot, Settings
from rag.errors import IndexFault
from rag.index.generation import Generation
from rag.index.switch import current_generation
from rag.index.vectors import ChunkVectors
from rag.resources import server_of
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.generations import live
from tests.fakes.large import large_settings, write_towns

COST = "What did the repairs to the bridge over the Aln cost?"
PANDAS = "How many pandas has the zoo?"


def quiet(*_: object) -> None:
    """Progress that nobody watches."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Chroma's own server, in Rust."""
    command = [Path(sys.executable).parent / "chroma", "run", "--path", folder, "--port", str(port)]
    server = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return server
        except OSError:
            time.sleep(0.05)
    raise AssertionError("chroma run does not listen")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    server = start(tmp_path_factory.mktemp("chroma"), port)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    """The small corpus with its own collection."""
    settings = make_settings(tmp_path, chroma_url=url, chroma_collection=f"test{time.time_ns()}")
    write_articles(settings.articles, ARTICLES)
    return settings


def generation(settings: Settings) -> Generation:
    folder = current_generation(settings.index_folder)
    assert folder is not None
    return Generation(folder, server_of(settings))


def stored(settings: Settings) -> set[str]:
    """The ids on the server."""
    server = server_of(settings)
    assert server is not None
    with_index = live(settings).manifest.collection
    vectors = ChunkVectors.on_server(server, with_index)
    return set(vectors.ids())


def catalog_ids(settings: Settings) -> set[str]:
    return set(live(settings).catalog.ids())


def test_answers_come_from_the_server(settings: Settings) -> None:
    bot = Chatbot(settings)
    assert "4.2 million" in bot.ask(COST).text
    assert not list(settings.index_folder.rglob("chroma*"))
    assert stored(settings) == catalog_ids(settings)


def test_a_sync_updates_in_place_and_readers_follow(settings: Settings) -> None:
    reader = Chatbot(settings)
    assert reader.ask(PANDAS).status == "not_in_articles"
    write_articles(settings.articles, {"zoo.txt": "The zoo has two pandas."})
    (settings.articles / "library.md").unlink()
    report = Chatbot(settings).sync(progress=quiet)
    assert report.embedded_chunks == 1
    assert "two pandas" in reader.ask(PANDAS).text
    assert stored(settings) == catalog_ids(settings)
    assert not Chatbot(settings).sync(progress=quiet).needed


ASK = """
import sys
from pathlib import Path
from tests.conftest import make_settings
from rag import Chatbot
bot = Chatbot(make_settings(Path(sys.argv[1]), chroma_url=sys.argv[2], chroma_collection=sys.argv[3]))
for _ in range(40):
    answer = bot.ask(sys.argv[4])
    assert "4.2 million" in answer.text, answer.text
"""


def test_several_processes_read_while_one_writes(settings: Settings, url: str, tmp_path: Path) -> None:
    bot = Chatbot(settings)
    bot.sync(progress=quiet)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", ASK, str(tmp_path), url, settings.chroma_collection, COST]
    readers = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    for n in range(6):
        write_articles(settings.articles, {"zoo.txt": f"The zoo has {n + 2} pandas."})
        bot.sync(progress=quiet)
    for reader in readers:
        _, said = reader.communicate(timeout=60)
        assert reader.returncode == 0, said.decode()
    assert stored(settings) == catalog_ids(settings)


def test_a_replica_reads_a_copy_of_the_index_folder(settings: Settings, tmp_path: Path) -> None:
    """Another machine gets the generation first and CURRENT last, and asks the same server."""
    Chatbot(settings).sync(progress=quiet)
    copy = tmp_path / "elsewhere"

    def replicate() -> None:
        ignore = shutil.ignore_patterns("CURRENT", "lock")
        shutil.copytree(settings.index_folder, copy, ignore=ignore, dirs_exist_ok=True)
        shutil.copy(settings.index_folder / "CURRENT", copy / "CURRENT.new")
        (copy / "CURRENT.new").rename(copy / "CURRENT")

    replicate()
    replica = Chatbot(settings.changed(index=copy, articles=tmp_path / "not-there"))
    assert "4.2 million" in replica.ask(COST).text
    write_articles(settings.articles, {"zoo.txt": "The zoo has two pandas."})
    Chatbot(settings).sync(progress=quiet)
    assert "4.2 million" in replica.ask(COST).text  # the server is ahead of this folder
    assert replica.ask(PANDAS).status == "not_in_articles"
    replicate()
    assert "two pandas" in replica.ask(PANDAS).text


def test_vectors_move_to_a_server_and_back_without_being_encoded_again(settings: Settings) -> None:
    here = settings.changed(chroma_url="")
    Chatbot(here).sync(progress=quiet)
    there = Chatbot(settings).sync(progress=quiet)
    assert "the vectors move to http" in there.rebuilt
    assert there.embedded_chunks == 0
    assert "4.2 million" in Chatbot(settings).ask(COST).text
    with pytest.raises(IndexFault, match="set CHROMA_URL"):
        Chatbot(here).ask(COST)
    assert "into the index folder" in Chatbot(here).sync(progress=quiet).rebuilt
    assert "4.2 million" in Chatbot(here).ask(COST).text


def test_a_small_change_of_a_large_index_leaves_the_other_vectors_alone(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_towns(tmp_path)
    settings = large_settings(tmp_path).changed(chroma_url=url, chroma_collection=f"test{time.time_ns()}")
    bot = Chatbot(settings, encoder=WordEncoder())
    bot.sync(progress=quiet)
    sent: list[str] = []
    upsert = ChunkVectors.upsert
    monkeypatch.setattr(
        ChunkVectors, "upsert", lambda this, ids, vectors: [sent.extend(ids), upsert(this, ids, vectors)]
    )
    (settings.articles / "town-007.txt").unlink()
    write_articles(settings.articles, {"zoo.txt": "The zoo has two pandas."})
    bot.sync(progress=quiet)
    index = generation(settings)
    assert index.delta is not None
    assert len(sent) == 1
    held = ChunkVectors.on_server(server_of(settings), index.manifest.collection)  # type: ignore[arg-type]
    assert set(held.ids()) == set(index.catalog.ids())
    assert "two pandas" in bot.ask(PANDAS).text
    held.delete(index.catalog.ids()[:30])  # lost by the server: mended before the next delta is checked
    write_articles(settings.articles, {"zoo.txt": "The zoo has three pandas."})
    bot.sync(progress=quiet)
    assert "three pandas" in bot.ask(PANDAS).text
    index = generation(settings)
    assert index.delta is not None
    assert set(held.ids()) == set(index.catalog.ids())


def test_what_was_lost_or_left_over_on_the_server_is_mended_by_a_sync(settings: Settings) -> None:
    bot = Chatbot(settings)
    bot.sync(progress=quiet)
    server = server_of(settings)
    assert server is not None
    vectors = ChunkVectors.on_server(server, live(bot.settings).manifest.collection)
    one = next(vectors.ids())
    vectors.delete([one])
    bot.sync(progress=quiet)
    assert stored(settings) == catalog_ids(settings)
    vectors.delete(list(vectors.ids()))
    write_articles(settings.articles, {"zoo.txt": "The zoo has two pandas."})
    bot.sync(progress=quiet)
    assert stored(settings) == catalog_ids(settings)
    stray = live(bot.settings).chunk_vectors[:1]
    vectors.upsert(["0" * 24 + "-0"], stray)
    assert "4.2 million" in bot.ask(COST).text
    bot.sync(progress=quiet)
    assert stored(settings) == catalog_ids(settings)


def test_a_collection_of_another_index_is_not_touched_unless_taken(
    settings: Settings, tmp_path: Path
) -> None:
    Chatbot(settings).sync(progress=quiet)
    before = stored(settings)
    write_articles(tmp_path / "others", {"zoo.txt": "The zoo has two pandas."})
    other = settings.changed(articles=tmp_path / "others", index=tmp_path / "other-index")
    with pytest.raises(IndexFault, match="belongs to another index"):
        Chatbot(other).sync(progress=quiet)
    assert stored(settings) == before
    Chatbot(other).sync(progress=quiet, rebuild=True)
    assert stored(other) == catalog_ids(other)
    with pytest.raises(IndexFault, match="belongs to another index"):
        Chatbot(settings).sync(progress=quiet)


def test_another_chunking_replaces_what_is_on_the_server(settings: Settings) -> None:
    Chatbot(settings).sync(progress=quiet)
    finer = settings.changed(chunk_tokens=40)
    assert Chatbot(finer).sync(progress=quiet).embedded_chunks > 3
    assert stored(finer) == catalog_ids(finer)
    assert "4.2 million" in Chatbot(finer).ask(COST).text


def test_a_server_that_has_gone_is_a_typed_error_and_its_return_mends_it(tmp_path: Path) -> None:
    port = free_port()
    server = start(tmp_path / "chroma", port)
    settings = make_settings(tmp_path, chroma_url=f"http://127.0.0.1:{port}")
    write_articles(settings.articles, ARTICLES)
    bot = Chatbot(settings)
    assert "4.2 million" in bot.ask(COST).text
    server.terminate()
    server.wait()
    for attempt in (lambda: bot.ask(COST), lambda: Chatbot(settings).sync(progress=quiet, rebuild=True)):
        started = time.monotonic()
        with pytest.raises(IndexFault, match="is it running"):
            attempt()
        assert time.monotonic() - started < 5
    server = start(tmp_path / "chroma", port)
    assert "4.2 million" in bot.ask(COST).text
    server.terminate()
    server.wait()


def test_the_token_is_sent_and_never_shown(tmp_path: Path) -> None:
    """A server that refuses: what it got, and what is said about it."""
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    tokens: list[str | None] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers.get("x-chroma-token"))
            self.send_response(401)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Not on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, daemon=True).start()
    settings = make_settings(
        tmp_path, chroma_url=f"http://127.0.0.1:{server.server_port}", chroma_token="canary-7f3"
    )
    write_articles(settings.articles, ARTICLES)
    with pytest.raises(IndexFault, match="CHROMA_TOKEN") as caught:
        Chatbot(settings).sync(progress=quiet)
    server.shutdown()
    server.server_close()
    assert tokens
    assert set(tokens) == {"canary-7f3"}
    assert "canary" not in str(caught.value) + repr(settings) + repr(server_of(settings))
