"""The plots of the report, each an inline SVG: no script, no file, no network."""

import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.report.history import Past
from eval.report.record import Run
from eval.stats.calibration import reliability, risk_coverage
from eval.stats.figures import Metric
from eval.stats.metrics import by_kind

_BLUE, _GREY, _RED = "#0f766e", "#94a3b8", "#b91c1c"
_TREND = ("right", "refused_rightly", "evidence_cited", "recall_at_5")
_WIDTH, _LINE = 6.4, 0.26  # inches


def plots(run: Run, history: Sequence[Past]) -> dict[str, str]:
    """Return SVG by caption; plots without data are left out."""
    return {
        "Right answers by kind of question, with 95 % intervals": _by_kind(by_kind(run.rows)),
        "Risk and coverage: if only the more confident answers were given": _risk(run),
        "Calibration: confidence against the share that is right": _calibration(run),
        "Seconds for an answer": _latency(run),
        "The same set over time": _trend(history),
    }


def _by_kind(figures: Mapping[str, Metric]) -> str:
    figure = Figure(figsize=(_WIDTH, 0.8 + _LINE * max(len(figures), 1)))
    axes = figure.subplots()
    names = list(figures)[::-1]
    for y, name in enumerate(names):
        one = figures[name]
        if one.low is not None and one.high is not None:
            axes.plot([one.low, one.high], [y, y], color=_GREY, linewidth=2)
        axes.plot([one.value], [y], "o", color=_BLUE)
    axes.set_yticks(range(len(names)), [f"{name} (n = {figures[name].n})" for name in names])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("share right")
    return _svg(figure, axes, "kind")


def _risk(run: Run) -> str:
    points = risk_coverage(run.rows)
    figure = Figure(figsize=(_WIDTH, 3.2))
    axes = figure.subplots()
    coverage = [point.coverage for point in points]
    axes.plot(coverage, [point.risk.value for point in points], "o-", color=_BLUE)
    axes.fill_between(
        coverage,
        [point.risk.low or 0 for point in points],
        [point.risk.high or 0 for point in points],
        color=_GREY,
        alpha=0.3,
    )
    axes.set_xlabel("share of the questions answered")
    axes.set_ylabel("share of those not right")
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    return _svg(figure, axes, "risk")


def _calibration(run: Run) -> str:
    figure = Figure(figsize=(_WIDTH, 3.2))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], "--", color=_GREY, label="perfect calibration")
    for one in reliability(run.rows):
        if one.right.low is not None and one.right.high is not None:
            axes.plot([one.confidence] * 2, [one.right.low, one.right.high], color=_GREY, linewidth=2)
        axes.plot([one.confidence], [one.right.value], "o", color=_BLUE)
    axes.set_xlabel("mean confidence of ten bins")
    axes.set_ylabel("share right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False, loc="lower right")
    return _svg(figure, axes, "calibration")


def _latency(run: Run) -> str:
    seconds = sorted(row.seconds for row in run.rows)
    figure = Figure(figsize=(_WIDTH, 2.6))
    axes = figure.subplots()
    axes.plot(
        seconds, [(n + 1) / len(seconds) for n in range(len(seconds))], color=_BLUE, drawstyle="steps-post"
    )
    axes.set_xscale("log")
    axes.set_xlabel("seconds")
    axes.set_ylabel("share of the questions")
    axes.set_ylim(0, 1.02)
    return _svg(figure, axes, "latency")


def _trend(history: Sequence[Past]) -> str:
    figure = Figure(figsize=(_WIDTH, 3.0))
    axes = figure.subplots()
    for name, color in zip(_TREND, (_BLUE, _RED, "#1d4ed8", _GREY), strict=True):
        found = [(n, past.figures[name].value) for n, past in enumerate(history) if name in past.figures]
        if found:
            axes.plot(*zip(*found, strict=True), "o-", color=color, label=name, markersize=3)
    step = max(len(history) // 8, 1)
    ticks = range(0, len(history), step)
    axes.set_xticks(ticks, [f"{history[n].created[:10]}\n{history[n].commit[:8]}" for n in ticks], fontsize=7)
    axes.set_ylim(0, 1.02)
    if history:
        axes.legend(frameon=False, loc="lower left", ncols=2)
    return _svg(figure, axes, "trend")


def _svg(figure: Figure, axes: Axes, name: str) -> str:
    """Return the drawing as an SVG element; text stays text, and ids are unique and reproducible."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="both", color="#e2e8f0", linewidth=0.6)
    axes.set_axisbelow(True)
    figure.set_layout_engine("constrained")
    out = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()[out.getvalue().index("<svg") :]
