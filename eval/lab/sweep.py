"""Run a grid of settings over one question set, and compare each combination with the first.

Unchanged work is not repeated: combinations with the same chunking and encoder share an index, and a
finished run with the same code, settings, questions and articles is read back.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.dataset.samples import QuestionSetError, Sample
from eval.report.record import Run, code_version, run_of, write
from eval.scoring.run import AskedSet, ask_all
from eval.stats.paired import Comparison, compare, right_by_id
from rag import Chatbot, Settings

_INDEXED = ("chunk_tokens", "chunk_overlap", "encoder", "max_file_mb")
_NOT_VARIED = {"articles", "index", "cache", "openai_api_key", "feedback", "host", "port"}
SHOWN = (
    "right",
    "recall_at_5",
    "evidence_cited",
    "refused_rightly",
    "refused_wrongly",
    "answerable_auc",
    "median_seconds",
)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One combination: its values, its run, and its comparison with the first; `reused` if read back."""

    values: Mapping[str, str]
    run: Run
    against: Comparison
    reused: bool


def parse_grid(arguments: Sequence[str]) -> dict[str, list[str]]:
    """Parse `["passages=5,20"]` → `{"passages": ["5", "20"]}`.

    Raises:
        QuestionSetError: if an argument is malformed, or names no setting that can be varied.
    """
    known = sorted(set(Settings.model_fields) - _NOT_VARIED)
    grid: dict[str, list[str]] = {}
    for argument in arguments:
        name, _, values = argument.partition("=")
        if name not in known:
            raise QuestionSetError(
                f"{name!r} is not a setting that can be varied; choose from {', '.join(known)}"
            )
        grid[name] = [value.strip() for value in values.split(",") if value.strip()]
        if not grid[name]:
            raise QuestionSetError(f"{argument!r} has no values: write {name}=VALUE,VALUE")
    return grid


def sweep(
    grid: Mapping[str, Sequence[str]],
    base: Mapping[str, Any],
    samples: Sequence[Sample],
    folder: Path,
    progress: Progress,
) -> Iterator[Trial]:
    """Run every combination; `base` has the settings they share, `folder` stores indexes and runs.

    Raises:
        SettingsError: before the first run, if one of the combinations is not allowed.
    """
    combinations = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    planned = [(values, _settings(base, values, folder)) for values in combinations]
    first: dict[str, bool] | None = None
    for n, (values, settings) in enumerate(planned, start=1):
        name = ", ".join(f"{key}={value}" for key, value in values.items())

        def labelled(step: str, done: int, total: int, label: str = f"{n} of {len(planned)}, {name}") -> None:
            progress(f"{label}: {step}", done, total)

        run, reused = _run(settings, samples, folder, labelled)
        right = right_by_id(run.rows)
        first = right if first is None else first
        yield Trial(values, run, compare(right, first, "the first combination"), reused)


def _settings(base: Mapping[str, Any], values: Mapping[str, str], folder: Path) -> Settings:
    settings = Settings.load(**{**base, **values})
    cut = {name: getattr(settings, name) for name in _INDEXED} | {"articles": settings.articles.resolve()}
    return settings.model_copy(update={"index": folder / f"index-{_key(cut)}"})


def _run(settings: Settings, samples: Sequence[Sample], folder: Path, progress: Progress) -> tuple[Run, bool]:
    chatbot = Chatbot(settings)
    chatbot.sync(progress=progress)
    # All settings, not only those in a report, and the content of the file that one of them names.
    made_with = settings.model_dump(mode="json", exclude=_NOT_VARIED) | {
        "instructions": settings.instructions.read_text("utf-8") if settings.instructions else "",
        "data": run_of([AskedSet(chatbot, samples, ())], "sweep").data,
        "code": code_version(),
    }
    kept = folder / f"run-{_key(made_with)}.json"
    if kept.exists():
        return Run.from_json(kept), True
    rows = list(ask_all(chatbot, samples, progress))
    run = run_of([AskedSet(chatbot, samples, rows)], "sweep")
    write(kept, run.to_json())
    return run, False


def _key(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:12]


def to_markdown(trials: Sequence[Trial]) -> str:
    """Return the trials as a table, figures with their intervals."""
    names = [name for name in SHOWN if any(name in trial.run.metrics for trial in trials)]
    lines = [
        "| " + " | ".join([*trials[0].values, *names, "lost / gained", "p"]) + " |",
        "|---" * (len(trials[0].values) + len(names) + 2) + "|",
    ]
    for trial in trials:
        figures = trial.run.metrics
        cells = [str(figures[name]).partition(" (")[0] if name in figures else "" for name in names]
        flips = f"{len(trial.against.lost)} / {len(trial.against.gained)}"
        lines.append(
            "| " + " | ".join([*trial.values.values(), *cells, flips, f"{trial.against.p:.3f}"]) + " |"
        )
    lines += [
        "",
        f"{len(trials[0].run.rows)} questions; lost and gained against the first line, p: exact paired test.",
        f"The best of {len(trials)} lines is biased upwards by selection: confirm it on other questions.",
    ]
    return "\n".join(lines) + "\n"
