"""The page's log on stderr: plain lines, or JSON with `RAG_LOG_JSON`.

Client data, such as a path or a name in an error, may contain a line feed followed by a forged log line. So
a record is one line with unprintable characters escaped, traceback lines begin with a bar, and the output
that libraries print is logged as records too.
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
        fields = [f"{name}={value!r}" for name, value in vars(record).items() if name not in self._USUAL]
        lines = super().format(record).split("\n")
        # Only a traceback spans several lines; those of the message are joined.
        count = record.getMessage().count("\n") + 1
        first, rest = "\n".join(lines[:count]), lines[count:]
        return "\n".join(
            [" ".join([_printable(first), *fields]), *("    | " + _printable(one) for one in rest)]
        )


class _Printed(io.TextIOBase):
    """A stream whose lines become log records."""

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
    """Redirect anything printed in the meantime to the log; the log itself is written where it was before."""
    with redirect_stdout(_Printed()), redirect_stderr(_Printed()):
        yield


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def set_up_logs(settings: Settings) -> None:
    """Log our own records from INFO on, those of libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    if settings.log_json:
        fields = ["asctime", "levelname", "name", "message"]
        handler.setFormatter(JsonFormatter(fields, rename_fields={"asctime": "time", "levelname": "level"}))
    else:
        handler.setFormatter(_Plain("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("article_qa").setLevel(logging.INFO)
