"""Places where an index may lie: a disk of a few megabytes, one that only reads, another user's folder."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own in `folder`, gone after; skips where none can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", folder],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def only_read(disk: Path) -> None:
    """From now on the file system at `disk` cannot be written."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """A file that takes all of a disk but `leave` bytes; deleted, they are free again."""
    path = folder / "fill"
    with path.open("wb", buffering=0) as file:
        for block in (1 << 16, 1 << 9):
            with suppress(OSError):
                while True:
                    file.write(bytes(block))
        file.truncate(max(file.tell() - leave, 0))
    return path


def become_nobody() -> None:
    """Give the rights of root up, for the rest of this process; one that has none keeps what it has."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
