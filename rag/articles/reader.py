"""Read files in a separate process with a time limit: no file can hang a sync or crash this process.

The worker (`rag.articles.worker`) reads one file after another and is kept for the next sync. A worker that
takes too long, or that a file crashes, is replaced; the file is skipped with that as the reason.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.articles.find import Content, File
from rag.errors import ArticleError
from rag.types import Article, Block

READ_S = 10.0
_ROOT = Path(__file__).resolve().parents[2]
_WORKER = (sys.executable, "-m", "rag.articles.worker")


class Reader:
    """One worker process, started when the first file is read; thread-safe."""

    def __init__(self, seconds: float = READ_S, command: Sequence[str] = _WORKER) -> None:
        """`seconds` is the time limit for one file; `command` runs a worker."""
        self._seconds, self._command = seconds, command
        self._worker: _Worker | None = None
        self._lock = threading.Lock()

    def read(self, files: Sequence[File]) -> Iterator[tuple[Content, Article | str]]:
        """Yield the article of each file, or why there is none, in order."""
        with self._lock:
            try:
                for number, file in enumerate(files):
                    worker = self._ready()
                    # One more is always in flight, so that the worker need not wait.
                    for ahead in files[number + worker.waiting : number + 2]:
                        worker.ask("read", ahead.path, source=ahead.source)
                    yield file.content, _read(worker.reply(self._seconds))
            finally:
                if self._worker is not None and self._worker.waiting:
                    self._end()  # abandoned midway: its remaining answers are about other files

    def ask(self, do: str, path: Path, **more: object) -> dict[str, Any]:
        """Return the worker's reply about one file: see `rag.articles.worker`.

        Raises:
            ArticleError: with the reason, if it has none.
        """
        with self._lock:
            worker = self._ready()
            worker.ask(do, path, **more)
            reply = worker.reply(self._seconds)
        if "reason" in reply:
            raise ArticleError(str(reply["reason"]))
        return reply

    def article(self, source: str, path: Path) -> Article:
        """Read one file.

        Raises:
            ArticleError: with the reason, if it cannot be read.
        """
        return _article(self.ask("read", path, source=source))

    def close(self) -> None:
        """End the worker; a new one is started when needed."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    @property
    def pid(self) -> int | None:
        """The process id of the worker, if there is one."""
        return self._worker.pid if self._worker else None

    def _ready(self) -> "_Worker":
        if self._worker is None or not self._worker.alive:
            self._end()
            self._worker = _Worker(self._command)
        return self._worker


class _Worker:
    def __init__(self, command: Sequence[str]) -> None:
        self._owner = os.getpid()
        self.waiting = 0
        self._process = subprocess.Popen(
            command,
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked; a worker started before a fork belongs to the parent."""
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, do: str, path: Path, **more: object) -> None:
        assert self._process.stdin is not None
        request = {"do": do, "path": str(path.absolute()), **more}
        self.waiting += 1
        with contextlib.suppress(OSError):  # it has ended: the answer will say so
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def reply(self, seconds: float) -> dict[str, Any]:
        """Return its reply to the oldest request; the worker is ended if that takes too long."""
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(seconds, stop)
        watch.daemon = True
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        self.waiting -= 1
        if not line.endswith(b"\n"):
            self.end()
            slow = f"reading it took longer than {seconds:g} s"
            return {"reason": slow if late.is_set() else "reading it failed"}
        reply: dict[str, Any] = json.loads(line)
        return reply

    def end(self) -> None:
        if self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()


def _read(reply: dict[str, Any]) -> Article | str:
    if "reason" in reply:
        return str(reply["reason"])
    return _article(reply)


def _article(reply: dict[str, Any]) -> Article:
    blocks = tuple(Block(**{**block, "path": tuple(block["path"])}) for block in reply["blocks"])
    places = tuple((int(start), str(place)) for start, place in reply["places"])
    return Article(**{**reply, "spans": array("i", reply["spans"]), "blocks": blocks, "places": places})


shared_reader = Reader()
# For single files that somebody waits for, while the other may be reading thousands for a sync.
single_reader = Reader()
atexit.register(shared_reader.close)
atexit.register(single_reader.close)
