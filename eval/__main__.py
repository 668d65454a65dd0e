"""`python -m eval`: ask a question set, score the answers, write the reports, and fail on a loss.

Without `--articles` and `--questions` it runs eval/questions.jsonl over seeds/. If thresholds.json and
baseline.json are next to the questions, the figures are compared with the former, and individual questions
with the latter; `--accept` stores the baseline.
Exit codes: 0 passed, 1 failed or error, 2 usage.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from eval.alterations.measure import measure
from eval.commands import cases, lab, questions, train
from eval.commands.outcome import HISTORY, AcceptOption, GateOption, HistoryOption, SummaryOption, conclude
from eval.commands.terminal import QUESTIONS, SEEDS, errors_shown
from eval.dataset.samples import load_samples
from eval.report.record import run_of
from eval.scoring.judge import memory_of, open_judge
from eval.scoring.run import AskedSet, Extras, ask_all
from eval.stats.gate import has_gate
from rag import Chatbot, Settings
from rag.parts import LLMName, progress_on_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
cases.register(app)
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
    history: HistoryOption = HISTORY,
    summary: SummaryOption = None,
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
    accept: AcceptOption = None,
    gate: GateOption = None,
) -> None:
    """Ask every question of a set and score the answers."""
    if context.invoked_subcommand is not None:
        return
    asked = questions or QUESTIONS
    whole = limit is None and not last_turn and (articles is None or questions is not None)
    gated = whole and has_gate(asked.parent) if gate is None else gate
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
        run = run_of([AskedSet(chatbot, samples, rows)], name, judged)
        conclude(
            run,
            asked.parent,
            json_file=json_file,
            history=history,
            summary=summary,
            accept=accept,
            gated=gated,
            whole=whole,
        )


if __name__ == "__main__":
    app()
