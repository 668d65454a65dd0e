"""The articles tab: what is indexed, reading it, and, unless it is read-only, changing it."""

import html
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import gradio as gr

from rag import Chatbot, RagError, Settings, SyncReport, plain_markdown
from rag.errors import CorpusError
from ui.render import Span, article_html, error_text, status_html

_COLUMNS = ["title", "file", "length", "passages", "state"]
_EMPTY = '<p class="empty">Choose an article in the list to read it here.</p>'
_SHOWN_NAMES = 5
_MOST_PASTED = 300_000  # characters: what is longer is a file
Rows = list[list[str | int]]


def build_library(chatbot: Chatbot, status: gr.HTML) -> gr.Dataframe:
    """The tab's components and handlers; `status` is told of a new index."""
    chosen = gr.State("")
    with gr.Row():
        with gr.Column(scale=3):
            table = gr.Dataframe(
                headers=_COLUMNS,
                datatype=["str", "str", "number", "number", "str"],
                interactive=False,
                wrap=True,
                column_widths=["34%", "26%", "14%", "13%", "13%"],
                show_search="search",
                buttons=[],
                label="Articles",
                elem_id="articles",
            )
            if not chatbot.settings.read_only:
                _build_changes(chatbot, table, chosen, status)
        with gr.Column(scale=2):
            reader = gr.HTML(_EMPTY, elem_id="reader", elem_classes="reading", label="Article")

    def read(event: gr.SelectData) -> tuple[str, str]:
        source = str(event.row_value[_COLUMNS.index("file")])
        try:
            return source, article_html(chatbot.article(source), Span(source, 0, 0))
        except RagError:
            return source, '<p class="empty">This file is not in the index: bring it up to date first.</p>'

    table.select(read, None, [chosen, reader], api_visibility="private", show_progress="hidden")
    return table


def article_rows(chatbot: Chatbot) -> Rows:
    """The list of articles, as the table shows it."""
    try:
        return [[one.title, one.source, one.characters, one.chunks, one.state] for one in chatbot.articles()]
    except RagError as error:
        raise gr.Error(html.escape(error_text(error, chatbot.settings)), print_exception=False) from error


def _build_changes(chatbot: Chatbot, table: gr.Dataframe, chosen: gr.State, status: gr.HTML) -> None:
    with gr.Row():
        upload = gr.UploadButton(
            "Add files", file_count="multiple", file_types=[".txt", ".md"], size="sm", elem_id="upload"
        )
        remove = gr.Button("Remove the chosen one", size="sm")
        update = gr.Button("Bring the index up to date", variant="primary", size="sm", elem_id="sync")
    with gr.Accordion("Paste an article", open=False):
        name = gr.Textbox(label="File name", placeholder="notes.txt", max_length=200, elem_id="paste-name")
        text = gr.Textbox(label="Text", lines=6, max_length=_MOST_PASTED, elem_id="paste-text")
        paste = gr.Button("Add it", size="sm")
    report = gr.Markdown(elem_id="report")

    def added(paths: Sequence[str] | None) -> tuple[str, Rows]:
        done = [_told(chatbot.settings, partial(_add_file, chatbot, Path(path))) for path in paths or ()]
        return "\n".join(done), article_rows(chatbot)

    def pasted(name: str, text: str) -> tuple[str, Rows]:
        return _told(chatbot.settings, lambda: f"added {chatbot.add_article(name, text)}"), article_rows(
            chatbot
        )

    def removed(source: str) -> tuple[str, Rows]:
        if not source:
            return "Choose an article in the list first.", article_rows(chatbot)

        def act() -> str:
            chatbot.remove_article(source)
            return f"removed {source}"

        return _told(chatbot.settings, act), article_rows(chatbot)

    def synced(progress: gr.Progress = gr.Progress()) -> tuple[str, Rows, str]:  # noqa: B008
        def report(step: str, done: int, total: int) -> None:
            progress((done, total) if total else None, desc=step)

        told = _told(chatbot.settings, lambda: _summary(chatbot.sync(progress=report)))
        return told, article_rows(chatbot), status_html(chatbot)

    changed = [report, table]
    upload.upload(added, upload, changed, api_visibility="private")
    paste.click(pasted, [name, text], changed, api_visibility="private")
    remove.click(removed, chosen, changed, api_visibility="private")
    update.click(synced, None, [*changed, status], api_visibility="private", concurrency_limit=1)


def _add_file(chatbot: Chatbot, path: Path) -> str:
    try:
        return f"added {chatbot.add_article(path.name, path.read_bytes())}"
    except FileNotFoundError:  # whoever uploads the same bytes twice has one file of them
        raise CorpusError(f"{path.name} is no longer there: upload it again") from None
    finally:
        path.unlink(missing_ok=True)


def _told(settings: Settings, act: Callable[[], str]) -> str:
    """What came of an act, as a line of Markdown."""
    try:
        return f"- {plain_markdown(act())}"
    except RagError as error:
        return f"- ⚠ {plain_markdown(error_text(error, settings))}"


def _summary(report: SyncReport) -> str:
    """What a sync changed, in words."""
    renamed = [f"{old} to {new}" for old, new in report.renamed]
    changes = {
        "added": report.added,
        "changed": report.changed,
        "renamed": renamed,
        "removed": report.removed,
        "skipped": [f"{skip.source} ({skip.reason})" for skip in report.skipped],
        "noted": [f"{note.source} ({note.reason})" for note in report.notes],
    }
    if report.held:
        return report.held
    parts = [f"{what} {_listed(names)}" for what, names in changes.items() if names]
    return "; ".join(parts) + f"; {report.seconds:.1f} s" if parts else "nothing has changed"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(names[:_SHOWN_NAMES]) + more
