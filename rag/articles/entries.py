"""The entries of an RSS or Atom feed, each as a web page of its own or the address of one.

<item><title>Talks resume</title><link>https://example.org/talks</link><pubDate>…</pubDate>…</item>
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from rag.articles.byline import written_date
from rag.errors import ArticleError
from rag.types import readable

MAX_ENTRIES = 20
_ATOM = "http://www.w3.org/2005/Atom"
# Elements of other namespaces (media, itunes) have the same names and other meanings.
_NAMESPACES = (
    "", _ATOM, "http://purl.org/rss/1.0/", "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/dc/elements/1.1/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)  # fmt: skip
_PAGE = (
    '<!doctype html>\n<html><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="author" content="{author}"><meta property="article:published_time" content="{date}"></head>'
    "<body><article><h1>{title}</h1>\n{text}\n</article></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `page` is HTML where the feed has the whole text, else "" and `url` leads to it."""

    title: str
    date: str
    url: str
    page: str


@dataclass(frozen=True, slots=True)
class Entries:
    """The first entries of a feed, which are the newest, and how many it has."""

    first: tuple[Entry, ...]
    count: int


def read_feed(data: bytes) -> Entries:
    """Return the first `MAX_ENTRIES` entries.

    `content:encoded` of RSS and `content` of Atom are the whole text; a `description` is a summary of the
    page at the entry's link, and the whole text only without one (RSS 2.0, “Elements of <item>”).

    Raises:
        ArticleError: if it is neither an RSS nor an Atom feed.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ArticleError("it is no XML that can be read") from error
    if root is None or _name(root) not in ("rss", "RDF", "feed"):
        raise ArticleError("it is neither an RSS nor an Atom feed")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise ArticleError("it declares entities, which feeds have no use for")
    found = [one for one in root.iter() if _name(one) in ("item", "entry")]
    return Entries(tuple(_entry(one) for one in found[:MAX_ENTRIES]), len(found))


def _name(element: Any) -> str:
    """Return an element's name, "" for a comment or one of another namespace."""
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.rpartition("}")
    return name if space.removeprefix("{") in _NAMESPACES else ""


def _entry(element: Any) -> Entry:
    title = readable(_text(element, "title"))
    date = next(filter(None, map(_day, _texts(element, "pubDate", "published", "date", "updated"))), "")
    url = next(_links(element), "")
    whole = _markup(element, "encoded", "content")
    if not whole and not url:
        whole = _markup(element, "description", "summary")
    if not whole.strip():
        return Entry(title, date, url, "")
    fields = {"title": title, "author": readable(_author(element)), "date": date}
    escaped = {name: html.escape(value) for name, value in fields.items()}
    return Entry(title, date, url, _PAGE.format(**escaped, text=whole))


def _texts(element: Any, *names: str) -> Iterator[str]:
    """Yield the text of the children with these names, in the order of the names."""
    for name in names:
        for child in element:
            if _name(child) == name:
                yield "".join(child.itertext()).strip()


def _text(element: Any, *names: str) -> str:
    return next(filter(None, _texts(element, *names)), "")


def _author(element: Any) -> str:
    named = next((_text(child, "name") for child in element if _name(child) == "author"), "")
    return named or _text(element, "creator", "author")


def _links(element: Any) -> Iterator[str]:
    """Yield the entry's page: the text of RSS's link, or the address of Atom's, unless it is of a kind that
    is no page.
    """
    for child in element:
        link = str(child.get("href") or child.text or "").strip()
        if link and _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            yield link


def _markup(element: Any, *names: str) -> str:
    """Return a child as HTML; text that is not markup is escaped."""
    from lxml import etree

    for name in names:
        for child in element:
            if _name(child) != name:
                continue
            if len(child):  # Atom's xhtml
                return "".join(etree.tostring(part, encoding="unicode", method="html") for part in child)
            text = child.text or ""
            kind = child.get("type", "text" if _ATOM in child.tag else "html")
            if text.strip():
                return text if kind in ("html", "text/html") else f"<p>{html.escape(text)}</p>"
    return ""


def _day(written: str) -> str:
    """“Mon, 09 Jun 2025 10:15:00 GMT” or “2025-06-09T10:15:00Z” → 2025-06-09; "" for anything else."""
    try:
        return parsedate_to_datetime(written[:100]).date().isoformat()
    except ValueError:
        return written_date(written[:10]) or written_date(written[:100])
