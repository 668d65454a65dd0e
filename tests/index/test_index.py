"""The index: what a sync reports and reuses, and that nothing can break it."""

import gc
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from rag import Chatbot, Settings
from rag.errors import IndexBusy, IndexFault
from rag.index.lease import delete_unused
from rag.index.switch import current_generation
from rag.index.vectors import ChunkVectors
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.generations import live


def quiet(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def bot(settings: Settings) -> Chatbot:
    bot = Chatbot(settings)
    bot.sync(progress=quiet)
    return bot


def generations(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.index_folder.iterdir() if path.name.startswith("gen-"))


def test_a_first_sync_adds_everything_and_a_second_writes_nothing(settings: Settings) -> None:
    bot = Chatbot(settings)
    first = bot.sync(progress=quiet)
    assert first.added == ("bridge-2.txt", "bridge.txt", "library.md")
    before = {
        path: path.stat().st_mtime_ns for path in settings.index_folder.rglob("*") if path.name != "lock"
    }
    second = bot.sync(progress=quiet)
    assert not second.needed
    assert second.unchanged == first.added
    after = {
        path: path.stat().st_mtime_ns for path in settings.index_folder.rglob("*") if path.name != "lock"
    }
    assert before == after


def test_changes_are_reported_and_only_new_text_is_embedded(bot: Chatbot, settings: Settings) -> None:
    folder = settings.articles
    (folder / "library.md").rename(folder / "news.md")
    (folder / "bridge-2.txt").unlink()
    (folder / "bridge.txt").write_text(ARTICLES["bridge.txt"] + " It will be painted green.")
    (folder / "zoo.txt").write_text("The zoo has two pandas.")
    (folder / "empty.txt").write_text("")
    report = bot.sync(progress=quiet)
    assert report.added == ("zoo.txt",)
    assert report.changed == ("bridge.txt",)
    assert report.renamed == (("library.md", "news.md"),)
    assert report.removed == ("bridge-2.txt",)
    assert [skip.source for skip in report.skipped] == ["empty.txt"]
    assert report.embedded_chunks == 2  # one of the changed article, one of the new
    assert bot.sources() == ["bridge.txt", "news.md", "zoo.txt"]
    assert bot.ask("Who is the architect of the library?").citations[0].source == "news.md"


def test_a_renamed_article_is_not_embedded_again(bot: Chatbot, settings: Settings) -> None:
    (settings.articles / "library.md").rename(settings.articles / "other.md")
    assert bot.sync(progress=quiet).embedded_chunks == 0


def test_reused_vectors_are_those_that_encoding_again_would_give(bot: Chatbot, settings: Settings) -> None:
    (settings.articles / "zoo.txt").write_text("The zoo has two pandas.")
    bot.sync(progress=quiet)
    reused = bot.explain("Who is the architect?").said.shown
    bot.sync(progress=quiet, rebuild=True)
    encoded = bot.explain("Who is the architect?").said.shown
    assert [item.sentence.text for item in reused] == [item.sentence.text for item in encoded]
    assert [item.score for item in reused] == pytest.approx([item.score for item in encoded], abs=2e-3)


def test_an_id_of_another_generation_has_no_row(bot: Chatbot) -> None:
    """A server may name chunks of a generation that has other articles, or cuts them finer."""
    catalog = live(bot.settings).catalog
    assert [catalog.row_of(id_) for id_ in catalog.ids()] == [0, 1, 2]
    digest = catalog.ids()[0].rpartition("-")[0]
    assert catalog.row_of(f"{digest}-1") is None
    assert catalog.row_of(f"{'0' * 24}-0") is None


def test_a_dry_run_lists_and_writes_nothing(bot: Chatbot, settings: Settings) -> None:
    (settings.articles / "zoo.txt").write_text("The zoo has two pandas.")
    assert bot.sync(progress=quiet, dry_run=True).added == ("zoo.txt",)
    assert len(generations(settings)) == 1
    assert bot.sync(progress=quiet).added == ("zoo.txt",)


def test_another_chunking_rebuilds_and_says_why(bot: Chatbot, settings: Settings) -> None:
    report = Chatbot(settings.model_copy(update={"chunk_tokens": 80})).sync(progress=quiet)
    assert "chunking changed" in report.rebuilt
    assert report.embedded_chunks > 0


def test_another_model_or_quote_count_never_re_indexes(bot: Chatbot, settings: Settings) -> None:
    changed = settings.model_copy(update={"quotes": 1, "max_answer_tokens": 50, "passages": 2})
    assert not Chatbot(changed).sync(progress=quiet).needed


def test_an_index_that_is_missing_is_built_by_the_first_question(settings: Settings) -> None:
    assert Chatbot(settings).ask("What did repairs cost?").citations


def test_a_running_chatbot_sees_the_new_generation_and_the_old_one_goes(
    bot: Chatbot, settings: Settings
) -> None:
    assert bot.ask("How many pandas has the zoo?").status == "not_in_articles"
    (settings.articles / "zoo.txt").write_text("The zoo has two pandas.")
    Chatbot(settings).sync(progress=quiet)
    assert "two pandas" in bot.ask("How many pandas has the zoo?").text
    gc.collect()
    assert [name.split("-")[1] for name in generations(settings)] == ["000002"]


def test_a_generation_in_use_is_kept_until_its_reader_has_gone(bot: Chatbot, settings: Settings) -> None:
    bot.ask("What did repairs cost?")
    first = current_generation(settings.index_folder)
    assert not delete_unused(first)
    (settings.articles / "zoo.txt").write_text("The zoo has two pandas.")
    Chatbot(settings).sync(progress=quiet)
    assert first.is_dir()
    bot.ask("What did repairs cost?")
    gc.collect()
    assert not first.exists()


def test_deleted_text_is_in_no_file_of_the_index(bot: Chatbot, settings: Settings) -> None:
    (settings.articles / "library.md").unlink()
    bot.sync(progress=quiet)
    files = [path for path in settings.index_folder.rglob("*") if path.is_file()]
    found = [path for path in files if b"voss" in path.read_bytes().lower()]
    assert found == []


def test_a_second_writer_is_told_so_within_a_second(bot: Chatbot, settings: Settings) -> None:
    with FileLock(settings.index_folder / "lock"):
        started = time.monotonic()
        caught: list[BaseException] = []

        def write() -> None:
            try:
                Chatbot(settings).sync(progress=quiet)
            except IndexBusy as error:
                caught.append(error)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert caught
        assert time.monotonic() - started < 1.0


def test_a_foreign_folder_is_neither_read_nor_written(settings: Settings) -> None:
    settings.index_folder.mkdir(parents=True)
    (settings.index_folder / "thesis.doc").write_text("mine")
    for attempt in (lambda: Chatbot(settings).ask("Anything?"), lambda: Chatbot(settings).sync(rebuild=True)):
        with pytest.raises(IndexFault, match="choose another folder"):
            attempt()
    assert [path.name for path in settings.index_folder.iterdir()] == ["thesis.doc"]


def test_a_newer_schema_is_refused_with_the_next_command(bot: Chatbot, settings: Settings) -> None:
    path = current_generation(settings.index_folder) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 99}))
    with pytest.raises(IndexFault, match=r"schema 99.*index --rebuild"):
        Chatbot(settings).ask("Anything?")


def test_an_index_of_an_older_version_is_made_anew_by_a_sync(bot: Chatbot, settings: Settings) -> None:
    path = current_generation(settings.index_folder) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 1}))
    with pytest.raises(IndexFault, match=r"older version.*rag index"):
        Chatbot(settings).ask("Anything?")
    report = Chatbot(settings).sync(progress=quiet)
    assert "older version" in report.rebuilt
    assert report.embedded_chunks == 3
    assert Chatbot(settings).ask("What did repairs cost?").citations


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "catalog.db",
        "chunks.npy",
        "sentence_vectors.f16",
        "chunk_vectors.f16",
        "lexical/words.npy",
        "chroma/chroma.sqlite3",
    ],
)
@pytest.mark.parametrize("damage", ["remove", "cut"])
def test_damage_is_a_typed_error_and_a_rebuild_mends_it(settings: Settings, name: str, damage: str) -> None:
    Chatbot(settings).sync(progress=quiet)
    path = current_generation(settings.index_folder) / name
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexFault, match="index --rebuild"):
        Chatbot(settings).ask("What did repairs cost?")
    bot = Chatbot(settings)
    bot.sync(progress=quiet, rebuild=True)
    assert bot.ask("What did repairs cost?").citations


def test_a_missing_generation_is_a_typed_error(bot: Chatbot, settings: Settings) -> None:
    (settings.index_folder / "CURRENT").write_text("gen-000777\n")
    with pytest.raises(IndexFault, match="index --rebuild"):
        Chatbot(settings).ask("Anything?")


@pytest.mark.parametrize("fault", ["swapped", "lost"])
def test_vectors_that_do_not_find_themselves_never_go_live(
    bot: Chatbot, settings: Settings, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    upsert = ChunkVectors.upsert

    def wrong(store: ChunkVectors, ids: Sequence[str], vectors: Any) -> None:
        if fault == "swapped":
            upsert(store, ids, np.roll(vectors, 1, axis=0))
        else:
            upsert(store, ids[1:], vectors[1:])

    monkeypatch.setattr(ChunkVectors, "upsert", wrong)
    message = "0 of 3 chunks find themselves" if fault == "swapped" else "2 vectors for 3 chunks"
    with pytest.raises(IndexFault, match=message):
        bot.sync(progress=quiet, rebuild=True)
    assert [name.split("-")[1] for name in generations(settings)] == ["000001"]
    assert "4.2 million" in bot.ask("What did repairs to the bridge over the Aln cost?").text


@pytest.mark.parametrize("step", ["upsert", "_opened"])
def test_whatever_chroma_raises_is_a_typed_error_and_the_old_index_stays(
    bot: Chatbot, settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("database or disk is full")

    write_articles(settings.articles, {"zoo.txt": "The zoo has two pandas."})
    with monkeypatch.context() as failing:
        failing.setattr(ChunkVectors, step, fail)
        with pytest.raises(IndexFault, match="the old one stays: database or disk is full"):
            bot.sync(progress=quiet)
    assert [name.split("-")[1] for name in generations(settings)] == ["000001"]
    assert "4.2 million" in bot.ask("What did repairs to the bridge over the Aln cost?").text
    assert bot.sync(progress=quiet).added == ("zoo.txt",)


def test_an_emptied_folder_leaves_an_empty_index(bot: Chatbot, settings: Settings) -> None:
    for path in settings.articles.iterdir():
        path.unlink()
    held = bot.sync(progress=quiet)
    assert (len(held.unchanged), held.removed, held.needed) == (3, (), False)
    assert "--allow-empty" in held.held
    assert bot.ask("What did the repairs cost?").status == "answered"
    report = bot.sync(allow_empty=True, progress=quiet)
    assert len(report.removed) == 3
    assert bot.ask("What did repairs cost?").status == "not_in_articles"


@pytest.mark.parametrize("count", [2, 30, 130])
def test_chromas_graph_holds_no_memory_that_was_not_set_and_opening_leaves_it(
    tmp_path: Path, count: int
) -> None:
    articles = {
        f"{n}.txt": f"Town {n}\n\nThe town hall of place {n} has {n + 7} rooms." for n in range(count)
    }
    write_articles(tmp_path / "articles", articles)
    settings = make_settings(tmp_path)
    Chatbot(settings).sync(progress=lambda *_: None)
    [lengths] = settings.index_folder.rglob("length.bin")
    graph = {path: path.read_bytes() for path in lengths.parent.iterdir()}
    rows = len(graph[lengths]) // 4
    for path in (lengths, lengths.with_name("data_level0.bin")):
        assert not any(graph[path][len(graph[path]) // rows * count :])
    assert (
        Chatbot(settings).ask("How many rooms has the town hall of place 1?").citations[0].source == "1.txt"
    )
    assert {path: path.read_bytes() for path in lengths.parent.iterdir()} == graph
    write_articles(tmp_path / "articles", {"new.txt": "Mill\n\nThe mill has a wheel of oak."})
    Chatbot(settings).sync(progress=lambda *_: None)
    assert Chatbot(settings).ask("What wheel has the mill?").citations[0].source == "new.txt"
