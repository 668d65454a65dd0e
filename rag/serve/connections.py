"""Connections of one client: how many at a time, and how long one may neither send nor read.

Behind them are limits for all clients together (`rag/serve/server.py`), which one client could otherwise
use up for all others.
"""

import asyncio
from functools import lru_cache
from ipaddress import ip_address, ip_network

from uvicorn.protocols.http.h11_impl import H11Protocol

from rag.serve.quotas import client_of

_PER_CLIENT = 200  # a page holds two or three
_THIS_MACHINE = ("127.0.0.1", "::1")
_HEAD_S = 20  # for a whole request head, from the connection or from the end of the previous reply
_UNREAD_S = 60  # that a reply may wait for its reader


class BoundedProtocol(H11Protocol):
    """Uvicorn's HTTP protocol with a limit per client, and deadlines for a request's head and for readers.

    A proxy is one client: this machine and the trusted proxies may open as many connections as there are.
    """

    _silence: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._crowded():
            transport.abort()
            return
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        self._was_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(_UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        self._was_read()
        super().resume_writing()

    def _was_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._answering():
            self._head_came()
        else:
            self._expect_head()

    def _crowded(self) -> bool:
        if self.client is None or self.client[0] in _THIS_MACHINE or self._is_proxy(self.client[0]):
            return False
        ours = client_of(self.client[0])
        others = (getattr(one, "client", None) for one in self.connections)
        return sum(other is not None and client_of(other[0]) == ours for other in others) > _PER_CLIENT

    def _is_proxy(self, address: str) -> bool:
        proxies = self.config.forwarded_allow_ips
        return isinstance(proxies, list) and _among(address, tuple(proxies))

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect_head(self) -> None:
        if self._silence is None:
            self._silence = self.loop.call_later(_HEAD_S, self._give_up)

    def _head_came(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _give_up(self) -> None:
        self._silence = None
        if not self._answering() and not self.transport.is_closing():
            self.transport.abort()


@lru_cache(maxsize=1024)
def _among(address: str, networks: tuple[str, ...]) -> bool:
    return any(ip_address(address) in ip_network(one, strict=False) for one in networks)
