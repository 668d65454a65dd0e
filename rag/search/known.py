"""Look up articles by metadata and words: which are named, which mention a topic, which line states a fact.

No embeddings are used: authors and dates come from the catalog, words from the lexical index.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import PurePath

import numpy as np

from rag.articles.lines import lines_of
from rag.articles.loaders.choose import SUFFIXES
from rag.index.catalog import ArticleRow
from rag.index.generation import Generation
from rag.language.lexicon import keys
from rag.language.periods import Period, in_text, period
from rag.language.words import STOPWORDS, stems, words
from rag.search.folder import FolderQuestion, Wanted, named_article, names_end
from rag.search.mentions import KINDS, mentions
from rag.text import readable
from rag.types import Article, Sentence

_BETWEEN = re.compile(r"[\s_-]+")
# A by-line may take any form: a name soon after one of these is enough.
_SIGNED = re.compile(
    r"\b(?i:by|from|authors?|writers?|words|text|report\w{0,3}|correspondent|writes|wrote|written)\b"
    r"[^.\n]{0,40}?\b[A-Z][^\W\d_]"
)
_END_CHARS = 300
_MOST_PASSAGES = 2000  # searched for mentions of a topic
_HEAD_CHARS = 2000  # after the front matter, where an article may state its author and date
_ABOUT_FROM = 2  # sentences that mention a topic, for an article to be about it


@dataclass(frozen=True, slots=True)
class Fitting:
    """An article that matches, and the sentence that shows it, if there is one."""

    row: ArticleRow
    shown: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Mentions:
    """The articles that mention a topic; `whole`: every passage with its words was searched."""

    found: tuple[Fitting, ...]
    whole: bool


def dated(rows: Sequence[ArticleRow]) -> list[tuple[Period, ArticleRow]]:
    """The articles whose date can be parsed, newest first; those of the same date keep their order."""
    found = [(day, row) for row in rows if (day := period(row.date))]
    return sorted(found, key=lambda pair: pair[0].last, reverse=True)


def newest_first(rows: Sequence[ArticleRow]) -> list[ArticleRow]:
    """The dated articles, newest first, then the others in their order."""
    first = [row for _, row in dated(rows)]
    return first + [row for row in rows if not period(row.date)]


def fits_time(row: ArticleRow, asked: FolderQuestion) -> bool:
    if not asked.is_timed:
        return True
    day = period(row.date)
    if day is None:
        return False
    months = {(end.year, end.month) for end in (day.first, day.last)}
    return (
        (asked.since is None or asked.since.first <= day.first)
        and (asked.until is None or day.last <= asked.until.last)
        and (not asked.month or months == {(day.first.year, asked.month)})
    )


def is_by(row: ArticleRow, name: str) -> bool:
    """Whether every word of a name is one of the author's."""
    asked = words(name)
    return bool(asked) and set(asked) <= set(words(row.author))


def mentioning(generation: Generation, rows: Sequence[ArticleRow], topic: str, *, about: bool) -> Mentions:
    """The articles whose title, or one of whose sentences, has every word of `topic`.

    With `about`, only those that have it in their title or in several sentences, if there are any.
    """
    asked = frozenset(stems(topic))
    if not asked or generation.lexical is None:
        return Mentions((), whole=True)
    held = (generation.lexical.scores([stem]) > 0 for stem in sorted(asked))
    passages = np.flatnonzero(reduce(np.logical_and, held))
    titled = {row.n for row in rows if asked.issubset(stems(row.title))}
    found: list[Fitting] = []
    on_topic: set[int] = set()
    searched = 0
    for row in rows:
        ours = generation.catalog.chunks_of(row)
        here = passages[np.searchsorted(passages, ours.start) : np.searchsorted(passages, ours.stop)]
        here = here[: max(_MOST_PASSAGES - searched, 0)]
        searched += len(here)
        shown = [one for chunk in here for one in _holding(generation, int(chunk), asked)]
        if shown or row.n in titled:
            found.append(Fitting(row, shown[0] if shown else None))
        if row.n in titled or len({one.start for one in shown}) >= _ABOUT_FROM:
            on_topic.add(row.n)
    if about and on_topic:
        found = [one for one in found if one.row.n in on_topic]
    return Mentions(tuple(found), whole=searched < _MOST_PASSAGES)


def _holding(generation: Generation, chunk: int, asked: frozenset[str]) -> Iterator[Sentence]:
    for sentence in generation.catalog.chunk(chunk).sentences:
        if asked.issubset(stems(sentence.display_text)):
            yield sentence


def meant(generation: Generation, rows: Sequence[ArticleRow], named: str) -> list[ArticleRow]:
    """The articles that a question names: by title, topic or age, or as the only one there is.

    A bare name must be most of a title: “who wrote Hamlet” does not ask about “Hamlet's new stage”.
    """
    if end := names_end(named):
        by_age = dated(rows)
        return [by_age[0 if end == "newest" else -1][1]] if by_age else []
    called = named_article(named)
    if not called.name:
        return list(rows) if len(rows) == 1 else []
    asked = frozenset(stems(called.name))
    if not asked:
        return []
    titled = [
        row
        for row in rows
        if asked.issubset(stems(f"{row.title} {row.source}" if called.is_article else row.title))
    ]
    if called.is_article and not called.perhaps:
        return titled or [one.row for one in mentioning(generation, rows, called.name, about=True).found]
    if called.perhaps:
        return titled
    return [row for row in titled if 2 * len(asked) > len(set(stems(row.title)))]


def filed(rows: Sequence[ArticleRow], named: str) -> list[ArticleRow]:
    """The articles whose file has a name: “notes/hive-log.md”, “hive-log.md”, “hive log”."""
    asked = _file_words(named)
    return [row for row in rows if asked in map(_file_words, _file_names(row.source))]


def _file_names(source: str) -> tuple[str, str, str]:
    path = PurePath(source)
    return source, path.name, path.stem


def is_file_name(named: str) -> bool:
    """Whether a name looks like that of a file: “hive-log.md”."""
    return " " not in named and PurePath(named).suffix.lower() in SUFFIXES


def _file_words(name: str) -> str:
    return _BETWEEN.sub(" ", name.casefold())


def is_absent(generation: Generation, rows: Sequence[ArticleRow], named: str) -> bool:
    """Whether a question names an article by words that no article has, in its text or alike in its title."""
    called = named_article(named)
    asked = [word for word in words(called.name) if word not in STOPWORDS]
    if not (called.is_article and asked) or called.perhaps or generation.lexical is None:
        return False
    held = [generation.lexical.scores(sorted(keys(word))) > 0 for word in asked]
    return not any(
        all(
            scores[generation.catalog.chunks_of(row).start : generation.catalog.chunks_of(row).stop].any()
            or mentions(words(row.title), word, KINDS)
            for word, scores in zip(asked, held, strict=True)
        )
        for row in rows
    )


def may_state(article: Article, wants: Wanted) -> bool:
    """Whether the beginning or the end of an article may state its author, or its date."""
    ends = f"{article.text[: article.body_start + _END_CHARS]}\n{article.text[-_END_CHARS:]}"
    return bool(in_text(ends)) if wants == "date" else _SIGNED.search(ends) is not None


def where(article: Article, fact: str) -> Sentence:
    """The line in which an article states its author or date (`fact`), else the line with its title.

    A fact that is only in the file's properties is in no line of its text.
    """
    day = period(fact)
    wanted = readable(fact).casefold()
    head = [
        line
        for line in lines_of(article.text, 0, min(len(article.text), article.body_start + _HEAD_CHARS))
        if not line.blank
    ]
    lines = [(line, readable(line.text)) for line in head]
    found = (
        next((line for line, text in lines if fact and wanted in text.casefold()), None)
        or next((line for line, text in lines if day and day in in_text(text)), None)
        or next((line for line, text in lines if readable(article.title)[:60] in text), None)
        or head[0]
    )
    return Sentence(article, found.start, found.end)
