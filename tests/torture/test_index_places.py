"""The index on a disk that is full, in folders that only read, with too little of what a system gives."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from rag.models.export import DEFAULT_ENCODER, exported, load_encoder
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.places import only_read, small_disk
from tests.torture.effort import Effort
from tests.torture.processes import child, finished, put_pandas, quiet

CACHE = make_settings(Path("unused")).cache

COMMON = """
import json, os, resource, sys
from pathlib import Path
from rag import Chatbot
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
    points = effort(short=[0, 200_000], long=[0, 4096, *range(16_384, 900_000, 50_000)])
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
    points = effort(short=4, long=40)
    found = json.loads(finished(child(FEW, tmp_path, points)))
    short = 0
    for point, (fresh, page, sync, articles, retried, after) in enumerate(found):
        print(point, fresh, page, sync, articles, retried, after)
        for told in (fresh, page, sync):
            assert told in ([1000 + point], "done") or "open more files" in told or "open files" in told, told
            assert "damaged" not in told
            short += "files" in told
        assert articles == len(ARTICLES) + 1
        assert (retried, after) == ("done", [1001 + point])
    assert short > 0
    effort.found("R14", "too few descriptors", points=points, told=short, articles_lost=0)
