"""A page of a PDF as a picture, and where on it a quote stands. Runs in the process that reads files.

    {"image": "UklGR…", "width": 1000, "height": 1414, "marks": [[0.118, 0.213, 0.764, 0.014], …]}

`image` is WebP in base64; a mark is left, top, width and height as shares of the picture.
"""

import base64
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rag.errors import ArticleError

_WIDTH_PX, _MAX_HEIGHT_PX = 1000, 2000
_MAX_IMAGE_BYTES = 1_500_000
_QUALITIES = (80, 40, 10)  # of WebP; the next is for a picture that is larger than allowed
_MAX_CHARS = 100_000  # of a page
_MAX_MARKS = 200
_MAX_FOUND = 500  # equal places on a page that are compared by what is around them
_MAX_NEARLY = 10_000_000  # letters of a quote times those of the page: it is looked for by likeness in 1 s
_MAX_GAP = 4  # heights of a line: farther on, another column begins
_CLOSE_ENOUGH = 85  # of 100: where the quote is not on the page letter by letter

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the page's lower left corner."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a page, and the text around them there, which tells equal words apart."""

    text: str
    before: str = ""
    after: str = ""


def draw_page(data: bytes, sha256: str, number: int, quote: Quote) -> dict[str, Any]:
    """Return the picture of page `number`, from 1, with the quote's marks.

    Raises:
        ArticleError: if the file is not the one with this hash, has no such page, or cannot be drawn.
    """
    import pypdfium2

    if hashlib.sha256(data).hexdigest() != sha256:
        raise ArticleError("it has changed since it was indexed")
    try:
        document = pypdfium2.PdfDocument(data)
        if not 1 <= number <= len(document):
            raise ArticleError(f"it has no page {number}")
        page = document[number - 1]
        boxes = quote_boxes(page.get_textpage(), quote) if quote.text else ()
        bitmap = page.render(scale=_scale(*page.get_size()), may_draw_forms=False)
        where = bitmap.get_posconv(page)
        marks = [_share(where, box, bitmap.width, bitmap.height) for box in boxes[:_MAX_MARKS]]
        image = base64.b64encode(_encoded(bitmap.to_pil())).decode()
    except pypdfium2.PdfiumError as error:
        raise ArticleError("it is damaged, or not a PDF") from error
    return {"image": image, "width": bitmap.width, "height": bitmap.height, "marks": marks}


def _scale(width: float, height: float) -> float:
    return min(_WIDTH_PX / max(width, 1), _MAX_HEIGHT_PX / max(height, 1))


def _encoded(picture: Any) -> bytes:
    for quality in _QUALITIES:
        file = io.BytesIO()
        picture.convert("RGB").save(file, "WEBP", quality=quality, method=2)
        if file.tell() <= _MAX_IMAGE_BYTES:
            return file.getvalue()
    raise ArticleError("its picture is too large")


def _share(where: Any, box: Box, width: int, height: int) -> list[float]:
    """Return a box as shares of the picture, whichever way the page is turned."""
    (x1, y1), (x2, y2) = where.to_bitmap(box[0], box[1]), where.to_bitmap(box[2], box[3])
    left, top = min(x1, x2) / width, min(y1, y2) / height
    return [round(share, 5) for share in (left, top, abs(x2 - x1) / width, abs(y2 - y1) / height)]


def quote_boxes(text_page: Any, quote: Quote) -> Sequence[Box]:
    """Return a box for each line of the quote on the page; empty if it is not there.

    Spaces and hyphens are ignored: the article's text has lines joined that the page has apart.
    """
    letters, places = _letters_of(text_page)
    span = _find(letters, quote)
    if span is None:
        return ()
    return _lines_of(text_page, places[span[0]], places[span[1] - 1])


def _lines_of(text_page: Any, first: int, last: int) -> Sequence[Box]:
    """Return the characters' boxes joined into lines.

    Not by PDFium's own rectangles, of which kerned words have several that overlap. Letters of different
    height are of one line by their font's height, while the box drawn is that of the letters.
    """
    lines: list[Box] = []
    line: Box | None = None  # of the font
    for number in range(first, last + 1):
        tight, loose = text_page.get_charbox(number), text_page.get_charbox(number, loose=True)
        if tight[2] <= tight[0] or tight[3] <= tight[1]:  # a space, or one that PDFium has put in
            continue
        if line is not None and _follows(loose, line):
            line, lines[-1] = _joined(line, loose), _joined(lines[-1], tight)
        else:
            line = loose
            lines.append(tight)
    return lines


def _follows(box: Box, line: Box) -> bool:
    low, high = min(box[3] - box[1], line[3] - line[1]), max(box[3] - box[1], line[3] - line[1])
    shared = min(box[3], line[3]) - max(box[1], line[1])
    return shared > low / 2 and line[0] <= box[0] + low and box[0] - line[2] < _MAX_GAP * high


def _joined(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _letters_of(text_page: Any) -> tuple[str, list[int]]:
    """Return the letters of a page, and for each the number of its character there."""
    import pypdfium2.raw as raw

    letters: list[str] = []
    places: list[int] = []
    for number in range(min(text_page.count_chars(), _MAX_CHARS)):
        for letter in _kept(chr(raw.FPDFText_GetUnicode(text_page, number))):
            letters.append(letter)
            places.append(number)
    return "".join(letters), places


def _kept(text: str) -> Iterator[str]:
    """Yield the letters by which texts are compared: no spaces, hyphens and controls; ligatures undone."""
    for letter in unicodedata.normalize("NFKC", text):
        if unicodedata.category(letter)[0] not in "CZ" and unicodedata.category(letter) != "Pd":
            yield letter


def _find(page: str, quote: Quote) -> tuple[int, int] | None:
    """Return where the quote stands in the letters of a page."""
    words, before, after = ("".join(_kept(text)) for text in (quote.text, quote.before, quote.after))
    if not words:
        return None
    found = [
        (_around(page, at, at + len(words), before, after), -at)
        for at in islice(_all(page, words), _MAX_FOUND)
    ]
    if found:
        at = -max(found)[1]
        return at, at + len(words)
    return _nearly(page, words)


def _all(page: str, words: str) -> Iterator[int]:
    at = page.find(words)
    while at >= 0:
        yield at
        at = page.find(words, at + 1)


def _around(page: str, start: int, end: int, before: str, after: str) -> int:
    """Return how many letters next to a place are those around the quote."""
    left = zip(reversed(page[max(0, start - len(before)) : start]), reversed(before), strict=False)
    right = zip(page[end : end + len(after)], after, strict=False)
    return _equal(left) + _equal(right)


def _equal(pairs: Iterator[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _nearly(page: str, words: str) -> tuple[int, int] | None:
    from rapidfuzz import fuzz

    if len(words) > len(page) or len(words) * len(page) > _MAX_NEARLY:
        return None
    found = fuzz.partial_ratio_alignment(words, page, score_cutoff=_CLOSE_ENOUGH)
    return (found.dest_start, found.dest_end) if found and found.dest_end > found.dest_start else None
