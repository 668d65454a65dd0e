"""PDF files, using pypdfium2: lines of text with their position and size, reassembled into paragraphs.

Page headers, footers and page numbers are removed, words hyphenated at a line's end are joined, and a line
in larger letters is a heading. A scan contains no text, which is reported.
"""

import ctypes
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from rag.articles.loaders.loader import Loaded, Places
from rag.errors import ArticleError
from rag.types import readable

MAX_PAGES = 3000
_EDGE_LINES = 2  # at the top and the bottom of a page that may be header and footer
_REPEATED_SHARE = 0.4  # minimum share of pages with the same line there
_HEADING_SIZE = 1.12  # times the most common letter size
_MAX_HEADING_CHARS = 150
_GAP = 1.4  # times the distance of lines within a paragraph
# Times the letter size: how far a superscript's line is off, and how far pieces of a line are apart.
_SAME_LINE, _SAME_ROW = 0.3, 3
_DIGITS = re.compile(r"\d{1,9}")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite)?[ \t]{0,3}[-–—]?[ \t]{0,3}(?:\d{1,5}|[ivxlc]{1,7})[ \t]{0,3}[-–—]?"
    r"(?:[ \t]{0,3}(?:/|of|von)[ \t]{0,3}\d{1,5})?",
    re.IGNORECASE,
)
# What browsers print at the edges: “3/5/26, 9:41 AM The quay” and “https://example.org/quay 1/2”.
_PRINTED = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}, \d{1,2}:\d{2}(?: [AP]M)?(?: .{0,300})?"
    r"|[a-z]{4,5}:/{2}\S{1,2000}(?: \d{1,4}/\d{1,4})?"
)
_ITEM = re.compile(r"[•◦▪‣–]|\d{1,3}[.)] ")
_HYPHENS = "-\u00ad\u2010\x02"
_ENDS = '.!?:”"’)。'


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's text and the size of its letters; `top` is where it stands, `left` and `right` its ends."""

    text: str
    size: float
    top: float
    left: float
    right: float


class Pdf:
    suffixes = (".pdf",)

    def load(self, source: str, data: bytes) -> Loaded:
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            encrypted = "password" in str(error).lower() or "security" in str(error).lower()
            raise ArticleError("it is encrypted" if encrypted else "it is damaged, or not a PDF") from error
        if len(document) > MAX_PAGES:
            raise ArticleError(f"it has {len(document)} pages, more than {MAX_PAGES}")
        pages = [_lines(page) for page in document]
        if not any(any(char.isalnum() for char in line.text) for page in pages for line in page):
            raise ArticleError("it contains no text, only images: it needs text recognition (OCR) first")
        places = Places()
        body = _body_size(pages)
        for number, lines in enumerate(_without_edges(pages), start=1):
            for paragraph in _paragraphs(lines, body):
                places.add(paragraph, f"p. {number}")
        meta = document.get_metadata_dict(skip_empty=True)
        title, author = readable(meta.get("Title", "")), readable(meta.get("Author", ""))
        return Loaded(
            places.text,
            _title(title),
            author,
            _date(meta.get("CreationDate", "")),
            places=_first(places.places),
        )


def _first(places: Sequence[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Return where each place begins: at its first paragraph."""
    found: list[tuple[int, str]] = []
    for start, place in places:
        if not found or found[-1][1] != place:
            found.append((start, place))
    return tuple(found)


def _title(title: str) -> str:
    """Clean a title: programs store the file's name there, “report.docx” or “Microsoft Word - report”."""
    named = re.search(r"\.\w{2,4}$|^Microsoft |^untitled", title, re.I)
    return "" if named else title


def _date(written: str) -> str:
    """“D:20240502101500+02'00'” → 2024-05-02."""
    match = re.match(r"D:(\d{4})(\d{2})(\d{2})", written)
    return f"{match[1]}-{match[2]}-{match[3]}" if match else ""


def _lines(page: Any) -> list[_Line]:
    text_page = page.get_textpage()
    text = text_page.get_text_range()  # with U+FFFE where a word is hyphenated at the end of a line
    found: list[_Line] = []
    at = 0
    for piece in text.split("\n"):
        plain = piece.strip("\r ")
        if plain.strip():
            first = at + len(piece) - len(piece.lstrip())
            line = _line(text_page, plain.replace("\ufffe", ""), first, at + len(piece.rstrip()) - 1)
            if found and _goes_on(found[-1], line):
                before = found.pop()
                line = replace(line, text=f"{before.text} {line.text}", size=before.size, left=before.left)
            found.append(line)
        at += len(piece) + 1
    return found


def _line(text_page: Any, text: str, first: int, last: int) -> _Line:
    """Measure a line by its first and last character; their base line, since letters differ in height."""
    import pypdfium2.raw as raw

    size = float(raw.FPDFText_GetFontSize(text_page.raw, first))
    if last >= text_page.count_chars():
        return _Line(text, round(size, 1), 0.0, 0.0, 0.0)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page.raw, first, x, y)
    return _Line(text, round(size, 1), y.value, x.value, text_page.get_charbox(last)[2])


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether two pieces are one line, which a superscript parts: the second stands right of the first."""
    level = abs(before.top - line.top) < _SAME_LINE * before.size
    return level and 0 <= line.left - before.right < _SAME_ROW * before.size


def _body_size(pages: Sequence[Sequence[_Line]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _without_edges(pages: Sequence[Sequence[_Line]]) -> Iterator[list[_Line]]:
    """Yield the pages without the top and bottom lines that most pages share, apart from numbers."""
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_plain(page[at]) for at in _edges(page)})
    often = {text for text, count in edges.items() if count >= max(3, _REPEATED_SHARE * len(pages))}
    for page in pages:
        outer = _edges(page)
        numbers = {at for at in outer if _PAGE_NUMBER.fullmatch(page[at].text)}
        numbers |= {at for at in outer if _PRINTED.fullmatch(page[at].text)}
        headers = {at for at in outer if _plain(page[at]) in often}
        if len(numbers | headers) == len(page):  # if all pages are alike, nothing is a header
            headers = set()
        yield [line for at, line in enumerate(page) if at not in numbers | headers]


def _edges(page: Sequence[_Line]) -> set[int]:
    """Return the topmost and bottommost lines: their order in the file means nothing."""
    down = sorted(range(len(page)), key=lambda at: -page[at].top)
    return {*down[:_EDGE_LINES], *down[-_EDGE_LINES:]}


def _plain(line: _Line) -> str:
    return _DIGITS.sub("0", line.text.lower())


def _paragraphs(lines: Sequence[_Line], body: float) -> Iterator[str]:
    """Yield joined paragraphs, and headings with their mark."""
    step = _step(lines)
    usual = _usual_length(lines)
    text = ""
    before: _Line | None = None
    for line in lines:
        heading = _is_heading(line, body)
        if before is not None:
            over = heading or _is_heading(before, body)
            if _other_heading(before, line) if over else _parts(before, line, step, usual):
                yield text
                text = ""
        mark = "## " if heading and not text else ""
        text = _joined(text, line.text) if text else mark + line.text
        before = line
    if text:
        yield text


def _step(lines: Sequence[_Line]) -> float:
    """The distance of two lines of one paragraph; most lines may be paragraphs of their own."""
    steps = [a.top - b.top for a, b in pairwise(lines) if a.size == b.size and 0 < a.top - b.top < 60]
    return statistics.quantiles(steps, n=4)[0] if len(steps) > 1 else sum(steps)


def _usual_length(lines: Sequence[_Line]) -> int:
    """The length of the lines that a third of the text is on: rows of a table are many, and short."""
    third = sum(len(line.text) for line in lines) / 3
    for length in sorted((len(line.text) for line in lines), reverse=True):
        third -= length
        if third <= 0:
            return length
    return 0


def _other_heading(before: _Line, line: _Line) -> bool:
    """Whether a line does not go on with the heading above it."""
    return before.size != line.size or not 0 < before.top - line.top < _GAP * line.size


def _is_heading(line: _Line, body: float) -> bool:
    return line.size >= _HEADING_SIZE * body and len(line.text) <= _MAX_HEADING_CHARS


def _parts(before: _Line, line: _Line, step: float, usual: float) -> bool:
    """Whether a paragraph ends between two lines: at a gap, a short line, or an item of a list."""
    down = before.top - line.top
    ended = before.text[-1] in _ENDS
    gap = step > 0 and (down > _GAP * step and (ended or not line.text[0].islower()))
    column = step > 0 and down < -_GAP * step and ended
    share = len(before.text) / usual
    goes_on = line.text[0].islower() and before.text[-1] != ":"
    short = share < 0.5 or (share < 0.8 and ended and not goes_on)
    item = _ITEM.match(line.text) is not None and (ended or not line.text[0].isdigit())
    return gap or column or short or item


def _joined(text: str, line: str) -> str:
    if text[-1] in _HYPHENS and len(text) > 1 and text[-2].isalpha() and line[0].islower():
        return text[:-1] + line
    return f"{text} {line}"
