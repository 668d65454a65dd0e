"""Feeds added by address: each entry an article, bounded, and from no other host than its feed."""

from pathlib import Path

import pytest

from rag.articles.address import AddressBook
from rag.errors import AddressError
from tests.fakes.addresses import LIMIT, at, left, read
from tests.fakes.web import Web, article, sent

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


def test_entries_of_one_text_are_one_article(book: AddressBook, web: Web, folder: Path) -> None:
    text = "The tide of Friday was 3 m high, the office of the harbour says."
    entries = [("Tides", at(f"/{n}"), text) for n in range(3)]
    web.pages["/rss"] = sent(feed_of(*entries), "text/xml")
    assert book.add(at("/rss")).sources == ("Tides.html",)
    assert read(folder)["Tides.html"].url == at("/0")
