"""Rows of two folders read as one: where the rows of a joined array lie, and such an array."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Half = npt.NDArray[np.float16]
Key = int | slice | Sequence[int] | Numbers


def spread(starts: npt.NDArray[np.integer], sizes: npt.NDArray[np.integer]) -> Numbers:
    """Return the rows of ranges, concatenated: starts [5, 0] and sizes [2, 1] give [5, 6, 0]."""
    sizes = np.asarray(sizes, np.int64)
    before = np.cumsum(sizes) - sizes
    rows: Numbers = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(starts - before, sizes)
    return rows


class JoinedRows:
    """Rows of vectors, (n, dimension), in an order of their own: `rows` of `parts`, one after the other."""

    def __init__(self, parts: Sequence[Half], rows: Numbers) -> None:
        self._parts, self._rows = parts, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, key: Key) -> Half:
        """As of an array, along its first axis; a copy."""
        rows = np.atleast_1d(self._rows[key])
        found = np.empty((len(rows), self._parts[0].shape[1]), np.float16)
        first = 0
        for part in self._parts:
            here = (first <= rows) & (rows < first + len(part))
            found[here] = part[rows[here] - first]
            first += len(part)
        return found[0] if isinstance(key, int | np.integer) else found
