"""Fetch one address: http or https, from public hosts only, bounded in size, time and redirects.

This is the only place in the program that fetches what a reader names. Redirects are followed here, each
checked as the first address was.
"""

import re
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message

import httpcore
from httpx import URL, InvalidURL

from rag.articles.network import Internet, Network, PublicOnly
from rag.errors import AddressError
from rag.version import package_version

FETCH_S = 20.0  # for one address with its redirects, from the name's resolution to the last byte
MAX_REDIRECTS = 5
_MAX_URL_CHARS = 2000
_MAX_HEADER_CHARS = 2 * _MAX_URL_CHARS  # read of one: email's parser takes quadratic time
_REDIRECTS = (301, 302, 303, 307, 308)
_HOST = re.compile(rb"[a-zA-Z0-9._:-]{1,255}")
_GZIP = 31  # zlib's window bits for it


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address returned: `url` is the last one, after redirects; `kind` its content type without
    parameters, in lower case; `charset` the one of its header, or "".
    """

    url: str
    kind: str
    charset: str
    data: bytes


def fetch(address: str, max_bytes: int, seconds: float = FETCH_S, network: Network | None = None) -> Fetched:
    """Return what is at an http or https address; without a scheme it is taken as https.

    `seconds` is the time limit for everything together, however slowly the bytes come; `max_bytes` bounds
    them as sent and as unpacked.

    Raises:
        AddressError: if the address or one that it redirects to is not allowed, or fetching it fails.
    """
    until = time.monotonic() + seconds
    url = checked_url(address)
    backend = PublicOnly(network or Internet(), until)
    for _ in range(MAX_REDIRECTS + 1):
        with _faults_of(url, seconds), _connections(backend) as pool:
            found = _request(pool, url, max_bytes)
        if isinstance(found, Fetched):
            return found
        url = _allowed(found)
    raise AddressError(f"{address} redirects more than {MAX_REDIRECTS} times")


def checked_url(address: str) -> URL:
    """Return an address without its fragment.

    Raises:
        AddressError: if it is not an http or https address, or has a password in it.
    """
    text = address.strip()
    try:
        return _allowed(URL(text if "://" in text else f"https://{text}"))
    except (InvalidURL, ValueError) as error:
        raise AddressError(f"{text[:100]!r} is not an address") from error


def _allowed(url: URL) -> URL:
    shown = f"{url.scheme}://{url.host}{url.path}"[:100]  # without a password
    if url.scheme not in ("http", "https"):
        raise AddressError(f"{shown} is not an http or https address")
    if not _HOST.fullmatch(url.raw_host) or not 0 < (url.port or 80) < 65536:
        raise AddressError(f"{shown} is not an address")
    if len(str(url)) > _MAX_URL_CHARS:  # as it is sent and stored: with what had to be escaped
        raise AddressError(f"{shown}… is longer than {_MAX_URL_CHARS} characters")
    if url.userinfo:
        raise AddressError(f"{shown} is to be fetched with a name or password: only open pages are")
    return url.copy_with(fragment=None)


def _request(pool: httpcore.ConnectionPool, url: URL, max_bytes: int) -> Fetched | URL:
    """Return what is there, or the address it redirects to."""
    port = url.port or (443 if url.scheme == "https" else 80)
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=url.raw_path)
    headers = [
        ("Host", url.netloc.decode("ascii")),
        ("User-Agent", f"article-qa/{package_version()}"),
        ("Accept", "text/html, application/xhtml+xml, application/pdf, */*;q=0.8"),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
    ]
    with pool.stream("GET", target, headers=headers) as response:
        sent = Message()
        for name, value in response.headers:
            sent[name.decode("latin-1")] = value.decode("latin-1")[:_MAX_HEADER_CHARS]
        if response.status in _REDIRECTS and sent["location"]:
            return _joined(url, str(sent["location"]))
        if response.status != 200:
            raise AddressError(f"{url} answered {response.status}")
        size = str(sent["content-length"] or "0")
        if size.isdecimal() and len(size) < 16 and int(size) > max_bytes:
            raise _too_large(url, max_bytes)
        packing = str(sent["content-encoding"] or "identity").strip().lower()
        data = _body(url, response.iter_stream(), packing, max_bytes)
        kind = sent.get_content_type() if sent["content-type"] else ""
        return Fetched(str(url), kind, _charset(sent), data)


def _charset(sent: Message) -> str:
    try:
        return sent.get_content_charset("").lower()
    except (TypeError, ValueError):  # email's parser, of parts that are numbered wrongly (RFC 2231)
        return ""


def _joined(url: URL, location: str) -> URL:
    try:
        return url.join(location)
    except (InvalidURL, ValueError) as error:
        raise AddressError(f"{url} redirects to {location[:100]!r}, which is not an address") from error


def _body(url: URL, parts: Iterable[bytes], packing: str, max_bytes: int) -> bytes:
    if packing not in ("identity", "gzip", "x-gzip"):
        raise AddressError(f"{url} sends its text packed as {packing[:20]!r}, which was not asked for")
    inflate = None if packing == "identity" else zlib.decompressobj(_GZIP)
    whole, read = bytearray(), 0
    for part in parts:
        read += len(part)
        # One byte more than is allowed is enough to know, so a bomb never unfolds.
        whole += inflate.decompress(part, max_bytes - len(whole) + 1) if inflate else part
        if max(read, len(whole)) > max_bytes:
            raise _too_large(url, max_bytes)
    if inflate and not inflate.eof:
        raise AddressError(f"{url} broke off in the middle")
    return bytes(whole)


def _too_large(url: URL, max_bytes: int) -> AddressError:
    return AddressError(f"{url} is larger than {max_bytes / 1e6:g} MB (RAG_MAX_FILE_MB)")


@contextmanager
def _connections(backend: httpcore.NetworkBackend) -> Iterator[httpcore.ConnectionPool]:
    with httpcore.ConnectionPool(max_connections=1, network_backend=backend) as pool:
        yield pool


@contextmanager
def _faults_of(url: URL, seconds: float) -> Iterator[None]:
    """Turn what the libraries raise into our error, by type."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise AddressError(f"{url} took longer than {seconds:g} s") from error
    except (httpcore.ProtocolError, zlib.error) as error:
        raise AddressError(f"{url} did not answer as a web server does") from error
    except (httpcore.NetworkError, httpcore.UnsupportedProtocol, OSError) as error:
        if isinstance(error.__context__, ssl.SSLCertVerificationError):
            raise AddressError(f"the certificate of {url.host} is not valid for it") from error
        raise AddressError(f"{url.host} cannot be reached") from error
