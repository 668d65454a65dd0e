"""Commands that answer: ask, chat, explain, check."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from rag.commands.options import (
    Articles,
    Folder,
    Index,
    Json,
    Llm,
    Since,
    Source,
    Until,
    app,
    chatbot,
    faults_shown,
)
from rag.errors import QuestionError
from rag.search.scope import Scope
from rag.terminal import (
    err,
    print_checked,
    print_explanation,
    print_json,
    print_stream,
)
from rag.types import Answer

HistoryFile = Annotated[
    Path | None,
    typer.Option("--history", help='JSON file: [{"role": …, "content": …}, …].', show_default=False),
]
Question = Annotated[
    str | None,
    typer.Argument(help="The question; - or nothing reads standard input.", show_default=False),
]
_UNANSWERED = 3


@app.command()
def ask(
    question: Question = None,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    history: HistoryFile = None,
    source: Source = None,
    folder: Folder = "",
    since: Since = "",
    until: Until = "",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 if the articles do not say.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Answer one question."""
    with faults_shown():
        asked = _asked(question)
        bot = chatbot(articles, index, llm)
        stream = bot.stream(
            asked,
            history=_history(history),
            scope=Scope.of(sources=source, folder=folder, since=since, until=until),
        )
        if as_json:
            answer = stream.answer
            print_json(answer.to_dict())
        else:
            answer = print_stream(stream, bot.settings.articles)
    if exit_code and answer.status == "not_in_articles":
        raise typer.Exit(_UNANSWERED)


@app.command()
def chat(
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    source: Source = None,
    folder: Folder = "",
    since: Since = "",
    until: Until = "",
    as_json: Json = False,
) -> None:
    """Ask one question after another; an empty line or Ctrl-D ends the chat.

    With `--json` the answers are printed at the end, as {"answers": […]}.
    """
    with faults_shown():
        bot = chatbot(articles, index, llm)
        scope = Scope.of(sources=source, folder=folder, since=since, until=until)
        by = bot.choice.model or "quotes (no language model)"
        err.print(f"{len(bot.sources())} articles, answering with: {by}")
        turns: list[dict[str, str]] = []
        answers: list[Answer] = []
        while question := _read_line():
            try:
                stream = bot.stream(question, history=turns, scope=scope)
                answer = stream.answer if as_json else print_stream(stream, bot.settings.articles)
                answers.append(answer)
                turns += [
                    {"role": "user", "content": question},
                    {"role": "assistant", "content": answer.text},
                ]
            except QuestionError as error:
                err.print(escape(str(error)))
        if as_json:
            print_json({"answers": [answer.to_dict() for answer in answers]})


@app.command()
def explain(
    question: Question = None,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    history: HistoryFile = None,
    source: Source = None,
    folder: Folder = "",
    since: Since = "",
    until: Until = "",
    as_json: Json = False,
) -> None:
    """Answer one question and show how: candidates, scores, evidence, dropped sentences."""
    with faults_shown():
        asked = _asked(question)
        bot = chatbot(articles, index, llm)
        explanation = bot.explain(
            asked,
            history=_history(history),
            scope=Scope.of(sources=source, folder=folder, since=since, until=until),
        )
        if as_json:
            print_json(explanation.to_dict())
        else:
            print_explanation(explanation, bot.settings.articles)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A text file; - reads standard input.", allow_dash=True)],
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    source: Source = None,
    folder: Folder = "",
    since: Since = "",
    until: Until = "",
    as_json: Json = False,
) -> None:
    """Check any text against the articles, sentence by sentence; exit code 3 if one is not proved."""
    with faults_shown():
        scope = Scope.of(sources=source, folder=folder, since=since, until=until)
        sentences = chatbot(articles, index, llm).check(_text(file), scope=scope)
        if as_json:
            print_json({"sentences": [asdict(one) for one in sentences]})
        else:
            print_checked(sentences)
    if not all(one.grade for one in sentences):
        raise typer.Exit(_UNANSWERED)


def _asked(question: str | None) -> str:
    """Return the question: the argument, or standard input.

    Raises:
        BadParameter: if there is neither.
    """
    if question not in (None, "-"):
        assert question is not None
        return question
    piped = "" if question is None and sys.stdin.isatty() else _text(Path("-"))
    if question is None and not piped.strip():
        raise typer.BadParameter("Missing argument 'QUESTION'.")
    return piped


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


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"cannot read {path}: {error}") from error


def _read_line() -> str:
    try:
        return input("\n> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""
