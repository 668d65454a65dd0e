"""The articles of a generation: their text as indexed, their chunks and sentences.

    catalog.db     SQLite tables `articles`: n, source, title, text, …, parts (blocks, places), first_chunk
                   and `unreadable`: sha256, suffix, reason, so that no sync tries such a file again,
                   and `skipped`: source, reason
    chunks.npy     (chunks, 4) int32: article, first sentence, end sentence, overlap
    sentences.npy  (sentences, 2) int32: start, end in the article's text

The rows of an article's chunks are consecutive, and so are the rows of its sentences.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rag.articles.find import Content, Skipped, content_of
from rag.index.rows import Numbers, spread
from rag.types import Article, Block, Chunk, Sentence

Rows = npt.NDArray[np.int32]
_NO_ROWS = np.empty((0, 2), np.int32)

_FIELDS = "source, title, text, body_start, sha256, author, date, url, language, fetched"
_ARTICLE = f"SELECT {_FIELDS}, parts FROM articles WHERE n = ?"  # noqa: S608
_CACHED_ARTICLES = 512


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What is kept in memory for each article."""

    n: int
    source: str
    sha256: str
    first_chunk: int
    title: str
    author: str
    date: str

    @property
    def content(self) -> Content:
        return content_of(self.source, self.sha256)


@dataclass(frozen=True, slots=True)
class Layout:
    """How an article is chunked; a sentence that a chunk repeats from the previous one is listed once.

    `chunks` is (chunks, 3): first sentence, end sentence, overlap; `sentences` is (sentences, 2): start,
    end in the text.
    """

    chunks: Rows
    sentences: Rows

    @classmethod
    def of(cls, chunks: Sequence[Chunk]) -> "Layout":
        rows: list[tuple[int, int, int]] = []
        spans: list[tuple[int, int]] = []
        for chunk in chunks:
            first = len(spans) - chunk.overlap
            spans += [(s.start, s.end) for s in chunk.sentences[chunk.overlap :]]
            rows.append((first, len(spans), chunk.overlap))
        return cls(
            np.array(rows, dtype=np.int32).reshape(-1, 3), np.array(spans, dtype=np.int32).reshape(-1, 2)
        )


def chunk_id(sha256: str, number: int) -> str:
    """Return the id of chunk `number` of an article: the same text always gets the same ids."""
    return f"{sha256[:24]}-{number}"


class Catalog:
    """The articles of a generation in memory, their texts on demand; thread-safe."""

    def __init__(
        self,
        articles: list[ArticleRow],
        chunks: Rows,
        sentences: Rows,
        article: Callable[[int], Article],
        unreadable: Mapping[Content, str],
        skipped: Sequence[Skipped],
    ) -> None:
        """`article` returns the article of a number."""
        self.articles, self._chunks, self._sentences = articles, chunks, sentences
        self.article = article
        self.unreadable, self.skipped = unreadable, tuple(skipped)
        self._by_digest = {row.sha256[:24]: row for row in articles}

    def __len__(self) -> int:
        """The number of chunks."""
        return len(self._chunks)

    @property
    def sentences(self) -> int:
        """The number of sentences."""
        return len(self._sentences)

    def find(self, source: str) -> Article | None:
        """Return the article with this source as it was indexed, or None."""
        n = next((row.n for row in self.articles if row.source == source), None)
        return None if n is None else self.article(n)

    def chunk(self, row: int) -> Chunk:
        """Return chunk number `row` with its sentences."""
        article_n, first, end, overlap = self._chunks[row].tolist()
        article = self.article(article_n)
        spans = self._sentences[first:end].tolist()
        return Chunk(article, tuple(Sentence(article, a, b) for a, b in spans), overlap)

    def sentence_rows(self, row: int) -> tuple[int, int]:
        """Return the first and end row of the sentences of chunk `row`, including repeated ones."""
        return int(self._chunks[row, 1]), int(self._chunks[row, 2])

    def chunks_of(self, article: ArticleRow) -> range:
        """Return the rows of an article's chunks."""
        following = article.n + 1
        end = self.articles[following].first_chunk if following < len(self.articles) else len(self)
        return range(article.first_chunk, end)

    def layout_of(self, article: ArticleRow) -> Layout:
        """Return how an article was chunked."""
        rows = self.chunks_of(article)
        first, end = self.sentences_of(article)
        chunks = self._chunks[rows.start : rows.stop, 1:] - np.array([first, first, 0], dtype=np.int32)
        return Layout(chunks, np.array(self._sentences[first:end]))

    def sentences_of(self, article: ArticleRow) -> tuple[int, int]:
        """Return the first and end row of an article's sentences."""
        rows = self.chunks_of(article)
        return (self.sentence_rows(rows[0])[0], self.sentence_rows(rows[-1])[1]) if rows else (0, 0)

    def ids(self) -> list[str]:
        """Return the ids of all chunks, in order."""
        return [
            chunk_id(article.sha256, number)
            for article in self.articles
            for number in range(len(self.chunks_of(article)))
        ]

    def row_of(self, id_: str) -> int | None:
        """Return the row of the chunk with this id, or None if there is none."""
        digest, _, number = id_.rpartition("-")
        article = self._by_digest.get(digest)
        if article is None:
            return None
        row = article.first_chunk + int(number)
        # A server may have more chunks of it: another generation may use smaller chunks.
        return row if row in self.chunks_of(article) else None

    def joined(self, other: "Catalog", dropped: Container[int]) -> "Joined":
        """Return this catalog without the articles numbered in `dropped` and with those of another, as if
        they had been written together.
        """
        chosen = [(self, row) for row in self.articles if row.n not in dropped]
        chosen = sorted([*chosen, *((other, row) for row in other.articles)], key=lambda one: one[1].source)
        numbers = np.array([row.n for _, row in chosen], np.int64)
        theirs = np.array([owner is other for owner, _ in chosen], bool)
        starts, sizes, first, lengths = np.where(
            theirs, other._extents()[:, numbers * theirs], self._extents()[:, numbers * ~theirs]
        )
        rows = spread(starts + theirs * len(self), sizes)
        sentence_rows = spread(first + theirs * self.sentences, lengths)
        chunks = np.concatenate([self._chunks, other._chunks])[rows]
        chunks[:, 0] = np.repeat(np.arange(len(chosen)), sizes)
        moved = np.cumsum(lengths) - lengths - first
        chunks[:, 1:3] += np.repeat(moved, sizes)[:, None].astype(np.int32)
        firsts = np.cumsum(sizes) - sizes
        articles = [
            replace(row, n=n, first_chunk=int(first))
            for n, ((_, row), first) in enumerate(zip(chosen, firsts, strict=True))
        ]
        sentences = np.concatenate([self._sentences, other._sentences])[sentence_rows]

        def article(n: int) -> Article:
            owner, row = chosen[n]
            return owner.article(row.n)

        catalog = Catalog(articles, chunks, sentences, article, other.unreadable, other.skipped)
        return Joined(catalog, rows, sentence_rows)

    def _extents(self) -> Numbers:
        """Of each article, and of one without chunks at the end: first chunk, chunks, first sentence,
        sentences.
        """
        starts = np.array([*(row.first_chunk for row in self.articles), len(self), len(self)], np.int64)
        starts, sizes = starts[:-1], np.diff(starts)
        bounds = np.concatenate([self._chunks[:, 1:3], np.zeros((1, 2), np.int32)])
        first = np.where(sizes, bounds[starts, 0], 0)
        end = np.where(sizes, bounds[starts + sizes - 1, 1], 0)
        return np.stack([starts, sizes, first, end - first])


class Joined(NamedTuple):
    """Two catalogs as one, and where its chunks and sentences are in both, one after the other."""

    catalog: Catalog
    rows: Numbers
    sentence_rows: Numbers


class CatalogFiles:
    """A catalog on disk; raises sqlite3.Error or UnicodeDecodeError if it is damaged."""

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / 'catalog.db').resolve().as_uri()}?mode=ro&immutable=1"
        # As plain arrays: every access to a memmap creates a new one.
        chunks = np.load(folder / "chunks.npy", mmap_mode="r").view(np.ndarray)
        sentences = np.load(folder / "sentences.npy", mmap_mode="r").view(np.ndarray)
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        rows = self._database.execute(
            "SELECT n, source, sha256, first_chunk, title, author, date FROM articles ORDER BY n"
        )
        articles = [ArticleRow(*row) for row in rows]
        unreadable = self._database.execute("SELECT sha256, suffix, reason FROM unreadable")
        failed = {(sha256, suffix): why for sha256, suffix, why in unreadable}
        rows = self._database.execute("SELECT source, reason FROM skipped ORDER BY source")
        skipped = [Skipped(*row) for row in rows]
        article = lru_cache(maxsize=_CACHED_ARTICLES)(self._article)
        self.catalog = Catalog(articles, chunks, sentences, article, failed, skipped)

    def _article(self, n: int) -> Article:
        """Return article number `n` as it was indexed."""
        with self._lock:
            row = self._database.execute(_ARTICLE, (n,)).fetchone()
        blocks, places = json.loads(row[-1])
        return replace(
            Article(*row[:-1]),
            blocks=tuple(Block(kind, a, b, tuple(path), told) for kind, a, b, path, told in blocks),
            places=tuple((start, place) for start, place in places),
        )

    def close(self) -> None:
        self._database.close()


class CatalogWriter:
    """Writes the three files, one article after another."""

    def __init__(
        self, folder: Path, unreadable: Mapping[Content, str], skipped: Sequence[Skipped] = ()
    ) -> None:
        """`unreadable` maps contents that could not be read to the reason; `skipped` lists all skipped
        files.
        """
        self._folder = folder
        self._chunks: list[Rows] = []
        self._sentences: list[Rows] = []
        self._articles = self.chunks = self.sentences = 0
        self._database = sqlite3.connect(folder / "catalog.db")
        self._database.execute(
            "CREATE TABLE articles (n INTEGER PRIMARY KEY, source TEXT, title TEXT, text TEXT,"
            " body_start INTEGER, sha256 TEXT, author TEXT, date TEXT, url TEXT, language TEXT, fetched TEXT,"
            " parts TEXT, first_chunk INTEGER)"
        )
        self._database.execute("CREATE TABLE unreadable (sha256 TEXT, suffix TEXT, reason TEXT)")
        rows = [(*content, reason) for content, reason in unreadable.items()]
        self._database.executemany("INSERT INTO unreadable VALUES (?, ?, ?)", rows)
        self._database.execute("CREATE TABLE skipped (source TEXT, reason TEXT)")
        told = [(skip.source, skip.reason) for skip in skipped]
        self._database.executemany("INSERT INTO skipped VALUES (?, ?)", told)

    def add(self, a: Article, layout: Layout) -> None:
        """Add an article, chunked according to `layout`."""
        blocks = [(b.kind, b.start, b.end, b.path, b.row_text) for b in a.blocks]
        parts = json.dumps([blocks, a.places], ensure_ascii=False)
        known = (a.source, a.title, a.text, a.body_start, a.sha256)
        told = (a.author, a.date, a.url, a.language, a.fetched)
        self._database.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._articles, *known, *told, parts, self.chunks),
        )
        block = np.empty((len(layout.chunks), 4), dtype=np.int32)
        block[:, 0] = self._articles
        block[:, 1:3] = layout.chunks[:, :2] + self.sentences
        block[:, 3] = layout.chunks[:, 2]
        self._chunks.append(block)
        self._sentences.append(layout.sentences)
        self._articles += 1
        self.chunks += len(layout.chunks)
        self.sentences += len(layout.sentences)

    def close(self) -> None:
        """Write the remaining data; nothing can be added afterwards."""
        self._database.commit()
        self._database.close()
        np.save(self._folder / "chunks.npy", np.concatenate([np.empty((0, 4), np.int32), *self._chunks]))
        np.save(self._folder / "sentences.npy", np.concatenate([_NO_ROWS, *self._sentences]))
