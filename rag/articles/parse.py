"""Parse one file's bytes into an `Article`: loaded by format, titled, split into blocks and sentences.

An article with front matter:

    ---
    title: Trade talks resume
    author: N. Morgan
    date: 2025-06-09
    ---
    The United States and China are set to resume …
"""

import hashlib
import re
from array import array
from itertools import chain

from rag.articles.blocks import read_blocks
from rag.articles.byline import byline
from rag.articles.cut import sentence_spans
from rag.articles.loaders.choose import load, load_by
from rag.articles.loaders.loader import Loaded, Loader
from rag.articles.sentences import split_sentences
from rag.errors import ArticleError
from rag.types import Article, readable

_MAX_TITLE_CHARS = 120
_WORD = re.compile(r"\S+")
_FIRST_LINE = re.compile(r"\S[^\r\n]*")
_STOPPED = re.compile(r"[.!?:;,]['\"”’)]{0,3}\Z")
_HEADING = re.compile(r"^#{1,6}[ \t]{1,40}(\S[^\r\n]*)", re.MULTILINE)


def read_article(source: str, data: bytes, loader: Loader | None = None) -> Article:
    """Return the article in one file; `loader` replaces the one for its suffix.

    Raises:
        ArticleError: if it cannot be read, or contains no readable text.
    """
    loaded = load(source, data) if loader is None else load_by(loader, source, data)
    return parse(source, loaded, hashlib.sha256(data).hexdigest())


def parse(source: str, loaded: Loaded, sha256: str) -> Article:
    """Find title, metadata and sentences of loaded text.

    Raises:
        ArticleError: if it contains no readable text.
    """
    text, start = loaded.text, loaded.body_start
    title, title_end = _title(text, start)
    if not any(readable(word[0]) for word in _WORD.finditer(text, start)):
        raise ArticleError("empty")
    blocks = read_blocks(text, start, loaded.title)
    spans = array("i", chain.from_iterable(sentence_spans(text, blocks)))
    if not spans:
        raise ArticleError("it contains no sentence")
    author, date = byline(text, start)
    return Article(
        source=source,
        title=loaded.title[:_MAX_TITLE_CHARS] or title,
        text=text,
        body_start=start if loaded.title else title_end,
        sha256=sha256,
        author=loaded.author or author,
        date=loaded.date or date,
        url=loaded.url,
        language=loaded.language,
        blocks=blocks,
        places=loaded.places,
        note=loaded.note,
        spans=spans,
    )


def _title(text: str, body_start: int) -> tuple[str, int]:
    """Return the title and where the body after it starts: a heading, a short first line, or sentence one."""
    line = _FIRST_LINE.search(text, body_start)
    if line is None:
        return "", body_start
    rest_is_empty = not text[line.end() :].strip()
    if heading := _HEADING.match(text, line.start()):
        return _heading_text(heading), body_start if rest_is_empty else heading.end()
    first = readable(line[0])
    if len(first) <= _MAX_TITLE_CHARS and not _STOPPED.search(first) and not rest_is_empty:
        return first, line.end()
    if heading := _HEADING.search(text, body_start):
        return _heading_text(heading), body_start
    start, end = next(iter(split_sentences(text, body_start, _beginning(line))), line.span())
    return _shorten(readable(text[start:end]), 80), body_start


def _beginning(line: re.Match[str]) -> int:
    return min(line.end(), line.start() + 2000)


def _heading_text(heading: re.Match[str]) -> str:
    return readable(heading[1].rstrip(" \t#") or heading[1])[:_MAX_TITLE_CHARS]


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"
