"""A run as one self-contained HTML file: plots, figures, and every case with its trace."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from eval.report.history import Past
from eval.report.plots import plots
from eval.report.record import Run
from eval.stats.metrics import by_kind, by_stage
from rag import readable

_HERE = Path(__file__).parent


def to_page(run: Run, history: Sequence[Past]) -> str:
    """Return the page; everything from questions, answers and articles is escaped."""
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True)
    environment.filters["readable"] = readable
    flips = dict.fromkeys(run.against.lost, "lost") if run.against else {}
    flips |= dict.fromkeys(run.against.gained, "gained") if run.against else {}
    # The drawings are our own; text they quote from the set is escaped in them.
    drawn = {caption: Markup(svg) for caption, svg in plots(run, history).items()}  # noqa: S704
    return environment.get_template("page.html").render(
        run=run,
        stages=by_stage(run.metrics),
        kinds=by_kind(run.rows),
        causes=Counter(row.cause for row in run.rows if row.cause).most_common(),
        flips=flips,
        plots=drawn,
    )
