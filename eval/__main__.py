"""`python -m eval`: ask a question set, score the answers, write the reports, and fail on a loss.

Without `--articles` and `--questions` it runs eval/questions.jsonl over seeds/. If thresholds.json and
baseline.json are next to the questions, the figures are compared with the former, and individual questions
with the latter; `--accept` stores the baseline.
Exit codes: 0 passed, 1 failed or error, 2 usage.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.alterations.measure import measure
from eval.commands import lab, questions, train
from eval.commands.terminal import QUESTIONS, SEEDS, errors_shown, out
from eval.dataset.samples import load_samples
from eval.report.history import append_history, read_history
from eval.report.junit import to_junit
from eval.report.markdown import to_markdown
from eval.report.page import to_page
from eval.report.record import Run, run_of, write
from eval.scoring.judge import memory_of, open_judge
from eval.scoring.run import Extras, ask_all
from eval.stats.gate import accept as accept_baseline
from eval.stats.gate import against_baseline, failures, has_gate, thresholds
from eval.stats.metrics import by_stage
from rag import Chatbot, Settings
from rag.parts import LLMName, progress_on_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
questions.register(app)
lab.register(app)
train.register(app)


@app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    articles: Annotated[Path | None, typer.Option(help="Folder of articles.", show_default=False)] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Question set, JSON lines.", show_default=False)
    ] = None,
    llm: Annotated[LLMName, typer.Option(help="Which language model answers.")] = "none",
    json_file: Annotated[
        Path, typer.Option("--json", help="The JSON report; .md, .html and .xml are written next to it.")
    ] = Path("reports/eval.json"),
    history: Annotated[Path, typer.Option(help="Earlier runs, for the trend; this one is appended.")] = Path(
        "reports/history.jsonl"
    ),
    summary: Annotated[
        Path | None,
        typer.Option(help="Append Markdown to this file.", envvar="GITHUB_STEP_SUMMARY", show_default=False),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only the first N.", show_default=False)
    ] = None,
    last_turn: Annotated[bool, typer.Option(help="Ask follow-ups without their history.")] = False,
    judge: Annotated[
        LLMName | None, typer.Option(help="A language model grades too.", show_default=False)
    ] = None,
    from_memory: Annotated[
        bool, typer.Option(help="Ask the language model without articles too, as a baseline.")
    ] = False,
    accept: Annotated[
        str | None,
        typer.Option(help="Store this run as the baseline, with this reason.", show_default=False),
    ] = None,
    gate: Annotated[
        bool | None, typer.Option(help="Compare with thresholds and baseline.", show_default=False)
    ] = None,
) -> None:
    """Ask every question of a set and score the answers."""
    if context.invoked_subcommand is not None:
        return
    asked = questions or QUESTIONS
    whole = limit is None and not last_turn and (articles is None or questions is not None)
    gated = whole and has_gate(asked) if gate is None else gate
    with errors_shown():
        # A question set may contain long questions: they are not an attack.
        settings = Settings.load(articles=articles or SEEDS, llm=llm, max_question_chars=100_000)
        samples = load_samples(asked, limit)
        if last_turn:
            samples = [replace(sample, history=()) for sample in samples]
        extras = Extras(
            open_judge(settings.model_copy(update={"llm": judge})) if judge else None,
            memory_of(settings) if from_memory else None,
        )
        chatbot = Chatbot(settings)
        with progress_on_stderr() as progress:
            rows = list(ask_all(chatbot, samples, progress, extras))
        name = f"{settings.articles.resolve().parent.name}/{settings.articles.name}" if articles else "eval"
        judged = measure([chatbot.article(source) for source in chatbot.sources()], samples)
        run = run_of(chatbot, samples, rows, name, judged)
        if gated:
            run = _gated(run, asked, accepting=accept is not None)
        if accept is not None:
            accept_baseline(asked, rows, run.mode, accept, whole=whole)
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


def _gated(run: Run, questions: Path, *, accepting: bool) -> Run:
    """Return the run with the gate's findings; a loss that is being accepted is not one."""
    against = against_baseline(questions, run.rows, run.mode)
    short = failures({**run.metrics, **run.check_by_kind}, thresholds(questions, run.mode))
    if not has_gate(questions):
        short.append(f"{questions.parent} has neither thresholds.json nor baseline.json to hold it against")
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


if __name__ == "__main__":
    app()
