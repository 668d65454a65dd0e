"""`python -m ui`: bring the index up to date, open the page, warm the models up behind it.

`python -m ui password NAME` prints a line for the file that `RAG_AUTH` names.
"""

import getpass
import logging
import os
import signal
import sys
import threading
import time

# Gradio reads these when it is imported: it must not ask other servers for anything.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from rag import Chatbot, RagError, Settings
from ui.app import launch
from ui.gate import Gate
from ui.login import hashed
from ui.logs import prints_logged, set_up_logs

log = logging.getLogger("article_qa")
_DELIVERY_S = 1  # for Gradio to send the last answers on their way


def main(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["password"] and len(arguments) == 2:
            print(hashed(arguments[1], getpass.getpass("password: ")))
            return 0
        if arguments:
            print("usage: python -m ui [password NAME]", file=sys.stderr)
            return 2
        return serve(Settings.load())
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def serve(settings: Settings) -> int:
    """Serve the page until the process is told to end; then running answers are finished first.

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
    gate = Gate(settings)
    try:
        page = launch(chatbot, gate)
    except OSError:  # Gradio's own message names a variable of its own
        where = f"{settings.host}:{settings.port}"
        print(f"error: cannot listen on {where}: set RAG_PORT to another port, or RAG_HOST", file=sys.stderr)
        return 1
    print(f"open http://{settings.host}:{settings.port}", file=sys.stderr)
    threading.Thread(target=_warm_up, args=[chatbot], name="warm-up", daemon=True).start()
    told = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told.set())
    with prints_logged():
        told.wait()
        log.info("shutting down")
        if not gate.close(settings.deadline_s):
            log.warning("some answers had not ended in time")
        time.sleep(_DELIVERY_S)
        page.close(verbose=False)
    return 0


def _warm_up(chatbot: Chatbot) -> None:
    try:
        chatbot.warm_up()
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
