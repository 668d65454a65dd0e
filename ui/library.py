"""The articles tab: find, open, add, remove and restore; the index follows automatically."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import gradio as gr

from rag import Chatbot, RagError
from rag.serve.hosts import may_fetch
from ui import bin as removed
from ui.app_words import spoken
from ui.hub import sent
from ui.indexing import Indexing
from ui.part import drawn
from ui.render import error_text, reader_text
from ui.shelf import Kind, Sort, Wish, wanted
from ui.view import page_part
from ui.words import Words, words_for

_LOOK_S = 0.5  # how often to check the indexing progress
_NEWS = 8  # lines kept
_MOST = 2000  # articles listed at once
_SUFFIXES = (".txt", ".md")
_MOST_PASTED = 300_000  # characters: longer text should be a file
_MOST_ADDRESS = 2000
_FETCHES_AT_ONCE = 2  # of all readers: each may take a minute and some megabytes


@dataclass(frozen=True, slots=True)
class Line:
    """The result of a reader's action; `undo` is the key that reverts it."""

    text: str
    wrong: bool = False
    undo: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """What one reader sees of the articles."""

    wish: Wish = field(default_factory=Wish)
    news: tuple[Line, ...] = ()

    def with_news(self, *lines: Line) -> "Listing":
        return replace(self, news=(*lines, *self.news)[:_NEWS])


class Library:
    """Handlers of one page, for all its readers."""

    def __init__(self, chatbot: Chatbot, indexing: Indexing, hub: gr.HTML) -> None:
        self._chatbot, self._indexing, self._hub = chatbot, indexing, hub
        self._can_change = not chatbot.settings.read_only
        self._can_fetch = may_fetch(chatbot.settings)
        self._fetches = threading.BoundedSemaphore(_FETCHES_AT_ONCE)
        with gr.Column(elem_id="articles-view", elem_classes="view"):
            words = words_for(None)
            drawn(page_part("shelf_head", words), "shelf-head")
            if self._can_change:
                self._build_adding()
            self._list = drawn("", "shelf")
            drawn(page_part("choice", words, removable=self._can_change), "choice")
        self._listing = gr.State(Listing())
        self._timer = gr.Timer(_LOOK_S, active=False)

    def _build_adding(self) -> None:
        with gr.Row(elem_id="adding"):
            self._upload = gr.UploadButton(
                spoken("add_files"),  # type: ignore[arg-type]  # translated like every label
                file_count="multiple",
                elem_id="upload",
                size="sm",
                variant="primary",
            )
        with gr.Accordion(spoken("paste"), open=False, elem_id="paste"):
            self._name = gr.Textbox(label=spoken("paste_name"), max_length=200, elem_id="paste-name")
            self._text = gr.Textbox(
                label=spoken("paste_text"), lines=5, max_length=_MOST_PASTED, elem_id="paste-text"
            )
            self._paste = gr.Button(spoken("paste_add"), size="sm", elem_id="paste-add")
        if self._can_fetch:
            with gr.Accordion(spoken("by_address"), open=False, elem_id="by-address"):
                self._address = gr.Textbox(
                    label=spoken("address"), max_length=_MOST_ADDRESS, elem_id="address", type="text"
                )
                self._fetch = gr.Button(spoken("paste_add"), size="sm", elem_id="address-add")

    def wire(self) -> None:
        """Connect events to their handlers."""
        hub, shown = self._hub, [self._list, self._listing, self._timer]
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        hub.shelf(self._find, self._listing, shown, trigger_mode="always_last", **quiet)
        self._timer.tick(self._tick, self._listing, shown, queue=False, **quiet)
        if self._can_change:
            hub.look(self._look, self._listing, shown, **quiet)
            hub.remove(self._remove, self._listing, shown, **quiet)
            hub.unremove(self._bring_back, self._listing, shown, **quiet)
            self._upload.upload(self._added, [self._upload, self._listing], shown, **quiet)
            pasted = [self._name, self._text]
            self._paste.click(self._pasted, [*pasted, self._listing], [*shown, *pasted], **quiet)
        if self._can_fetch:
            gr.on(
                [self._fetch.click, self._address.submit],
                self._fetched,
                [self._address, self._listing],
                [*shown, self._address],
                concurrency_limit=None,  # who cannot be served is told so: the queue is for questions
                **quiet,
            )

    def _find(self, listing: Listing, event: gr.EventData, request: gr.Request) -> Sequence[Any]:
        sort, kind = sent(event, "sort", "date"), sent(event, "kind", "")
        wish = Wish(
            sent(event, "words", "")[:200],
            sort if sort in get_args(Sort) else "date",  # type: ignore[arg-type]
            kind if kind in get_args(Kind) else None,  # type: ignore[arg-type]
            max(1, min(sent(event, "most", 50), _MOST)),
        )
        if sent(event, "look", False) and not self._indexing.progress.busy:
            try:
                self._indexing.look()
            except RagError as error:
                listing = listing.with_news(self._fault(error))
        return self._shown(replace(listing, wish=wish), request)

    def _tick(self, listing: Listing, request: gr.Request) -> Sequence[Any]:
        return self._shown(listing, request)

    def _look(self, listing: Listing, request: gr.Request) -> Sequence[Any]:
        self._indexing.want()
        return self._shown(listing, request)

    def _added(self, paths: Sequence[str] | None, listing: Listing, request: gr.Request) -> Sequence[Any]:
        lines = []
        for path in map(Path, paths or ()):
            try:
                lines.append(self._add(path.name, path.read_bytes(), request))
            except FileNotFoundError:  # the same bytes uploaded twice share one file
                lines.append(Line(_words(request)("upload_again", name=path.name), wrong=True))
            finally:
                path.unlink(missing_ok=True)
        return self._changed(listing.with_news(*lines), request)

    def _pasted(self, name: str, text: str, listing: Listing, request: gr.Request) -> Sequence[Any]:
        named = name.strip() or " ".join(text.split()[:6])
        if Path(named).suffix.lower() not in _SUFFIXES:
            named += ".txt"
        line = self._add(named, text, request)
        shown = self._changed(listing.with_news(line), request)
        return (*shown, name, text) if line.wrong else (*shown, "", "")

    def _fetched(self, address: str, listing: Listing, request: gr.Request) -> Iterator[Sequence[Any]]:
        words, address = _words(request), address.strip()
        if not address:
            return
        waiting = listing.with_news(Line(words("fetching", address=address)))
        yield (*self._shown(waiting, request)[:1], listing, gr.skip(), address)
        if not self._fetches.acquire(blocking=False):
            busy = Line(words("fetch_busy"), wrong=True)
            yield (*self._shown(listing.with_news(busy), request), address)
            return
        try:
            added = self._chatbot.add_address(address)
        except RagError as error:
            # Something may have been stored before it failed.
            yield (*self._changed(listing.with_news(self._fault(error)), request), address)
            return
        finally:
            self._fetches.release()
        lines = [Line(words("added", name=source)) for source in added.sources]
        for one in added.skipped:
            lines.append(
                Line(words("not_added", name=one.source, reason=reader_text(one.reason)), wrong=True)
            )
        yield (*self._changed(listing.with_news(*lines), request), "")

    def _add(self, name: str, data: str | bytes, request: gr.Request) -> Line:
        words = _words(request)
        try:
            return Line(words("added", name=self._chatbot.add_article(name, data)))
        except RagError as error:
            reason = reader_text(error_text(error, self._chatbot.settings))
            return Line(words("not_added", name=name, reason=reason), wrong=True)

    def _remove(self, listing: Listing, event: gr.EventData, request: gr.Request) -> Sequence[Any]:
        sources = [one for one in sent(event, "sources", list[Any]()) if isinstance(one, str)]
        words = _words(request)

        def act() -> Line:
            key = removed.remove(self._chatbot, sources)
            return Line(words("removed_n", n=len(sources)), undo=key)

        return self._changed(listing.with_news(self._done(act)), request)

    def _bring_back(self, listing: Listing, event: gr.EventData, request: gr.Request) -> Sequence[Any]:
        key, words = sent(event, "undo", ""), _words(request)
        line = self._done(lambda: Line(words("restored_n", n=removed.bring_back(self._chatbot, key))))
        news = tuple(one for one in listing.news if one.undo != key)
        return self._changed(replace(listing, news=news).with_news(line), request)

    def _done(self, act: Callable[[], Line]) -> Line:
        try:
            return act()
        except RagError as error:
            return self._fault(error)

    def _fault(self, error: RagError) -> Line:
        return Line(reader_text(error_text(error, self._chatbot.settings)), wrong=True)

    def _changed(self, listing: Listing, request: gr.Request) -> Sequence[Any]:
        self._indexing.want()
        try:
            self._indexing.look()
        except RagError as error:
            listing = listing.with_news(self._fault(error))
        return self._shown(listing, request)

    def _shown(self, listing: Listing, request: gr.Request) -> Sequence[Any]:
        words, progress = _words(request), self._indexing.progress
        if progress.error:
            error = words(progress.error) if progress.error in words.phrases else progress.error
            listing = replace(listing, news=tuple(one for one in listing.news if one.text != error))
            listing = listing.with_news(Line(reader_text(error), wrong=True))
        books = self._indexing.shelf.books
        found = wanted(books, listing.wish)
        count = sum(book.readable for book in books)
        html = page_part(
            "shelf",
            words,
            books=found[: listing.wish.most],
            found=len(found),
            total=len(books),
            count=count,
            status=words("indexing") if progress.busy else words("indexed", n=count),
            percent=progress.percent,
            news=listing.news,
            can_change=self._can_change,
        )
        return html, listing, gr.Timer(active=progress.busy)


def _words(request: gr.Request | None) -> Words:
    return words_for(request.headers.get("accept-language") if request else None)
