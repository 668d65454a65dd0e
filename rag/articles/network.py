"""Connections to public addresses only, each wait on them ending at one deadline.

A name is resolved once for a connection, and the connection goes to the very address that was checked, so
that a name server that answers differently the second time (DNS rebinding) gains nothing; TLS and `Host`
still get the name. Proxies from the environment are not used: behind one, no address could be checked.
"""

import ssl
import threading
import time
from collections.abc import Sequence
from typing import Any, Protocol

import httpcore

from rag.articles.public import is_public
from rag.errors import AddressError

_MAX_ADDRESSES = 8  # of one name


class Network(Protocol):
    """Names to addresses, and addresses to connections; a test has its own."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the IP addresses of a host name.

        Raises:
            OSError: if it has none.
        """

    def connect(self, address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        """Connect to an IP address.

        Raises:
            OSError, httpcore.NetworkError, httpcore.TimeoutException: if that fails.
        """


class Internet:
    """The operating system's resolver and sockets."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        import socket

        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(one[4][0]) for one in found))

    def connect(self, address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        return httpcore.SyncBackend().connect_tcp(address, port, timeout_s)


class PublicOnly(httpcore.NetworkBackend):
    """Connects to public addresses, within one deadline for all connections."""

    def __init__(self, network: Network, until: float) -> None:
        self._network, self._until = network, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 — the deadline is ours
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Any = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        addresses = self._resolved(host, port)[:_MAX_ADDRESSES]
        if not all(map(is_public, addresses)):  # the message does not say where it leads
            raise AddressError(f"{host} is in a private or local network, from which nothing is fetched")
        for tried, address in enumerate(addresses):
            seconds = _left(self._until) / (len(addresses) - tried)
            try:
                return _Timed(self._network.connect(address, port, seconds), self._until)
            except (httpcore.NetworkError, httpcore.TimeoutException, OSError):
                continue
        raise httpcore.ConnectError(host)

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread: the system's resolver has no time limit."""
        found: list[Sequence[str]] = []

        def resolve() -> None:
            try:
                found.append(self._network.resolve(host, port))
            except (OSError, UnicodeError):
                found.append(())

        thread = threading.Thread(target=resolve, name="resolve", daemon=True)
        thread.start()
        thread.join(_left(self._until))
        if not found:
            raise httpcore.ConnectTimeout(host)
        if not found[0]:
            raise AddressError(f"there is no host {host!r}")
        return found[0]


class _Timed(httpcore.NetworkStream):
    """A connection on which every wait ends at the deadline: also one for a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, _left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._until))
        return _Timed(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("deadline")
    return left
