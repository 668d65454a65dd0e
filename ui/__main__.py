"""`python -m ui`: bring the index up to date, open the page, warm the models up behind it."""

import logging
import os
import sys
import threading

# Gradio reads these when it is imported: it must not ask other servers for anything.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from rag import Chatbot, RagError, Settings
from ui.app import launch


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        chatbot = Chatbot(Settings.load())
        report = chatbot.sync()
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for skipped in report.skipped:
        print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    try:
        page = launch(chatbot, block=False)
    except OSError as error:
        print(f"error: {error}; set RAG_PORT to another port", file=sys.stderr)
        return 1
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"open http://{chatbot.settings.host}:{chatbot.settings.port}", file=sys.stderr)
    threading.Thread(target=_warm_up, args=[chatbot], name="warm-up", daemon=True).start()
    page.block_thread()
    return 0


def _warm_up(chatbot: Chatbot) -> None:
    try:
        chatbot.warm_up()
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
