"""Add what is at an address to the articles folder: a web page, a document, or the entries of a feed.

The file is stored as it was fetched, so that it is read, shown and indexed like one that was saved by hand;
its address is kept beside it (`rag.articles.provenance`). It is read once before it is stored: a page
without text is refused at once, and nothing is left behind.
"""

import codecs
import contextlib
import dataclasses
import hashlib
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from httpx import URL, InvalidURL

from rag.articles.entries import Entry
from rag.articles.fetch import FETCH_S, Fetched, checked_url, fetch
from rag.articles.find import Skipped
from rag.articles.library import MAX_NAME_CHARS, add_article, remove_article, safe_name
from rag.articles.loaders.choose import PACKED, suffix_of
from rag.articles.network import Network
from rag.articles.provenance import FetchedBefore, Provenance, keep_provenance, stored_as
from rag.articles.reader import Reader, single_reader
from rag.errors import AddressError, ArticleError, CorpusError
from rag.types import Article

FEED_S = 60.0  # for all entries of a feed together
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml")
_MAX_NAME_BYTES = 150
_MAX_SAME_NAME = 100
_MAX_STEM_CHARS = MAX_NAME_CHARS - len(f" {_MAX_SAME_NAME}")  # the number must not be cut off
_storing = threading.Lock()  # one at a time looks for a free name and takes it
_NOT_IN_A_NAME = re.compile(r"[\s/\\.]+")


@dataclass(frozen=True, slots=True)
class Added:
    """The sources of the new articles; `skipped` are entries of a feed without one, by address."""

    sources: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class _Document:
    """What is to be stored: `asked` is its address before redirects, `suffix` says how it is read, `date` is
    the one that a feed gives.
    """

    url: str
    asked: str
    suffix: str
    data: bytes
    date: str = ""


class AddressBook:
    """Adds what is at addresses to one folder; `network` and `reader` are seams for tests."""

    def __init__(
        self,
        folder: Path,
        max_bytes: int,
        *,
        network: Network | None = None,
        reader: Reader = single_reader,
        seconds: float = FETCH_S,
        feed_seconds: float = FEED_S,
    ) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        self._seconds, self._feed_seconds = seconds, feed_seconds
        self._network, self._reader = network, reader

    def add(self, address: str, *, replace: bool = False) -> Added:
        """Fetch an address and store what is there; each entry of a feed becomes an article.

        Raises:
            AddressError: if it is not allowed, cannot be fetched or read, or is there already, unless it
                shall `replace` that article.
            CorpusError: if it cannot be written.
        """
        before = FetchedBefore(self._folder, self._max_bytes)
        url = str(checked_url(address))
        known = before.source_of(url)
        if known and not replace:
            raise _there(url, known)
        found = fetch(url, self._max_bytes, self._seconds, self._network)
        if found.kind in _FEEDS:
            return self._add_entries(found, before, replace)
        known = before.source_of(found.url)
        if known and not replace:
            raise _there(found.url, known)
        return Added((self._store(_document(found, url), known),))

    def _add_entries(self, feed: Fetched, before: FetchedBefore, replace: bool) -> Added:
        until = time.monotonic() + self._feed_seconds
        with _as_file(feed.data, ".xml") as path, _as_address_error(feed.url):
            reply = self._reader.ask("feed", path)
        sources: list[str] = []
        skipped: list[Skipped] = []
        for entry in (Entry(**one) for one in reply["first"]):
            url = _entry_url(feed.url, entry)
            known = before.source_of(url)
            try:
                if known and not replace:
                    raise _there(url, known)
                sources.append(self._store(self._entry(url, entry, until - time.monotonic()), known))
            except CorpusError as error:
                skipped.append(Skipped(url, str(error).removeprefix(f"{url} ")))
        if not sources:
            reason = "{0.source} {0.reason}".format(skipped[0]) if skipped else "it has no entries"
            raise AddressError(f"{feed.url} brought no new article: {reason}")
        if (older := reply["count"] - len(reply["first"])) > 0:
            skipped.append(Skipped(feed.url, f"its {older} older entries were left out"))
        return Added(tuple(sources), tuple(skipped))

    def _entry(self, url: str, entry: Entry, seconds: float) -> _Document:
        if seconds <= 0:
            raise AddressError(f"there was no time left: a feed has {self._feed_seconds:g} s")
        if entry.page:
            return _Document(url, url, ".html", entry.page.encode(errors="replace"), entry.date)
        if not entry.url:
            raise AddressError("it has neither a text nor a link")
        found = fetch(url, self._max_bytes, min(seconds, self._seconds), self._network)
        return dataclasses.replace(_document(found, url), date=entry.date)

    def _store(self, document: _Document, known: str = "") -> str:
        """Write a document in place of the `known` article, or under its title, and return its source;
        nothing is left if that fails.
        """
        with _as_file(document.data, document.suffix) as path, _as_address_error(document.url):
            article = self._reader.article(path.name, path)
        with _storing:
            return self._keep(document, article, known)

    def _keep(self, document: _Document, article: Article, known: str) -> str:
        url, data, suffix = document.url, document.data, document.suffix
        there = stored_as(self._folder, article.sha256, self._max_bytes)
        if there and there != known:  # at another address, or since this one was fetched
            raise _there(url, there)
        old = known if known.endswith(suffix) else ""
        source = old or self._free_name(article.title, url, suffix)
        today = datetime.now(UTC).date().isoformat()
        provenance = Provenance(url, document.asked, today, article.title, document.date, source)
        new_record = keep_provenance(self._folder, article.sha256, provenance)
        try:
            add_article(self._folder, source, data, self._max_bytes, replace=bool(old))
        except CorpusError:
            if new_record and not stored_as(self._folder, article.sha256, self._max_bytes):
                new_record.unlink(missing_ok=True)
            raise
        if known and not old:  # what is there is of another type now
            remove_article(self._folder, known)
        return source

    def _free_name(self, title: str, url: str, suffix: str) -> str:
        parts = URL(url)
        named = title, PurePosixPath(unquote(parts.path)).stem, parts.host, "page"
        stem = next(filter(None, map(_stem, named)))
        names = [stem, *(f"{stem} {number}" for number in range(2, _MAX_SAME_NAME))]
        free = (name + suffix for name in names if not (self._folder / (name + suffix)).exists())
        if name := next(free, None):
            return name
        raise AddressError(f"there are too many articles called {stem}")


def _there(url: str, source: str) -> AddressError:
    return AddressError(f"{url} is already there, as {source}")


def _entry_url(feed: str, entry: Entry) -> str:
    """Return where an entry is from: its link, or a name within the feed if the feed has the text and no link
    to its own host. Nothing was fetched from another, so the text must not be shown as being from there.
    """
    key = entry.page
    with contextlib.suppress(InvalidURL, ValueError, AddressError):
        linked = URL(feed).join(entry.url)
        host = checked_url(str(linked)).netloc
        if entry.url and (not entry.page or host == URL(feed).netloc):
            return str(linked)
        key = entry.url or key  # stays the same when the text is edited
    if not entry.page:
        return entry.url
    return f"{feed}#{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:8]}"


_FOR_NAMES = ("punycode", "idna")  # encodings of host names, which Python decodes in quadratic time


def _document(found: Fetched, asked: str) -> _Document:
    """
    Raises:
        AddressError: if files of its type are not read.
    """
    suffix = suffix_of(found.kind, URL(found.url).path)
    if not suffix:
        raise AddressError(f"{found.url} is of a type that is not read: {found.kind[:60] or 'unknown'}")
    data = found.data if suffix in PACKED else _as_unicode(found.data, found.charset)
    return _Document(found.url, asked, suffix, data)


def _as_unicode(data: bytes, charset: str) -> bytes:
    """Return text as UTF-8 where only the header, which is not stored, says in which encoding it is.

    The mark in front outranks what a page itself declares (HTML Standard, “Determining the character
    encoding”).
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        with contextlib.suppress(LookupError, ValueError):  # not there, not for text, or wrong
            if codecs.lookup(charset or "utf-8").name in _FOR_NAMES:
                return data
            return codecs.BOM_UTF8 + data.decode(charset or "utf-8").encode()
    return data


@contextmanager
def _as_file(data: bytes, suffix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fetched{suffix}"
        try:
            path.write_bytes(data)
        except OSError as error:
            raise CorpusError(f"cannot write a temporary file: {error.strerror}") from error
        yield path


@contextmanager
def _as_address_error(url: str) -> Iterator[None]:
    try:
        yield
    except ArticleError as error:
        raise AddressError(f"{url} cannot be read: {error}") from error


def _stem(text: str) -> str:
    """Return a text as a file's name without suffix; "" if nothing of it can be in one."""
    plain = _NOT_IN_A_NAME.sub(" ", text)[:_MAX_STEM_CHARS].encode()[:_MAX_NAME_BYTES].decode(errors="ignore")
    try:
        return safe_name(f"{plain}.txt").removesuffix(".txt")
    except CorpusError:
        return ""
