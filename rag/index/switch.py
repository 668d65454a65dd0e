"""The index folder: which generation is live, who may write, and what can be deleted.

It holds generations and `CURRENT`, which names the live one. Nothing live is ever written in place (killing a
process that writes to a live Chroma folder left 5 of 5 unreadable), so a crash at any moment leaves the old
generation or the new one intact.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexBusy, IndexFault, IndexOutdated
from rag.index.lease import delete_unused
from rag.index.segment import REBUILD, Manifest

_CURRENT = "CURRENT"
# The unique suffix keeps a name from being reused after the index was removed: a process that still has the
# old generation open would mistake the new one for it. Older indexes have no suffix.
_GENERATION = re.compile(r"gen-(\d{6,})(?:-[0-9a-f]{8})?")
# Files that operating systems leave in folders. Hidden files are skipped by their dot: .DS_Store, ._x.
_OF_SYSTEMS = {"System Volume Information", *"lost+found Thumbs.db desktop.ini @eaDir $RECYCLE.BIN".split()}
_LOCK_WAIT_S = 0.5
_LOOK_S = 0.2


def current_generation(index: Path) -> Path | None:
    """Return the live generation's folder, or None if there is no index yet.

    Raises:
        IndexFault: if the folder holds something else, or CURRENT names nothing.
    """
    refuse_foreign(index)
    try:
        name = (index / _CURRENT).read_text().strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise IndexFault(f"cannot read the index in {index}: {error}") from error
    if not _GENERATION.fullmatch(name):
        raise IndexFault(f"{index}/{_CURRENT} is damaged: {REBUILD}")
    return index / name


def refuse_foreign(index: Path) -> None:
    """Refuse a folder that contains other files: it is neither read nor written."""
    try:
        foreign = [path.name for path in index.iterdir() if not _own(path.name)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise IndexFault(f"cannot read the index in {index}: {error.strerror}") from error
    if foreign:
        raise IndexFault(
            f"{index} holds {min(foreign)}, so it is not an index of this program:"
            " choose another folder with --index or RAG_INDEX"
        )


def _own(name: str) -> bool:
    known = name in (_CURRENT, f"{_CURRENT}.new", "lock") or name.startswith(".") or name in _OF_SYSTEMS
    return known or bool(_GENERATION.fullmatch(name))


@contextlib.contextmanager
def writing(index: Path) -> Iterator[None]:
    """Hold the single writer's lock, which the kernel releases if the writer is killed."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "lock", timeout=_LOCK_WAIT_S)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"another process is writing the index in {index}: try again when it is done"
        ) from error
    except OSError as error:
        raise IndexFault(f"cannot write the index in {index}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def point_to(index: Path, name: str) -> None:
    new = index / f"{_CURRENT}.new"
    with new.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(index / _CURRENT)


def flush(index: Path) -> None:
    """Flush the switch to disk."""
    if os.name == "nt":
        return
    try:
        fd = os.open(index, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise IndexFault(
            f"the new index in {index} is live, but may not be safely on disk: {error.strerror}"
        ) from error


def remove_stale(index: Path, only_older: bool = True) -> None:
    """Delete the generations older than the live one that nobody reads; its base stays.

    The writer, which alone knows that no newer one is being built, deletes newer ones too: they are left
    over from a sync that failed or was killed.
    """
    try:
        live = current_generation(index)
        others = _others(index, live)
    except (IndexFault, OSError):
        return
    for path in others:
        if not only_older or (live is not None and age(path) < age(live)):
            delete_unused(path)


def _others(index: Path, live: Path | None) -> list[Path]:
    """Return the generations that the live one does not consist of.

    Raises:
        IndexFault: if the live one cannot be read, so that its base is not known.
    """
    used = {live}
    if live is not None and (manifest := _manifest(live)) and manifest.base:
        used.add(index / manifest.base)
    return [path for path in generations(index) if path not in used]


def _manifest(live: Path) -> Manifest | None:
    """Return a generation's manifest, None if an older version of this program wrote it."""
    try:
        return Manifest.read(live)
    except IndexOutdated:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexFault(f"cannot read the index in {live.parent}: {error}") from error


def unerased(index: Path) -> str:
    """Return what text is still in the files of the index although it was removed; empty if none is.

    Raises:
        IndexFault: if the live generation cannot be read.
    """
    live = current_generation(index)
    manifest = _manifest(live) if live is not None else None
    left = []
    if manifest is not None and (gone := len(manifest.dropped)):
        left.append(f"{gone} removed or changed articles are still in its files")
    if live is not None and any(age(path) < age(live) for path in _others(index, live)):
        left.append("another process still reads an older index")
    return " and ".join(left) and f"{' and '.join(left)}: `python -m rag index --erase` ends that"


def await_readers(index: Path, wait_s: float) -> None:
    """Return once no older generation is left.

    Raises:
        IndexBusy: if a process still reads one after `wait_s`.
    """
    ends = time.monotonic() + wait_s
    while True:
        remove_stale(index)
        live = current_generation(index)
        if live is None or not (left := [path for path in _others(index, live) if age(path) < age(live)]):
            return
        if time.monotonic() > ends:
            raise IndexBusy(
                f"the removed text is still in {left[0]}, which another process reads: ask it a question, or"
                " stop it, and run `python -m rag index --erase` again"
            )
        time.sleep(_LOOK_S)


def generations(index: Path) -> list[Path]:
    """Return all generations in the folder, live or not."""
    return [path for path in index.iterdir() if _GENERATION.fullmatch(path.name)]


def age(generation: Path) -> int:
    return int(generation.name.split("-")[1])
