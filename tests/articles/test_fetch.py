"""Fetching an address: only from public hosts, by whatever way one is led elsewhere, and always bounded."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.articles.fetch import fetch
from rag.articles.public import is_public
from rag.errors import AddressError
from tests.fakes.web import PUBLIC, Web, a_web, dripping, redirect, sent, zipped

LIMIT = 100_000
PAGE = "http://news.example/talks"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web({"/talks": sent("<p>The talks resumed.</p>")}) as web:
        yield web


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "192.0.2.7", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.9.9.9", "240.0.0.1"),
        *("255.255.255.255", "192.88.99.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1"),
        *("ff02::1", "ff0e::1", "2001:db8::1", "3fff::1", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("::127.0.0.1", "2002:7f00:1::1", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("64:ff9b:1::808:808", "", "localhost", "0x7f.1", "2130706433", "127.1"),
    ],
)
def test_no_address_within_a_machine_a_network_or_a_range_kept_free_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"]
)
def test_hosts_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_page_is_fetched_by_its_name_from_the_address_that_was_checked(web: Web) -> None:
    web.hosts["news.example"] = [["2606:4700::1111", PUBLIC]]
    found = fetch(f"{PAGE}#more", LIMIT, network=web)
    assert (found.url, found.kind, found.data) == (PAGE, "text/html", b"<p>The talks resumed.</p>")
    assert web.reached == ["2606:4700::1111"]
    assert web.asked == [("news.example", "/talks")]


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["::1"], ["169.254.169.254"], [PUBLIC, "10.0.0.7"], ["10.0.0.7", PUBLIC], ["fe80::1%1"]],
)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(web: Web, addresses: list[str]) -> None:
    web.hosts["news.example"] = [addresses]
    with pytest.raises(AddressError, match=r"news\.example is in a private or local network"):
        fetch(PAGE, LIMIT, network=web)
    assert web.reached == []


def test_where_a_private_name_leads_is_not_told(web: Web) -> None:
    web.hosts["wiki.corp"] = [["10.20.30.40"]]
    with pytest.raises(AddressError) as caught:
        fetch("http://wiki.corp/", LIMIT, network=web)
    assert "10.20" not in str(caught.value)


def test_a_name_server_that_changes_its_answer_gains_nothing(web: Web) -> None:
    web.hosts["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert fetch("http://rebind.example/talks", LIMIT, network=web).data
    assert web.reached == [PUBLIC]  # one look-up for the check and the connection
    web.pages["/again"] = redirect("http://rebind.example/talks")
    with pytest.raises(AddressError, match="private or local network"):
        fetch("http://rebind.example/again", LIMIT, network=web)
    assert web.reached == [PUBLIC]


@pytest.mark.parametrize("written", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_refused_with_the_systems_own_resolver(written: str) -> None:
    with pytest.raises(AddressError, match="private or local"):
        fetch(f"http://{written}/", LIMIT)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://127.0.0.1/", "private or local network"),
        ("//127.0.0.1/x", "private or local network"),
        ("http://inside.example/", "private or local network"),
        ("file:///etc/passwd", "not an http or https address"),
        ("ftp://news.example/x", "not an http or https address"),
        ("gopher://news.example:6379/_FLUSHALL", "not an http or https address"),
        ("data:text/html,<p>x</p>", "not an http or https address"),
        ("http://user:secret@news.example/", "name or password"),
        ("http://[bad/", "not an address"),
    ],
)
def test_each_redirect_is_checked_as_the_first_address_was(web: Web, target: str, reason: str) -> None:
    web.hosts |= {"inside.example": [["192.168.0.9"]], "127.0.0.1": [["127.0.0.1"]]}
    web.pages["/away"] = redirect(target)
    with pytest.raises(AddressError, match=reason):
        fetch("http://news.example/away", LIMIT, network=web)
    assert web.asked == [("news.example", "/away")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_five_times(web: Web, status: int) -> None:
    for n in range(6):
        web.pages[f"/{n}"] = redirect(f"{n + 1}", status)
    web.pages["/5"] = redirect("/talks", status)
    assert fetch("http://news.example/1", LIMIT, network=web).url == PAGE
    with pytest.raises(AddressError, match="redirects more than 5 times"):
        fetch("http://news.example/0", LIMIT, network=web)
    web.pages["/loop"] = redirect("/loop", status)
    with pytest.raises(AddressError, match="redirects more than 5 times"):
        fetch("http://news.example/loop", LIMIT, network=web)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://news.example/", "not an http or https address"),
        ("file:///etc/passwd", "not an http or https address"),
        ("http://", "not an address"),
        ("http://a b/", "not an address"),
        ("http://news.example:99999/", "not an address"),
        ("http://ada:secret@news.example/", "name or password"),
        ("http://news.example/" + "x" * 3000, "longer than"),
        ("http://news.example/" + "港" * 300, "longer than"),
        ("http://news.example/" + "x" * 100_000, "not an address"),
        ("http://\0/", "not an address"),
        ("", "not an address"),
    ],
)
def test_what_is_no_web_address_is_told_apart(web: Web, address: str, reason: str) -> None:
    with pytest.raises(AddressError, match=reason) as caught:
        fetch(address, LIMIT, network=web)
    assert "secret" not in str(caught.value)
    assert web.reached == []


def test_a_host_that_is_not_there_and_a_page_that_is_not_there_are_told(web: Web) -> None:
    web.hosts["gone.example"] = [[]]
    with pytest.raises(AddressError, match=r"there is no host 'gone\.example'"):
        fetch("http://gone.example/", LIMIT, network=web)
    with pytest.raises(AddressError, match="answered 404"):
        fetch("http://news.example/none", LIMIT, network=web)


def test_size_is_bounded_as_sent_as_announced_and_as_unpacked(web: Web) -> None:
    endless = dripping(HEAD + b"\r\n", b"x" * 50_000, 0)
    bomb = zipped(b"\0" * 50_000_000)
    web.pages |= {"/long": sent(b"x" * (LIMIT + 1)), "/endless": endless, "/bomb": bomb}
    web.pages["/full"] = zipped(b"y" * LIMIT)
    for path in ("long", "endless", "bomb"):
        with pytest.raises(AddressError, match=r"larger than 0\.1 MB"):
            fetch(f"http://news.example/{path}", LIMIT, network=web)
    assert fetch("http://news.example/full", LIMIT, network=web).data == b"y" * LIMIT


def test_a_packing_that_was_not_asked_for_or_broke_off_is_refused(web: Web) -> None:
    web.pages["/br"] = sent(b"\x8b\x02\x80", Content_Encoding="br")
    web.pages["/twice"] = sent(b"x", Content_Encoding="gzip, gzip")
    web.pages["/false"] = sent(b"not packed", Content_Encoding="gzip")
    web.pages["/torn"] = sent(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb", Content_Encoding="gzip")
    for path, reason in (
        ("br", "not asked"), ("twice", "not asked"), ("false", "as a web server"), ("torn", "broke off"),
    ):  # fmt: skip
        with pytest.raises(AddressError, match=reason):
            fetch(f"http://news.example/{path}", LIMIT, network=web)


@pytest.mark.parametrize("head", [HEAD + b"\r\n", HEAD + b"X-Slow: ", b""], ids=["body", "headers", "status"])
def test_time_is_bounded_for_the_whole_however_slowly_it_drips(web: Web, head: bytes) -> None:
    web.pages["/drip"] = dripping(head, b"x", 0.1)
    began = time.monotonic()
    with pytest.raises(AddressError, match="took longer than 1 s"):
        fetch("http://news.example/drip", LIMIT, seconds=1, network=web)
    assert 0.9 < time.monotonic() - began < 3


def test_a_name_server_that_is_silent_is_not_waited_for(web: Web) -> None:
    web.delay = threading.Event()
    began = time.monotonic()
    with pytest.raises(AddressError, match="took longer"):
        fetch(PAGE, LIMIT, seconds=0.5, network=web)
    assert time.monotonic() - began < 3
    web.delay.set()


def certificate(folder: Path, name: str) -> Path:
    """A certificate for a name, signed by itself, with its key."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(who, who, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / f"{name}.pem"
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    path.write_bytes(signed + key.private_bytes(*kind))
    return path


def test_a_certificate_must_be_valid_for_the_name_not_for_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = certificate(tmp_path, "news.example")
    with a_web({"/talks": sent("<p>The talks resumed.</p>")}, own) as web:
        with pytest.raises(AddressError, match=r"certificate of news\.example is not valid"):
            fetch("https://news.example/talks", LIMIT, network=web)
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        assert fetch("https://news.example/talks", LIMIT, network=web).data
        with pytest.raises(AddressError, match=r"certificate of other\.example is not valid"):
            fetch("https://other.example/talks", LIMIT, network=web)


def test_a_server_that_speaks_no_http_is_told(web: Web) -> None:
    web.pages["/ssh"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n") and None
    with pytest.raises(AddressError, match="not answer as a web server"):
        fetch("http://news.example/ssh", LIMIT, network=web)


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(PAGE, LIMIT, network=web).data
