"""Pages of PDF articles as pictures, with a sentence marked: for a reader to see it where it stands.

They are drawn in a process of their own, under a time limit: a hostile file costs its reader a picture, and
nobody else anything.
"""

import atexit
import base64
import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.articles.pictures import Quote
from rag.articles.reader import Reader
from rag.errors import ArticleError, CorpusError
from rag.types import Article

DRAW_S = 5.0
_CONTEXT_CHARS = 200
_MAX_QUOTE_CHARS = 5000
_WAITING = 4  # who waits for a picture, this one included; another gets none
_KEPT = 24  # pictures, of 0.1 to 1.5 MB
_Key = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Page number `page`, from 1: `image` is WebP of `width` by `height` pixels, `marks` are the lines of
    the sentence: left, top, width and height as shares of the picture.
    """

    page: int
    image: bytes
    width: int
    height: int
    marks: tuple[tuple[float, float, float, float], ...]


class Pictures:
    """Draws pictures, one at a time, and keeps the last ones; thread-safe."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: OrderedDict[_Key, PagePicture | str] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_WAITING)

    def draw(self, folder: Path, article: Article, start: int, end: int) -> PagePicture:
        """Return the page on which the span of the article's text begins.

        Raises:
            ArticleError: if it is no PDF, has changed since it was indexed, or cannot be drawn; the same
                failure is not tried twice.
            CorpusError: if too many wait for a picture.
        """
        if not article.has_pages:
            raise ArticleError("only PDF files have pages")
        page, until = _page_at(article, start)
        key = article.sha256, page, start, end
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = self._drawn(folder / article.source, article, page, (start, min(end, until)))
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        if isinstance(found, str):
            raise ArticleError(found)
        return found

    def _drawn(self, path: Path, article: Article, page: int, span: tuple[int, int]) -> PagePicture | str:
        start, end = span
        quote = Quote(
            article.text[start : min(end, start + _MAX_QUOTE_CHARS)],
            article.text[max(0, start - _CONTEXT_CHARS) : start],
            article.text[end : end + _CONTEXT_CHARS],
        )
        asked = {"sha256": article.sha256, "page": page, "quote": asdict(quote)}
        if not self._waiting.acquire(blocking=False):
            raise CorpusError("too many pages are being drawn: try again")
        try:
            reply = self._reader.ask("picture", path, **asked)
        except ArticleError as error:
            return str(error)
        finally:
            self._waiting.release()
        marks = tuple((left, top, width, height) for left, top, width, height in reply["marks"])
        return PagePicture(page, base64.b64decode(reply["image"]), reply["width"], reply["height"], marks)


def _page_at(article: Article, start: int) -> tuple[int, int]:
    """Return the page of a position in the text, and where the next one begins."""
    places = article.places
    at = max(bisect_right(places, start, key=lambda place: place[0]), 1)
    until = places[at][0] if at < len(places) else len(article.text)
    return int(places[at - 1][1].removeprefix("p. ")), until


_reader = Reader(DRAW_S)
atexit.register(_reader.close)
shared_pictures = Pictures(_reader)
