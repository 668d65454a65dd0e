"""`python -m eval`: ask a question set, score the answers, write a report, and fail on a loss.

Without `--articles` and `--questions` it runs eval/questions.jsonl over seeds/, holds the figures
against eval/thresholds.json, and the questions one by one against eval/baseline.json.
Exit codes: 0 passed, 1 failed or error, 2 usage.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from eval.baseline import compare, read_baseline, store_baseline
from eval.metrics import metrics
from eval.report import dump, failures, to_json, to_markdown, write
from eval.run import Row, ask_all
from eval.samples import QuestionSetError, load_samples
from rag import Chatbot, RagError, Settings
from rag.progress import progress_on_stderr
from rag.settings import LLMChoice

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_HERE = Path(__file__).parent
_PROJECT = _HERE.parent
_BASELINE = _HERE / "baseline.json"
_MAX_FILE_BYTES = 20_000_000


@app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    articles: Annotated[Path | None, typer.Option(help="Folder of articles.", show_default=False)] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Question set, JSON lines.", show_default=False)
    ] = None,
    llm: Annotated[LLMChoice, typer.Option(help="Which language model answers.")] = "none",
    json_file: Annotated[Path, typer.Option("--json", help="Where the JSON report goes.")] = Path(
        "reports/eval.json"
    ),
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only the first N.", show_default=False)
    ] = None,
    last_turn: Annotated[bool, typer.Option(help="Ask follow-ups without their history.")] = False,
    accept: Annotated[
        str | None,
        typer.Option(help="Store this run as the baseline, with this reason.", show_default=False),
    ] = None,
    gate: Annotated[bool | None, typer.Option(help="Hold against thresholds.", show_default=False)] = None,
) -> None:
    """Ask every question of a set and score the answers."""
    if context.invoked_subcommand is not None:
        return
    try:
        own = articles is None and questions is None
        # A long question of a set is the set's, not an attack.
        settings = Settings.load(articles=articles or _PROJECT / "seeds", llm=llm, max_question_chars=100_000)
        samples = load_samples(questions or _HERE / "questions.jsonl", limit)
        if last_turn:
            samples = [replace(sample, history=()) for sample in samples]
        chatbot = Chatbot(settings)
        with progress_on_stderr() as progress:
            rows = list(ask_all(chatbot, samples, progress))
        figures = metrics(rows)
        gated = own and limit is None if gate is None else gate
        mode = chatbot.choice.mode
        short = failures(figures, _thresholds(mode)) if gated else []
        stored = read_baseline(_BASELINE, mode) if gated else None
        against = compare(rows, *stored) if stored else None
        if accept is not None:
            _accept(mode, rows, accept, gated=gated)
        elif against and against.failure:
            short.append(against.failure)
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    shown = settings.model_dump(mode="json", exclude={"openai_api_key", "cache", "local_model"})
    write(json_file, dump(to_json(rows, shown, short, against)))
    write(json_file.with_suffix(".md"), to_markdown(rows, short, against))
    for name, figure in figures.items():
        out.print(f"{name:24}{figure}")
    for why, count in Counter(row.cause for row in rows if row.cause).most_common():
        out.print(f"{count:4} {why}")
    if against:
        out.print(escape(f"baseline: {against}"))
    for failure in short:
        out.print(f"[red]FAILED[/red] {escape(failure)}")
    out.print(f"report: {json_file.with_suffix('.md')}")
    if short:
        raise typer.Exit(1)


@app.command("fit")
def fit_confidence(
    folders: Annotated[list[Path], typer.Argument(help="Folders with articles/ and questions.jsonl.")],
    judged: Annotated[
        int, typer.Option(min=0, help="Questions of each sort that the embedded model judges.")
    ] = 100,
) -> None:
    """Fit the confidence on question sets and store it in rag/answer/confidence.json."""
    from eval.fit import fit, save

    try:
        with progress_on_stderr() as progress:
            model = fit(folders, judged, Path("reports/features.json"), progress)
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    save(model, _PROJECT / "rag" / "answer" / "confidence.json")
    out.print(dump(model))


@app.command("alter")
def alter_facts(
    articles: Annotated[Path, typer.Option(help="Folder of articles.")] = _PROJECT / "seeds",
    questions: Annotated[
        Path | None, typer.Option(help="Question set with free gold answers.", show_default=False)
    ] = None,
    each: Annotated[int, typer.Option(min=1, help="Cases of each kind, at most.")] = 100,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures and misses go.")] = Path(
        "reports/altered.json"
    ),
) -> None:
    """Change one fact in true sentences, and count how many the check catches."""
    from eval.altered import cases, figures, reference_cases
    from rag.corpus.read import read_corpus

    try:
        samples = load_samples(questions) if questions else []
        corpus = read_corpus(articles, _MAX_FILE_BYTES).articles
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    found = [*cases(corpus, each), *reference_cases(corpus, samples)]
    shown = figures(found)
    misses = [
        {"kind": case.kind, "true": case.true, "claim": case.claim}
        for case in found
        if case.supported != case.true
    ]
    write(json_file, dump({"figures": {name: asdict(shown[name]) for name in shown}, "misses": misses}))
    for name, figure in shown.items():
        out.print(f"{name:32}{figure}")


@app.command("bench")
def measure_speed(
    articles: Annotated[Path, typer.Option(help="Folder of articles.")] = _PROJECT / "seeds",
    questions: Annotated[Path, typer.Option(help="Question set.")] = _HERE / "questions.jsonl",
    limit: Annotated[int, typer.Option(min=20, help="Questions asked warm.")] = 200,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "reports/bench.json"
    ),
) -> None:
    """Measure indexing, first answer and warm questions, as seconds and as ratios."""
    from eval.bench import bench

    try:
        figures = bench(articles, load_samples(questions, limit))
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    write(json_file, dump(figures))
    for name, value in figures.items():
        out.print(f"{name:40}{value:,.3f}")


def _accept(mode: str, rows: Sequence[Row], reason: str, *, gated: bool) -> None:
    """
    Raises:
        QuestionSetError: if there is no reason, or this is not the whole of the project's own set.
    """
    if not reason.strip() or not gated:
        raise QuestionSetError(
            "a baseline needs a reason and the whole of eval/questions.jsonl:"
            ' make eval-accept REASON="why the answers changed"'
        )
    store_baseline(_BASELINE, mode, rows, reason.strip())


def _thresholds(mode: str) -> dict[str, float]:
    """Floors and ceilings for a mode; an API model has those of the embedded one."""
    thresholds = json.loads((_HERE / "thresholds.json").read_text())
    return thresholds["quotes" if mode == "quotes" else "local"]  # type: ignore[no-any-return]


if __name__ == "__main__":
    app()
