"""The gate: floors, ceilings and the stored baseline, which a run of the project's own set must pass."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.dataset.samples import QuestionSetError
from eval.scoring.run import Row
from eval.stats.figures import Metric
from eval.stats.paired import Comparison, compare, read_baseline, right_by_id, store_baseline

_HERE = Path(__file__).parent.parent
THRESHOLDS = _HERE / "thresholds.json"
BASELINE = _HERE / "baseline.json"


def failures(figures: Mapping[str, Metric], thresholds: Mapping[str, float]) -> list[str]:
    """What falls short: `thresholds` are floors, or ceilings for names that end in `_max`.

    A threshold on a figure that this run does not have is a failure too.
    """
    short = []
    for name, bound in thresholds.items():
        ceiling = name.endswith("_max")
        figure = figures.get(name.removesuffix("_max"))
        if figure is None:
            short.append(f"{name}: not measured")
        elif figure.value > bound if ceiling else figure.value < bound:
            short.append(
                f"{name.removesuffix('_max')} {figure}, {'at most' if ceiling else 'at least'} {bound}"
            )
    return short


def thresholds(mode: str) -> dict[str, float]:
    """Floors and ceilings for a mode; an API model has those of the embedded one."""
    stored = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
    return stored["quotes" if mode == "quotes" else "local"]  # type: ignore[no-any-return]


def against_baseline(rows: Sequence[Row], mode: str) -> Comparison | None:
    """The run beside the stored one of its mode, None if there is none."""
    stored = read_baseline(BASELINE, mode)
    return compare(right_by_id(rows), *stored) if stored else None


def accept(rows: Sequence[Row], mode: str, reason: str, *, gated: bool) -> None:
    """Make this run the baseline of its mode.

    Raises:
        QuestionSetError: if there is no reason, or this is not the whole of the project's own set.
    """
    if not reason.strip() or not gated:
        raise QuestionSetError(
            "a baseline needs a reason and the whole of eval/questions.jsonl:"
            ' make eval-accept REASON="why the answers changed"'
        )
    store_baseline(BASELINE, mode, rows, reason.strip())
