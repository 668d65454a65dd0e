"""A separate process that opens a Chroma folder, because a damaged one can crash the process that opens it.

`python -m rag.index.probe` loads Chroma, then reads from stdin {"folder": …, "dimension": …, "rows": […]}
with the folder of a whole generation, and writes {"count": …, "nearest": […]}: how many vectors Chroma has,
and the id it finds nearest to the stored vector of each row.
"""

import gc
import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from rag.index.vectors import CHUNK_VECTORS, ChunkVectors, load_chroma


def probe(folder: Path, dimension: int, rows: list[int]) -> dict[str, Any]:
    """Return what Chroma reports for the generation in `folder`; raises whatever Chroma raises."""
    with closing(ChunkVectors.in_folder(folder / "chroma")) as store:
        if not rows:
            return {"count": len(store), "nearest": []}
        stored = np.memmap(folder / CHUNK_VECTORS, np.float16, "r").reshape(-1, dimension)
        vectors = stored[rows].astype(np.float32)
        return {"count": len(store), "nearest": [store.nearest(vector, 1)[0] for vector in vectors]}


if __name__ == "__main__":
    gc.disable()  # it exits before there is much to collect, and an import creates many objects
    load_chroma()
    if asked := sys.stdin.read():
        asked = json.loads(asked)
        json.dump(probe(Path(asked["folder"]), asked["dimension"], asked["rows"]), sys.stdout)
        sys.stdout.flush()
        os._exit(0)  # everything is closed; tearing down what Chroma loaded takes longer than the check
