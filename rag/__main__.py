"""The command line, `python -m rag` or `article-qa`.

With `--json` exactly one JSON object goes to stdout; messages go to stderr. Exit codes: 0 when answered or
refused, 1 after an error, 2 for wrong usage, 3 if `check` found an unproved sentence or `ask --exit-code`
an unanswerable question, 130 after Ctrl-C.
"""

import os
import signal
import sys
import threading
from types import FrameType


def _interrupted(_: int, __: FrameType | None) -> None:
    """The first Ctrl-C ends the work in order; a second one ends the process at once."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    raise KeyboardInterrupt


if __name__ == "__main__" and threading.current_thread() is threading.main_thread():
    # Nothing has started yet, and an exception raised during class creation surfaces as a RuntimeError.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

try:
    from rag.commands import folder, questions, serving, setup
    from rag.commands.options import app
except KeyboardInterrupt:
    os._exit(130)

__all__ = ["app", "folder", "main", "questions", "serving", "setup"]


def main() -> None:
    try:
        signal.signal(signal.SIGINT, _interrupted)
        code = app(standalone_mode=True)
    except SystemExit as end:
        code = end.code
    except KeyboardInterrupt:
        code = 130
    if code == 130:  # errors from threads that are still being unwound are of no interest
        sys.stdout.flush()
        os._exit(130)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # done: ignore Ctrl-C while Python shuts down
    sys.exit(code)


if __name__ == "__main__":
    main()
