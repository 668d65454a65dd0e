"""The process that reads files: `python -m rag.articles.worker`.

A line of JSON in, {"source": "a.txt", "path": "/articles/a.txt"}, a line out: the fields of the `Article`,
or {"reason": "not text: …"}.
"""

import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.articles.parse import read_article
from rag.errors import RagError

_MEMORY_BYTES = 4 << 30
_ORPHAN_S = 120  # a worker whose owner was killed ends at its next file, or after this


def reply_to(source: str, path: Path) -> dict[str, Any]:
    """Return the reply to the owner about one file."""
    try:
        article = read_article(source, path.read_bytes())
    except RagError as error:
        return {"reason": str(error)}
    except OSError as error:
        return {"reason": f"cannot be read: {error.strerror or error}"}
    except MemoryError:
        return {"reason": "reading it needs too much memory"}
    return {**asdict(article), "spans": article.spans.tolist()}


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
        answers.write(json.dumps(reply_to(asked["source"], Path(asked["path"]))).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
