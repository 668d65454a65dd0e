"""Change the articles folder: add a file or remove one. The index follows at the next sync.

Names come from browsers and other programs: only the last part of a path counts, and nothing is written
outside the folder, partially, or over another file unless asked to.
"""

import re
import secrets
from pathlib import Path

from rag.articles.find import is_inside
from rag.articles.loaders.choose import SUFFIXES
from rag.errors import CorpusError

MAX_NAME_CHARS = 120
_FORBIDDEN = re.compile(r"[^\w .,()&+'-]+")


def add_article(folder: Path, name: str, data: bytes, max_bytes: int, *, replace: bool = False) -> str:
    """Write one article into the folder and return its source.

    Raises:
        CorpusError: if the name or size is not allowed, the name is taken, or it cannot be written.
    """
    source = safe_name(name)
    if not data.strip():
        raise CorpusError(f"{source} is empty")
    if len(data) > max_bytes:
        raise CorpusError(
            f"{source} has {len(data) / 1e6:.1f} MB, more than {max_bytes / 1e6:g} (RAG_MAX_FILE_MB)"
        )
    path = folder / source
    # Hidden until it is complete: a sync skips hidden files.
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        if not replace:
            _take(path)
        part.replace(path)
    except OSError as error:
        raise CorpusError(f"cannot write {source}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return source


def _take(path: Path) -> None:
    """Create an empty file, which only one of those who do so at the same time can (not every file system has
    the hard links that would create it with its content).
    """
    try:
        path.touch(exist_ok=False)
    except FileExistsError as error:
        raise CorpusError(f"there is already an article {path.name}") from error


def remove_article(folder: Path, source: str) -> None:
    """Delete one article's file.

    Raises:
        CorpusError: if the folder has no such article, or it cannot be deleted.
    """
    path = folder / source
    try:
        inside = is_inside(folder, path) and path.suffix.lower() in SUFFIXES
        there = inside and path.is_file()
    except (OSError, ValueError, RuntimeError):  # a NUL in the name, a name too long, a link to itself
        there = False
    if not there:
        raise CorpusError(f"there is no article {source!r}")
    try:
        path.unlink()
    except OSError as error:
        raise CorpusError(f"cannot delete {source}: {error.strerror}") from error


def safe_name(name: str) -> str:
    """Return the file name for an article called `name`.

    Raises:
        CorpusError: if files of that type are not read.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = _FORBIDDEN.sub("_", last).strip(" .")
    suffix = Path(plain).suffix.lower()
    stem = plain[: -len(suffix)].strip(" ._") if suffix else ""
    if suffix not in SUFFIXES or not stem:
        raise CorpusError(f"{last[:MAX_NAME_CHARS]!r} is not a file that can be read ({' '.join(SUFFIXES)})")
    return stem[:MAX_NAME_CHARS] + suffix
