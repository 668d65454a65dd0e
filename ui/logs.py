"""The page's log on stderr: plain lines, or JSON with `RAG_LOG_JSON`."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from rag import Settings


class _Plain(logging.Formatter):
    """`INFO answered request=… seconds=0.012 status=answered`."""

    _USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        told = [f"{name}={value!r}" for name, value in vars(record).items() if name not in self._USUAL]
        return " ".join([super().format(record), *told])


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
