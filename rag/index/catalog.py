"""What a generation knows of its articles: their text as indexed, their chunks and sentences.

    catalog.db     SQLite table `articles`: n, source, title, text, …, first_chunk
    chunks.npy     (chunks, 4) int32: article, first sentence, end sentence, overlap
    sentences.npy  (sentences, 2) int32: start, end in the article's text

Rows of an article's chunks follow each other, and so do the rows of its sentences.
"""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from rag.types import Article, Chunk, Sentence

_ARTICLE = "SELECT source, title, text, body_start, sha256, author, date, url FROM articles WHERE n = ?"
_CACHED_ARTICLES = 512


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What is kept in memory of each article."""

    n: int
    source: str
    sha256: str
    first_chunk: int


def chunk_id(sha256: str, number: int) -> str:
    """The id of chunk `number` of an article: the same text always gets the same ids."""
    return f"{sha256[:24]}-{number}"


class Catalog:
    """Read access, safe from threads; raises sqlite3.Error or UnicodeDecodeError on damage."""

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / 'catalog.db').resolve().as_uri()}?mode=ro&immutable=1"
        self._chunks = np.load(folder / "chunks.npy", mmap_mode="r")
        self._sentences = np.load(folder / "sentences.npy", mmap_mode="r")
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        rows = self._database.execute("SELECT n, source, sha256, first_chunk FROM articles ORDER BY n")
        self.articles = [ArticleRow(*row) for row in rows]
        self._by_digest = {row.sha256[:24]: row for row in self.articles}
        self.article = lru_cache(maxsize=_CACHED_ARTICLES)(self._article)

    def __len__(self) -> int:
        """Number of chunks."""
        return len(self._chunks)

    def _article(self, n: int) -> Article:
        """Article number `n` as it was indexed."""
        with self._lock:
            row = self._database.execute(_ARTICLE, (n,)).fetchone()
        return Article(*row)

    def chunk(self, row: int) -> Chunk:
        """Chunk number `row` with its sentences."""
        article_n, first, end, overlap = self._chunks[row].tolist()
        article = self.article(article_n)
        spans = self._sentences[first:end].tolist()
        return Chunk(article, tuple(Sentence(article, a, b) for a, b in spans), overlap)

    def sentence_rows(self, row: int) -> tuple[int, int]:
        """First and end row of the sentences of chunk `row`, repeated ones included."""
        return int(self._chunks[row, 1]), int(self._chunks[row, 2])

    def chunks_of(self, article: ArticleRow) -> range:
        """Rows of the chunks of an article."""
        following = article.n + 1
        end = self.articles[following].first_chunk if following < len(self.articles) else len(self)
        return range(article.first_chunk, end)

    def id_of(self, row: int) -> str:
        """The id of chunk `row`."""
        article = self.articles[int(self._chunks[row, 0])]
        return chunk_id(article.sha256, row - article.first_chunk)

    def row_of(self, id_: str) -> int:
        """The row of the chunk with this id."""
        digest, _, number = id_.rpartition("-")
        return self._by_digest[digest].first_chunk + int(number)

    def close(self) -> None:
        self._database.close()


def write_catalog(folder: Path, articles: Sequence[tuple[Article, Sequence[Chunk]]]) -> None:
    """Write the three files; a sentence that a chunk repeats from the one before is stored once."""
    chunk_rows: list[tuple[int, int, int, int]] = []
    sentence_rows: list[tuple[int, int]] = []
    database = sqlite3.connect(folder / "catalog.db")
    try:
        with database:
            database.execute(
                "CREATE TABLE articles (n INTEGER PRIMARY KEY, source TEXT, title TEXT, text TEXT,"
                " body_start INTEGER, sha256 TEXT, author TEXT, date TEXT, url TEXT, first_chunk INTEGER)"
            )
            for n, (a, chunks) in enumerate(articles):
                values = (n, a.source, a.title, a.text, a.body_start, a.sha256, a.author, a.date, a.url)
                database.execute(
                    "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*values, len(chunk_rows)),
                )
                for chunk in chunks:
                    first = len(sentence_rows) - chunk.overlap
                    sentence_rows += [(s.start, s.end) for s in chunk.sentences[chunk.overlap :]]
                    chunk_rows.append((n, first, len(sentence_rows), chunk.overlap))
    finally:
        database.close()
    np.save(folder / "chunks.npy", np.array(chunk_rows, dtype=np.int32).reshape(-1, 4))
    np.save(folder / "sentences.npy", np.array(sentence_rows, dtype=np.int32).reshape(-1, 2))
