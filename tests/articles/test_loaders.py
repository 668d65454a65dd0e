"""Each format: the main text, structure, places and metadata are read, or the reason why not is given."""

import contextlib
import io
import json
import zipfile

import pytest

from rag.articles.parse import read_article
from rag.errors import ArticleError
from rag.types import Article, Sentence
from tests.fakes.documents import docx, epub, lines, packed, pdf

PROSE = [
    "The lighthouse of Farholm was built by Agnes Torvald in the year 1887 and has",
    "been inhab-",
    "ited by one family ever since. Its lamp can be seen from a distance of twenty",
    "miles on a clear night.",
]


def told(article: Article) -> dict[str, Sentence]:
    starts = range(0, len(article.spans), 2)
    found = [Sentence(article, article.spans[at], article.spans[at + 1]) for at in starts]
    return {sentence.display_text: sentence for sentence in found}


def page(number: int, *texts: str) -> list[tuple[float, float, float, str]]:
    return [(72, 760, 9, "Annals of Farholm"), *lines(*texts), (300, 40, 9, f"Page {number}")]


def test_a_pdf_has_pages_headings_and_whole_sentences_and_no_page_headers() -> None:
    data = pdf(
        [
            [*page(1, *PROSE), (72, 600, 18, "Visits"), (72, 570, 11, "Visitors are welcome in May.")],
            page(2, "The second page tells of storms."),
            page(3, "The third page tells of ships."),
        ],
        title="The lighthouse",
    )
    article = read_article("a.pdf", data)
    found = told(article)
    assert (article.title, article.author, article.date) == ("The lighthouse", "Ida Holm", "2024-05-02")
    assert "Annals" not in article.text
    assert "Page 2" not in article.text
    [first] = [text for text in found if "inhabited by one family" in text]
    assert first.startswith("The lighthouse of Farholm was built")
    assert found["Visitors are welcome in May."].block.path == ("Visits",)
    assert found["The third page tells of ships."].place == "p. 3"
    for sentence in found.values():
        assert article.text[sentence.start : sentence.end] == sentence.text


def test_what_a_browser_prints_at_the_edges_of_a_page_is_not_read() -> None:
    edges = [(30, 770, 8, "3/5/26, 9:41 AM The quay"), (30, 20, 8, "https://example.org/quay?p=2 1/1")]
    article = read_article("a.pdf", pdf([[*lines(*PROSE), *edges]]))
    assert "9:41" not in article.text
    assert "example.org" not in article.text


def test_short_lines_of_a_pdf_stay_apart() -> None:
    rows = ["Ship Built Crew", "Calma 2013 4", "Tern 1998 2", "Gull 1951 9", "Skua 1977 3", "Auk 2020 6"]
    numbered = ["1. Open the gate of the upper basin, slowly.", "2. Wait until the water stands level there."]
    found = told(read_article("a.pdf", pdf([lines(*PROSE, *rows, *PROSE, *numbered)])))
    read = {sentence.text for sentence in found.values()}
    assert {*rows, *(one[3:] for one in numbered)} <= read


def test_a_line_of_a_pdf_that_a_raised_number_parts_is_one() -> None:
    [first, *others] = lines(
        "The bell was cast in the town of Aln by two sisters", "and hung in 1702.", top=600
    )
    right = first[0] + 251
    raised = [(right, first[1] + 8, 6, "1"), (right + 12, first[1], 11, "who were twins")]
    found = told(read_article("a.pdf", pdf([[*lines(*PROSE), first, *raised, *others]])))
    assert any(text.endswith("who were twins and hung in 1702.") for text in found)


def test_a_heading_of_two_lines_is_one() -> None:
    head = [(72, 760, 18, "How the ferry of Farholm was"), (72, 738, 18, "bought and lost")]
    article = read_article("a.pdf", pdf([[*head, *lines(*PROSE, top=700)]]))
    assert "How the ferry of Farholm was bought and lost" in told(article)


def test_paragraphs_of_a_pdf_are_parted_by_their_distance() -> None:
    letter = [(72, 700 - 30 * n, 11, f"Line {word} of the letter, Anna") for n, word in enumerate("abc")]
    two = lines("The sea was calm, and all of us slept on the deck", "until noon,", top=560)
    after = lines("Yours from all of us here on the island of Farholm", top=500)
    found = told(read_article("a.pdf", pdf([[*letter, *two, *after]])))
    assert "Line b of the letter, Anna" in found
    assert "Yours from all of us here on the island of Farholm" in found


def test_a_pdf_of_pictures_is_reported_as_one() -> None:
    with pytest.raises(ArticleError, match="OCR"):
        read_article("a.pdf", pdf([[], []]))


def test_the_notes_of_a_word_file_are_read() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = (
        f'<w:footnotes {space}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>---</w:t></w:r></w:p>'
        '</w:footnote><w:footnote w:id="1"><w:p><w:r><w:t>It sank </w:t></w:r><w:r><w:t>in 1999.</w:t></w:r>'
        "</w:p></w:footnote></w:footnotes>"
    )
    with zipfile.ZipFile(io.BytesIO(docx())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    relations, types = "word/_rels/document.xml.rels", "[Content_Types].xml"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    files["word/footnotes.xml"] = notes.encode()
    files[relations] = files[relations].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode(),
    )
    files[types] = files[types].replace(
        b"</Types>", b'<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
    )
    found = told(read_article("a.docx", packed(files)))
    assert "It sank in 1999." in found
    assert "---" not in found


@pytest.mark.parametrize(
    "reference",
    [
        '<a href="#n1"><sup>1</sup></a>',
        '<sup><a href="notes.html#n1">[1]</a></sup>',
        '<a epub:type="noteref" href="#n1">1</a>',
    ],
)
def test_numbers_that_lead_to_notes_are_no_part_of_a_page(reference: str) -> None:
    body = (
        f"<h1>The quay</h1><p>The quay of Farholm was built in one summer.{reference} It is 300 m<sup>2</sup>"
        ' large, as the <a href="#top">plan</a> of 1887 shows.</p>'
        '<p>The mayor paid for it. <a href="#r">↩︎</a></p>'
    )
    page = f"<html><body><article>{body}</article></body></html>"
    for article in (read_article("a.html", page.encode()), read_article("a.epub", epub(body))):
        found = told(article)
        assert "The quay of Farholm was built in one summer." in found
        assert "It is 300 m2 large, as the plan of 1887 shows." in found
        assert "The mayor paid for it." in found


def test_a_word_file_has_headings_items_and_rows() -> None:
    article = read_article("a.docx", docx())
    found = told(article)
    assert (article.title, article.author) == ("The ferry guide", "Ida Holm")
    assert "The ferry to Lund leaves twice a day." in found
    assert found["Prices: A ticket costs 12 euros."].block.kind == "item"
    assert found["Prices: Ship: Calma; Built: 2013"].block.kind == "row"


def test_an_e_book_has_chapters() -> None:
    data = epub("<h1>Dawn</h1><p>The river rose.</p>", "<h1>Dusk</h1><p>The river fell.</p>")
    article = read_article("a.epub", data)
    found = told(article)
    assert (article.title, article.author, article.language) == ("Tales of the Aln", "Ida Holm", "en")
    assert found["The river fell."].place == "chapter 2"
    assert found["The river fell."].block.path == ("Dusk",)


def test_a_web_page_is_read_without_its_menu() -> None:
    body = "".join(
        f"<p>Paragraph {n} of the report tells what the harbour of Lund built in {1900 + n}.</p>"
        for n in range(6)
    )
    html = (
        "<html lang='en'><head><title>Harbour report</title><meta name='author' content='Ida Holm'>"
        "<script>alert(1)</script></head><body><nav><a href='/'>Home</a> <a href='/x'>Subscribe now</a></nav>"
        f"<article><h1>Harbour report</h1>{body}<h2>Costs</h2><p>The quay cost 4 million euros in all.</p>"
        "<table><tr><th>Ship</th><th>Built</th></tr><tr><td>Calma</td><td>2013</td></tr></table></article>"
        "<footer>All rights reserved</footer></body></html>"
    )
    article = read_article("a.html", html.encode())
    found = told(article)
    assert article.title == "Harbour report"
    assert "Subscribe" not in article.text
    assert "alert" not in article.text
    assert found["The quay cost 4 million euros in all."].block.path == ("Costs",)
    assert any("Ship: Calma; Built: 2013" in text for text in found)


def test_a_csv_file_is_rows_with_their_header() -> None:
    article = read_article("fleet.csv", b'Ship;Built;Crew\nCalma;2013;12\n"Aldra; the old";1998;9\n')
    assert "Ship: Calma; Built: 2013; Crew: 12" in told(article)
    assert "Ship: Aldra; the old; Built: 1998; Crew: 9" in told(article)


def test_subtitles_are_sentences_with_their_time_and_speaker() -> None:
    srt = (
        "1\n00:00:01,000 --> 00:00:03,000\nThe bridge over the\n\n"
        "2\n00:00:03,000 --> 00:00:05,000\n<i>Aln</i> is closed.\n\n"
        "3\n00:01:07,500 --> 00:01:09,000\nIt opens in May.\n"
    )
    found = told(read_article("a.srt", srt.encode()))
    assert found["The bridge over the Aln is closed."].place == "0:01"
    assert found["It opens in May."].place == "1:07"
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ida Holm>We sail.\n\n"
        "00:03.000 --> 00:04.000\n<v Per Lind>When?\n\n00:05.000 --> 00:06.000\n<v Ida Holm>At noon.\n"
    )
    assert "Ida Holm: At noon." in told(read_article("a.vtt", vtt.encode()))


def test_a_mail_has_subject_sender_and_date() -> None:
    mail = (
        "From: Ida Holm <ida@a.example>\nTo: Per\nSubject: The mast\n"
        "Date: Thu, 2 May 2024 10:00:00 +0200\n\nThe mast costs 900 euros.\n"
    )
    article = read_article("a.eml", mail.encode())
    assert (article.title, article.date) == ("The mast", "2024-05-02")
    assert "Ida Holm" in article.author
    assert "The mast costs 900 euros." in told(article)


def test_a_feed_is_read_by_the_names_of_its_fields() -> None:
    entries = [
        {
            "title": "Storm",
            "author": {"name": "Ida Holm"},
            "date": "2024-05-02",
            "content_html": "<p>The storm took 3 roofs.</p>",
        },
        {"headline": "Calm", "text": "The sea is calm."},
    ]
    for name, data in {
        "a.json": json.dumps({"items": entries}),
        "a.jsonl": "\n".join(map(json.dumps, entries)),
    }.items():
        found = told(read_article(name, data.encode()))
        assert found["The storm took 3 roofs."].block.path == ("Storm (Ida Holm, 2024-05-02)",)
        assert found["The sea is calm."].place == "entry 2"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"%PDF-1.4\nnothing", "damaged"),
        ("a.pdf", pdf([page(1, "A fact.")])[:300], "damaged"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.docx", packed({"word/document.xml": b" " * 300_000_000}), "too much"),
        ("a.docx", packed({"a.txt": b"no document"}), "cannot|damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "encrypted"),
        ("a.epub", packed({"x": b"y"}), "damaged"),
        ("a.epub", epub(""), "no text"),
        ("a.txt", pdf([page(1, "A fact.")]), "but a .pdf file"),
        ("a.html", b"<html><body><script>x</script></body></html>", "no text"),
        ("a.json", b"[" * 100_000, "no JSON"),
        ("a.srt", b"no times here", "no subtitles"),
        ("a.xyz", b"A fact.", "not read"),
    ],
)
def test_what_cannot_be_read_has_a_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        read_article(name, data)


def test_an_entity_bomb_in_an_e_book_is_not_unpacked() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {one} "{f"&{other};" * 10}">' for other, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    package = bomb + "]><package><metadata><title>&i;</title></metadata><manifest/><spine/></package>"
    with pytest.raises(ArticleError):
        read_article("a.epub", epub("<p>A fact.</p>", package=package))


def test_deep_and_endless_pages_are_read_or_refused_and_never_crash() -> None:
    for html in ("<div>" * 50_000 + "A fact.", "<table><tr><td>" * 3000 + "A fact.", "<p>A fact." * 20_000):
        with contextlib.suppress(ArticleError):
            assert "A fact." in read_article("a.html", html.encode()).text
