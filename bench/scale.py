"""How time, memory and disk grow with the number of chunks, with the slope of each on log–log axes.

A slope of 1 is linear growth, 0 is none.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Plot

from bench.race import CONTESTANTS, OURS, Figures, measure, prepare
from bench.table import LABELS
from rag.index.switch import current_generation

_CHUNKS_AN_ARTICLE = 10
_FRESH_RUNS = 3
_PLOT_ROWS, _PLOT_COLUMNS, _DECADES = 4, 3, 2.3


def grow(sizes: Sequence[int], work: Path, seeds: Path, questions: Sequence[str]) -> dict[int, Figures]:
    """Return figures by number of chunks, which is close to each of `sizes`; one file is added, one
    changed.
    """
    asked = work / "questions.json"
    asked.write_text(json.dumps(list(questions)), encoding="utf-8")
    found = {}
    for size in sizes:
        folder = work / str(size)
        prepare(folder, seeds, max(size // _CHUNKS_AN_ARTICLE, 1), few=1)
        figures = measure(Path(sys.executable), CONTESTANTS[OURS], folder, asked, _FRESH_RUNS)
        found[_chunks(folder / "index")] = figures
    return found


def _chunks(index: Path) -> int:
    live = current_generation(index)
    assert live is not None
    return int(json.loads((live / "manifest.json").read_text())["chunks"])


def slopes(grown: Mapping[int, Figures]) -> dict[str, float]:
    """Return the slope of each figure over the number of chunks, by least squares on logarithms."""
    sizes = np.log(list(grown))
    columns = {name: [asdict(figures)[name] for figures in grown.values()] for name in Figures.__slots__}
    return {name: float(np.polyfit(sizes, np.log(column), 1)[0]) for name, column in columns.items()}


def plot(grown: Mapping[int, Figures], path: Path) -> None:
    """Plot every figure over the number of chunks as SVG: both axes logarithmic, with the same decades."""
    slope = slopes(grown)
    figure = Plot(figsize=(11, 8), layout="constrained")
    for place, (name, label) in enumerate(LABELS.items(), start=1):
        axes = figure.add_subplot(_PLOT_ROWS, _PLOT_COLUMNS, place)
        values = [asdict(figures)[name] for figures in grown.values()]
        axes.loglog(list(grown), values, "o-", color="#0f766e")
        axes.set_ylim(min(values) / 2, min(values) * 10**_DECADES)
        axes.set_title(f"{label}: slope {slope[name]:.2f}", fontsize=9)
        axes.grid(alpha=0.3)
    figure.supxlabel("chunks")
    path.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.fonttype": "none"}):  # text, not outlines
        figure.savefig(path, metadata={"Date": None})
