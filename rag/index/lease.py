"""Who is using a generation: each reader holds a shared OS lock, deleting it takes an exclusive one.

The kernel releases the locks when a process dies, however it dies.
"""

import contextlib
import errno
import os
import shutil
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be deleted there, which has the same effect
    fcntl = None  # type: ignore[assignment]

_NAME = "lease"
_UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)


class Gone(FileNotFoundError):
    """The generation was deleted, or is being deleted."""


class Lease:
    """Keeps a generation from being deleted until it is released."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            Gone: if the folder is gone, or is being deleted.
            OSError: if no more files can be opened.
        """
        path = folder / _NAME
        self._fd = _opened(path)
        # The folder may have been deleted between opening and locking the file.
        if self._fd >= 0 and (not _lock(self._fd, exclusive=False) or not path.exists()):
            self.release()
            raise Gone(f"{folder} is gone")

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _opened(path: Path) -> int:
    """Return a descriptor of the lease file, or -1 if there is none and none can be created.

    Reading needs no write permission: a read-only descriptor is enough for a shared lock. And where no file
    can be created, none can be deleted either, at least not by this user.
    """
    with contextlib.suppress(FileNotFoundError):
        return os.open(path, os.O_RDONLY)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError as error:
        raise Gone(f"{path.parent} is gone") from error
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        return -1


def delete_unused(folder: Path) -> bool:
    """Delete a generation unless a process holds a lease on it; return whether it was deleted."""
    try:
        # None if a writer died before it took its lease, or a deletion was interrupted.
        fd = os.open(folder / _NAME, os.O_RDWR) if (folder / _NAME).exists() else None
    except OSError:
        return False
    try:
        if fd is not None and not _lock(fd, exclusive=True):
            return False
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        if fd is not None:
            os.close(fd)
    return True


def _lock(fd: int, exclusive: bool) -> bool:
    """Take the lock if it is free; return whether it was."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(fd, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
