"""The gate: floors, ceilings and the baseline, stored next to the questions they apply to.

questions.jsonl    thresholds.json {"quotes": {"right": 0.88, "refused_wrongly_max": 0.05}}    baseline.json
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.dataset.samples import QuestionSetError
from eval.scoring.run import Row
from eval.stats.figures import Metric
from eval.stats.paired import Comparison, compare, read_baseline, right_by_id, store_baseline


def has_gate(folder: Path) -> bool:
    """Whether a folder has anything to compare a run of its questions with."""
    return _thresholds(folder).exists() or _baseline(folder).exists()


def failures(figures: Mapping[str, Metric], thresholds: Mapping[str, float]) -> list[str]:
    """Return what falls short: `thresholds` are floors, or ceilings for names that end in `_max`.

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


def thresholds(folder: Path, mode: str) -> dict[str, float]:
    """Return floors and ceilings for a mode, empty if there are none; an API model uses the embedded
    model's.

    Raises:
        QuestionSetError: if the file cannot be read.
    """
    path = _thresholds(folder)
    try:
        stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        bounds = stored.get("quotes" if mode == "quotes" else "local", {})
        return {str(name): float(bound) for name, bound in bounds.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise QuestionSetError(f"cannot read the thresholds in {path}: {error!r}") from error


def against_baseline(folder: Path, rows: Sequence[Row], mode: str) -> Comparison | None:
    """Compare the run with the stored one of its mode; None if there is none.

    Raises:
        QuestionSetError: if the file cannot be read.
    """
    stored = read_baseline(_baseline(folder), mode)
    return compare(right_by_id(rows), *stored) if stored else None


def accept(folder: Path, rows: Sequence[Row], mode: str, reason: str, *, whole: bool) -> None:
    """Make this run the baseline of its mode; `whole` says that every question was asked unchanged.

    Raises:
        QuestionSetError: if there is no reason, or it is not the whole set.
    """
    if not reason.strip() or not whole:
        raise QuestionSetError(
            'a baseline needs a reason and the whole set: make eval-accept REASON="why the answers changed"'
        )
    store_baseline(_baseline(folder), mode, rows, reason.strip())


def _thresholds(folder: Path) -> Path:
    return folder / "thresholds.json"


def _baseline(folder: Path) -> Path:
    return folder / "baseline.json"
