"""The page's HTTP server, in its own thread, and its connection limit."""

import socket
import threading
import time

import uvicorn
from starlette.types import ASGIApp

from rag.serve.connections import BoundedProtocol
from rag.settings import Settings

_CONNECTIONS = 1000  # at a time; each reader's page holds two or three
_STARTS_S, _ENDS_S = 30, 5


class Server:
    """Serves from construction until `close`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """
        Raises:
            OSError: if the server cannot listen on the address.
        """
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listening = socket.create_server(
            (settings.host.strip("[]"), settings.port), family=family, backlog=256
        )
        proxies = [one.strip() for one in settings.trusted_proxies.split(",") if one.strip()]
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="warning",
                access_log=False,
                http=BoundedProtocol,  # of h11: the faster parser accepts headers of any length
                ws="none",
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=proxies,
                limit_concurrency=_CONNECTIONS,
                timeout_graceful_shutdown=_ENDS_S,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, args=[[listening]], name="server", daemon=True
        )
        self._thread.start()
        until = time.monotonic() + _STARTS_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                listening.close()
                raise OSError("the server did not start")
            time.sleep(0.001)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=2 * _ENDS_S)
