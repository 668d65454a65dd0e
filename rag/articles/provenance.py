"""Where a fetched file came from: kept beside the articles, under the hash of the file's bytes.

    articles/.fetched/9f86d081….json    {"url": "https://example.org/talks", "fetched": "2026-11-29", …}

The file itself stays as it was fetched: a PDF cannot hold its address, and a web page's own claim of one
need not be true. Because the hash is the name, the address stays with the file when that is renamed or
moved, and with the index when it is rebuilt; nothing has to be kept in step, and writing one never touches
another. The folder is hidden, so no sync takes it for articles. A record outlives its file, so that an
article that is brought back has its address again.
"""

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from rag.articles.find import is_inside, read_regular
from rag.errors import ArticleError, CorpusError
from rag.types import Article

_FOLDER = ".fetched"
_MAX_BYTES = 10_000
_WEB = re.compile(r"https?://[^\s\x00-\x1f]{1,2000}", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Provenance:
    """`asked` is the address before redirects; `fetched` a day, 2026-11-29; `date` the one that a feed
    gives, or ""; `source` the file's name when it was added.
    """

    url: str
    asked: str
    fetched: str
    title: str
    date: str = ""
    source: str = ""


def keep_provenance(folder: Path, sha256: str, record: Provenance) -> Path | None:
    """Write a record and return its path, None if there was one before.

    Raises:
        CorpusError: if it cannot be written.
    """
    path = folder / _FOLDER / f"{sha256}.json"
    part = path.with_name(f"{secrets.token_hex(8)}.part")
    new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(record), ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise CorpusError(f"cannot write in {folder}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return path if new else None


def with_provenance(folder: Path, article: Article) -> Article:
    """Return the article with the address it was fetched from, whatever it says itself, and that day."""
    record = _read(folder / _FOLDER / f"{article.sha256}.json")
    if record is None:
        return article
    return replace(article, url=record.url, fetched=record.fetched, date=article.date or record.date)


def stored_as(folder: Path, sha256: str, max_bytes: int) -> str:
    """Return the article that was fetched with these bytes, "" if it is there no more."""
    record = _read(folder / _FOLDER / f"{sha256}.json")
    return record.source if record and _holds(folder, record.source, sha256, max_bytes) else ""


class FetchedBefore:
    """The addresses of a folder's fetched articles, as they are when this is made."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        self._found: dict[str, list[tuple[str, str]]] = {}
        for path in (folder / _FOLDER).glob("*.json"):
            if record := _read(path):
                for url in {record.url, record.asked}:
                    self._found.setdefault(url, []).append((path.stem, record.source))

    def source_of(self, url: str) -> str:
        """Return the article fetched from an address, "" if there is none: a file of its name may by now
        hold something else.
        """
        for sha256, source in self._found.get(url, ()):
            if _holds(self._folder, source, sha256, self._max_bytes):
                return source
        return ""


def _holds(folder: Path, source: str, sha256: str, max_bytes: int) -> bool:
    """Whether a file, whose name is from a record and so may lead anywhere, has these bytes."""
    data = _bytes(folder, folder / source, max_bytes)
    return bool(data) and hashlib.sha256(data).hexdigest() == sha256


def _bytes(folder: Path, path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a regular file inside a folder, b"" if it is not that or too large."""
    try:
        return read_regular(path, max_bytes) if is_inside(folder, path) else b""
    except (OSError, ValueError, RuntimeError, ArticleError):
        return b""


def _read(path: Path) -> Provenance | None:
    """Return a record, None if there is none or it is not one of ours."""
    try:
        values = json.loads(_bytes(path.parent, path, _MAX_BYTES))
        record = Provenance(**{field.name: str(values.get(field.name, "")) for field in fields(Provenance)})
    except (ValueError, AttributeError, RecursionError):
        return None
    return record if _WEB.fullmatch(record.url) and _DAY.fullmatch(record.fetched) else None
