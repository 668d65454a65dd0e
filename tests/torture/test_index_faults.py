"""The index under kills, failing steps, full disks, and other writers."""

import gc
import json
import os
import random
import sys
import threading
import time
from pathlib import Path

import pytest

from rag import Chatbot, Settings
from rag.errors import RagError
from rag.index.vectors import ChunkVectors
from rag.models.encoder import OnnxEncoder
from tests.torture.effort import Effort
from tests.torture.processes import (
    ASK,
    QUESTION,
    STEADY,
    SYNC,
    child,
    finished,
    litter,
    pandas_in,
    put_pandas,
    quiet,
)


def test_r1_a_sync_killed_at_any_moment_leaves_the_old_index_or_the_new_one(
    settings: Settings, tmp_path: Path, effort: Effort
) -> None:
    put_pandas(settings, 1000)
    bot = Chatbot(settings)
    bot.sync(progress=quiet)
    put_pandas(settings, 1001)
    started = time.monotonic()
    finished(child(SYNC, tmp_path))
    whole_s = time.monotonic() - started
    moments, live, kept, new = random.Random(1), 1001, 0, 0
    kills = effort(short=6, long=200)
    for kill in range(kills):
        put_pandas(settings, 1002 + kill)
        process = child(SYNC, tmp_path)
        time.sleep(moments.uniform(0.4, 1.1) * whole_s)
        process.kill()
        process.communicate()
        pandas, cost = finished(child(ASK, tmp_path, QUESTION, STEADY)).splitlines()
        found = pandas_in(pandas)
        assert found in ({live}, {1002 + kill})
        assert "4.2 million" in cost
        kept, new = kept + (found == {live}), new + (found == {1002 + kill})
        assert len(litter(settings)) <= 3
        [live] = found
    bot.sync(progress=quiet)
    assert pandas_in(bot.ask(QUESTION).text) == {1001 + kills}
    gc.collect()
    assert len(litter(settings)) == 1
    effort.found("R1", "kill -9 a sync", kills=kills, old_index_whole=kept, new_index_whole=new)


_STEPS = ("os.rename", "os.mkdir", "sqlite3.connect")


class Breaker:
    """Makes the k-th step of a kind fail, where the system, the encoder or Chroma is asked for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._left = -1
        self.failed = ""
        sys.addaudithook(self._audit)

    def fail_at(self, k: int) -> None:
        self._left, self.failed = k, ""

    def off(self) -> None:
        self._left = -1

    def step(self, name: str) -> None:
        if self._left < 0:
            return
        self._left -= 1
        if self._left < 0:
            self.failed = name
            raise OSError(5, f"broken on purpose ({name})")

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._left < 0:
            return
        folder, first = self._folder, str(arguments[0])
        if event == "open":
            mode, flags = arguments[1:]
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if first.startswith(folder) and (writes or mode not in ("r", "rb", None)):
                self.step(f"open {Path(first).name}")
        elif event == "subprocess.Popen" or (event in _STEPS and folder in first):
            self.step(event)


def test_r2_whatever_step_of_a_sync_fails_an_index_answers_and_the_error_is_typed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, effort: Effort
) -> None:
    put_pandas(settings, 1000)
    Chatbot(settings).sync(progress=quiet)
    breaker = Breaker(settings.index_folder)

    def breaking(owner: object, name: str, label: str) -> None:
        original = getattr(owner, name)

        def step(*arguments: object, **named: object) -> object:
            breaker.step(label)
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, step)

    breaking(os, "fsync", "fsync")
    breaking(OnnxEncoder, "_encode", "embed")
    breaking(ChunkVectors, "upsert", "add")
    live, k, every = 1000, 0, effort(short=7, long=1)
    tried: list[str] = []
    typed = 0
    while True:
        put_pandas(settings, live + 1)
        breaker.fail_at(k)
        told = ""
        try:
            Chatbot(settings).sync(progress=quiet)
        except RagError as error:
            told = str(error)
        finally:
            breaker.off()
        if not breaker.failed:
            break
        tried.append(breaker.failed)
        found = pandas_in(Chatbot(settings).ask(QUESTION).text)
        assert not told or "broken on purpose" in told, breaker.failed
        typed += bool(told)
        assert found in ({live}, {live + 1}), breaker.failed
        assert found == ({live} if "the old one stays" in told else {live + 1} if not told else found)
        [live] = found
        gc.collect()
        assert len(litter(settings)) <= 2, (breaker.failed, litter(settings))
        k += every
    assert pandas_in(Chatbot(settings).ask(QUESTION).text) == {live + 1}
    kinds = {name.split()[0] for name in tried}
    if effort.long:
        assert {"open", "fsync", "os.rename", "embed", "add", "os.mkdir", "sqlite3.connect"} <= kinds
    effort.found(
        "R2",
        "fail the k-th step of a sync",
        steps=len(tried),
        kinds=len(kinds),
        typed=typed,
        harmless=len(tried) - typed,
    )


FULL = """
import json, resource, sys
from pathlib import Path
from rag import Chatbot
from rag.errors import RagError
from tests.conftest import make_settings
from tests.torture.processes import QUESTION, put_pandas, pandas_in, quiet
settings = make_settings(Path(sys.argv[1]))
bot = Chatbot(settings)
bot.sync(progress=quiet)
largest = max(path.stat().st_size for path in settings.index_folder.rglob("*") if path.is_file())
points, live, told = int(sys.argv[2]), 1000, []
for point in range(points):
    put_pandas(settings, live + 1)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest * point // points, hard))
    try:
        bot.sync(progress=quiet)
        how = "no error"
    except RagError as error:
        how = type(error).__name__
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    fresh = Chatbot(settings)
    old = sorted(pandas_in(fresh.ask(QUESTION).text))
    fresh.sync(progress=quiet)
    live += 1
    told.append([how, old == [live - 1], sorted(pandas_in(fresh.ask(QUESTION).text)) == [live]])
print(json.dumps(told))
"""


def test_r3_on_a_full_disk_the_old_index_serves_and_a_retry_works(
    settings: Settings, tmp_path: Path, effort: Effort
) -> None:
    put_pandas(settings, 1000)
    points = effort(short=3, long=20)
    told = json.loads(finished(child(FULL, tmp_path, points)))
    errors = [how for how, _, _ in told]
    assert set(errors) <= {"IndexFault", "no error"}
    assert errors.count("IndexFault") >= points * 2 // 3
    for how, old_serves, retried in told:
        assert retried
        assert old_serves or how == "no error"
    effort.found("R3", "disk full", points=points, typed=errors.count("IndexFault"), retried=points)


WRITER = """
import sys, time
from pathlib import Path
from rag import Chatbot
from rag.errors import IndexBusy
from tests.conftest import make_settings
from tests.torture.processes import put_pandas, quiet
settings, syncs, first = make_settings(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
bot, done, refused, slowest = Chatbot(settings), 0, 0, 0.0
while done < syncs:
    put_pandas(settings, first + done)
    started = time.monotonic()
    try:
        bot.sync(progress=quiet)
        done += 1
    except IndexBusy:
        refused += 1
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.3)
print(refused, slowest)
"""


def test_r4_two_writers_and_eight_readers_never_mix_two_indexes(
    settings: Settings, tmp_path: Path, effort: Effort
) -> None:
    put_pandas(settings, 1000)
    bot = Chatbot(settings)
    bot.sync(progress=quiet)
    syncs = effort(short=4, long=50)
    writers = [child(WRITER, tmp_path, syncs // 2, first) for first in (1001, 5001)]
    ended = threading.Event()
    reads: list[int] = []
    mixed: list[str] = []

    def read(own: Chatbot) -> None:
        while not ended.is_set():
            try:
                text = own.ask(QUESTION).text
            except Exception as error:
                mixed.append(f"{type(error).__name__}: {error}")
                continue
            numbers = pandas_in(text)
            reads.append(len(numbers))
            if len(numbers) != 1:
                mixed.append(text)

    readers = [threading.Thread(target=read, args=(bot if n < 4 else Chatbot(settings),)) for n in range(8)]
    for reader in readers:
        reader.start()
    told = [finished(writer).split() for writer in writers]
    ended.set()
    for reader in readers:
        reader.join()
    refused, slowest = sum(int(one) for one, _ in told), max(float(seconds) for _, seconds in told)
    assert mixed == []
    assert len(reads) > 20
    assert slowest <= 1.0
    del bot, readers, read
    gc.collect()
    Chatbot(settings).sync(progress=quiet)
    assert len(litter(settings)) == 1
    effort.found(
        "R4", "2 writers, 8 readers", syncs=syncs, reads=len(reads), wrong_or_mixed=0, refused=refused,
        slowest_refusal_s=slowest,
    )  # fmt: skip
