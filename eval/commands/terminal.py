"""What all commands share: output streams and error handling."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from rag import RagError

EVAL = Path(__file__).parent.parent
SEEDS = EVAL.parent / "seeds"
QUESTIONS = EVAL / "questions.jsonl"
MAX_FILE_BYTES = 20_000_000

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

ArticlesOption = Annotated[Path, typer.Option(help="Folder of articles.")]
QuestionsOption = Annotated[Path, typer.Option(help="Question set, JSON lines.")]


@contextmanager
def errors_shown() -> Iterator[None]:
    """Exit with 1 and the message of an error that a user can fix."""
    try:
        yield
    except RagError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}")
        raise typer.Exit(1) from None
    except OSError as error:
        err.print(f"[red]error:[/red] {escape(f'{error.filename}: {error.strerror}')}")
        raise typer.Exit(1) from None
