"""Run a server: update the index, load the models in the background, and shut down gracefully."""

import logging
import signal
import sys
import threading
import time

from starlette.types import ASGIApp

from rag.chatbot import Chatbot
from rag.errors import RagError, SettingsError
from rag.serve.access import AccessChecks
from rag.serve.api import build_api
from rag.serve.gate import Gate
from rag.serve.headers import SecurityHeaders
from rag.serve.logs import prints_logged, set_up_logs
from rag.serve.routes import api_routes
from rag.serve.server import Server
from rag.serve.watch import Watch
from rag.settings import Settings

log = logging.getLogger("article_qa")
_DELIVERY_S = 1  # for the last answers to be sent
_LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def app() -> ASGIApp:
    """The API on its own, for your own server: `uvicorn --factory rag.serve.run:app`.

    Raises:
        RagError: if a setting is wrong.
    """
    settings = Settings.load()
    set_up_logs(settings)
    return guarded(Chatbot(settings), Gate(settings))


def guarded(chatbot: Chatbot, gate: Gate) -> ASGIApp:
    """Return the API behind its access checks.

    Raises:
        SettingsError: if readers have to log in, which only the page supports, and no key is set.
    """
    settings = chatbot.settings
    if settings.auth and not settings.api_key.get_secret_value():
        raise SettingsError("RAG_AUTH is for the page: set RAG_API_KEY to the key that programs must send")
    access = AccessChecks(build_api(chatbot, gate), settings, api_routes(settings), gate.refused)
    return SecurityHeaders(Watch(access))


def serve(settings: Settings) -> None:
    """Serve the API until the process is asked to stop; running answers are finished first.

    Raises:
        RagError: if the index cannot be built, a setting is wrong, or the port is taken.
    """
    chatbot = opened(settings)
    gate = Gate(settings)
    behind = guarded(chatbot, gate)
    try:
        server = Server(behind, settings)
    except OSError:
        raise cannot_listen(settings) from None
    if settings.host not in _LOOPBACK and not settings.api_key.get_secret_value():
        print("warning: anyone who reaches this server may ask: set RAG_API_KEY", file=sys.stderr)
    print(f"serving http://{settings.host}:{settings.port}/docs", file=sys.stderr)
    until_signalled(chatbot, gate)
    server.close()


def opened(settings: Settings) -> Chatbot:
    """Return a chatbot with an up-to-date index; sets up logs and reports skipped files on stderr.

    Raises:
        RagError: if the index cannot be built, or a setting is wrong.
    """
    set_up_logs(settings)
    chatbot = Chatbot(settings)
    report = chatbot.sync()
    if report.held:
        print(f"warning: {report.held}", file=sys.stderr)
    for skipped in report.skipped:
        print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    return chatbot


def cannot_listen(settings: Settings) -> SettingsError:
    where = f"{settings.host}:{settings.port}"
    return SettingsError(f"cannot listen on {where}: set RAG_PORT to another port, or RAG_HOST")


def until_signalled(chatbot: Chatbot, gate: Gate) -> None:
    """Load the models, and return once the process is asked to stop and running answers have ended."""
    threading.Thread(target=_warm_up, args=[chatbot], name="warm-up", daemon=True).start()
    signalled = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: signalled.set())
    with prints_logged():
        signalled.wait()
        log.info("shutting down")
        if not gate.close(chatbot.settings.deadline_s):
            log.warning("some answers did not finish in time")
        time.sleep(_DELIVERY_S)


def _warm_up(chatbot: Chatbot) -> None:
    try:
        chatbot.warm_up()
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
