"""Deltas under kills, failing steps and readers: an index of thousands of chunks that changes a little."""

import gc
import random
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Chatbot
from rag.errors import RagError
from rag.index.generation import Generation
from rag.index.switch import current_generation
from tests.fakes.large import large_bot, large_settings, write_towns
from tests.torture.effort import Effort
from tests.torture.processes import (
    QUESTION,
    child,
    finished,
    litter,
    pandas_in,
    put_pandas,
    quiet,
)
from tests.torture.test_index_faults import Breaker

SYNC = """
import sys
from pathlib import Path
from tests.fakes.large import large_bot
large_bot(Path(sys.argv[1])).sync(progress=lambda *_: None, erase=len(sys.argv) > 2)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index that was written whole."""
    folder = tmp_path_factory.mktemp("whole")
    write_towns(folder)
    put_pandas(large_settings(folder), 1000)
    large_bot(folder).sync(progress=quiet)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(whole, tmp_path / "copy")
    yield tmp_path / "copy"
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)


def answered(folder: Path) -> set[int]:
    with large_bot(folder) as bot:
        return pandas_in(bot.ask(QUESTION).text)


@pytest.mark.parametrize("erase", [False, True])
def test_r17_a_delta_killed_at_any_moment_leaves_the_old_index_or_the_new_one(
    folder: Path, erase: bool, effort: Effort
) -> None:
    settings = large_settings(folder)
    arguments = (folder, "erase") if erase else (folder,)
    put_pandas(settings, 1001)
    started = time.monotonic()
    finished(child(SYNC, *arguments))
    whole_s = time.monotonic() - started
    moments, live, kept, new, deltas = random.Random(1), 1001, 0, 0, 0
    kills = effort(short=3, long=60)
    for kill in range(kills):
        put_pandas(settings, 1002 + kill)
        process = child(SYNC, *arguments)
        time.sleep(moments.uniform(0.4, 1.1) * whole_s)
        process.kill()
        process.communicate()
        found = answered(folder)
        assert found in ({live}, {1002 + kill})
        kept, new = kept + (found == {live}), new + (found == {1002 + kill})
        assert len(litter(settings)) <= 5
        current = current_generation(settings.index_folder)
        assert current is not None
        generation = Generation(current)
        deltas += generation.delta is not None
        generation.close()
        [live] = found
    with large_bot(folder) as bot:
        bot.sync(progress=quiet, erase=erase)
        assert pandas_in(bot.ask(QUESTION).text) == {1001 + kills}
    gc.collect()
    assert len(litter(settings)) == (1 if erase else 2)
    assert deltas or erase
    effort.found(
        "R17", f"kill -9 a delta{', erasing' * erase}", kills=kills, old_index_whole=kept, new_index_whole=new
    )


def test_r18_whatever_step_of_a_delta_fails_an_index_answers_and_the_error_is_typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, effort: Effort
) -> None:
    settings = large_settings(folder)
    breaker = Breaker(settings.index_folder)

    def step(fd: int, original: object = __import__("os").fsync) -> object:
        breaker.step("fsync")
        return original(fd)  # type: ignore[operator]

    monkeypatch.setattr("os.fsync", step)
    live, k, every, tried = 1000, 0, effort(short=9, long=1), 0
    while True:
        put_pandas(settings, live + 1)
        breaker.fail_at(k)
        told = ""
        try:
            with large_bot(folder) as bot:
                bot.sync(progress=quiet)
        except RagError as error:
            told = str(error)
        finally:
            breaker.off()
        if not breaker.failed:
            break
        tried += 1
        found = answered(folder)
        assert not told or "broken on purpose" in told, breaker.failed
        assert found == ({live} if "the old one stays" in told else {live + 1} if not told else found)
        [live] = found
        gc.collect()
        assert len(litter(settings)) <= 3, (breaker.failed, litter(settings))
        k += every
    assert answered(folder) == {live + 1}
    assert tried > 1
    effort.found("R18", "fail the k-th step of a delta", steps=tried)


def test_r19_readers_of_deltas_and_of_wholes_never_mix_two_indexes(folder: Path, effort: Effort) -> None:
    """Small changes, and now and then all is made whole under the readers."""
    settings = large_settings(folder)
    ended = threading.Event()
    mixed: list[str] = []
    reads: list[int] = []

    def read(own: Chatbot) -> None:
        while not ended.is_set():
            try:
                numbers = pandas_in(own.ask(QUESTION).text)
            except Exception as error:
                mixed.append(f"{type(error).__name__}: {error}")
                continue
            reads.append(len(numbers))
            if len(numbers) != 1:
                mixed.append(str(numbers))

    shared = large_bot(folder)
    readers = [
        threading.Thread(target=read, args=(shared if n < 2 else large_bot(folder),)) for n in range(4)
    ]
    for reader in readers:
        reader.start()
    syncs = effort(short=4, long=40)
    for turn in range(syncs):
        put_pandas(settings, 1001 + turn)
        # Erasing waits until every reader has gone on to the new index: each asks all the time.
        finished(child(SYNC, folder, *(["erase"] if turn % 4 == 2 else [])))
    ended.set()
    for reader in readers:
        reader.join()
    assert mixed == []
    assert len(reads) > syncs
    effort.found("R19", "deltas, wholes, 4 readers", syncs=syncs, reads=len(reads), wrong_or_mixed=0)
