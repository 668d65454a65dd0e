"""A run as Markdown, for a CI summary."""

from collections import Counter
from collections.abc import Iterator, Mapping

from eval.report.record import Run
from eval.stats.calibration import reliability, risk_coverage
from eval.stats.figures import Metric
from eval.stats.metrics import by_kind, by_stage

_MAX_CASES = 60  # GitHub truncates a summary at a mebibyte; the page and the JSON have every case


def to_markdown(run: Run) -> str:
    """Return figures by stage, kinds, flipped questions, and the answers that were not right with their
    cause.
    """
    lines = [f"# Evaluation: {_escape(run.data['name'])}, {run.mode}", ""]
    lines += [f"**Failed:** {_escape(failure)}  " for failure in run.failures] or ["Passed."]
    if run.against:
        lines += ["", f"Against the baseline ({_escape(run.against.reason)}): {run.against}.", ""]
        lines += [f"- lost `{_escape(name)}`" for name in run.against.lost]
        lines += [f"- gained `{_escape(name)}`" for name in run.against.gained]
    for stage, figures in by_stage(run.metrics).items():
        lines += ["", *_table(stage, figures)]
    lines += ["", *_table("kind of question, right", by_kind(run.rows)), *_confidence(run)]
    if run.check_by_kind:
        lines += ["", *_table("claims checked", run.check_by_kind)]
    lines += ["", *_cases(run)]
    return "\n".join(lines) + "\n"


def _table(title: str, figures: Mapping[str, Metric]) -> Iterator[str]:
    yield f"| {title} | value | n | 95 % interval |"
    yield "|---|---|---|---|"
    for name, figure in figures.items():
        bounds = f"{figure.low:.3f} – {figure.high:.3f}" if figure.low is not None else ""
        yield f"| {_escape(name)} | {figure.value:.3f} | {figure.n} | {bounds} |"


def _confidence(run: Run) -> Iterator[str]:
    yield from ("", "| mean confidence | right | n |", "|---|---|---|")
    for one in reliability(run.rows):
        yield f"| {one.confidence:.2f} | {one.right.value:.2f} | {one.right.n} |"
    yield from ("", "| answered from | coverage | not right | n |", "|---|---|---|---|")
    for point in risk_coverage(run.rows):
        yield f"| {point.confidence:.2f} | {point.coverage:.2f} | {point.risk.value:.2f} | {point.risk.n} |"


def _cases(run: Run) -> Iterator[str]:
    wrong = [row for row in run.rows if row.cause]
    yield from ("| not right, by cause | n |", "|---|---|")
    for why, count in Counter(row.cause for row in wrong).most_common():
        yield f"| {why} | {count} |"
    yield ""
    for row in wrong[:_MAX_CASES]:
        yield f"- `{_escape(row.id)}` {_escape(row.question)}  "
        yield f"  **{row.cause}**: {_escape(row.score.explanation)}.  "
        yield f"  rank {row.score.rank}, confidence {row.confidence:.2f}: {_escape(row.text)}"
    if len(wrong) > _MAX_CASES:
        yield f"- … and {len(wrong) - _MAX_CASES} more, in the page and the JSON"


def _escape(text: str) -> str:
    """Escape text from questions, answers and articles so that Markdown shows no markup, links or images."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("`", "'")
    for char in "[]!|*":
        text = text.replace(char, f"\\{char}")
    return text
