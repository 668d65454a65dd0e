"""A new generation is opened in a process of its own and must find itself, before it goes live.

`python -m rag.index.verify GENERATION` ends with 0, or with 1 and the reason on stderr. A process
of its own, because a broken Chroma folder can end the process that opens it.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

from rag.errors import IndexFault, RagError
from rag.index.generation import Generation

_SAMPLES = 16


def verify_in_child(folder: Path, timeout_s: float = 300) -> None:
    """Check a generation in a child process.

    Raises:
        IndexFault: if it did not pass, with the reason.
    """
    package_root = Path(__file__).resolve().parents[2]
    try:
        child = subprocess.run(
            [sys.executable, "-m", "rag.index.verify", str(folder.resolve())],
            cwd=package_root,
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired as error:
        raise IndexFault(f"the new index could not be checked within {timeout_s:g} s") from error
    if child.returncode != 0:
        reason = (child.stderr.strip().splitlines() or [f"exit status {child.returncode}"])[-1]
        raise IndexFault(f"the new index did not pass its check, the old one stays: {reason}")


def verify(folder: Path) -> None:
    """Counts agree, sampled chunks lie inside their article, and their vectors find themselves.

    Raises:
        IndexFault: with the first thing that is wrong.
    """
    generation = Generation(folder)
    try:
        manifest = generation.manifest
        if len(generation.vectors) != manifest.chunks or len(generation.catalog) != manifest.chunks:
            raise IndexFault(f"{len(generation.vectors)} vectors for {manifest.chunks} chunks")
        if generation.sentence_vectors.shape != (manifest.sentences, manifest.dimension):
            raise IndexFault(f"sentence vectors have shape {generation.sentence_vectors.shape}")
        for row in _sample(manifest.chunks):
            chunk = generation.catalog.chunk(row)
            if not chunk.text.strip() or chunk.end > len(chunk.article.text):
                raise IndexFault(f"chunk {row} lies outside {chunk.article.source}")
            [vector] = generation.vectors_of([row])
            # A repeated paragraph may be found in its stead: its vector is the same.
            found = generation.vectors_of(generation.nearest(vector, k=1))
            if float(found[0] @ vector) < 0.999:
                raise IndexFault(f"chunk {row} does not find itself")
    finally:
        generation.close()


def _sample(count: int) -> list[int]:
    """Some rows of `count`, evenly spaced, the first and the last among them."""
    return sorted({round(at) for at in np.linspace(0, count - 1, _SAMPLES)}) if count else []


if __name__ == "__main__":
    try:
        verify(Path(sys.argv[1]))
    except RagError as error:
        sys.exit(str(error))
