"""The first step: a folder tree of `.txt` and `.md` files becomes `Article` values.

What cannot be read is skipped with a reason; the rest goes on. An article with front matter:

    ---
    title: Trade talks resume
    author: N. Morgan
    date: 2025-06-09
    ---
    The United States and China are set to resume …
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from charset_normalizer import from_bytes

from rag.articles.sentences import split_sentences
from rag.errors import CorpusError
from rag.types import Article, readable

SUFFIXES = (".txt", ".md")
_MAX_TITLE_CHARS = 120
# What the system lacks for a while, and no fault of a file.
_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_WORD = re.compile(r"\S+")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.{0,10000}?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The readable articles of a folder, ordered by `source`, and what was left out."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]


def read_corpus(folder: Path, max_file_bytes: int) -> Corpus:
    """Read every article below `folder`; of files with the same bytes only the first is kept.

    Hidden files and folders (`.git`, an index) are passed over in silence.

    Raises:
        CorpusError: if `folder` is not a readable folder.
    """
    if not folder.is_dir():
        raise CorpusError(f"no articles folder at {folder}; set RAG_ARTICLES or --articles")
    articles: list[Article] = []
    skipped: list[Skipped] = []
    first_with: dict[str, str] = {}
    for source, path in _walk(folder, skipped):
        result = _read(folder, source, path, max_file_bytes)
        if isinstance(result, Article) and result.sha256 in first_with:
            result = Skipped(source, f"same content as {first_with[result.sha256]}")
        if isinstance(result, Skipped):
            skipped.append(result)
        else:
            first_with[result.sha256] = source
            articles.append(result)
    return Corpus(tuple(articles), tuple(sorted(skipped, key=lambda skip: skip.source)))


def _walk(folder: Path, skipped: list[Skipped]) -> Iterator[tuple[str, Path]]:
    """Files below `folder`, sorted by source; adds unreadable and linked folders to `skipped`."""
    found: list[tuple[str, Path]] = []

    def fail(error: OSError) -> None:
        if Path(error.filename) == folder or error.errno in _SHORT:
            raise CorpusError(f"cannot read the articles folder {folder}: {error.strerror}") from error
        skipped.append(Skipped(_source(folder, Path(error.filename)), f"cannot be read: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            path = Path(parent, name)
            if path.is_symlink():  # os.walk does not follow it: it may leave the folder or loop
                skipped.append(Skipped(_source(folder, path), "link to a folder"))
        found += [
            (_source(folder, path), path)
            for path in (Path(parent, name) for name in files if not name.startswith("."))
        ]
    yield from sorted(found)


def _source(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _read(folder: Path, source: str, path: Path, max_bytes: int) -> Article | Skipped:
    try:
        source.encode()
    except UnicodeEncodeError:
        return Skipped(source.encode(errors="replace").decode(), "file name is not valid Unicode")
    if path.suffix.lower() not in SUFFIXES:
        return Skipped(source, "not a .txt or .md file")
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return Skipped(source, "link that leaves the folder")
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):  # opening a pipe would wait for ever
            return Skipped(source, "not a regular file")
        if info.st_size > max_bytes:
            return Skipped(source, f"larger than {max_bytes / 1e6:g} MB (RAG_MAX_FILE_MB)")
        data = path.read_bytes()
    except OSError as error:
        if error.errno in _SHORT:  # skipped, it would go from the index
            raise CorpusError(f"cannot read the articles in {folder}: {error.strerror}") from error
        return Skipped(source, f"cannot be read: {error.strerror}")
    text = decode(data)
    if text is None:
        return Skipped(source, "not text: binary, or in an encoding that could not be detected")
    return parse(source, text, hashlib.sha256(data).hexdigest())


def decode(data: bytes) -> str | None:
    """The text of `data`, line ends untouched; `None` if it is not text.

    UTF-8 first, then a UTF-16 byte order mark, then detection by charset-normalizer.
    """
    try:
        text = data.decode(_BOMS.get(data[:2], "utf-8-sig"))
    except UnicodeDecodeError:
        if b"\0" in data:
            return None
        best = from_bytes(data).best()
        if best is None:
            return None
        text = data.decode(best.encoding)
    control = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\v\f\r\x1b")
    return None if control > len(text) / 20 else text


def parse(source: str, text: str, sha256: str) -> Article | Skipped:
    """Find title, body and metadata of one decoded file."""
    meta: dict[str, str] = {}
    body_start = 0
    if match := _FRONT_MATTER.match(text):
        meta = _metadata(match[1])
        body_start = match.end() if meta else 0
    title, title_end = _title(text, body_start)
    if not any(readable(word[0]) for word in _WORD.finditer(text, body_start)):
        return Skipped(source, "empty")
    return Article(
        source=source,
        title=readable(meta.get("title", ""))[:_MAX_TITLE_CHARS] or title,
        text=text,
        body_start=body_start if "title" in meta else title_end,
        sha256=sha256,
        author=readable(meta.get("author", "")),
        date=readable(meta.get("date", "")),
        url=readable(meta.get("url", "")),
    )


def _metadata(block: str) -> dict[str, str]:
    """Scalar entries of a front-matter block; empty if it is no YAML mapping."""
    try:
        entries = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: `date: 2025-13-45`
        return {}
    if not isinstance(entries, dict):
        return {}
    # Only scalars: a nested value with YAML aliases can be exponentially large when printed.
    return {
        str(key).lower(): str(value)
        for key, value in entries.items()
        if isinstance(value, str | int | float) or hasattr(value, "isoformat")
    }


def _title(text: str, body_start: int) -> tuple[str, int]:
    """Title and where the body starts after it: a heading, a short first line, or sentence one.

    A title taken from a first line is left out of the body: it stands before every chunk.
    """
    line = re.compile(r"\S[^\r\n]*").search(text, body_start)
    if line is None:
        return "", body_start
    rest_is_empty = not text[line.end() :].strip()
    if heading := _HEADING.match(text, line.start()):
        return readable(heading[1])[:_MAX_TITLE_CHARS], body_start if rest_is_empty else heading.end()
    first = readable(line[0])
    if len(first) <= _MAX_TITLE_CHARS and not re.search(r"[.!?:;,]['\"”’)]*$", first) and not rest_is_empty:
        return first, line.end()
    if heading := _HEADING.search(text, body_start):
        return readable(heading[1])[:_MAX_TITLE_CHARS], body_start
    start, end = next(iter(split_sentences(text, body_start)), (line.start(), line.end()))
    return _shorten(readable(text[start:end]), 80), body_start


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"
