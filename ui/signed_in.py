"""For readers who log in: their conversations are kept on the server, and can be shared by a link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from pydantic import ValidationError

from rag import Chatbot, RagError
from ui.hub import news, sent
from ui.keeping import finder, from_kept
from ui.records import Record, Records
from ui.render import reader_text, thread_html
from ui.words import words_for

News = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Handlers of the script's events about kept and shared conversations."""

    chatbot: Chatbot
    records: Records

    def wire(self, hub: gr.HTML, thread: gr.HTML, live: gr.HTML, talk: gr.State) -> None:
        quick: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        hub.records(self._list, None, hub, **quick)
        hub.keep(self._keep, None, hub, trigger_mode="multiple", **quick)
        hub.forget(self._forget, None, hub, trigger_mode="multiple", **quick)
        hub.publish(self._share, None, hub, **quick)
        hub.withdraw(self._unshare, None, hub, **quick)
        shown = [thread, live, talk, hub]

        def open_shared(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
            return self._open_shared(sent(event, "key", ""), request)

        hub.shared(open_shared, None, shown, **quick)

    def _list(self, request: gr.Request) -> News:
        def listed(user: str) -> News:
            return news("records", records={n: one.model_dump() for n, one in self.records.of(user).items()})

        return _done(listed, request)

    def _keep(self, event: gr.EventData, request: gr.Request) -> News:
        name = sent(event, "id", "")

        def kept(user: str) -> News:
            try:
                record = Record.model_validate(sent(event, "record", dict[str, Any]()))
            except ValidationError:
                raise RagError("this conversation cannot be kept") from None
            return news("kept", id=name, under=self.records.keep(user, name, record))

        return _done(kept, request)

    def _forget(self, event: gr.EventData, request: gr.Request) -> News:
        def forgotten(user: str) -> News:
            self.records.forget(user, sent(event, "id", ""))
            return news("forgotten")

        return _done(forgotten, request)

    def _share(self, event: gr.EventData, request: gr.Request) -> News:
        name = sent(event, "id", "")
        return _done(lambda user: news("link", id=name, key=self.records.share(user, name)), request)

    def _unshare(self, event: gr.EventData, request: gr.Request) -> News:
        name = sent(event, "id", "")

        def ended(user: str) -> News:
            self.records.unshare(user, name)
            return news("link", id=name, key="")

        return _done(ended, request)

    def _open_shared(self, key: str, request: gr.Request) -> tuple[Any, ...]:
        """Show a shared conversation; what is asked next belongs to whoever reads it."""
        words = words_for(request.headers.get("accept-language"))
        copy = self.records.shared(key)
        found = from_kept(copy.kept, self.chatbot) if copy else None
        if copy is None or found is None:
            return gr.skip(), gr.skip(), gr.skip(), news("unreadable", text=words("not_shared"))
        html = thread_html(found, finder(self.chatbot), words)
        return html, "", found, news("opened", title=copy.title, text=words("shared_by", name=copy.owner))


def _done(act: Callable[[str], News], request: gr.Request) -> News:
    """Act for the reader who is logged in; an error is shown, and the list drawn as it still is."""
    try:
        return act(str(request.username))
    except RagError as error:
        return news("unkept", text=reader_text(str(error)))
