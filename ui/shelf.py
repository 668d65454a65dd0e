"""The articles as a list: their metadata, searched by title and text, sorted, filtered.

Book("trade/copper.txt", "Copper prices fall in Chile", author="", date="2026-03-03", state="indexed", …)
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rag import Article, Listed, readable

_CHARS_A_MINUTE = 1200  # reading speed: about 200 words
Sort = Literal["date", "title", "author", "folder"]
Kind = Literal["indexed", "new", "changed", "removed", "failed"]
_KINDS: Mapping[str, Kind] = {
    "indexed": "indexed", "new": "new", "changed": "changed", "removed": "removed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """An article in the list; `state` is that of `Listed`, `text` is in lower case for searching."""

    source: str
    title: str
    author: str = ""
    date: str = ""
    characters: int = 0
    state: str = "indexed"
    text: str = field(default="", repr=False)

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.state, "failed")

    @property
    def folder(self) -> str:
        return self.source.rpartition("/")[0]

    @property
    def minutes(self) -> int:
        return -(-self.characters // _CHARS_A_MINUTE)

    @property
    def readable(self) -> bool:
        """Whether it is in the index."""
        return self.kind in ("indexed", "changed", "removed")

    @property
    def details(self) -> str:
        return " · ".join(filter(None, [self.author, self.date, self.source]))


@dataclass(frozen=True, slots=True)
class Wish:
    """Search, sort and filter options of the list."""

    words: str = ""
    sort: Sort = "date"
    kind: Kind | None = None
    most: int = 50


class Shelf:
    """The list as last read; thread-safe.

    Texts are read once and cached for searching, since the index finds meaning, not letters.
    """

    def __init__(self, article: Callable[[str], Article | None]) -> None:
        self._article = article
        self._lock = threading.Lock()
        self._books: dict[str, Book] = {}

    def look(self, listed: Iterable[Listed], changed: Iterable[str] = ()) -> None:
        """Update from the current contents of index and folder; the texts of `changed` are read again."""
        again = set(changed)
        with self._lock:
            known = dict(self._books)
        found = {one.source: self._book(one, known if one.source not in again else {}) for one in listed}
        with self._lock:
            self._books = found

    def _book(self, one: Listed, known: Mapping[str, Book]) -> Book:
        old = known.get(one.source)
        if old and old.text and old.characters == one.characters and old.title == one.title:
            return Book(one.source, old.title, old.author, old.date, old.characters, one.state, old.text)
        article = self._article(one.source)
        if article is None:
            return Book(one.source, one.title or one.source, characters=one.characters, state=one.state)
        text = readable(article.text).casefold()
        return Book(
            one.source, article.title, article.author, article.date, len(article.text), one.state, text
        )

    @property
    def books(self) -> Sequence[Book]:
        with self._lock:
            return tuple(self._books.values())

    def newest(self, most: int) -> Sequence[Book]:
        """Return readable articles, newest first."""
        return in_order([book for book in self.books if book.readable], "date")[:most]


def wanted(books: Iterable[Book], wish: Wish) -> Sequence[Book]:
    """Return the articles that have all the words in title, author, file or text."""
    words = readable(wish.words).casefold().split()
    found = [
        book
        for book in books
        if (wish.kind is None or book.kind == wish.kind)
        and all(word in book.text or word in f"{book.title} {book.details}".casefold() for word in words)
    ]
    return in_order(found, wish.sort)


def in_order(books: Sequence[Book], sort: Sort) -> Sequence[Book]:
    """Return them sorted; those without a date, an author or a folder come last."""
    by_title = sorted(books, key=lambda book: (book.title.casefold(), book.source))
    if sort == "date":
        return sorted(by_title, key=lambda book: book.date, reverse=True)
    if sort == "author":
        return sorted(by_title, key=lambda book: (not book.author, book.author.casefold()))
    if sort == "folder":
        return sorted(by_title, key=lambda book: (not book.folder, book.folder.casefold()))
    return by_title
