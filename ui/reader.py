"""An article in the panel next to the answer, with the clicked sentence highlighted."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from rag import Article
from rag.parts import PagePicture
from ui.view import lines, page_part
from ui.words import Words

_WINDOW_CHARS = 30_000  # of a very long article, shown around the sentence
_LONG_LINE = 120  # characters: in texts with longer lines, each line is a paragraph


@dataclass(frozen=True, slots=True)
class Span:
    """A span of an article."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Which citation of a turn is open: number `at` of `count`; `seq` distinguishes repeated openings."""

    at: int = 1
    count: int = 1
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one paragraph: plain, from the cited sentence, or from another cited one."""

    kind: str  # "", cited or also
    text: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    tag: str  # p or h3
    runs: tuple[Run, ...]


def article_html(
    article: Article,
    span: Span,
    words: Words,
    *,
    others: Sequence[Span] = (),
    place: Place = Place(),
    where: str = "",
    scoped: bool = False,
) -> str:
    """Render the article with the sentence at `span` highlighted, and `others` more lightly.

    `where` describes the sentence's place, if it is not its line. Of a very long article only the part
    around the sentence is shown.
    """
    size = len(article.text)
    start, end = sorted((min(max(span.start, 0), size), min(max(span.end, 0), size)))
    begin, stop = max(0, start - _WINDOW_CHARS), min(size, end + _WINDOW_CHARS)
    marks = [(start, end, "cited")] if end > start else []
    marks += [(o.start, o.end, "also") for o in others if o.source == article.source and o != span]
    line = where or (words("line", line=article.text.count("\n", 0, start) + 1) if end > start else "")
    return page_part(
        "article",
        words,
        article=article,
        details=" · ".join(filter(None, [article.author, article.date, article.source, line])),
        host=_host(article.url),
        paragraphs=list(_paragraphs(article.text, begin, stop, marks)),
        cut_before=begin > 0,
        cut_after=stop < size,
        quote=lines(article.text[start:end]),
        start=start,
        end=end,
        at=place.at,
        count=place.count,
        seq=place.seq,
        scoped=scoped,
    )


def page_html(picture: PagePicture, title: str, quote: str, words: Words) -> str:
    """Render a page of a PDF with the lines of the quote marked; the first mark says it to those who
    cannot see the picture.
    """
    return page_part(
        "page",
        words,
        picture=picture,
        image=base64.b64encode(picture.image).decode(),
        title=title,
        quote=quote,
        marks=[[f"{100 * share:.3f}%" for share in mark] for mark in picture.marks],
    )


def _host(url: str) -> str:
    """Return whose page an article's address is, "" if it is no web address: anything may stand there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in ("http", "https") else ""


def _paragraphs(
    text: str, begin: int, stop: int, marks: Sequence[tuple[int, int, str]]
) -> Iterator[Paragraph]:
    """Yield paragraphs from `begin` to `stop`; the lines of a hard-wrapped text stay together."""
    seen_first = False
    for start, end in _pieces(text, begin, stop):
        runs: list[Run] = []
        at = start
        for left, right, kind in sorted(marks):
            left, right = max(left, at), min(right, end)
            if left >= right:
                continue
            runs.append(Run("", lines(text[at:left])))
            first = kind == "cited" and not seen_first
            seen_first = seen_first or first
            runs.append(Run(kind, lines(text[left:right]), first))
            at = right
        runs.append(Run("", lines(text[at:end])))
        heading = text.startswith("#", start) or _looks_like_heading(text[start:end])
        yield Paragraph("h3" if heading else "p", tuple(run for run in runs if run.text))


def _pieces(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of paragraphs, without the blank lines between them."""
    by_line = any(len(line) > _LONG_LINE for line in text[begin:stop].split("\n"))
    start = at = begin
    held = False
    for line in text[begin:stop].split("\n"):
        blank = not line.strip()
        if held and (blank or by_line):
            yield start, at - 1
            held = False
        if not blank and not held:
            start, held = at, True
        at += len(line) + 1
    if held:
        yield start, min(at - 1, stop)


def _looks_like_heading(text: str) -> bool:
    """Whether it is a short line without a full stop at its end, in a text whose paragraphs are lines."""
    short = text.strip()
    return "\n" not in short and 0 < len(short) <= 70 and short[-1].isalnum() and len(short.split()) > 1
