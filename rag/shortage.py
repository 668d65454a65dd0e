"""Distinguish shortages of the system from damage.

SQLite, Chroma and onnxruntime report a full disk, too few descriptors or too little memory in words of
their own, often as if a file were broken. So the error is inspected first, and then the system is asked for
what the failed step needed.
"""

import errno
import mmap
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

_MEMORY = "too little memory is left"
_DISK = "the disk is full"
_BY_ERRNO = {
    errno.ENOSPC: _DISK,
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file may not grow as large as it has to (ulimit -f)",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EMFILE: "this process may not open more files (ulimit -n)",
    errno.ENFILE: "the system may not open more files",
    errno.ENOMEM: _MEMORY,
}
_BY_SQLITE = {
    sqlite3.SQLITE_FULL: _DISK,
    sqlite3.SQLITE_NOMEM: _MEMORY,
    sqlite3.SQLITE_READONLY: "permission denied",
    sqlite3.SQLITE_PERM: "permission denied",
}
_FILES_ASKED = 32  # Chroma opens some twenty at once for a folder
_MEMORY_ASKED = 64 << 20
_SPACE_ASKED = 1 << 20


def shortage(error: BaseException, folder: Path, *, writing: bool) -> str:
    """Return what was lacking when reading, or `writing`, in `folder` raised `error`; empty if nothing."""
    return next(filter(None, map(_told_by, _chain(error))), "") or lacking(folder, writing=writing)


def lacking(folder: Path, *, writing: bool) -> str:
    """Return what the system refuses right now: a descriptor, memory or, if `writing`, space in `folder`.

    Empty if it grants all of them, or if `folder` does not exist.
    """
    try:
        with ExitStack() as opened:
            for _ in range(_FILES_ASKED):
                opened.callback(os.close, os.open(folder, os.O_RDONLY))
        mmap.mmap(-1, _MEMORY_ASKED).close()
        if writing:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(_SPACE_ASKED))
    except FileNotFoundError:
        return ""
    except (OSError, MemoryError) as error:
        return _told_by(error)
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told_by(error: BaseException) -> str:
    match error:
        case MemoryError():
            return _MEMORY
        case sqlite3.Error():
            return _BY_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
        case OSError():
            return _BY_ERRNO.get(error.errno or 0, "")
    return ""
