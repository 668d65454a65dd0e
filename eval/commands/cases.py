"""The command that asks case sets."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.outcome import HISTORY, AcceptOption, GateOption, HistoryOption, SummaryOption, conclude
from eval.commands.terminal import EVAL, errors_shown
from eval.report.record import run_of
from eval.scoring.cases import ask_cases
from eval.stats.gate import has_gate
from rag import Chatbot, Settings
from rag.parts import LLMName, progress_on_stderr


def register(app: typer.Typer) -> None:
    app.command("cases")(evaluate_cases)


def evaluate_cases(
    folder: Annotated[
        Path, typer.Argument(help="Folder of case sets: KIND/articles/ and KIND/questions.jsonl.")
    ] = EVAL / "cases",
    llm: Annotated[LLMName, typer.Option(help="Which language model answers.")] = "none",
    indexes: Annotated[Path, typer.Option(help="Folder that stores their indexes.")] = Path("reports/cases"),
    json_file: Annotated[
        Path, typer.Option("--json", help="The JSON report; .md, .html and .xml are written next to it.")
    ] = Path("reports/cases.json"),
    history: HistoryOption = HISTORY,
    summary: SummaryOption = None,
    accept: AcceptOption = None,
    gate: GateOption = None,
) -> None:
    """Ask small sets of articles and questions, one of each kind; the figures are by kind.

    Thresholds and baseline are those in the folder.
    """
    with errors_shown():
        # A question set may contain long questions: they are not an attack.
        settings = Settings.load(articles=folder, llm=llm, max_question_chars=100_000)
        with progress_on_stderr() as progress:
            asked = list(ask_cases(Chatbot(settings), folder, indexes, progress))
        run = run_of(asked, f"cases/{folder.resolve().name}")
        gated = has_gate(folder) if gate is None else gate
        conclude(
            run, folder, json_file=json_file, history=history, summary=summary, accept=accept, gated=gated
        )
