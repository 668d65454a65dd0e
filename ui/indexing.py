"""Update the index in the background after changes to the articles folder.

Whoever adds or removes something requests it; a thread waits for further changes to settle, then syncs.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from rag import Chatbot, RagError, SyncReport
from ui.keeping import finder
from ui.shelf import Shelf

log = logging.getLogger("article_qa")
_QUIET_S = 0.3  # several files uploaded in a row need one sync


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of indexing: `busy` until the index is up to date; `error` is what went wrong the last
    time.
    """

    busy: bool = False
    step: str = ""
    done: int = 0
    total: int = 0
    error: str = ""
    rounds: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.done / self.total) if self.busy and self.total else None


class Indexing:
    """One per server; its thread lives as long as there is work."""

    def __init__(self, chatbot: Chatbot) -> None:
        self._chatbot = chatbot
        self.shelf = Shelf(finder(chatbot))
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = Progress()

    def look(self) -> None:
        """Read the contents of folder and index, without changing the index.

        Raises:
            RagError: if they cannot be read.
        """
        self.shelf.look(self._chatbot.articles())

    def want(self) -> None:
        """Request that the index be updated soon."""
        with self._lock:
            self._wanted.set()
            self.progress = Progress(busy=True, rounds=self.progress.rounds)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wanted.clear()
            if self._wanted.wait(_QUIET_S):
                continue
            error = self._sync()
            with self._lock:
                if self._wanted.is_set():
                    continue
                self.progress = Progress(error=error, rounds=self.progress.rounds + 1)
                self._thread = None
                return

    def _sync(self) -> str:
        try:
            report = self._chatbot.sync(progress=self._told)
            self.shelf.look(self._chatbot.articles(), _touched(report))
        except RagError as error:
            return str(error)
        except Exception:
            log.exception("the index could not be updated")
            return "failed"
        return report.held

    def _told(self, step: str, done: int, total: int) -> None:
        self.progress = Progress(True, step, done, total, rounds=self.progress.rounds)


def _touched(report: SyncReport) -> Sequence[str]:
    return [*report.added, *report.changed, *(new for _, new in report.renamed)]
