"""What all commands share: the app, the options, and error output."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from rag.chatbot import Chatbot
from rag.errors import RagError
from rag.settings import LLMName, Settings
from rag.terminal import err, out, show_anything
from rag.version import package_version

app = typer.Typer(
    help="Answers from a folder of articles, every sentence tied to its source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Articles = Annotated[Path | None, typer.Option(help="Folder of articles.", show_default=False)]
Index = Annotated[Path | None, typer.Option(help="Folder of the index.", show_default=False)]
Llm = Annotated[LLMName | None, typer.Option(help="Which language model answers.", show_default=False)]
Source = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        help="Only from this article; may be given again.",
        metavar="<article>",
        show_default=False,
    ),
]
Folder = Annotated[
    str, typer.Option(help="Only from articles below this folder.", metavar="<folder>", show_default=False)
]
Since = Annotated[
    str,
    typer.Option(
        help="Only from articles dated this day or later: 2023, 2023-05-31.",
        metavar="<date>",
        show_default=False,
    ),
]
Until = Annotated[
    str,
    typer.Option(help="Only from articles dated this day or earlier.", metavar="<date>", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"article-qa {package_version()}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[  # noqa: ARG001 — its callback has ended the program
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Answers from a folder of articles, every sentence tied to its source."""
    show_anything()


@contextmanager
def faults_shown() -> Iterator[None]:
    """Report our own errors as one plain line, with exit code 1."""
    try:
        yield
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def chatbot(articles: Path | None, index: Path | None, llm: str | None) -> Chatbot:
    """
    Raises:
        SettingsError: if a setting is wrong.
    """
    return Chatbot(Settings.load(articles=articles, index=index, llm=llm))
