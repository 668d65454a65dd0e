"""What follows a run that was asked: the gate, the reports, and the exit code."""

from collections import Counter
from dataclasses import dataclass, replace
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
from eval.stats.gate import accept, against_baseline, failures, has_gate, thresholds
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done with a run.

    Thresholds and baseline are read, and stored, next to `questions`; `gated` compares the run with them;
    `whole` says that every question was asked unchanged; the reports are `json_file` and its siblings.
    """

    questions: Path
    json_file: Path
    history: Path
    summary: Path | None
    accept: str | None
    gated: bool
    whole: bool

    def conclude(self, run: Run) -> None:
        """Compare, store, write and print a run.

        Raises:
            typer.Exit: with 1, if it failed.
            QuestionSetError: if thresholds, baseline or history cannot be used.
        """
        if self.gated:
            run = self._compared(run)
        if self.accept is not None:
            accept(self.questions, run.rows, run.mode, self.accept, whole=self.whole)
        append_history(self.history, run)
        write(self.json_file, run.to_json())
        write(self.json_file.with_suffix(".md"), to_markdown(run))
        write(self.json_file.with_suffix(".html"), to_page(run, read_history(self.history, run)))
        write(self.json_file.with_suffix(".xml"), to_junit(run))
        if self.summary is not None:
            with self.summary.open("a", encoding="utf-8") as file:
                file.write(to_markdown(run))
        _print(run, self.json_file.with_suffix(".html"))
        if run.failures:
            raise typer.Exit(1)

    def _compared(self, run: Run) -> Run:
        """Return the run with the gate's findings; a loss that is being accepted is not one."""
        against = against_baseline(self.questions, run.rows, run.mode)
        short = failures({**run.metrics, **run.check_by_kind}, thresholds(self.questions, run.mode))
        if not has_gate(self.questions):
            short.append(
                f"{self.questions.parent} has neither thresholds.json nor baseline.json to hold it against"
            )
        if against and against.failure and self.accept is None:
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
