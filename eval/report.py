"""The report of a run: JSON for programs, Markdown for readers, and the gate on both."""

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.baseline import Comparison
from eval.calibration import reliability, risk_coverage
from eval.figures import Metric, share
from eval.metrics import metrics
from eval.run import Row

_PACKAGES = ("chromadb", "onnxruntime", "bm25s", "nupunkt", "openai")


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


def to_json(
    rows: Sequence[Row],
    settings: Mapping[str, Any],
    short: Sequence[str],
    against: Comparison | None = None,
) -> dict[str, Any]:
    """The whole run as one JSON object."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": dict(settings),
        "environment": {
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "metrics": {name: asdict(figure) for name, figure in metrics(rows).items()},
        "reliability": [asdict(one) for one in reliability(rows)],
        "risk_coverage": [asdict(point) for point in risk_coverage(rows)],
        "baseline": asdict(against) if against else None,
        "failures": list(short),
        "rows": [row.to_dict() for row in rows],
    }


def to_markdown(rows: Sequence[Row], short: Sequence[str], against: Comparison | None = None) -> str:
    """The run as a page: figures, kinds, what flipped, and every answer that was not right with its cause."""
    lines = ["# Evaluation", ""]
    lines += [f"**Failed:** {failure}" for failure in short] or ["All thresholds are met."]
    if against:
        lines += ["", f"Against the baseline ({_escape(against.reason)}): {against}.", ""]
        lines += [f"- lost `{name}`" for name in against.lost]
        lines += [f"- gained `{name}`" for name in against.gained]
    lines += ["", "| figure | value | n | 95 % interval |", "|---|---|---|---|"]
    for name, figure in metrics(rows).items():
        bounds = f"{figure.low:.3f} – {figure.high:.3f}" if figure.low is not None else ""
        lines.append(f"| {name} | {figure.value:.3f} | {figure.n} | {bounds} |")
    lines += ["", "| kind | right | n |", "|---|---|---|"]
    for kind in sorted({row.sample.kind for row in rows}):
        graded = [
            row.score.grade for row in rows if row.sample.kind == kind and row.score.grade != "unscored"
        ]
        if figure_of_kind := share([grade == "correct" for grade in graded]):
            lines.append(f"| {kind} | {figure_of_kind.value:.3f} | {figure_of_kind.n} |")
    lines += ["", "## Confidence", "", "| mean confidence | right | n |", "|---|---|---|"]
    for one in reliability(rows):
        lines.append(f"| {one.confidence:.2f} | {one.right.value:.2f} | {one.right.n} |")
    lines += ["", "| answered from | coverage | not right | n |", "|---|---|---|---|"]
    for point in risk_coverage(rows):
        risk = f"{point.risk.value:.2f} | {point.risk.n}"
        lines.append(f"| {point.confidence:.2f} | {point.coverage:.2f} | {risk} |")
    wrong = [row for row in rows if row.cause]
    lines += ["", "## Not right, by cause", "", "| cause | n |", "|---|---|"]
    lines += [f"| {why} | {count} |" for why, count in Counter(row.cause for row in wrong).most_common()]
    lines.append("")
    for row in wrong:
        lines.append(f"- `{row.sample.id}` {_escape(row.sample.question)}  ")
        lines.append(f"  **{row.cause}**: {_escape(row.score.explanation)}.  ")
        lines.append(
            f"  rank {row.score.rank}, confidence {row.answer.confidence:.2f}: {_escape(row.answer.text)}"
        )
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("`", "'")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
