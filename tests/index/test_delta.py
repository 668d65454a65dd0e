"""A small change of a large index: what it costs, that it reads as an index made whole, and erasing."""

import gc
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from rag import Chatbot
from rag.errors import IndexBusy, IndexFault
from rag.index.generation import Generation, nearest_of
from rag.index.switch import await_readers, current_generation, unerased
from tests.fakes.large import large_bot, town, write_towns

SECRET = "Report on Zyxquor\n\nThe bakery of Zyxquor employs 777123 people.\n\nIts mill is of oak."
ASKED = "How many people does the bakery of Zyxquor employ?"


def quiet(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index that was written whole, Zyxquor in it."""
    folder = tmp_path_factory.mktemp("whole")
    write_towns(folder)
    (folder / "articles" / "secret.txt").write_text(SECRET)
    large_bot(folder).sync(progress=quiet)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def bot(folder: Path) -> Iterator[Chatbot]:
    with large_bot(folder) as bot:
        yield bot


def live(folder: Path) -> Generation:
    path = current_generation(folder / "index")
    assert path is not None
    return Generation(path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "index").glob("gen-*"))


def contents(folder: Path) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"\0".join(path.read_bytes().lower() for path in files)


def test_a_small_change_is_written_beside_the_whole_one_which_stays_as_it_is(
    bot: Chatbot, folder: Path
) -> None:
    [base] = (folder / "index").glob("gen-*")
    size = sum(path.stat().st_size for path in base.rglob("*"))
    before = {path: path.read_bytes() for path in base.rglob("*.*") if "sqlite" not in path.name}
    (folder / "articles" / "new.txt").write_text(town(900))
    report = bot.sync(progress=quiet)
    assert report.added == ("new.txt",)
    assert report.unerased == ""
    made = folder / "index" / report.generation
    assert names(folder) == sorted([base.name, made.name])
    assert not (made / "chroma").exists()
    assert sum(path.stat().st_size for path in made.rglob("*")) < size / 20
    assert {path: path.read_bytes() for path in before} == before
    assert "Town900" in bot.ask("How many people does the mill number 3 of Town900 employ?").text


def test_a_second_change_replaces_the_delta_and_nothing_is_encoded_twice(bot: Chatbot, folder: Path) -> None:
    [base] = names(folder)
    (folder / "articles" / "new.txt").write_text(town(900))
    first = bot.sync(progress=quiet)
    (folder / "articles" / "new2.txt").write_text(town(901))
    second = bot.sync(progress=quiet)
    gc.collect()
    assert names(folder) == [base, second.generation]
    assert first.embedded_chunks == second.embedded_chunks > 0
    (folder / "articles" / "new.txt").rename(folder / "articles" / "newer.txt")
    (folder / "articles" / "town-007.txt").rename(folder / "articles" / "a-town.txt")
    third = bot.sync(progress=quiet)
    assert len(third.renamed) == 2
    assert third.embedded_chunks == 0
    assert bot.sources() == sorted(bot.sources())


@pytest.mark.parametrize("change", ["removed", "changed"])
def test_text_that_is_gone_is_quoted_no_more_nor_known_as_a_word(
    bot: Chatbot, folder: Path, change: str
) -> None:
    assert "777123" in bot.ask(ASKED).text
    path = folder / "articles" / "secret.txt"
    path.unlink() if change == "removed" else path.write_text("Report\n\nNothing is left to be told.")
    report = bot.sync(progress=quiet)
    assert "777123" not in bot.ask(ASKED).text
    assert "`python -m rag index --erase`" in report.unerased
    generation = live(folder)
    assert generation.delta is not None
    assert generation.lexical is not None
    assert generation.lexical.absent(["zyxquor", "777123", "oak"]) == {"zyxquor", "777123", "oak"}
    assert list(generation.lexical.weights(["zyxquot"], {"zyxquot"})) == ["zyxquot"]  # no typo of it
    assert not generation.scores(["zyxquor"]).any()


def change_at_random(folder: Path, chance: random.Random, step: int) -> None:
    paths = sorted(folder.iterdir())
    match chance.choice(["add", "add", "change", "remove", "rename", "restore"]):
        case "add":
            (folder / f"added-{chance.randrange(1000):03}.txt").write_text(town(1000 + step, facts=5))
        case "change":
            path = chance.choice(paths)
            path.write_text(path.read_text() + f"\n\nThe depot {step} employs {90_000 + step} people.")
        case "remove":
            chance.choice(paths).unlink()
        case "rename":
            path = chance.choice(paths)
            path.rename(folder / f"{chance.choice('anz')}-{step}.txt")
        case "restore":
            number = chance.randrange(100)
            (folder / f"town-{number:03}.txt").write_text(town(number))


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_changes_all_reads_as_an_index_made_whole(bot: Chatbot, folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    for step in range(4):
        for one in range(3):
            change_at_random(folder / "articles", chance, 10 * step + one)
        bot.sync(progress=quiet)
    shutil.copytree(folder / "articles", folder.parent / "anew" / "articles")
    anew = large_bot(folder.parent / "anew")
    anew.sync(progress=quiet)
    one, other = live(folder), live(folder.parent / "anew")
    assert one.delta is not None
    assert len(one.manifest.dropped) > 0
    assert_equal(one, other, chance)
    for number in chance.sample(range(100), 8):
        question = f"How many people does the mill number {chance.randrange(40)} of Town{number} employ?"
        assert bot.ask(question).text == anew.ask(question).text


def assert_equal(one: Generation, other: Generation, chance: random.Random) -> None:
    catalog = one.catalog
    assert catalog.articles == other.catalog.articles
    assert catalog.ids() == other.catalog.ids()
    assert [catalog.row_of(id_) for id_ in catalog.ids()] == list(range(len(catalog)))
    assert catalog.sentences == other.catalog.sentences == len(one.sentence_vectors)
    for row in range(len(catalog)):
        assert catalog.chunk(row) == other.catalog.chunk(row)
        first, end = catalog.sentence_rows(row)
        assert (first, end) == other.catalog.sentence_rows(row)
        assert np.array_equal(one.sentence_vectors[first:end], other.sentence_vectors[first:end])
    assert np.array_equal(one.chunk_vectors[:], other.chunk_vectors[:])
    assert one.lexical is not None
    assert other.lexical is not None
    words = ["town7", "bakery", "people", "mil", "vaiduct", "builder12", "nowhere", "depot"]
    assert one.lexical.weights(words, words) == other.lexical.weights(words, words)
    assert np.array_equal(one.scores(words), other.scores(words))
    rows = np.array(sorted(chance.sample(range(len(catalog)), 300)))
    scoped, expected = one.lexical.part(rows), other.lexical.part(rows)
    assert np.array_equal(scoped.scores(words), expected.scores(words))
    found = 0
    for vector in (one.chunk_vectors[row].astype(np.float32) for row in rows[:20]):
        exact = nearest_of(other.chunk_vectors, vector, 10)
        found += len(set(one.nearest(vector, 10)) & set(exact))
    assert found > 0.9 * 200  # Chroma's graph is approximate


def test_what_is_gone_leaves_no_gap_among_the_nearest(bot: Chatbot, folder: Path) -> None:
    """Chroma still finds the vectors of gone text: others come in their place."""
    generation = live(folder)
    [row] = [one for one in generation.catalog.articles if one.source == "town-005.txt"]
    vector = generation.chunk_vectors[row.first_chunk].astype(np.float32)
    (folder / "articles" / "town-005.txt").unlink()
    bot.sync(progress=quiet)
    assert len(set(live(folder).nearest(vector, 40))) == 40


def test_a_reader_of_the_old_generation_is_undisturbed(bot: Chatbot, folder: Path) -> None:
    (folder / "articles" / "new.txt").write_text(town(900))
    bot.sync(progress=quiet)
    old = live(folder)
    vector = old.chunk_vectors[7].astype(np.float32)
    before = old.catalog.ids(), old.nearest(vector, 20), old.scores(["bakery"]).tolist()
    for path in sorted((folder / "articles").glob("town-0*.txt"))[:30]:
        path.unlink()
    bot.sync(progress=quiet)
    gc.collect()
    assert live(folder).delta is None
    assert (old.catalog.ids(), old.nearest(vector, 20), old.scores(["bakery"]).tolist()) == before


def test_when_much_has_changed_the_index_is_made_whole(bot: Chatbot, folder: Path) -> None:
    whole = []
    for number in range(8):
        (folder / "articles" / f"new-{number}.txt").write_text(town(900 + number))
        report = bot.sync(progress=quiet)
        assert 20 < report.embedded_chunks < 30
        generation = live(folder)
        assert generation.folder.name == report.generation
        whole.append(generation.delta is None)
        generation.close()
        assert len(names(folder)) == (1 if whole[-1] else 2)
    assert whole.count(True) == 1
    assert not whole[0]
    assert "Town907" in bot.ask("How many people does the mill number 3 of Town907 employ?").text


def test_erasing_ends_when_removed_text_and_vectors_are_in_no_file(bot: Chatbot, folder: Path) -> None:
    generation = live(folder)
    [row] = [one for one in generation.catalog.articles if one.source == "secret.txt"]
    vectors = [generation.chunk_vectors[n] for n in generation.catalog.chunks_of(row)]
    sought = [b"zyxquor", b"777123"]
    sought += [vector.astype(kind).tobytes() for vector in vectors for kind in (np.float16, np.float32)]
    generation.close()
    (folder / "articles" / "secret.txt").unlink()
    report = bot.sync(progress=quiet)
    assert report.unerased == unerased(folder / "index") != ""
    assert any(one in contents(folder / "index") for one in sought)
    report = bot.sync(progress=quiet, erase=True)
    assert (report.unerased, unerased(folder / "index")) == ("", "")
    found = contents(folder / "index")
    assert [one for one in sought if one.lower() in found] == []
    assert len(names(folder)) == 1
    assert not bot.sync(progress=quiet, erase=True).needed


def test_erasing_is_not_done_while_somebody_reads_the_text(bot: Chatbot, folder: Path) -> None:
    reading = live(folder)
    (folder / "articles" / "secret.txt").unlink()
    erasing = Thread(target=bot.sync, kwargs={"progress": quiet, "erase": True})
    erasing.start()
    while "still reads" not in unerased(folder / "index") or "removed" in unerased(folder / "index"):
        time.sleep(0.05)
    with pytest.raises(IndexBusy, match=r"still in .*gen-000001"):
        await_readers(folder / "index", 0.3)
    assert b"zyxquor" in contents(folder / "index")
    assert erasing.is_alive()
    reading.close()
    erasing.join()
    assert b"zyxquor" not in contents(folder / "index")
    assert unerased(folder / "index") == ""


@pytest.mark.parametrize("part", ["base", "delta"])
@pytest.mark.parametrize(
    "name", ["manifest.json", "catalog.db", "lexical/postings.npy", "sentence_vectors.f16", "chunks.npy"]
)
@pytest.mark.parametrize("damage", ["remove", "cut"])
def test_damage_of_either_folder_is_a_typed_error_and_a_rebuild_mends_it(
    folder: Path, part: str, name: str, damage: str
) -> None:
    (folder / "articles" / "new.txt").write_text(town(900))
    with large_bot(folder) as bot:
        bot.sync(progress=quiet)
    base, delta = sorted((folder / "index").glob("gen-*"))
    path = (base if part == "base" else delta) / name
    path.unlink() if damage == "remove" else path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexFault, match="index --rebuild"):
        large_bot(folder).ask(ASKED)
    with pytest.raises(IndexFault, match="index --rebuild"):
        large_bot(folder).sync(progress=quiet)
    assert base.is_dir()


def test_an_index_whose_base_is_gone_says_so_and_a_rebuild_mends_it(folder: Path) -> None:
    (folder / "articles" / "new.txt").write_text(town(900))
    with large_bot(folder) as bot:
        bot.sync(progress=quiet)
    shutil.rmtree(min((folder / "index").glob("gen-*")))
    with large_bot(folder) as bot:
        for step in (lambda: bot.ask(ASKED), lambda: bot.sync(progress=quiet)):
            with pytest.raises(IndexFault, match=r"gen-000001.* is gone: .*index --rebuild"):
                step()
        bot.sync(progress=quiet, rebuild=True)
        assert "777123" in bot.ask(ASKED).text
