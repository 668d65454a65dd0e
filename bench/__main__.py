"""`python -m bench race | scale | change | waits | documents`: beside others, growth, one change, waiting
times, what is found in documents.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.commands.terminal import QUESTIONS, SEEDS, errors_shown, out
from eval.dataset.samples import load_samples
from eval.report.record import dump, write

_QUESTIONS = 200
_VISITS = 15  # of the page
_ROUNDS = 7  # with the encoder alone


app = typer.Typer(help="Speed and memory, measured.", add_completion=False, pretty_exceptions_enable=False)


@app.command("race")
def race_others(
    articles: Annotated[int, typer.Option(min=20, help="Number of synthetic articles.")] = 300,
    peers: Annotated[
        Path | None,
        typer.Option(help="Python of the venv with the other libraries.", show_default=False),
    ] = None,
    fresh: Annotated[int, typer.Option(min=1, help="Processes started for the first answer.")] = 5,
    json_file: Annotated[Path, typer.Option("--json", help="File for the figures.")] = Path(
        "reports/bench.json"
    ),
) -> None:
    """Compare speed and memory with LangChain, LlamaIndex and Haystack, and with the encoder alone."""
    from bench.endpoint import overhead
    from bench.limit import take_rounds
    from bench.race import CONTESTANTS, OURS, prepare, race
    from bench.table import to_markdown

    names = list(CONTESTANTS) if peers else [OURS]
    questions = [sample.question for sample in load_samples(QUESTIONS, _QUESTIONS)]
    with errors_shown(), tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        prepare(work, SEEDS, articles, few=max(articles // 100, 1))
        found = race(names, peers, work, questions, fresh)
        ours = work / CONTESTANTS[OURS]
        rounds = take_rounds(work / "articles", work, _ROUNDS)
        api = overhead(ours / "articles", ours / "index", questions)
    figures = {name: asdict(one) for name, one in found.items()}
    measured = {"articles": articles, "figures": figures, "api": api}
    write(json_file, dump({**measured, "rounds": [one._asdict() for one in rounds]}))
    out.print(escape(to_markdown(found, rounds)))
    for name, value in api.items():
        out.print(f"{name:28}{value:.4f}")


@app.command("scale")
def measure_growth(
    sizes: Annotated[list[int] | None, typer.Argument(help="Chunks, e.g. 1000 10000 100000.")] = None,
    folder: Annotated[Path, typer.Option(help="Folder for the figures and the plot.")] = Path("reports"),
) -> None:
    """Measure how time, memory and disk grow with the number of chunks."""
    from bench.scale import grow, plot, slopes

    questions = [sample.question for sample in load_samples(QUESTIONS, _QUESTIONS)]
    with errors_shown(), tempfile.TemporaryDirectory() as work:
        grown = grow(sizes or [1_000, 10_000, 100_000], Path(work), SEEDS, questions)
    found = {
        "figures": {chunks: asdict(figures) for chunks, figures in grown.items()},
        "slopes": slopes(grown),
    }
    write(folder / "scale.json", dump(found))
    plot(grown, folder / "scale.svg")
    for name, slope in slopes(grown).items():
        row = "".join(f"{asdict(figures)[name]:>14,.4g}" for figures in grown.values())
        out.print(f"{name:16}{row}   slope {slope:.2f}")
    out.print(f"{'chunks':16}{''.join(f'{chunks:>14,}' for chunks in grown)}   plot: {folder / 'scale.svg'}")


@app.command("change")
def measure_change(
    chunks: Annotated[int, typer.Argument(min=20, help="Size of the index.")] = 100_000,
    folder: Annotated[Path | None, typer.Option(help="Keep articles and index here, to go on later.")] = None,
    json_file: Annotated[Path, typer.Option("--json", help="File for the figures.")] = Path(
        "reports/change.json"
    ),
) -> None:
    """Measure what one file added, changed, renamed and removed costs; no embedding model is used."""
    from bench.change import changes

    steps = []
    with errors_shown(), tempfile.TemporaryDirectory() as temporary:
        for step in changes(chunks, folder or Path(temporary), SEEDS):
            steps.append(asdict(step))
            stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in step.stages.items())
            out.print(f"{step.name:30}{step.seconds:8.2f} s  computed {step.cpu_s:8.2f} s  ({stages})")
    write(json_file, dump({"chunks": chunks, "steps": steps}))


@app.command("waits")
def measure_waits(
    clients: Annotated[int, typer.Option(min=1, help="Clients that stream at once.")] = 50,
    json_file: Annotated[Path, typer.Option("--json", help="File for the figures.")] = Path(
        "reports/waits.json"
    ),
) -> None:
    """Measure how long the page takes in Chromium, and streamed answers for one and many clients."""
    from bench.waits import client_waits, page_waits

    questions = [sample.question for sample in load_samples(QUESTIONS, _QUESTIONS) if sample.answerable]
    with errors_shown(), tempfile.TemporaryDirectory() as work:
        found = {
            **page_waits(SEEDS, Path(work), questions[:_VISITS]),
            **client_waits(SEEDS, Path(work), questions, clients),
        }
    write(json_file, dump(found))
    for name, value in found.items():
        out.print(f"{name:28}{value:.3f}")


@app.command("documents")
def measure_documents(
    texts: Annotated[
        Path | None,
        typer.Option(help="Folder of Markdown texts, one sentence to a line.", show_default=False),
    ] = None,
    json_file: Annotated[Path, typer.Option("--json", help="File for the figures.")] = Path(
        "reports/documents.json"
    ),
) -> None:
    """Measure how much of a text is found in documents that Pandoc and Chromium make of it."""
    from bench.documents import TEXTS, measure

    with errors_shown(), tempfile.TemporaryDirectory() as work:
        found = measure(texts or TEXTS, Path(work))
    for kind, one in found.items():
        out.print(f"{kind:16}found {one.found:.3f}   whole {one.whole:.3f}")
        for unit in (*one.missing, *one.broken):
            out.print(escape(f"    {unit.words[:90]}"))
    write(json_file, dump({kind: {"found": one.found, "whole": one.whole} for kind, one in found.items()}))


if __name__ == "__main__":
    app()
