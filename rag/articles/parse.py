"""One file's bytes become an `Article`: decoded, titled, cut into sentences.

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
from dataclasses import replace
from itertools import chain

import yaml

from rag.articles.blocks import read_blocks
from rag.articles.cut import sentence_spans
from rag.articles.decode import decode
from rag.articles.sentences import split_sentences
from rag.errors import ArticleError
from rag.types import Article, readable

SUFFIXES = (".txt", ".md")
_MAX_TITLE_CHARS = 120
_MAX_BRACKETS = 50  # PyYAML looks at each open one again for every word behind it
_WORD = re.compile(r"\S+")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.{0,10000}?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]{1,40}(\S[^\r\n]*)", re.MULTILINE)


def read_article(source: str, data: bytes) -> Article:
    """
    Raises:
        ArticleError: if it is no text, or an empty one.
    """
    decoded = decode(data)
    if decoded is None:
        raise ArticleError("not text: binary, or in an encoding that could not be detected")
    article = parse(source, decoded.text, hashlib.sha256(data).hexdigest())
    return replace(article, note=f"read as {decoded.guessed}, by a guess") if decoded.guessed else article


def parse(source: str, text: str, sha256: str) -> Article:
    """Find title, metadata and sentences of one decoded file.

    Raises:
        ArticleError: if there is nothing in it that can be read.
    """
    meta: dict[str, str] = {}
    body_start = 0
    if match := _FRONT_MATTER.match(text):
        meta = _metadata(match[1])
        body_start = match.end() if meta else 0
    title, title_end = _title(text, body_start)
    if not any(readable(word[0]) for word in _WORD.finditer(text, body_start)):
        raise ArticleError("empty")
    blocks = read_blocks(text, body_start)
    spans = sentence_spans(text, blocks)
    return Article(
        source=source,
        title=readable(meta.get("title", ""))[:_MAX_TITLE_CHARS] or title,
        text=text,
        body_start=body_start if "title" in meta else title_end,
        sha256=sha256,
        author=readable(meta.get("author", "")),
        date=readable(meta.get("date", "")),
        url=readable(meta.get("url", "")),
        language=readable(meta.get("language", meta.get("lang", ""))),
        blocks=blocks,
        spans=array("i", chain.from_iterable(spans)),
    )


def _metadata(block: str) -> dict[str, str]:
    """Scalar entries of a front-matter block; empty if it is no YAML mapping."""
    if block.count("[") + block.count("{") > _MAX_BRACKETS:
        return {}
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
        return _heading_text(heading), body_start if rest_is_empty else heading.end()
    first = readable(line[0])
    if len(first) <= _MAX_TITLE_CHARS and not re.search(r"[.!?:;,]['\"”’)]*$", first) and not rest_is_empty:
        return first, line.end()
    if heading := _HEADING.search(text, body_start):
        return _heading_text(heading), body_start
    start, end = next(iter(split_sentences(text, body_start)), (line.start(), line.end()))
    return _shorten(readable(text[start:end]), 80), body_start


def _heading_text(heading: re.Match[str]) -> str:
    return readable(heading[1].rstrip(" \t#") or heading[1])[:_MAX_TITLE_CHARS]


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"
