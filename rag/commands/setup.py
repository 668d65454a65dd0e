"""Commands for setting up: models, doctor."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from rag.commands.options import Articles, Index, Json, Llm, app, faults_shown
from rag.doctor import examine
from rag.progress import progress_on_stderr
from rag.settings import Settings
from rag.terminal import out, print_json


@app.command()
def models(
    get: Annotated[bool, typer.Option("--get", help="Download the embedded language model, 1.1 GB.")] = False,
    if_needed: Annotated[
        bool,
        typer.Option("--if-needed", help="With --get: not if an API is configured, or RAG_LLM=none."),
    ] = False,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
    as_json: Json = False,
) -> None:
    """Show which models answer and encode, and download the embedded one."""
    from rag.models.choose import api_configured, choose, gguf_path
    from rag.models.download import get_model
    from rag.models.export import load_encoder
    from rag.models.local import available

    with faults_shown():
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
            print_json(found)
        else:
            for name, value in found.items():
                out.print(f"{name:24}{escape(str(value))}")


@app.command()
def doctor(articles: Articles = None, index: Index = None, llm: Llm = None, as_json: Json = False) -> None:
    """Check every part that an answer needs, and say how to fix it."""
    with faults_shown():
        found = list(examine(Settings.load(articles=articles, index=index, llm=llm)))
    if as_json:
        print_json({"findings": [asdict(one) for one in found]})
    else:
        for one in found:
            mark = "[red]✗[/red]" if one.fault else "✓"
            out.print(f"{mark} {one.part}: {escape(one.fault or one.found)}")
    if any(one.fault for one in found):
        raise typer.Exit(1)
