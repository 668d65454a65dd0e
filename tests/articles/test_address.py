"""Articles added by address: stored as fetched, under their title, with the address kept for good."""

import os
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from rag import Chatbot
from rag.articles.address import AddressBook
from rag.errors import AddressError, CorpusError
from tests.conftest import make_settings
from tests.fakes.addresses import LIMIT, TALKS, at, left, read
from tests.fakes.documents import lines, pdf
from tests.fakes.web import Page, Web, article, redirect, sent


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
