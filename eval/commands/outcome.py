"""What follows a run that was asked: the gate, the reports, and the exit code."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.commands.terminal import out
from eval.report.history import append_history, read_history
from eval.report.junit import to_junit
from eval.report.markdown import to_markdown
from eval.report.page import to_page
from eval.report.record import Run, write
from eval.stats.gate import accept as accept_baseline
from eval.stats.gate import against_baseline, failures, has_gate, thresholds
from eval.stats.metrics import by_stage

HistoryOption = Annotated[Path, typer.Option(help="Earlier runs, for the trend; this one is appended.")]
SummaryOption = Annotated[
    Path | None,
    typer.Option(help="Append Markdown to this file.", envvar="GITHUB_STEP_SUMMARY", show_default=False),
]
AcceptOption = Annotated[
    str | None, typer.Option(help="Store this run as the baseline, with this reason.", show_default=False)
]
GateOption = Annotated[
    bool | None, typer.Option(help="Compare with thresholds and baseline.", show_default=False)
]
HISTORY = Path("reports/history.jsonl")


def conclude(
    run: Run,
    folder: Path,
    *,
    json_file: Path,
    history: Path,
    summary: Path | None,
    accept: str | None,
    gated: bool,
    whole: bool = True,
) -> None:
    """Compare, store, write and print a run.

    Thresholds and baseline are read, and stored, in `folder`; `gated` compares the run with them; `whole`:
    every question was asked unchanged; the reports are `json_file` and its siblings.

    Raises:
        typer.Exit: with 1, if it failed.
        QuestionSetError: if thresholds, baseline or history cannot be used.
    """
    if gated:
        run = _compared(run, folder, accepting=accept is not None)
    if accept is not None:
        accept_baseline(folder, run.rows, run.mode, accept, whole=whole)
    append_history(history, run)
    write(json_file, run.to_json())
    write(json_file.with_suffix(".md"), to_markdown(run))
    write(json_file.with_suffix(".html"), to_page(run, read_history(history, run)))
    write(json_file.with_suffix(".xml"), to_junit(run))
    if summary is not None:
        with summary.open("a", encoding="utf-8") as file:
            file.write(to_markdown(run))
    _print(run, json_file.with_suffix(".html"))
    if run.failures:
        raise typer.Exit(1)


def _compared(run: Run, folder: Path, *, accepting: bool) -> Run:
    """Return the run with the gate's findings; a loss that is being accepted is not one."""
    against = against_baseline(folder, run.rows, run.mode)
    short = failures({**run.metrics, **run.check_by_kind}, thresholds(folder, run.mode))
    if not has_gate(folder):
        short.append(f"{folder} has neither thresholds.json nor baseline.json to hold it against")
    if against and against.failure and not accepting:
        short.append(against.failure)
    return replace(run, against=against, failures=short)


def _print(run: Run, page: Path) -> None:
    for figures in by_stage(run.metrics).values():
        for name, figure in figures.items():
            out.print(f"{name:28}{figure}")
    for why, count in Counter(row.cause for row in run.rows if row.cause).most_common():
        out.print(f"{count:4} {why}")
    if run.against:
        out.print(escape(f"baseline: {run.against}"))
    for failure in run.failures:
        out.print(f"[red]FAILED[/red] {escape(failure)}")
    out.print(f"report: {page}")
