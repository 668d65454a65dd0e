"""Compare two runs over the same questions: which flipped, and whether losses exceed chance.

The stored baseline is such a run, stored as the ids that were right:

{"quotes": {"created": "2026-…", "reason": "…", "right": {"fact-01": true, …}}, "local": {…}}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scipy.stats import binomtest

from eval.dataset.samples import QuestionSetError
from eval.scoring.run import Row

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run compared with another over the questions both have: ids that flipped, and significance.

    `p` is the probability of at least this many losses among the flips if both directions were equally
    likely: the exact one-sided test of paired proportions (McNemar, 1947). `detectable` is the smallest
    number of losses without a gain that this test calls a loss; `new` and `gone` are ids that only one has.
    """

    reason: str
    n: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    p: float
    detectable: int
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def failure(self) -> str:
        """Why the comparison fails, if the loss is significant or nothing can be compared; else empty."""
        if not self.n:
            return "the baseline shares no question with this set"
        if self.p >= _SIGNIFICANT:
            return ""
        return f"lost {len(self.lost)} and gained {len(self.gained)} of {self.n} questions (p = {self.p:.3f})"

    def __str__(self) -> str:
        flips = f"{len(self.lost)} lost, {len(self.gained)} gained of {self.n} questions, p = {self.p:.3f}"
        least = f"{self.detectable} lost without a gain ({self.detectable / max(self.n, 1):.1%}) would fail"
        if self.detectable > self.n:
            least = "too few to tell any loss from chance"
        others = [f"{len(ids)} {name}" for name, ids in (("new", self.new), ("gone", self.gone)) if ids]
        return "; ".join([flips, least, *others])


def compare(right: Mapping[str, bool], right_before: Mapping[str, bool], reason: str) -> Comparison:
    """Pair two runs, given as whether each question was right, by the questions' ids."""
    both = [name for name in right if name in right_before]
    lost = tuple(name for name in both if right_before[name] and not right[name])
    gained = tuple(name for name in both if right[name] and not right_before[name])
    flips = len(lost) + len(gained)
    p = float(binomtest(len(lost), flips, alternative="greater").pvalue) if flips else 1.0
    detectable = next(n for n in range(1, 100) if 0.5**n < _SIGNIFICANT)
    return Comparison(
        reason,
        len(both),
        lost,
        gained,
        p,
        detectable,
        new=tuple(name for name in right if name not in right_before),
        gone=tuple(name for name in right_before if name not in right),
    )


def right_by_id(rows: Sequence[Row]) -> dict[str, bool]:
    """Return whether each question was answered right, by its id."""
    return {row.id: row.right for row in rows}


def read_baseline(path: Path, mode: str) -> tuple[dict[str, bool], str] | None:
    """Return the ids with whether they were right, and the reason for storing it; None if there is none.

    Raises:
        QuestionSetError: if the file cannot be read.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return (stored[mode]["right"], stored[mode]["reason"]) if mode in stored else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(f"cannot read the baseline in {path}: {error!r}") from error


def store_baseline(path: Path, mode: str, rows: Sequence[Row], reason: str) -> None:
    """Make this run the baseline of its mode; those of other modes stay."""
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    stored[mode] = {
        "created": datetime.now(UTC).date().isoformat(),
        "reason": reason,
        "right": right_by_id(rows),
    }
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
