"""Articles added by address: stored as fetched, under their title, with the address kept for good."""

import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from rag import Chatbot
from rag.articles.address import AddressBook
from rag.articles.provenance import FetchedBefore, Provenance, keep_provenance
from rag.articles.read import read_corpus
from rag.articles.reader import single_reader
from rag.errors import AddressError, CorpusError
from rag.types import Article
from tests.conftest import make_settings
from tests.fakes.documents import lines, pdf
from tests.fakes.web import Page, Web, a_web, article, redirect, sent

LIMIT = 1_000_000
NEWS = "https://news.example"
TALKS = article(
    "Ferry talks: what next?",
    "The ferry company and the town resumed their talks on Monday after a break of three weeks.",
    "The captain, Tomas Berg, said that the talks would end before the summer begins.",
    head='<meta name="author" content="Ida Holm"><link rel="canonical" href="https://evil.example/other">',
)


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web({"/talks": sent(TALKS)}) as web:
        yield web


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "articles"


@pytest.fixture
def book(web: Web, folder: Path) -> AddressBook:
    return AddressBook(folder, LIMIT, network=web, seconds=5)


def at(path: str) -> str:
    """Plain HTTP: the small web has no certificates."""
    return f"http://news.example{path}"


def read(folder: Path) -> dict[str, Article]:
    return {one.source: one for one in read_corpus(folder, LIMIT).articles}


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_page_is_stored_as_it_was_sent_under_its_title_with_address_and_day(
    book: AddressBook, folder: Path
) -> None:
    assert book.add(at("/talks")).sources == ("Ferry talks_ what next.html",)
    assert (folder / "Ferry talks_ what next.html").read_text() == TALKS
    [found] = read(folder).values()
    assert (found.title, found.author) == ("Ferry talks: what next?", "Ida Holm")
    assert found.url == at("/talks")  # where it was fetched, not what the page says of itself
    assert len(found.fetched) == 10
    assert "Tomas Berg" in found.text
    assert "cookies" not in found.text


def test_the_address_stays_when_the_file_is_moved_and_the_index_is_made_anew(
    web: Web, folder: Path, tmp_path: Path
) -> None:
    bot = Chatbot(make_settings(tmp_path), network=web)
    bot.add_address(at("/talks"))
    bot.sync(progress=lambda *_: None)
    (folder / "2026").mkdir()
    (folder / "Ferry talks_ what next.html").rename(folder / "2026/berg.html")
    bot.sync(progress=lambda *_: None)
    assert bot.article("2026/berg.html").url == at("/talks")
    bot.sync(rebuild=True, progress=lambda *_: None)
    article = bot.article("2026/berg.html")
    assert (article.url, bool(article.fetched)) == (at("/talks"), True)
    answer = bot.ask("Who is the captain?")
    assert answer.citations[0].source == "2026/berg.html"
    bot.close()


def test_a_pdf_keeps_its_bytes_and_its_address(book: AddressBook, web: Web, folder: Path) -> None:
    paper = pdf([lines("The ferry Calma was built in 2013 and carries 310 people.")], title="Ships of Lund")
    web.pages["/paper"] = sent(paper, "application/pdf")
    web.pages["/download/ships.pdf"] = sent(paper + b"\n", "application/octet-stream")
    assert book.add(at("/paper")).sources == ("Ships of Lund.pdf",)
    assert (folder / "Ships of Lund.pdf").read_bytes() == paper
    assert read(folder)["Ships of Lund.pdf"].url == at("/paper")
    assert book.add(at("/download/ships.pdf")).sources == ("Ships of Lund 2.pdf",)


@pytest.mark.parametrize(
    ("kind", "path", "body", "suffix"),
    [
        ("text/plain; charset=utf-8", "/notes", "The pier is 90 m long.", ".txt"),
        ("text/plain", "/raw/README.md", "# Pier\n\nThe pier is 90 m long.", ".md"),
        ("text/csv", "/ships", "ship,built\nCalma,2013\n", ".csv"),
        (
            "application/feed+json",
            "/feed",
            '{"items": [{"title": "Pier", "text": "It is 90 m long."}]}',
            ".json",
        ),
        (
            "application/xhtml+xml",
            "/x",
            article("Pier", "The pier of Lund is 90 m long, they say."),
            ".xhtml",
        ),
        ("TEXT/HTML", "/y", article("Pier", "The pier of Lund is 90 m long, they say."), ".html"),
    ],
)
def test_types_that_are_read_are_stored_by_their_type(
    book: AddressBook, web: Web, kind: str, path: str, body: str, suffix: str
) -> None:
    web.pages[path] = sent(body, kind)
    assert Path(book.add(at(path)).sources[0]).suffix == suffix


@pytest.mark.parametrize(
    ("kind", "path", "body", "reason"),
    [
        ("image/png", "/a.png", b"\x89PNG", "of a type that is not read: image/png"),
        ("application/zip", "/a.zip", b"PK\x03\x04", "application/zip"),
        ("application/octet-stream", "/setup.exe", b"MZ", "application/octet-stream"),
        ("text/javascript", "/a.js", b"alert(1)", "text/javascript"),
        ("", "/bare", b"hello", "unknown"),
        ("text/html", "/empty", b"<html><script>draw()</script></html>", "the page contains no text"),
        ("application/pdf", "/false.pdf", b"<html>Log in</html>", "damaged, or not a PDF"),
        ("text/plain", "/false.txt", b"%PDF-1.4 ...", "not what its name says"),
        ("text/plain", "/noise", bytes(range(256)) * 9, "not text"),
        ("application/xml", "/sitemap", b"<urlset><url/></urlset>", "neither an RSS nor an Atom feed"),
        ("application/rss+xml", "/none", b"<rss><channel/></rss>", "it has no entries"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    book: AddressBook, web: Web, folder: Path, kind: str, path: str, body: bytes, reason: str
) -> None:
    web.pages[path] = sent(body, kind)
    with pytest.raises(AddressError, match=reason):
        book.add(at(path))
    assert left(folder) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_told(book: AddressBook, folder: Path) -> None:
    folder.mkdir(mode=0o500)
    with pytest.raises(CorpusError, match="cannot write"):
        book.add(at("/talks"))
    folder.chmod(0o700)
    assert left(folder) == []


def test_a_page_that_is_too_large_once_it_is_unicode_leaves_no_record(web: Web, folder: Path) -> None:
    text = article("Паром", "Паром в Лунд ходит два раза в день, сказал капитан. " * 30)
    web.pages["/ru"] = sent(text.encode("koi8-r"), "text/html; charset=koi8-r")
    with pytest.raises(CorpusError, match="RAG_MAX_FILE_MB"):
        AddressBook(folder, len(text) + 100, network=web).add(at("/ru"))
    assert left(folder) == []


def test_the_same_address_is_added_once_unless_it_shall_replace(
    book: AddressBook, web: Web, folder: Path
) -> None:
    web.pages["/old"] = redirect("/talks")
    [source] = book.add(at("/old")).sources
    for again in ("/old", "/talks"):
        with pytest.raises(AddressError, match=f"already there, as {source}"):
            book.add(at(again))
    web.pages["/talks"] = sent(TALKS.replace("Tomas Berg", "Mara Lind"))
    assert book.add(at("/talks"), replace=True).sources == (source,)
    assert "Mara Lind" in read(folder)[source].text
    (folder / source).unlink()
    assert book.add(at("/old")).sources == (source,)


def test_the_same_bytes_at_another_address_are_there_already(
    book: AddressBook, web: Web, folder: Path
) -> None:
    web.pages["/print"] = sent(TALKS)
    [source] = book.add(at("/talks")).sources
    for replace in (False, True):
        with pytest.raises(AddressError, match=f"/print is already there, as {source}"):
            book.add(at("/print"), replace=replace)
    with pytest.raises(AddressError, match="/talks is already there"):
        book.add(at("/talks"))
    assert read(folder)[source].url == at("/talks")
    assert book.add(at("/talks"), replace=True).sources == (source,)  # it has not changed
    (folder / source).unlink()
    assert book.add(at("/print")).sources == (source,)
    assert read(folder)[source].url == at("/print")


def test_entries_of_one_text_are_one_article(book: AddressBook, web: Web, folder: Path) -> None:
    text = "The tide of Friday was 3 m high, the office of the harbour says."
    entries = [("Tides", at(f"/{n}"), text) for n in range(3)]
    web.pages["/rss"] = sent(feed_of(*entries), "text/xml")
    assert book.add(at("/rss")).sources == ("Tides.html",)
    assert read(folder)["Tides.html"].url == at("/0")


@pytest.mark.parametrize("paths", [("/talks", "/talks"), ("/talks", "/print"), ("/talks", "/other")])
def test_readers_who_add_at_the_same_time_lose_neither_article_nor_address(
    book: AddressBook, web: Web, folder: Path, paths: tuple[str, str]
) -> None:
    together = threading.Barrier(2)
    pages = {"/talks": TALKS, "/print": TALKS, "/other": TALKS.replace("Tomas Berg", "Mara Lind")}

    def after_both(page: Page) -> Page:
        def waiting(handler: BaseHTTPRequestHandler) -> None:
            together.wait(5)
            page(handler)

        return waiting

    web.pages = {path: after_both(sent(text)) for path, text in pages.items()}
    failed: list[str] = []

    def add(path: str) -> None:
        try:
            book.add(at(path))
        except CorpusError as error:
            failed.append(str(error))

    threads = [threading.Thread(target=add, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = {pages[path] for path in paths}
    assert len(failed) == 2 - len(texts)
    assert all("already there" in reason for reason in failed)
    assert {(folder / source).read_text() for source in read(folder)} == texts
    assert len(read(folder)) == len(list(folder.glob("*.html"))) == len(texts)
    assert all(one.url in map(at, paths) for one in read(folder).values())


def test_a_failure_to_write_leaves_the_record_of_what_is_there(web: Web, folder: Path) -> None:
    text = article("Паром", "Паром в Лунд ходит два раза в день, сказал капитан. " * 30)
    web.pages["/ru"] = sent(text.encode("koi8-r"), "text/html; charset=koi8-r")
    [source] = AddressBook(folder, LIMIT, network=web).add(at("/ru")).sources
    with pytest.raises(CorpusError, match="RAG_MAX_FILE_MB"):
        AddressBook(folder, len(text) + 100, network=web).add(at("/ru"), replace=True)
    assert read(folder)[source].url == at("/ru")


def test_another_file_of_its_name_is_not_taken_for_the_page(
    book: AddressBook, web: Web, folder: Path
) -> None:
    [source] = book.add(at("/talks")).sources
    (folder / source).write_text(article("Other", "A page of one's own, saved by hand under that name."))
    assert book.add(at("/talks")).sources == (source.replace(".html", " 2.html"),)
    assert read(folder)[source].url == ""


@pytest.mark.parametrize(
    "title", ["../../etc/cron.d/job", "..\\..\\x", "CON\0.html", ".hidden", "a" * 4000, "港" * 300, "???", ""]
)
def test_a_title_cannot_lead_out_of_the_folder(book: AddressBook, web: Web, folder: Path, title: str) -> None:
    web.pages["/talks"] = sent(TALKS.replace("Ferry talks: what next?", title))
    [source] = book.add(at("/talks")).sources
    assert "/" not in source
    assert not source.startswith(".")
    assert (folder / source).parent == folder
    assert len(left(folder)) == 2


@pytest.mark.parametrize("letter", ["a", "é", "港"])
def test_long_titles_that_begin_alike_are_all_added(
    book: AddressBook, web: Web, folder: Path, letter: str
) -> None:
    for n in range(12):
        web.pages[f"/{n}"] = sent(TALKS.replace("Ferry talks: what next?", letter * 400 + str(n)))
        book.add(at(f"/{n}"))
    assert {one.url for one in read(folder).values()} == {at(f"/{n}") for n in range(12)}


def test_an_encoding_that_only_the_header_names_is_kept(book: AddressBook, web: Web, folder: Path) -> None:
    text = article("Паром", "Паром в Лунд ходит два раза в день, сказал капитан Томас Берг в понедельник.")
    web.pages["/ru"] = sent(text.encode("koi8-r"), "text/html; charset=KOI8-R")
    [source] = book.add(at("/ru")).sources
    assert "капитан Томас Берг" in read(folder)[source].text


@pytest.mark.parametrize(
    "charset",
    [
        *("charset=nonsense", "charset=undefined", "charset=base64", "charset=idna", "charset=mbcs"),
        *("charset*=utf-8''a%00b", f"charset*{'7' * 5000}=utf-8", "charset*=x'y", "charset*=a; charset*0=b"),
    ],
)
def test_an_encoding_that_does_not_exist_is_passed_over(book: AddressBook, web: Web, charset: str) -> None:
    text = TALKS.replace("Tomas Berg", "Tomás Berg").encode("cp1252")
    web.pages["/odd"] = sent(text, f"text/html; {charset}")
    assert book.add(at("/odd")).sources


RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour news</title><link>http://news.example/</link>
<item><media:title>A picture</media:title><title>Pier opens</title><link>http://news.example/pier</link>
  <pubDate>Mon, 09 Jun 2025 10:15:00 GMT</pubDate><dc:creator>Ida Holm</dc:creator>
  <description>Short.</description>
  <content:encoded>&lt;p&gt;The new pier is 90 m long &amp;amp; made of oak.&lt;/p&gt;</content:encoded>
</item>
<item><title>Talks</title><link>/talks</link><description>A summary only.</description></item>
<item><title>Tides</title><description>The tide of Friday was 3 m high, the office says.</description></item>
<item><title>Inside</title><link>http://127.0.0.1/admin</link></item>
<item><title>Gone</title><link>http://news.example/gone</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>
<entry><title>Whole</title><link rel="self" href="http://news.example/api/1"/>
<link href="http://news.example/1"/><updated>2025-06-03T08:00:00Z</updated>
<author><name>J. Ruiz</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The library has 40,000 books.</p></div>
</content></entry>
<entry><title>Plain</title><link href="http://news.example/2"/>
<content>1 &lt; 2, wrote the clerk.</content></entry>
<entry><title>Marked up</title><link href="http://news.example/3"/>
<content type="html">&lt;p&gt;Lena Voss built it.&lt;/p&gt;</content></entry></feed>"""


def test_each_entry_of_an_rss_feed_becomes_an_article(book: AddressBook, web: Web, folder: Path) -> None:
    web.pages["/rss"] = sent(RSS, "application/rss+xml; charset=utf-8")
    web.hosts["127.0.0.1"] = [["127.0.0.1"]]
    added = book.add(at("/rss"))
    assert added.sources == ("Pier opens.html", "Ferry talks_ what next.html", "Tides.html")
    assert [one.source for one in added.skipped] == ["http://127.0.0.1/admin", at("/gone")]
    assert "private" in added.skipped[0].reason
    assert "127.0.0.1" not in web.reached
    found = read(folder)
    pier = found["Pier opens.html"]
    assert (pier.title, pier.author, pier.date) == ("Pier opens", "Ida Holm", "2025-06-09")
    assert pier.url == at("/pier")
    assert "90 m long & made of oak" in pier.text
    assert "Tomas Berg" in found["Ferry talks_ what next.html"].text  # a summary leads to its page
    assert found["Tides.html"].url.startswith(at("/rss#"))
    web.pages["/gone"] = sent(article("Found", "The lost page was found again by a reader on Friday."))
    again = book.add(at("/rss"))
    assert again.sources == ("Found.html",)
    assert sum("already there" in one.reason for one in again.skipped) == 3
    with pytest.raises(AddressError, match="no new article"):
        book.add(at("/rss"))


def test_atom_entries_are_read_as_what_they_are(book: AddressBook, web: Web, folder: Path) -> None:
    web.pages["/atom"] = sent(ATOM, "application/atom+xml")
    assert book.add(at("/atom")).sources == ("Whole.html", "Plain.html", "Marked up.html")
    found = read(folder)
    assert (found["Whole.html"].url, found["Whole.html"].date) == (at("/1"), "2025-06-03")
    assert "40,000 books" in found["Whole.html"].text
    assert "1 < 2, wrote the clerk." in found["Plain.html"].text
    assert "Lena Voss built it." in found["Marked up.html"].text


def feed_of(*entries: tuple[str, str, str]) -> str:
    """An RSS feed of entries with the whole text: title, link, text."""
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><content:encoded>{text}</content:encoded></item>"
        for title, link, text in entries
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f"<rss {space}><channel>{items}</channel></rss>"


@pytest.mark.parametrize(
    "link",
    [
        *("https://gazette.example/talks", "//gazette.example/x", "http://news.example:8080/x"),
        *("http://sub.news.example/x", "http://news.example@gazette.example/x", "http://news.example.org/"),
        *("mailto:ida@news.example", "javascript:alert(1)", "data:text/html,x", "http://[bad/", "urn:1:2"),
        *("http://news.example/" + "x" * 3000, ""),
    ],
)
def test_a_feed_cannot_say_that_its_text_is_from_elsewhere(
    book: AddressBook, web: Web, folder: Path, link: str
) -> None:
    text = "The mayor of Lund resigned on Friday, two readers told this page."
    web.pages["/rss"] = sent(feed_of(("Mayor resigns", link, text)), "text/xml")
    book.add(at("/rss"))
    [found] = read(folder).values()
    assert found.url.startswith(at("/rss#"))
    with pytest.raises(AddressError, match="already there"):
        book.add(at("/rss"))


def test_an_entry_that_links_elsewhere_can_be_replaced_and_its_page_added(
    book: AddressBook, web: Web
) -> None:
    link = "http://gazette.example/talks"
    for times in (1, 2):  # the text is edited, the link stays
        text = "The talks of Lund went on until Friday night. " * times
        web.pages["/rss"] = sent(feed_of(("Digest", link, text)), "text/xml")
        assert book.add(at("/rss"), replace=True).sources == ("Digest.html",)
    assert book.add(link).sources == ("Ferry talks_ what next.html",)


def test_an_entry_that_cannot_be_written_does_not_stop_the_feed(web: Web, folder: Path) -> None:
    text = article("Паром", "Паром в Лунд ходит два раза в день, сказал капитан. " * 30)
    web.pages["/ru"] = sent(text.encode("koi8-r"), "text/html; charset=koi8-r")
    tide = "The tide of Friday was 3 m high, the office of the harbour says."
    entries = ("Talks", at("/talks"), ""), ("Ferry", at("/ru"), ""), ("Tides", "", tide)
    web.pages["/rss"] = sent(feed_of(*entries), "text/xml")
    added = AddressBook(folder, len(text) + 100, network=web).add(at("/rss"))
    assert added.sources == ("Ferry talks_ what next.html", "Tides.html")
    [skipped] = added.skipped
    assert skipped.source == at("/ru")
    assert "RAG_MAX_FILE_MB" in skipped.reason


def test_a_feed_is_bounded_in_time_whether_its_entries_have_a_text_or_a_link(web: Web, folder: Path) -> None:
    entries = ("Tides", "", "The tide of Friday was 3 m high, they say."), ("Talks", at("/talks"), "")
    web.pages["/rss"] = sent(feed_of(*entries), "text/xml")
    with pytest.raises(AddressError, match="no time left"):
        AddressBook(folder, LIMIT, network=web, feed_seconds=0).add(at("/rss"))
    assert left(folder) == []


def test_a_feed_is_bounded_in_entries(book: AddressBook, web: Web, folder: Path) -> None:
    items = "".join(
        f"<item><title>Note {n}</title><description>The height of day {n} was {n} m.</description></item>"
        for n in range(500)
    )
    web.pages["/rss"] = sent(f"<rss><channel>{items}</channel></rss>", "text/xml")
    added = book.add(at("/rss"))
    assert (len(added.sources), added.sources[0]) == (20, "Note 0.html")
    assert added.skipped[-1].reason == "its 480 older entries were left out"


def test_entities_of_a_feed_are_not_unfolded_nor_fetched(book: AddressBook, web: Web, folder: Path) -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    kinds = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{bomb}<!ENTITY own SYSTEM "file:///etc/passwd">]>'
    text = "<title>&a11;Loud</title><description>It says &own; and &a11; and no more.</description>"
    web.pages["/rss"] = sent(f"{kinds}<rss><channel><item>{text}</item></channel></rss>", "text/xml")
    with pytest.raises(AddressError, match="declares entities"):
        book.add(at("/rss"))
    web.pages["/dtd"] = sent(f'<!DOCTYPE rss SYSTEM "{at("/rss")}">{RSS[22:]}', "text/xml")
    assert "Pier opens.html" in book.add(at("/dtd")).sources
    assert [path for _, path in web.asked].count("/rss") == 1


def test_records_that_are_not_ours_are_passed_over(book: AddressBook, folder: Path) -> None:
    [source] = book.add(at("/talks")).sources
    [record] = (folder / ".fetched").iterdir()
    for broken in (
        "{",
        "[]",
        '{"url": "javascript:alert(1)", "fetched": "2026-01-01"}',
        '"' + "x" * 20_000 + '"',
    ):
        record.write_text(broken)
        assert read(folder)[source].fetched == ""
    keep_provenance(folder, "0" * 64, Provenance("https://a.example/", "", "2026-01-01", "", "", "../../x"))
    assert book.add(at("/talks"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_record_is_a_small_regular_file_of_the_folder(
    book: AddressBook, folder: Path, tmp_path: Path
) -> None:
    [source] = book.add(at("/talks")).sources
    [record] = (folder / ".fetched").iterdir()
    outside = tmp_path / "record.json"
    record.rename(outside)
    for make in (
        lambda: os.mkfifo(record),
        lambda: record.symlink_to("/dev/zero"),
        lambda: record.symlink_to(outside),
        lambda: record.symlink_to(record),
        lambda: record.mkdir(),
    ):
        make()
        assert within(5, lambda: read(folder)[source].fetched) == ""
        assert within(5, lambda: FetchedBefore(folder, LIMIT).source_of(at("/talks"))) == ""
        record.rmdir() if record.is_dir() else record.unlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_the_source_of_a_record_is_a_regular_file_of_the_folder(
    book: AddressBook, folder: Path, tmp_path: Path
) -> None:
    book.add(at("/talks"))
    [record] = (folder / ".fetched").iterdir()
    (tmp_path / "outside.html").write_text(TALKS)
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    os.mkfifo(folder / "pipe.html")
    for source in ("../outside.html", str(tmp_path / "outside.html"), "link.html", "pipe.html", "/dev/zero"):
        keep_provenance(folder, record.stem, Provenance(at("/talks"), "", "2026-01-01", "", "", source))
        assert within(5, lambda: FetchedBefore(folder, LIMIT).source_of(at("/talks"))) == ""


def within(seconds: float, act: Callable[[], str]) -> str:
    """What it returns, unless it takes longer."""
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(act()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it did not end, or failed"
    return found[0]


def test_settings_can_forbid_it(web: Web, tmp_path: Path) -> None:
    for changes, reason in (({"read_only": True}, "RAG_READ_ONLY"), ({"fetch": "off"}, "RAG_FETCH")):
        bot = Chatbot(make_settings(tmp_path, **changes), network=web)
        with pytest.raises(CorpusError, match=reason):
            bot.add_address(at("/talks"))
    assert web.asked == []


def test_one_page_that_stops_the_reader_is_refused(web: Web, folder: Path, tmp_path: Path) -> None:
    from tests.articles.test_reader import FAKE, Reader

    web.pages["/slow"] = sent("sleep", "text/plain")
    with_slow = Reader(seconds=1, command=FAKE)
    with pytest.raises(AddressError, match="took longer than 1 s"):
        AddressBook(folder, LIMIT, network=web, reader=with_slow).add(at("/slow"))
    with_slow.close()
    assert left(folder) == []


@pytest.fixture(scope="module", autouse=True)
def reader_ends() -> Iterator[None]:
    yield
    single_reader.close()
