"""The page's log on stderr: plain lines, or JSON with `RAG_LOG_JSON`.

What others send, a path or a name in an error, may hold a line feed, and after it what looks like a
line of ours. So a record is one line, with what cannot be printed escaped, the lines of a traceback
begin with a bar, and what libraries print is a record as well.
"""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from pythonjsonlogger.json import JsonFormatter

from rag.settings import Settings

printed = logging.getLogger("printed")


class _Plain(logging.Formatter):
    """`INFO answered request=… seconds=0.012 status=answered`."""

    _USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        told = [f"{name}={value!r}" for name, value in vars(record).items() if name not in self._USUAL]
        lines = super().format(record).split("\n")
        # Only a traceback has lines of its own: those of the message are joined again.
        count = record.getMessage().count("\n") + 1
        first, rest = "\n".join(lines[:count]), lines[count:]
        return "\n".join(
            [" ".join([_printable(first), *told]), *("    | " + _printable(one) for one in rest)]
        )


class _Printed(io.TextIOBase):
    """A stream whose lines become records of the log."""

    def __init__(self) -> None:
        self._begun = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *whole, self._begun = (self._begun + text).split("\n")
        for line in filter(str.strip, whole):
            printed.warning("%s", line)
        return len(text)


@contextmanager
def prints_logged() -> Iterator[None]:
    """Meanwhile, what anything prints is logged; the log itself goes where it went."""
    with redirect_stdout(_Printed()), redirect_stderr(_Printed()):
        yield


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def set_up_logs(settings: Settings) -> None:
    """Our own records from INFO on, those of libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    if settings.log_json:
        fields = ["asctime", "levelname", "name", "message"]
        handler.setFormatter(JsonFormatter(fields, rename_fields={"asctime": "time", "levelname": "level"}))
    else:
        handler.setFormatter(_Plain("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("article_qa").setLevel(logging.INFO)
