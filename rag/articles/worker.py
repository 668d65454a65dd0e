"""The process that reads files: `python -m rag.articles.worker`.

A line of JSON in, {"do": "read", "source": "a.txt", "path": "/articles/a.txt"}, a line out: the fields of the
`Article`, or {"reason": "not text: …"}. {"do": "feed", "path": …} gives the entries of a feed, and
{"do": "picture", "path": …, "sha256": …, "page": 3, "quote": {"text": …}} a page of a PDF.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.articles.entries import read_feed
from rag.articles.parse import read_article
from rag.articles.pictures import Quote, draw_page
from rag.errors import RagError

_MEMORY_BYTES = 4 << 30
_ORPHAN_S = 120  # a worker whose owner was killed ends at its next file, or after this


def reply_to(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reply to the owner about one file."""
    try:
        return _DO[asked["do"]](asked, Path(asked["path"]).read_bytes())
    except RagError as error:
        return {"reason": str(error)}
    except OSError as error:
        return {"reason": f"cannot be read: {error.strerror or error}"}
    except MemoryError:
        return {"reason": "reading it needs too much memory"}


def _article(asked: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    article = read_article(asked["source"], data)
    return {**asdict(article), "spans": article.spans.tolist()}


def _feed(_: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    return asdict(read_feed(data))


def _picture(asked: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    return draw_page(data, asked["sha256"], asked["page"], Quote(**asked["quote"]))


_DO: Mapping[str, Callable[[Mapping[str, Any], bytes], dict[str, Any]]] = {
    "read": _article,
    "feed": _feed,
    "picture": _picture,
}


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a parser's output is not part of the replies
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        if hasattr(signal, "alarm"):
            signal.alarm(_ORPHAN_S)
        answers.write(json.dumps(reply_to(asked)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
