"""Compare two runs from their JSON reports."""

from collections.abc import Iterator

from eval.report.record import Run
from eval.stats.figures import Metric
from eval.stats.metrics import by_kind
from eval.stats.paired import Comparison, compare, right_by_id
from rag import readable


def to_markdown(before: Run, after: Run) -> Iterator[str]:
    """Yield lines: how the runs' setups differ, their figures, and the questions that flipped."""
    yield from ("| made with | A | B |", "|---|---|---|")
    for name, old, new in _differing(before, after):
        yield f"| {name} | {old} | {new} |"
    yield from ("", "| figure | A | B | B − A |", "|---|---|---|---|")
    for name, a, b in _figures(before, after):
        difference = f"{b.value - a.value:+.3f}" if a and b else ""
        yield f"| {name} | {a or ''} | {b or ''} | {difference} |"
    yield ""
    change = paired(before, after)
    old_rows, new_rows = ({row.id: row for row in run.rows} for run in (before, after))
    for flip, names in (("lost", change.lost), ("gained", change.gained)):
        for name in names:
            then, now = old_rows[name], new_rows[name]
            causes = f"{then.cause or then.score.explanation} → {now.cause or now.score.explanation}"
            yield f"- {flip} {name}: {readable(now.question)} ({causes})"
    yield f"B against A: {change}"


def paired(before: Run, after: Run) -> Comparison:
    """Pair the runs by question id: which questions `after` lost and gained."""
    asked = {row.id: (row.question, row.answerable) for row in before.rows}
    same = [row for row in after.rows if asked.get(row.id) in (None, (row.question, row.answerable))]
    return compare(right_by_id(same), right_by_id(before.rows), before.created)


def _differing(before: Run, after: Run) -> Iterator[tuple[str, str, str]]:
    yield "created", before.created, after.created
    for part in ("data", "environment", "settings"):
        a, b = getattr(before, part), getattr(after, part)
        for name in sorted({*a, *b}):
            if a.get(name) != b.get(name):
                yield name, str(a.get(name, "")), str(b.get(name, ""))


def _figures(before: Run, after: Run) -> Iterator[tuple[str, Metric | None, Metric | None]]:
    for title, a, b in (
        ("", before.metrics, after.metrics),
        ("right: ", by_kind(before.rows), by_kind(after.rows)),
        ("", before.check_by_kind, after.check_by_kind),
    ):
        for name in [*a, *(name for name in b if name not in a)]:
            yield title + name, a.get(name), b.get(name)
