"""The live generation, shared by all questions of a process; a new one is noticed at once."""

import os
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from rag.errors import IndexFault
from rag.forked import never_ended
from rag.index.generation import Generation
from rag.index.lease import Gone
from rag.index.segment import REBUILD
from rag.index.switch import current_generation, remove_stale
from rag.index.vectors import ChromaServer

_ATTEMPTS = 5


class IndexReader:
    """Provides the live generation of an index folder.

    A question keeps the generation it began with; an old generation's files are deleted once the last
    question that uses it has ended.
    """

    def __init__(self, index: Path, server: ChromaServer | None) -> None:
        self._index, self._server = index, server
        self._lock = threading.Lock()
        self._generation: Generation | None = None

    def current(self, build: Callable[[], object]) -> Generation:
        """Return the live generation; `build` is called first if there is none yet.

        Raises:
            IndexFault: if the index is foreign, damaged or newer than this program.
        """
        with self._lock:
            for _ in range(_ATTEMPTS):
                folder = current_generation(self._index)
                if folder is None:
                    build()
                    continue
                if self._generation is not None and self._generation.folder == folder and folder.is_dir():
                    return self._generation
                try:
                    generation = Generation(folder, self._server, beside=self._generation)
                except (Gone, IndexFault) as error:
                    # A writer may have switched and deleted it, or its base, between the two checks.
                    if current_generation(self._index) != folder:
                        continue
                    if isinstance(error, Gone):
                        raise IndexFault(f"{error}: {REBUILD}") from None
                    raise
                weakref.finalize(generation, _release, generation.closing.close, self._index, os.getpid())
                self._generation = generation
                return generation
        raise IndexFault(f"the index in {self._index} changed {_ATTEMPTS} times while it was opened")

    def close(self) -> None:
        """Release the generation; the next question opens it again."""
        with self._lock:
            self._generation = None


def _release(close: Callable[[], None], index: Path, opened_by: int) -> None:
    if os.getpid() != opened_by:  # in a forked child: only the parent may close it
        never_ended(close)
        return
    close()
    remove_stale(index)
