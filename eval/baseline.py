"""The stored baseline: which questions were right, and whether a run has lost any by more than chance.

{"quotes": {"created": "2026-…", "reason": "…", "right": {"fact-01": true, …}}, "local": {…}}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scipy.stats import binomtest

from eval.run import Row
from eval.samples import QuestionSetError

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against its baseline over the questions both have: ids that flipped, and chance.

    `p` is the probability of so many losses among the flips if a flip went either way alike: the
    exact one-sided test of paired proportions (McNemar, 1947). `detectable` is the least number of
    losses without a gain that this test calls a loss.
    """

    reason: str
    n: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    p: float
    detectable: int

    @property
    def failure(self) -> str:
        """What to say if the loss is significant, or nothing."""
        if self.p >= _SIGNIFICANT:
            return ""
        return f"lost {len(self.lost)} and gained {len(self.gained)} of {self.n} questions (p = {self.p:.3f})"

    def __str__(self) -> str:
        flips = f"{len(self.lost)} lost, {len(self.gained)} gained of {self.n} questions, p = {self.p:.3f}"
        return f"{flips}; {self.detectable} lost without a gain would fail"


def compare(rows: Sequence[Row], right_before: Mapping[str, bool], reason: str) -> Comparison:
    """Pair the rows with those of the baseline by the questions' ids."""
    pairs = [(row.sample.id, row.score.grade == "correct") for row in rows if row.sample.id in right_before]
    lost = tuple(name for name, right in pairs if right_before[name] and not right)
    gained = tuple(name for name, right in pairs if right and not right_before[name])
    flips = len(lost) + len(gained)
    p = float(binomtest(len(lost), flips, alternative="greater").pvalue) if flips else 1.0
    detectable = next(n for n in range(1, 100) if 0.5**n < _SIGNIFICANT)
    return Comparison(reason, len(pairs), lost, gained, p, detectable)


def read_baseline(path: Path, mode: str) -> tuple[dict[str, bool], str] | None:
    """The ids with whether they were right, and the reason it was stored for; None if there is none.

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
        "right": {row.sample.id: row.score.grade == "correct" for row in rows},
    }
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
