"""Commands for experiments: compare, sweep, fit, alter, replies."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.commands.terminal import (
    EVAL,
    MAX_FILE_BYTES,
    QUESTIONS,
    SEEDS,
    ArticlesOption,
    QuestionsOption,
    errors_shown,
    out,
)
from eval.dataset.samples import load_samples
from eval.report.record import Run, dump, write
from rag.parts import LLMName, progress_on_stderr


def register(app: typer.Typer) -> None:
    app.command("compare")(compare_runs)
    app.command("sweep")(sweep_settings)
    app.command("fit")(fit_confidence)
    app.command("alter")(alter_facts)
    app.command("replies")(ask_replies)


def compare_runs(
    before: Annotated[Path, typer.Argument(metavar="A", help="JSON report of a run.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="JSON report of another.")],
) -> None:
    """Compare two runs, as Markdown: differences in setup, figures, questions that flipped."""
    from eval.lab.compare import to_markdown

    with errors_shown():
        lines = to_markdown(Run.from_json(before), Run.from_json(after))
    for line in lines:
        out.print(escape(line))


def sweep_settings(
    grid: Annotated[
        list[str], typer.Argument(metavar="SETTING=VALUE,VALUE…", help="Values to try, e.g. passages=5,20.")
    ],
    articles: ArticlesOption = SEEDS,
    questions: QuestionsOption = QUESTIONS,
    llm: Annotated[LLMName, typer.Option(help="Which language model answers.")] = "none",
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only the first N.", show_default=False)
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Folder that stores indexes and runs for the next sweep.")
    ] = Path("reports/sweep"),
) -> None:
    """Run every combination of some settings, and compare each with the first."""
    from eval.lab.sweep import parse_grid, sweep, to_markdown

    with errors_shown(), progress_on_stderr() as progress:
        samples = load_samples(questions, limit)
        values = parse_grid(grid)
        base = {"articles": articles, "max_question_chars": 100_000}
        if "llm" not in values:
            base["llm"] = llm
        trials = list(sweep(values, base, samples, folder, progress))
        table = to_markdown(trials)
        write(folder / "sweep.md", table)
    out.print(escape(table))
    reused = sum(trial.reused for trial in trials)
    out.print(f"{reused} of {len(trials)} runs read back; table: {folder / 'sweep.md'}")


def fit_confidence(
    folders: Annotated[list[Path], typer.Argument(help="Folders with articles/ and questions.jsonl.")],
    judged: Annotated[
        int, typer.Option(min=0, help="Questions of each kind that the embedded model judges.")
    ] = 100,
) -> None:
    """Fit the confidence on question sets and store it in rag/answer/confidence.json."""
    from eval.lab.fit import fit, save

    with errors_shown(), progress_on_stderr() as progress:
        model = fit(folders, judged, Path("reports/features.json"), progress)
    save(model, EVAL.parent / "rag" / "answer" / "confidence.json")
    out.print(dump(model))


def alter_facts(
    articles: Annotated[Path | None, typer.Option(help="Folder of articles.", show_default=False)] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Question set with free gold answers.", show_default=False)
    ] = None,
    n: Annotated[int, typer.Option(min=1, help="Maximum number of claims of each kind.")] = 500,
    seed: Annotated[int, typer.Option(help="Another seed draws other claims.")] = 2026,
    claims: Annotated[
        Path | None, typer.Option(help="Measure the claims of this file instead.", show_default=False)
    ] = None,
    replies: Annotated[
        Path | None, typer.Option(help="Measure the replies of this file instead.", show_default=False)
    ] = None,
    read: Annotated[int, typer.Option(min=0, help="Print this many claims of each kind, for reading.")] = 0,
    json_file: Annotated[Path, typer.Option("--json", help="File for the figures and misses.")] = Path(
        "reports/altered.json"
    ),
) -> None:
    """Check false and true claims: what passes, and what is dropped."""
    from eval.alterations.given import read_claims, read_replies
    from eval.alterations.measure import by_kind, judged, measure, totals
    from rag.parts import read_corpus

    beside = claims.parent / "articles" if claims else SEEDS
    with errors_shown():
        corpus = read_corpus(articles or beside, MAX_FILE_BYTES).articles
        if claims or replies:
            given = read_claims(claims, corpus) if claims else []
            found = judged([*given, *(read_replies(replies, corpus) if replies else [])])
        else:
            found = measure(corpus, load_samples(questions) if questions else [], each=n, seed=seed)
    figures = {**totals(found), **by_kind(found)}
    misses = [one.to_dict() for one in found if one.wrong]
    write(json_file, dump({"figures": {k: asdict(v) for k, v in figures.items()}, "misses": misses}))
    for name, figure in figures.items():
        out.print(f"{name:46}{figure}")
    for true, kind in dict.fromkeys((one.claim.true, one.claim.kind) for one in found) if read else ():
        out.print(f"\n{'true' if true else 'false'}: {kind}")
        for one in [one for one in found if (one.claim.true, one.claim.kind) == (true, kind)][:read]:
            out.print(escape(f"- {one.claim.text}\n    [{' | '.join(one.cited)}]"))


def ask_replies(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Sentences of a model, with their truth.")],
    articles: ArticlesOption = SEEDS,
    judge: Annotated[bool, typer.Option(help="With a judge that is always right.")] = False,
    read: Annotated[bool, typer.Option(help="Print each answer, for reading.")] = False,
) -> None:
    """Put a model's sentences before the whole chatbot: which are shown, and what stands in for others."""
    from eval.alterations.given import read_replies
    from eval.lab.replied import ask_again, figures
    from rag import Settings
    from rag.parts import read_corpus

    with errors_shown():
        claims = read_replies(file, read_corpus(articles, MAX_FILE_BYTES).articles)
        settings = Settings.load(articles=articles, llm="none", judge="on" if judge else "off")
        found = ask_again(settings, claims)
    for name, figure in figures(found).items():
        out.print(f"{name:28}{figure}")
    for one in found if read else ():
        out.print(escape(f"\n{one.answer.question}\n{one.answer.text}"))
        for claim in one.claims:
            mark = "shown" if one.shows(claim) else "-"
            out.print(escape(f"    {mark:6}{'true ' if claim.true else 'false'} {claim.text}"))
