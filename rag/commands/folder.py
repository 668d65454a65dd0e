"""Commands about the articles and their index: index, list, add, remove, watch, clean."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from rag.chatbot import Chatbot
from rag.commands.options import Articles, Index, Json, Llm, app, chatbot, faults_shown
from rag.errors import AddressError, ArticleError, CorpusError, RagError
from rag.index.clean import remove_index
from rag.settings import Settings
from rag.terminal import err, out, print_json, print_listed, print_report


@app.command()
def index(
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,  # noqa: ARG001 — every command takes the same options
    dry_run: Annotated[bool, typer.Option(help="List what would change; write nothing.")] = False,
    rebuild: Annotated[bool, typer.Option(help="Ignore the old index and build a new one.")] = False,
    allow_empty: Annotated[bool, typer.Option(help="Empty the index if the folder is empty.")] = False,
    erase: Annotated[bool, typer.Option(help="Leave no removed text in the files of the index.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the index up to date with the articles folder; needs no language model."""
    with faults_shown():
        report = chatbot(articles, index, "none").sync(
            dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, erase=erase
        )
        print_json(asdict(report)) if as_json else print_report(report, dry_run)
        if report.held:
            raise CorpusError(report.held)


@app.command("list")
def list_(articles: Articles = None, index: Index = None, as_json: Json = False) -> None:
    """List the articles in the index and the folder, and how they differ."""
    with faults_shown():
        listed = chatbot(articles, index, "none").articles()
        if as_json:
            print_json({"articles": [asdict(one) for one in listed]})
        else:
            print_listed(listed)


@app.command()
def add(
    what: Annotated[
        list[str], typer.Argument(help="Files to copy into the articles folder, and addresses to fetch.")
    ],
    replace: Annotated[bool, typer.Option(help="Replace articles of the same name.")] = False,
    articles: Articles = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Copy files, web pages and feeds into the articles folder and update the index.

    An address begins with https:// or http://; a feed (RSS, Atom) adds its newest entries.
    """
    with faults_shown():
        bot = chatbot(articles, index, "none")
        addresses = [one for one in what if "://" in one]
        try:
            contents = [(Path(one).name, Path(one).read_bytes()) for one in what if "://" not in one]
        except OSError as error:
            raise ArticleError(f"cannot read {error.filename}: {error.strerror}") from error
        for name, content in contents:
            bot.add_article(name, content, replace=replace)
        failed = _fetched(bot, addresses, replace)
        if len(failed) < len(what):
            _synced(bot, as_json)
        if failed:
            raise AddressError("\n".join(failed))


@app.command()
def remove(
    sources: Annotated[list[str], typer.Argument(help="Articles to delete, as `list` names them.")],
    articles: Articles = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Delete articles from the folder and update the index."""
    with faults_shown():
        bot = chatbot(articles, index, "none")
        for source in sources:
            bot.remove_article(source)
        _synced(bot, as_json)


@app.command()
def watch(articles: Articles = None, index: Index = None) -> None:
    """Update the index whenever the articles folder changes, until Ctrl-C."""
    from watchfiles import watch as changes

    with faults_shown():
        bot = chatbot(articles, index, "none")
        _synced(bot, as_json=False)
        folder = bot.settings.articles
        err.print(escape(f"watching {folder}; Ctrl-C ends"))
        for _ in changes(folder, raise_interrupt=True):
            try:
                report = bot.sync()
                if report.needed:
                    print_report(report, dry_run=False)
            except RagError as error:  # it may be temporary: the next change is another attempt
                err.print(f"[red]error:[/red] {escape(str(error))}")


@app.command()
def clean(articles: Articles = None, index: Index = None, as_json: Json = False) -> None:
    """Delete the index; the articles stay, and the next question rebuilds it."""
    with faults_shown():
        settings = Settings.load(articles=articles, index=index)
        removed = remove_index(settings.index_folder)
        if as_json:
            print_json({"index": str(settings.index_folder), "removed": removed})
        else:
            done = "removed" if removed else "there is no index in"
            out.print(escape(f"{done} {settings.index_folder}"))


def _fetched(bot: Chatbot, addresses: Sequence[str], replace: bool) -> list[str]:
    """Add each address; return why some were not: one that fails does not stop the others."""
    failed: list[str] = []
    for address in addresses:
        try:
            added = bot.add_address(address, replace=replace)
        except (AddressError, CorpusError) as error:
            failed.append(str(error))
            continue
        for skipped in added.skipped:
            err.print(escape(f"skipped {skipped.source}: {skipped.reason}"))
    return failed


def _synced(bot: Chatbot, as_json: bool) -> None:
    report = bot.sync(allow_empty=True)  # removing articles by name is intentional
    print_json(asdict(report)) if as_json else print_report(report, dry_run=False)
