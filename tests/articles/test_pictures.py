"""The page of a PDF as a picture: the quote is marked where it stands, and no file can hold up its reader."""

import base64
import html
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from rag import Chatbot
from rag.articles.parse import read_article
from rag.articles.pictures import Quote, draw_page, quote_boxes
from rag.articles.reader import Reader
from rag.errors import ArticleError, CorpusError
from rag.pictures import PagePicture, Pictures
from rag.types import Article
from tests.conftest import SEEDS, make_settings
from tests.fakes.browsing import BROWSER
from tests.fakes.documents import lines, pdf

STYLES = {
    "columns": "body{columns:2;text-align:justify;hyphens:auto;font:11pt serif}",
    "narrow": "@page{size:A5;margin:1cm}body{columns:3;hyphens:auto;font:8pt sans-serif}",
    "turned": "@page{size:A4 landscape;margin:4cm}body{font:15pt/1.7 monospace}",
    "ligatures": "body{font-family:'DejaVu Serif';font-variant-ligatures:common-ligatures}h2{font-size:26pt}",
}


def letters(text: str) -> str:
    """What is left of a text without spaces and hyphens, which a page has at other places."""
    return "".join(char for char in text if char.isalnum() or char in ".,;:?!$%“”’\"'")


def sentences(article: Article) -> Iterator[tuple[int, int, int]]:
    """Start, end and page of each sentence."""
    starts = [start for start, _ in article.places]
    for start, end in zip(article.spans[::2], article.spans[1::2], strict=True):
        page = sum(one <= start for one in starts)
        yield start, min([end, *(one for one in starts if one > start)]), int(article.places[page - 1][1][3:])


def under(page: Any, article: Article, start: int, end: int) -> str:
    text = page.get_textpage()
    quote = Quote(
        article.text[start:end], article.text[max(0, start - 200) : start], article.text[end:][:200]
    )
    return " ".join(text.get_text_bounded(*box) for box in quote_boxes(text, quote))


def wrong_marks(data: bytes) -> tuple[int, list[tuple[str, str]]]:
    """How many sentences were marked, and those under whose marks something else stands."""
    article, document = read_article("made.pdf", data), pypdfium2.PdfDocument(data)
    found = [
        (article.text[start:end], under(document[page - 1], article, start, end))
        for start, end, page in sentences(article)
    ]
    return len(found), [(quote, drawn) for quote, drawn in found if letters(quote) != letters(drawn)]


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="no Chromium: apt-get install chromium")
@pytest.mark.parametrize("style", STYLES)
def test_under_the_marks_stands_the_quote_and_nothing_else(tmp_path: Path, style: str) -> None:
    text = "\n".join(path.read_text() for path in sorted(SEEDS.glob("*"))[:6])
    paragraphs = [html.escape(one) for one in text.split("\n") if len(one) > 80][:40]
    body = "".join(
        f"<h2>Part {n}</h2><p>{one}</p>" if n % 4 == 0 else f"<p>{one}" for n, one in enumerate(paragraphs)
    )
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(f"<html lang=en><meta charset=utf-8><style>{STYLES[style]}</style><body>{body}")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}", str(page)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    count, wrong = wrong_marks(printed.read_bytes())
    assert count >= 50
    assert wrong == []


def test_of_equal_sentences_the_one_that_was_cited_is_marked() -> None:
    data = pdf([lines("The pier is open.", "Bergen is far.", "The pier is open.", "Lund is near.", step=40)])
    article, page = read_article("made.pdf", data), pypdfium2.PdfDocument(data)[0]
    tops = []
    for start, end, _ in list(sentences(article)):
        quote = Quote(article.text[start:end], article.text[:start], article.text[end:])
        [box] = quote_boxes(page.get_textpage(), quote)
        tops.append(box[3])
    assert tops == sorted(tops, reverse=True)
    assert len(set(tops)) == 4


def test_what_is_not_on_the_page_is_not_marked() -> None:
    page = pypdfium2.PdfDocument(pdf([lines("The pier is open.")]))[0].get_textpage()
    assert quote_boxes(page, Quote("The library was closed by the council last year.")) == ()
    assert quote_boxes(page, Quote(" - \n")) == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", ["", " /CropBox [50 300 500 760]"])
def test_the_marks_lie_on_the_ink_however_the_page_is_turned_and_cut(turn: int, crop: str) -> None:
    plain = pdf([[(100.0, 600.0, 14.0, "The ferry Calma carries 310 people.")]])
    data = plain.replace(b"[0 0 612 792]", f"[0 0 612 792]{crop} /Rotate {turn}".encode())
    drawn = draw_page(data, sha(data), 1, Quote("The ferry Calma carries 310 people."))
    picture = Image.open(io.BytesIO(base64.b64decode(drawn["image"]))).convert("L")
    assert picture.size == (drawn["width"], drawn["height"])
    ink = picture.point(lambda value: 255 if value < 128 else 0)
    left, top, right, bottom = ink.getbbox()
    [mark] = drawn["marks"] if turn in (0, 180) else [joined(drawn["marks"])]
    x, y, width, height = (
        share * size for share, size in zip(mark, (*picture.size, *picture.size), strict=True)
    )
    assert (left, top, right, bottom) == pytest.approx((x, y, x + width, y + height), abs=3)


def joined(marks: list[list[float]]) -> list[float]:
    left, top = min(one[0] for one in marks), min(one[1] for one in marks)
    right, bottom = max(one[0] + one[2] for one in marks), max(one[1] + one[3] for one in marks)
    return [left, top, right - left, bottom - top]


def sha(data: bytes) -> str:
    return read_article("made.pdf", data).sha256


def test_the_picture_is_bounded_whatever_size_the_page_claims() -> None:
    for size in ("[0 0 14400 14400]", "[0 0 14400 3]", "[0 0 3 14400]", "[0 0 612 792] /UserUnit 900"):
        data = pdf([lines("The pier is open.")]).replace(b"[0 0 612 792]", size.encode())
        drawn = draw_page(data, sha(data), 1, Quote("The pier is open."))
        assert 1 <= drawn["width"] <= 1000
        assert 1 <= drawn["height"] <= 2000


def test_a_file_that_has_changed_or_has_no_such_page_is_not_drawn() -> None:
    data = pdf([lines("The pier is open.")])
    with pytest.raises(ArticleError, match="changed since"):
        draw_page(data, "0" * 64, 1, Quote("The pier"))
    with pytest.raises(ArticleError, match="no page 2"):
        draw_page(data, sha(data), 2, Quote("The pier"))


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "articles/deep").mkdir(parents=True)
    pages = [lines("The pier of Lund is open."), lines("The captain of the ferry is Tomas Berg.")]
    (folder / "articles/deep/report.pdf").write_bytes(pdf(pages))
    (folder / "articles/note.txt").write_text("The pier is 90 m long.")
    bot = Chatbot(make_settings(folder))
    bot.sync(progress=lambda *_: None)
    yield bot
    bot.close()


def test_a_citation_leads_to_the_picture_of_its_page(bot: Chatbot) -> None:
    cited = bot.ask("Who is the captain of the ferry?").citations[0]
    picture = bot.picture(cited.source, cited.start, cited.end)
    assert isinstance(picture, PagePicture)
    assert (picture.page, len(picture.marks)) == (2, 1)
    assert Image.open(io.BytesIO(picture.image)).size == (picture.width, picture.height)
    with pytest.raises(ArticleError, match="only PDF"):
        bot.picture("note.txt", 0, 5)
    for source in ("none.pdf", "../report.pdf"):
        with pytest.raises(CorpusError, match="no article"):
            bot.picture(source, 0, 5)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-5, -1), (9, 3), (10**9, 10**9), (0, 10**9)])
def test_any_span_has_a_page(bot: Chatbot, start: int, end: int) -> None:
    assert bot.picture("deep/report.pdf", start, end).page in (1, 2)


def test_a_file_that_stops_its_reader_costs_one_picture_and_is_not_tried_again(
    bot: Chatbot, tmp_path: Path
) -> None:
    slow = Reader(seconds=1, command=[sys.executable, "-c", "import time; time.sleep(60)"])
    pictures, article = Pictures(slow), bot.article("deep/report.pdf")
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(ArticleError, match="took longer than 1 s"):
            pictures.draw(bot.settings.articles, article, 0, 10)
    assert time.monotonic() - began < 3
    slow.close()
