"""A forked process can neither use nor shut down what it inherits from its parent.

It has none of the threads that Chroma, onnxruntime and an embedded model work with. Code that waits for one
of them, even just to end it, waits forever.
"""

import ctypes
import sys
from contextlib import suppress


def never_ended(what: object) -> None:
    """Keep this and everything it references alive, even past the end of the program."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(what))


def end_without_others() -> None:
    """Let this process exit without the exit handlers that the parent's libraries have registered.

    Those of onnxruntime join its threads. Handlers registered by `on_exit` run first; where it does not
    exist (it is glibc's), a forked process has to exit by `os._exit`.
    """
    if "onnxruntime" in sys.modules:
        with suppress(AttributeError, OSError):
            libc = ctypes.CDLL(None)
            libc.on_exit(libc._exit, None)
