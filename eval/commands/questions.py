"""Commands for question sets: check, add, review, import, export."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from eval.commands.terminal import (
    MAX_FILE_BYTES,
    QUESTIONS,
    SEEDS,
    ArticlesOption,
    QuestionsOption,
    errors_shown,
    out,
)
from eval.dataset.author import write_sample
from eval.dataset.beir import export_beir, import_beir
from eval.dataset.samples import Sample, append_sample, load_samples
from eval.dataset.squad import export_squad, import_squad
from eval.dataset.validate import faults
from rag import Settings
from rag.parts import Disliked, drop_disliked, read_corpus, read_disliked

Format = Literal["beir", "squad"]
_SHOWN_CHARS = 200


def register(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("add")(add)
    app.command("review")(review)
    app.command("import")(import_set)
    app.command("export")(export_set)


def check(articles: ArticlesOption = SEEDS, questions: QuestionsOption = QUESTIONS) -> None:
    """Check a question set against its articles: verbatim evidence, known kinds, no duplicates."""
    with errors_shown():
        samples = load_samples(questions)
        found = list(faults(samples, _texts(articles)))
    for fault in found:
        out.print(f"[red]![/red] {escape(fault)}")
    out.print(f"{len(samples)} questions, {len(found)} faults")
    if found:
        raise typer.Exit(1)


def add(articles: ArticlesOption = SEEDS, questions: QuestionsOption = QUESTIONS) -> None:
    """Write a question on the terminal; it is validated before it is added."""
    with errors_shown():
        samples = _loaded(questions)
        sample = write_sample(samples, _texts(articles))
        append_sample(questions, sample)
    out.print(f"added {escape(sample.id)} to {questions}")


def review(
    articles: ArticlesOption = SEEDS,
    questions: QuestionsOption = QUESTIONS,
    feedback: Annotated[
        Path | None, typer.Option(help="Disliked answers; by default RAG_FEEDBACK.", show_default=False)
    ] = None,
) -> None:
    """Review the answers that readers disliked, and turn them into questions."""
    with errors_shown():
        path = feedback or Settings.load().feedback
        disliked = read_disliked(path)
        if not disliked:
            out.print(f"nothing to review in {path}")
            return
        texts = _texts(articles)
        for n, one in enumerate(disliked, start=1):
            _show(one, f"{n} of {len(disliked)}")
            choice = _choice()
            if choice == "q":
                break
            if choice == "a":
                samples = _loaded(questions)
                sample = write_sample(samples, texts, one.question, one.history)
                append_sample(questions, sample)
                out.print(f"added {escape(sample.id)} to {questions}")
            if choice in ("a", "d"):
                drop_disliked(path, one)


def import_set(
    kind: Annotated[Format, typer.Argument(help="Format of the set.")],
    source: Annotated[Path, typer.Argument(help="BEIR folder, or SQuAD JSON file.")],
    to: Annotated[Path, typer.Option(help="Folder for articles/ and questions.jsonl.")],
    split: Annotated[str, typer.Option(help="Split of a BEIR folder.")] = "test",
) -> None:
    """Convert a BEIR folder or a SQuAD file to articles and a question set."""
    with errors_shown():
        articles, questions = import_beir(source, to, split) if kind == "beir" else import_squad(source, to)
    out.print(f"{articles} articles and {questions} questions in {to}; now:")
    out.print(f"python -m eval --articles {to / 'articles'} --questions {to / 'questions.jsonl'}")


def export_set(
    kind: Annotated[Format, typer.Argument(help="Format to write.")],
    to: Annotated[Path, typer.Argument(help="BEIR folder, or SQuAD JSON file, to write.")],
    articles: ArticlesOption = SEEDS,
    questions: QuestionsOption = QUESTIONS,
) -> None:
    """Write articles and a question set as a BEIR folder or a SQuAD file."""
    with errors_shown():
        samples = load_samples(questions)
        corpus = read_corpus(articles, MAX_FILE_BYTES).articles
        kept = (export_beir if kind == "beir" else export_squad)(corpus, samples, to)
    out.print(f"{kept} of {len(samples)} questions in {to}; {kind} cannot represent the others")


def _texts(articles: Path) -> dict[str, str]:
    return {article.source: article.text for article in read_corpus(articles, MAX_FILE_BYTES).articles}


def _loaded(questions: Path) -> list[Sample]:
    return load_samples(questions) if questions.exists() else []


def _choice() -> str:
    while True:
        choice = str(typer.prompt("[a]dd as a question, [d]rop, [s]kip, [q]uit")).strip().lower()[:1]
        if choice in "adsq" and choice:
            return choice


def _show(one: Disliked, place: str) -> None:
    out.print(f"\n[bold]{place}[/bold], {one.created}, {one.mode}")
    for turn in one.history:
        out.print(f"  {turn['role']}: {escape(turn['content'])}")
    out.print(f"  question: {escape(one.question)}")
    out.print(f"  answer: {escape(one.answer)}")
    if one.word:
        out.print(f"  the reader: {escape(one.word)}")
    for passage in one.passages:
        out.print(f"  · {escape(str(passage['source']))}: {escape(str(passage['text'])[:_SHOWN_CHARS])}")
