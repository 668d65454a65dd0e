"""The command line, `python -m rag` or `article-qa`: index, ask, chat, explain, models, doctor.

With `--json` exactly one JSON object goes to stdout; messages go to stderr. Exit codes: 0 when
answered or refused, 1 after an error, 2 for wrong usage.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from rag.chatbot import Chatbot
from rag.doctor import examine
from rag.errors import CorpusError, QuestionError, RagError
from rag.index.plan import SyncReport
from rag.progress import progress_on_stderr
from rag.settings import LLMChoice, Settings
from rag.trace import Explanation
from rag.types import Answer, readable

app = typer.Typer(
    help="Answers from a folder of articles, every sentence tied to its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Articles = Annotated[Path | None, typer.Option(help="Folder of articles.", show_default=False)]
Index = Annotated[Path | None, typer.Option(help="Folder of the index.", show_default=False)]
Llm = Annotated[LLMChoice | None, typer.Option(help="Which language model answers.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
HistoryFile = Annotated[
    Path | None,
    typer.Option("--history", help='JSON file: [{"role": …, "content": …}, …].', show_default=False),
]
Question = Annotated[str, typer.Argument(help="The question.", show_default=False)]


@app.command()
def index(
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,  # noqa: ARG001 — every command takes the same options
    dry_run: Annotated[bool, typer.Option(help="List what would change; write nothing.")] = False,
    rebuild: Annotated[bool, typer.Option(help="Ignore the old index and make a new one.")] = False,
    allow_empty: Annotated[bool, typer.Option(help="Empty the index if the folder is empty.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the index up to date with the articles folder; the language model plays no part."""
    with _faults_shown():
        chatbot = _chatbot(articles, index, "none")
        report = chatbot.sync(dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty)
        _print_json(asdict(report)) if as_json else _print_report(report, dry_run)
        if report.held:
            raise CorpusError(report.held)


@app.command()
def ask(
    question: Question,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    history: HistoryFile = None,
    as_json: Json = False,
) -> None:
    """Answer one question."""
    with _faults_shown():
        answer = _chatbot(articles, index, llm).ask(question, history=_history(history))
        if as_json:
            _print_json(answer.to_dict())
        else:
            out.print(escape(answer.text))
            _print_sources(answer)


@app.command()
def chat(articles: Articles = None, index: Index = None, llm: Llm = None, as_json: Json = False) -> None:
    """Ask one question after the other; an empty line or Ctrl-D ends.

    With `--json` the answers come at the end, as {"answers": […]}.
    """
    with _faults_shown():
        chatbot = _chatbot(articles, index, llm)
        err.print(f"{len(chatbot.sources())} articles, answering with: {_mode(chatbot)}")
        turns: list[dict[str, str]] = []
        answers: list[Answer] = []
        while question := _read_line():
            try:
                for piece in chatbot.stream(question, history=turns):
                    if isinstance(piece, Answer):
                        answers.append(piece)
                        if not as_json:
                            out.print()
                            _print_sources(piece)
                        turns += [
                            {"role": "user", "content": question},
                            {"role": "assistant", "content": piece.text},
                        ]
                    elif not as_json:
                        out.print(escape(piece), end="")
            except QuestionError as error:
                err.print(escape(str(error)))
        if as_json:
            _print_json({"answers": [answer.to_dict() for answer in answers]})


@app.command()
def explain(
    question: Question,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    history: HistoryFile = None,
    as_json: Json = False,
) -> None:
    """Answer one question and show how: candidates, scores, evidence, what was dropped."""
    with _faults_shown():
        explanation = _chatbot(articles, index, llm).explain(question, history=_history(history))
        if as_json:
            _print_json(explanation.to_dict())
        else:
            _print_explanation(explanation)


@app.command()
def models(
    get: Annotated[bool, typer.Option("--get", help="Get the embedded language model, 1.1 GB.")] = False,
    if_needed: Annotated[
        bool,
        typer.Option("--if-needed", help="With --get: not if an API is configured, or RAG_LLM=none."),
    ] = False,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    as_json: Json = False,
) -> None:
    """Show which models answer and encode, and get the embedded one."""
    from rag.models.choose import api_configured, choose, gguf_path
    from rag.models.download import get_model
    from rag.models.export import load_encoder
    from rag.models.local import available

    with _faults_shown():
        settings = Settings.load(articles=articles, index=index, llm=llm)
        path = gguf_path(settings)
        elsewhere = settings.llm in ("none", "openai") or (
            settings.llm == "auto" and api_configured(settings)
        )
        if get and not (if_needed and elsewhere):
            with progress_on_stderr() as progress:
                get_model(path, progress)
        encoder = load_encoder(settings.encoder, settings.precision, settings.cache)
        choice = choose(settings)
        found = {
            "mode": choice.mode,
            "model": choice.model,
            "encoder": settings.encoder,
            "encoder_fingerprint": encoder.fingerprint,
            "local_model": str(path),
            "local_model_present": path.is_file(),
            "local_package_present": available(),
        }
        if as_json:
            _print_json(found)
        else:
            for name, value in found.items():
                out.print(f"{name:24}{escape(str(value))}")


@app.command()
def doctor(articles: Articles = None, index: Index = None, llm: Llm = None, as_json: Json = False) -> None:
    """Look at every part that an answer needs, and say what to do about it."""
    with _faults_shown():
        found = list(examine(Settings.load(articles=articles, index=index, llm=llm)))
    if as_json:
        _print_json({"findings": [asdict(one) for one in found]})
    else:
        for one in found:
            mark = "[red]✗[/red]" if one.fault else "✓"
            out.print(f"{mark} {one.part}: {escape(one.fault or one.found)}")
    if any(one.fault for one in found):
        raise typer.Exit(1)


@contextmanager
def _faults_shown() -> Iterator[None]:
    """The edge: an error of ours becomes one plain line and exit code 1."""
    try:
        yield
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _chatbot(articles: Path | None, index: Path | None, llm: str | None) -> Chatbot:
    return Chatbot(Settings.load(articles=articles, index=index, llm=llm))


def _history(path: Path | None) -> list[dict[str, str]]:
    if path is None:
        return []
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionError(f"cannot read the history in {path}: {error}") from error
    if not isinstance(turns, list):
        raise QuestionError(f"the history in {path} is not a list")
    return turns


def _read_line() -> str:
    try:
        return input("\n> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


def _print_sources(answer: Answer) -> None:
    for citation in answer.citations:
        out.print(escape(f"  [{citation.n}] {citation.source}:{citation.line} “{readable(citation.quote)}”"))
    for conflict in answer.conflicts:
        sides = (
            f"{side.value} [{side.citation}]{' (latest)' if side.latest else ''}" for side in conflict.sides
        )
        out.print(escape(f"  The articles differ: {' / '.join(sides)}"))
    if answer.status == "not_in_articles" and answer.passages:
        out.print("  Nearest passages:")
        for passage in answer.passages[:3]:
            out.print(escape(f"  · {passage.source} “{readable(passage.text)[:160]}…”"))
    if answer.notice:
        err.print(escape(answer.notice))
    model = f" ({answer.model})" if answer.model else ""
    err.print(escape(f"{answer.status}, confidence {answer.confidence:.2f}, {answer.mode}{model}"))


def _mode(chatbot: Chatbot) -> str:
    return chatbot.choice.model or "quotes (no language model)"


def _print_report(report: SyncReport, dry_run: bool) -> None:
    listed = {
        "added": report.added,
        "changed": report.changed,
        "renamed": [f"{old} → {new}" for old, new in report.renamed],
        "removed": report.removed,
        "skipped": [f"{skip.source}: {skip.reason}" for skip in report.skipped],
        "noted": [f"{note.source}: {note.reason}" for note in report.notes],
    }
    if report.rebuilt:
        out.print(escape(f"rebuilt: {report.rebuilt}"))
    for name, sources in listed.items():
        for source in sources:
            out.print(escape(f"{name:10}{source}"))
    counts = ", ".join(f"{len(sources)} {name}" for name, sources in listed.items())
    done = (
        "would change" if dry_run else f"in {report.seconds:.1f} s, {report.embedded_chunks} chunks embedded"
    )
    out.print(escape(f"{counts}, {len(report.unchanged)} unchanged ({done})"))


def _print_explanation(explanation: Explanation) -> None:
    answer = explanation.answer
    out.print(escape(f"question    {answer.question}"))
    out.print(escape(f"standalone  {answer.standalone_question}"))
    out.print(f"confidence  {answer.confidence:.2f}  {dict(explanation.features)}")
    out.print("\ncandidates (dense, lexical, fused)")
    for item in explanation.candidates[:10]:
        mark = "→" if item["searched"] else " "
        scores = f"{item['dense']:.3f} {item['lexical']:.3f} {item['fused']:.3f}"
        out.print(escape(f" {mark} {scores}  {item['source']} {item['start']}–{item['end']}"))
    out.print("\nevidence (score, cosine, coverage)")
    for item in explanation.evidence:
        mark = "✓" if item["cited"] else " "
        scores = f"{item['score']:.3f} {item['cosine']:.3f} {item['coverage']:.3f}"
        out.print(escape(f" {mark} {scores}  {item['text']}"))
    out.print("\ndropped")
    for item in explanation.dropped[:10]:
        out.print(escape(f"   {item['text']}  ({item['reason']})"))
    out.print(escape(f"\n{answer.text}"))
    _print_sources(answer)


if __name__ == "__main__":
    app()
