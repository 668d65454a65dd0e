"""Check that a new generation can find its own vectors before it goes live."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import TracebackType

import numpy as np

from rag.errors import IndexFault
from rag.index.generation import Generation
from rag.index.vectors import ChromaServer

_SAMPLES = 16
_TIMEOUT_S = 300
_SELF = 0.99  # cosine that a different chunk must reach to count: a repeated paragraph has the same vector
# Minimum share of the samples: HNSW misses some (of 16 in 100,000 made-up chunks, one), a wrong index most.
_FOUND = 0.5


class Verifier:
    """Opens Chroma's folder in a child process, which loads Chroma while the folder is still being written.

    Vectors on a server cannot crash a process, so they are checked from this one. A delta has none in Chroma:
    those of its base were checked when that was built, and have not been touched since.
    """

    def __init__(self, server: ChromaServer | None, *, delta: bool = False) -> None:
        self._server, self._delta = server, delta
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Verifier":
        if self._server is None and not self._delta:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "rag.index.probe"],
                cwd=Path(__file__).resolve().parents[2],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()

    def check(self, folder: Path, beside: Generation | None = None) -> None:
        """Check that counts agree, sampled chunks lie in their article, and most of their vectors find
        themselves.

        A server may hold more than this generation: the old one's chunks, until the switch.

        Raises:
            IndexFault: with the first fault found.
        """
        with closing(Generation(folder, self._server, beside)) as generation:
            if self._server or not self._delta:
                self._check_vectors(generation)
            own = generation.own_rows
            for chunk in (generation.catalog.chunk(int(own[at])) for at in _sample(len(own))):
                if not chunk.text.strip() or chunk.end > len(chunk.article.text):
                    raise _failed(f"a chunk lies outside {chunk.article.source}")

    def _check_vectors(self, generation: Generation) -> None:
        catalog = generation.catalog
        chunks = len(catalog)
        rows = _sample(chunks)
        count, nearest = self._ask(generation, rows)
        if count < chunks or (count > chunks and self._server is None):
            raise _failed(f"{count} vectors for {chunks} chunks")
        found = sum(
            other is not None and _cosine(generation, row, other) >= _SELF
            for row, other in zip(rows, map(catalog.row_of, nearest), strict=True)
        )
        if found < _FOUND * len(rows):
            raise _failed(f"{found} of {len(rows)} chunks find themselves")

    def _ask(self, generation: Generation, rows: list[int]) -> tuple[int, list[str]]:
        """Return how many vectors Chroma has, and the id nearest to the vector of each row."""
        if self._child is None:
            vectors = generation.chunk_vectors[rows].astype(np.float32)
            store = generation.vectors
            return len(store), [store.nearest(vector, 1)[0] for vector in vectors]
        asked = {"folder": str(generation.folder.resolve()), "dimension": generation.manifest.dimension}
        try:
            told, said = self._child.communicate(json.dumps({**asked, "rows": rows}), _TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise _failed(f"it took longer than {_TIMEOUT_S} s") from error
        if self._child.returncode != 0:
            raise _failed((said.strip().splitlines() or [f"exit status {self._child.returncode}"])[-1])
        answer = json.loads(told)
        return answer["count"], answer["nearest"]


def _failed(reason: str) -> IndexFault:
    return IndexFault(f"the new index failed its check, the old one stays: {reason}")


def _cosine(generation: Generation, row: int, other: int) -> float:
    one, two = generation.chunk_vectors[[row, other]].astype(np.float32)
    return float(one @ two)


def _sample(count: int) -> list[int]:
    """Return evenly spaced rows out of `count`, including the first and the last."""
    return sorted({round(at) for at in np.linspace(0, count - 1, _SAMPLES)}) if count else []
