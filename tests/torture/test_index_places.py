"""The index on a disk that is full, in folders that only read, with too little of what a system gives."""

import json
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot, Settings
from rag.models.export import DEFAULT_ENCODER, exported, load_encoder
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.places import only_read, small_disk
from tests.torture.effort import Effort
from tests.torture.processes import QUESTION, SYNC, child, finished, pandas_in, put_pandas, quiet

CACHE = make_settings(Path("unused")).cache

COMMON = """
import json, os, resource, sys
from pathlib import Path
from rag import Chatbot, Settings
from rag.errors import RagError
from tests.conftest import make_settings
from tests.fakes.places import become_nobody, fill
from tests.torture.processes import QUESTION, pandas_in, put_pandas, quiet

def told(step):
    '''What a step gave: pandas, an error of ours with its words, or one that is not ours.'''
    try:
        answer = step()
        return sorted(pandas_in(answer.text)) if hasattr(answer, "text") else "done"
    except RagError as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:
        return f"UNTYPED {type(error).__name__}: {error}"

def asked(settings):
    return told(lambda: Chatbot(settings).ask(QUESTION))

def synced(settings):
    return told(lambda: Chatbot(settings).sync(progress=quiet))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def open_cache(open_folder: Path) -> Path:
    """A copy of the encoder's export that any user can read."""
    load_encoder(DEFAULT_ENCODER, "int8", CACHE)
    export = exported(DEFAULT_ENCODER, "int8", CACHE)
    assert export is not None
    copy = open_folder / "cache" / "encoders" / export.name
    shutil.copytree(export, copy)
    for path in (copy, *copy.iterdir()):
        path.chmod(0o755)
    return open_folder / "cache"


FULL = (
    COMMON
    + """
settings = make_settings(Path(sys.argv[1]))
put_pandas(settings, 1000)
page = Chatbot(settings)
page.sync(progress=quiet)
found = []
for point, leave in enumerate(json.loads(sys.argv[2])):
    put_pandas(settings, 1001 + point)
    filled = fill(Path(sys.argv[1]), leave)
    found.append([synced(settings), asked(settings), told(lambda: page.ask(QUESTION))])
    filled.unlink()
    found[-1] += [synced(settings), asked(settings)]
print(json.dumps(found))
"""
)


def test_r12_on_a_disk_that_is_really_full_it_is_said_and_reading_goes_on(
    tmp_path: Path, effort: Effort
) -> None:
    points = effort(short=[0, 200_000], long=[0, 4096, *range(16_384, 900_000, 100_000)])
    with small_disk(tmp_path / "disk", 8) as disk:
        write_articles(disk / "articles", ARTICLES)
        found = json.loads(finished(child(FULL, disk, json.dumps(points))))
    full = 0
    for point, (sync, fresh, page, retried, after) in enumerate(found):
        old, new = [1000 + point], [1001 + point]
        assert sync == "done" or sync.endswith("the old one stays: the disk is full"), sync
        assert fresh == page == (new if sync == "done" else old)
        assert (retried, after) == ("done", new)
        full += sync != "done"
    assert full > 0
    effort.found(
        "R12", "really full disk (tmpfs)", points=len(points), told_as_full=full, answers=2 * len(points)
    )


NOBODY = (
    COMMON
    + """
root, cache, warm = map(Path, sys.argv[1:4])
asked(make_settings(warm, cache=cache))  # everything is imported while this user may still read it
become_nobody()
os.chdir("/")
settings = make_settings(root, cache=cache)
print(json.dumps([
    asked(settings),
    synced(settings),
    asked(settings.changed(articles=warm / "articles")),
    synced(settings.changed(articles=warm / "articles")),
    asked(make_settings(warm, cache=Path("/proc/nowhere"))),
    asked(settings.changed(index=root / "closed")),
]))
"""
)


@pytest.mark.parametrize("way", ["folder", "disk"])
def test_r13_another_user_reads_an_index_that_only_its_owner_writes(
    open_folder: Path, open_cache: Path, way: str, effort: Effort
) -> None:
    root, warm = open_folder / "root", open_folder / "warm"
    if way == "folder":
        found = _read_as_nobody(root, open_cache, warm, lambda: _close(root))
    else:
        with small_disk(root, 16):
            found = _read_as_nobody(root, open_cache, warm, lambda: only_read(root))
    fresh, unchanged, other, changed, no_cache, closed = found
    assert fresh == other == [1000]
    assert unchanged == "done"
    assert changed.startswith("IndexFault: cannot write the index"), changed
    assert no_cache.startswith("EncoderError"), no_cache
    if way == "folder":
        assert "ermission denied" in closed, closed
        assert "damaged" not in closed
    effort.found("R13", f"another user, a {way} that only reads", answers=2, typed_errors=3)


def _close(root: Path) -> None:
    for path in (root / "index", *(root / "index").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (root / "closed").chmod(0)


def _read_as_nobody(root: Path, cache: Path, warm: Path, close: Callable[[], None]) -> list[Any]:
    for folder, pandas in ((root, 1000), (warm, 2000)):
        write_articles(folder / "articles", ARTICLES)
        put_pandas(make_settings(folder), pandas)
    settings = make_settings(root, cache=cache)
    Chatbot(settings).sync(progress=quiet)
    shutil.copytree(settings.index_folder, root / "closed")
    close()
    found: list[Any] = json.loads(finished(child(NOBODY, root, cache, warm)))
    return found


FEW = (
    COMMON
    + """
settings = make_settings(Path(sys.argv[1]))
put_pandas(settings, 1000)
page = Chatbot(settings)
page.sync(progress=quiet)
page.ask(QUESTION)
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
soft = min(hard, 4096)
found = []
for point in range(int(sys.argv[2])):
    put_pandas(settings, 1001 + point)
    used = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used - 1 + point, hard))
    found.append([asked(settings), told(lambda: page.ask(QUESTION)), synced(settings)])
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    found[-1] += [len(Chatbot(settings).sources()), synced(settings), asked(settings)]
print(json.dumps(found))
"""
)


def test_r14_too_few_descriptors_are_told_and_cost_no_article(tmp_path: Path, effort: Effort) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    points = effort(short=4, long=12)
    found = json.loads(finished(child(FEW, tmp_path, points)))
    short = 0
    for point, (fresh, page, sync, articles, retried, after) in enumerate(found):
        for told in (fresh, page, sync):
            assert told in ([1000 + point], "done") or "open more files" in told or "open files" in told, told
            assert "damaged" not in told
            short += "files" in told
        assert articles == len(ARTICLES) + 1
        assert (retried, after) == ("done", [1001 + point])
    assert short > 0
    effort.found("R14", "too few descriptors", points=points, told=short, articles_lost=0)


LITTLE = (
    COMMON
    + """
settings = make_settings(Path(sys.argv[1]))
page = Chatbot(settings)
if sys.argv[3] == "warm":
    page.ask(QUESTION)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = used + int(sys.argv[2]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
print(json.dumps([asked(settings), told(lambda: page.ask(QUESTION))]))
"""
)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory in use is read from /proc")
def test_r15_too_little_memory_is_never_told_as_damage(settings: Settings, effort: Effort) -> None:
    put_pandas(settings, 1000)
    Chatbot(settings).sync(progress=quiet)
    amounts = effort(
        short=[30, 250], long=[1, 10, 20, 30, 40, 60, 80, 120, 160, 200, 250, 300, 400, 600, 800]
    )
    answers, short, ended = 0, 0, 0
    for megabytes in amounts:
        for state in effort(short=["cold"], long=["cold", "warm"]):
            process = child(LITTLE, settings.articles.parent, megabytes, state)
            out, said = process.communicate(timeout=600)
            if process.returncode < 0 or process.returncode == 134:
                ended += 1  # Chroma's allocator ends a process that it cannot serve
                continue
            assert process.returncode == 0, said[-2000:]
            for told in json.loads(out):
                assert told == [1000] or "too little memory" in told, (megabytes, state, told)
                answers, short = answers + (told == [1000]), short + (told != [1000])
    assert short > 0
    assert pandas_in(Chatbot(settings).ask(QUESTION).text) == {1000}
    effort.found(
        "R15", "too little memory", limits=len(amounts), answers=answers, told=short, ended_by_chroma=ended
    )


def test_r16_whatever_becomes_of_the_index_folder_a_page_quotes_what_the_articles_say(
    settings: Settings, effort: Effort
) -> None:
    index, away = settings.index_folder, settings.index_folder.with_name("away")
    put_pandas(settings, 1000)
    page = Chatbot(settings)
    page.ask(QUESTION)
    chance, live, done = random.Random(7), 1000, Counter[str]()
    for turn in range(effort(short=6, long=30)):
        what = chance.choice(["removed", "renamed", "made anew", "put back", "synced"])
        if what == "put back" and not away.exists():
            what = "renamed"
        put_pandas(settings, 1001 + turn)
        live = 1001 + turn
        match what:
            case "removed":
                shutil.rmtree(index)
            case "renamed":
                shutil.rmtree(away, ignore_errors=True)
                index.rename(away)
            case "made anew":
                shutil.rmtree(index)
                finished(child(SYNC, index.parent))
            case "put back":
                shutil.rmtree(index)
                away.rename(index)
                page.sync(progress=quiet)
            case "synced":
                page.sync(progress=quiet)
        assert pandas_in(page.ask(QUESTION).text) == {live}, (turn, what)
        assert index.is_dir()
        done[what] += 1
    effort.found(
        "R16", "the index folder under a page", **{name.replace(" ", "_"): n for name, n in done.items()}
    )
