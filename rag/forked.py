"""A process that has been forked off: what it has from the other one it can neither use nor end.

It has none of the threads that Chroma, onnxruntime and an embedded model work with. Whoever waits for
one of them, be it only to end it, waits for ever.
"""

import ctypes
import sys
from contextlib import suppress


def never_ended(what: object) -> None:
    """Keep this and all that it holds, even past the end of the program."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(what))


def end_without_others() -> None:
    """Let this process end without the exit handlers that the other one's libraries have registered.

    Those of onnxruntime join its threads. What `on_exit` registers runs first; where there is none
    (it is glibc's), a forked process has to end by `os._exit`.
    """
    if "onnxruntime" in sys.modules:
        with suppress(AttributeError, OSError):
            libc = ctypes.CDLL(None)
            libc.on_exit(libc._exit, None)
