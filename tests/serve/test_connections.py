"""A reply that nobody reads does not hold its connection for ever."""

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from rag.serve.connections import BoundedProtocol


class Transport(asyncio.Transport):
    aborted = False

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize(("reads", "given_up"), [(True, False), (False, True)])
def test_a_reader_has_a_while_to_read_what_was_sent(
    reads: bool, given_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.serve.connections._UNREAD_S", 0.05)

    async def served() -> bool:
        async def app(*_: Any) -> None: ...

        transport = Transport()
        protocol = BoundedProtocol(uvicorn.Config(app, log_config=None), ServerState(), {})
        protocol.connection_made(transport)
        protocol.pause_writing()
        if reads:
            protocol.resume_writing()
        await asyncio.sleep(0.2)
        protocol.connection_lost(ConnectionError())
        return transport.aborted

    assert asyncio.run(served()) == given_up
