"""The files of an articles folder, each with the hash of its bytes, and which are skipped and why.

Nothing is parsed here: a file whose hash is in the index need not be read again.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.articles.loaders.choose import SUFFIXES, not_read
from rag.errors import ArticleError, CorpusError

_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
Content = tuple[str, str]
"""The SHA-256 of a file's bytes, and its suffix, which together determine how it is read."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that may contain an article; `sha256` is the hash of its bytes."""

    source: str
    path: Path
    sha256: str

    @property
    def content(self) -> Content:
        return content_of(self.source, self.sha256)


def content_of(source: str, sha256: str) -> Content:
    """Return the content of a file with this source and hash."""
    return sha256, os.path.splitext(source)[1].lower()  # noqa: PTH122  # a Path takes ten times as long


def find_files(
    folder: Path, max_bytes: int, suffixes: Collection[str] = SUFFIXES
) -> Iterator[File | Skipped]:
    """Yield everything below `folder` by source; hidden files and folders (`.git`) are silently skipped.

    Raises:
        CorpusError: if `folder` is not a readable folder.
    """
    if not _is_folder(folder):
        raise CorpusError(f"no articles folder at {folder}; set RAG_ARTICLES or --articles")
    skipped: list[Skipped] = []
    for source, path in _walk(folder, skipped):
        try:
            yield _look(folder, source, path, max_bytes, suffixes)
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a link to itself
            _raise_if_short(folder, error)
            yield _skip(source, f"cannot be read: {_reason(error)}")
    yield from skipped


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for the system
        return False


def _walk(folder: Path, skipped: list[Skipped]) -> Iterator[tuple[str, Path]]:
    """Yield the files below `folder`, sorted by source; adds unreadable and linked folders to `skipped`."""
    found: list[tuple[str, Path]] = []

    def fail(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename))
        if path == folder:
            raise CorpusError(f"cannot read the articles folder {folder}: {_reason(error)}") from error
        _raise_if_short(folder, error)
        skipped.append(_skip(_source(folder, path), f"cannot be read: {_reason(error)}"))

    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            # os.walk does not follow it: it may leave the folder or loop. For a path that is too long this
            # is False, and walking on gives the reason.
            if os.path.islink(path := os.path.join(parent, name)):  # noqa: PTH114, PTH118
                skipped.append(_skip(_source(folder, Path(path)), "link to a folder"))
        here = Path(parent)
        within = _source(folder, here / "_")[:-1]
        found += [(f"{within}{name}", here / name) for name in files if not name.startswith(".")]
    yield from sorted(found)


def _raise_if_short(folder: Path, error: Exception) -> None:
    """Raise on a temporary system shortage: if the file were skipped, it would be removed from the index."""
    if isinstance(error, OSError) and error.errno in _SHORT:
        raise CorpusError(f"cannot read the articles in {folder}: {error.strerror}") from error


def _source(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _skip(source: str, reason: str) -> Skipped:
    return Skipped(source.encode(errors="replace").decode(), reason)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _look(folder: Path, source: str, path: Path, max_bytes: int, suffixes: Collection[str]) -> File | Skipped:
    try:
        source.encode()
    except UnicodeEncodeError:
        return _skip(source, "file name is not valid Unicode")
    if path.suffix.lower() not in suffixes:
        return Skipped(source, not_read(source))
    if path.is_symlink() and not is_inside(folder, path):
        return Skipped(source, "link that leaves the folder")
    try:
        return File(source, path, hashlib.sha256(read_regular(path, max_bytes)).hexdigest())
    except ArticleError as error:
        return Skipped(source, str(error))


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path leads into the folder, after all its links.

    Raises:
        OSError, ValueError, RuntimeError: if it leads nowhere: a link to itself, a NUL in the name.
    """
    return path.resolve().is_relative_to(folder.resolve())


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a file: anything may stand in a folder.

    Raises:
        ArticleError: if it is not a regular file, or too large.
        OSError, ValueError: if it is not there or cannot be read.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # opening a pipe would block forever
        raise ArticleError("not a regular file")
    data = b""
    if found.st_size <= max_bytes:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)  # a file of /proc has no size
    if max(found.st_size, len(data)) > max_bytes:
        raise ArticleError(f"larger than {max_bytes / 1e6:g} MB (RAG_MAX_FILE_MB)")
    return data
