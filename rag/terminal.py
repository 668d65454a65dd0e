"""Writing to terminals and pipes of any encoding: what one cannot show is written as an escape."""

import json
import sys
from io import TextIOWrapper
from typing import Any


def show_anything() -> None:
    """From now on no character ends the program: LC_ALL=C, or a file name that is no Unicode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout, in ASCII unless that is UTF-8 or the like."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(value, ensure_ascii=not unicode, default=str))
