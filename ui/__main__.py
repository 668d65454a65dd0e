"""`python -m ui`: bring the index up to date, open the page, and warm the models up in the background.

`python -m ui password NAME` prints a line for the file that `RAG_AUTH` names.
"""

import getpass
import os
import sys

# Gradio reads these on import: it must not contact other servers for anything.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from rag import RagError, Settings
from rag.serve.gate import Gate
from rag.serve.run import cannot_listen, opened, until_signalled
from ui.app import launch
from ui.login import hashed


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
    """Serve the page until the process is asked to stop; running answers are finished first.

    Raises:
        RagError: if the index cannot be built, or a setting is wrong.
    """
    chatbot = opened(settings)
    gate = Gate(settings)
    try:
        page = launch(chatbot, gate)
    except OSError:  # Gradio's message names a variable of its own
        raise cannot_listen(settings) from None
    print(f"open http://{settings.host}:{settings.port}", file=sys.stderr)
    until_signalled(chatbot, gate)
    page.close(verbose=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
