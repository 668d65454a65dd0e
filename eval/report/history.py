"""The history of runs, one JSON line each, from which the trend is drawn.

{"created": "2026-…", "commit": "…", "mode": "quotes", "data": {…}, "figures": {"right": {"value": …}}}
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.dataset.samples import QuestionSetError
from eval.report.record import Run
from eval.stats.figures import Metric


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier run, as recorded in the history."""

    created: str
    commit: str
    figures: Mapping[str, Metric]


def append_history(path: Path, run: Run) -> None:
    """Append a run to the history."""
    line = {
        "created": run.created,
        "commit": run.environment["commit"],
        "mode": run.mode,
        "model": run.model,
        "data": run.data,
        "figures": {name: asdict(figure) for name, figure in run.metrics.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_history(path: Path, like: Run) -> list[Past]:
    """Return the runs of the same set and mode as `like`, oldest first.

    Raises:
        QuestionSetError: if a line cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        stored = [json.loads(line) for line in lines if line.strip()]
        return [
            Past(
                one["created"],
                one["commit"],
                {name: Metric(**figure) for name, figure in one["figures"].items()},
            )
            for one in stored
            if (one["mode"], one["data"]["name"]) == (like.mode, like.data["name"])
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(
            f"cannot read the history in {path}: {error!r}; move it out of the way"
        ) from error
