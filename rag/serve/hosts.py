"""Check where requests come from: the names the page is reached by, and the pages that may call it.

A browser sends a reader's cookies, and reaches the reader's own machine, on behalf of any page that tells
it to. Only `Host`, `Origin` and `Sec-Fetch-Site` distinguish that page from ours (Fetch Standard; W3C Fetch
Metadata).
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from rag.settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ANY = frozenset({"0.0.0.0", "[::]"})  # noqa: S104  # where to listen, and no name of anything
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_PORTS = {"http": "80", "https": "443"}


def known_hosts(settings: Settings) -> frozenset[str]:
    """Return the names the page answers to, in lower case, an IPv6 address in brackets."""
    named = [settings.host, *settings.allowed_hosts.split(",")]
    names = {_bracketed(name.strip().lower()) for name in named if name.strip()}
    return (_LOOPBACK | names) - _ANY


def may_fetch(settings: Settings) -> bool:
    """Whether articles may be added by address through the page.

    Unless the settings say so, not on a page that others reach: one that listens on more than this machine,
    has a name of its own, stands behind a proxy, or has readers who log in.
    """
    others = bool(settings.allowed_hosts or settings.trusted_proxies or settings.auth)
    public = others or _bracketed(settings.host.strip().lower()) not in _LOOPBACK
    return not settings.read_only and (settings.fetch == "on" or (settings.fetch == "auto" and not public))


def host_name(header: str) -> str | None:
    """Return the name in a `Host` header, without its port; None if it is not one."""
    match = _HOST.fullmatch(header.lower())
    return match["name"] if match else None


def from_elsewhere(headers: Mapping[str, str], scheme: str, path: str, method: str) -> bool:
    """Whether a request was made by another page than ours.

    `headers` has lower-case names; `scheme` is the connection's. Any page may link to the page itself;
    nothing else may be loaded, framed or called from another site.
    """
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is not None:
        return not _is_own(origin, host, scheme)
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return False
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return not (path == "/" and method == "GET" and followed)


def _is_own(origin: str, host: str, scheme: str) -> bool:
    """Whether an origin is the page as this request reaches it.

    Behind a proxy that terminates TLS the connection is HTTP, while the origin correctly says HTTPS.
    """
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return False
    if parts.scheme not in _PORTS or (scheme == "https" and parts.scheme == "http"):
        return False
    return origin.lower() == f"{parts.scheme}://{parts.netloc}" and (
        _with_port(parts.netloc, parts.scheme) == _with_port(host.lower(), parts.scheme) is not None
    )


def _with_port(host: str, scheme: str) -> str | None:
    match = _HOST.fullmatch(host)
    return f"{match['name']}:{match['port'] or _PORTS[scheme]}" if match else None


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name
