"""The command that trains the reader."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.terminal import errors_shown, out
from rag.parts import progress_on_stderr


def register(app: typer.Typer) -> None:
    app.command("train")(train_reader)


def train_reader(
    data: Annotated[Path, typer.Option(help="Folder with questions.jsonl.gz.")],
    folder: Annotated[Path, typer.Option("--out", help="Folder for snapshots, log, curve and the reader.")],
    minutes: Annotated[float, typer.Option(min=0, help="Total for all calls on this folder.")] = 120,
    dev: Annotated[
        list[Path] | None,
        typer.Option(help="Question sets that choose the snapshot: articles/ and questions.jsonl."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Train the reader, or resume training; then measure the last snapshots, and keep the best."""
    from eval.train.candidates import searched
    from eval.train.loop import Recipe
    from eval.train.run import train
    from eval.train.select import select

    with errors_shown():
        train(data, folder, Recipe(minutes=minutes, threads=threads), out.print)
        with progress_on_stderr() as progress:
            questions = {one.name: searched(one, progress) for one in dev or ()}
        found = select(folder, questions, out.print)
    for name, figures in found.questions.items():
        out.print(f"{name}: {figures}")
    out.print(f"reader: {folder / 'model.onnx'}")
