"""Who is using a generation: a shared OS lock for each reader, an exclusive one to delete it.

The kernel gives the locks back when a process dies, however it dies.
"""

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be deleted there, which serves the same end
    fcntl = None  # type: ignore[assignment]

_NAME = "lease"


class Lease:
    """Keeps a generation from being deleted until it is released."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            OSError: if the folder has gone, or is being deleted.
        """
        self._fd = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(self._fd, exclusive=False)
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def unused(folder: Path) -> bool:
    """Whether no process holds a lease on this generation."""
    try:
        fd = os.open(folder / _NAME, os.O_RDWR)
    except FileNotFoundError:
        return True  # a writer died before it took its lease, or a deletion stopped half-way
    except OSError:
        return False
    try:
        _lock(fd, exclusive=True)
    except OSError:
        return False
    finally:
        os.close(fd)
    return True


def _lock(fd: int, exclusive: bool) -> None:
    if fcntl is not None:
        fcntl.flock(fd, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
