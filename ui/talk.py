"""The conversation's handlers: ask, stop, open a source, explain, store, export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import gradio as gr

from rag import Chatbot, RagError, readable
from rag.errors import ScopeError
from rag.serve.gate import Gate
from ui.asking import Asker, Running
from ui.conversation import ROOT, Conversation, history
from ui.export import to_html, to_json, to_markdown
from ui.hub import news, sent
from ui.indexing import Indexing
from ui.keeping import finder, from_kept, to_kept
from ui.reader import Place, Span, article_html, page_html
from ui.render import reader_text, thread_html
from ui.scope import asked_scope, folders
from ui.view import page_part, place_of
from ui.why import why_html
from ui.words import Words, words_for

AT_ONCE = 40  # most of them wait for a model
STRICT = 0.5  # the confidence required by “only when sure”
_SUGGESTED, _NEWEST = 3, 4
_REASONS = ("wrong_fact", "wrong_source", "incomplete", "should_refuse")
_WORD_CHARS = 180
Updates = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class View:
    """The components that display a conversation."""

    hub: gr.HTML
    welcome: gr.HTML
    thread: gr.HTML
    live: gr.HTML
    panel: gr.HTML
    talk: gr.State


class Talk:
    """Handlers of one page, for all its readers."""

    def __init__(self, chatbot: Chatbot, gate: Gate, indexing: Indexing, view: View) -> None:
        self._chatbot, self._view, self._indexing = chatbot, view, indexing
        self._running = Running()
        self._asker = Asker(gate, self._running)
        self._article = finder(chatbot)
        self._configured = lru_cache(maxsize=64)(self._variant)
        self._suggested: tuple[int, list[str]] = (-1, [])

    def wire(self, page: gr.Blocks, settings: list[gr.components.Component]) -> None:
        """Connect the script's events to their handlers."""
        view, hub = self._view, self._view.hub
        quick: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        shown = [view.thread, view.live, view.talk, hub]
        hub.ask(
            self._ask,
            [view.talk, *settings],
            shown,
            api_visibility="private",
            concurrency_limit=AT_ONCE,
            concurrency_id="answer",
            show_progress="hidden",
            trigger_mode="multiple",
        )
        hub.stop(self._stop, None, None, **quick)
        hub.version(self._version, view.talk, [view.thread, view.talk, hub], **quick)
        hub.source(self._source, view.talk, view.panel, trigger_mode="multiple", **quick)
        hub.picture(self._picture, None, hub, trigger_mode="multiple", **quick)
        hub.why(self._why, view.talk, view.panel, **quick)
        hub.restore(self._restore, None, shown, **quick)
        hub.fresh(self._fresh, None, shown, **quick)
        hub.feedback(self._feedback, view.talk, hub, **quick)
        hub.folders(self._folders, None, hub, **quick)
        hub.take(self._take, view.talk, hub, **quick)
        # Finding questions takes a moment on a new page: the rest does not wait for it.
        greeted = page.load(self._welcome, None, view.welcome, **quick)
        greeted.then(
            self._welcome_asking, None, view.welcome, api_visibility="private", show_progress="hidden"
        )

    def _variant(self, llm: str, quotes: int, strict: bool) -> Chatbot:
        return self._chatbot.variant(llm=llm, quotes=quotes, min_confidence=STRICT if strict else None)

    def _ask(
        self,
        talk: Conversation,
        llm: str,
        quotes: int,
        strict: bool,
        event: gr.EventData,
        request: gr.Request | None = None,
    ) -> Iterator[Updates]:
        view, words = self._view, _words(request)
        question, parent = sent(event, "question", "").strip(), sent(event, "parent", -2)
        if not question:
            yield {view.hub: news("idle")}
            return
        bot = self._configured(llm, int(quotes), strict)
        try:
            scope = asked_scope(event)
        except ScopeError as error:
            yield {view.hub: news("refused", text=reader_text(str(error)), question=question)}
            return
        for seen in self._asker.ask(question, parent, scope, talk, bot, words, request):
            if isinstance(seen, Conversation):
                yield {
                    view.thread: thread_html(seen, self._article, words),
                    view.live: "",
                    view.talk: seen,
                    view.hub: news("record", record=to_kept(seen), title=seen.turns[0].question),
                }
            else:
                yield {view.live: seen.html(words)}

    def _stop(self, request: gr.Request) -> None:
        self._running.stop(str(request.session_hash))

    def _version(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> Updates:
        n = sent(event, "to", ROOT)
        if 0 <= n < len(talk.turns):
            talk = talk.showing(n)
        view = self._view
        html = thread_html(talk, self._article, _words(request))
        return {
            view.thread: html,
            view.talk: talk,
            view.hub: news("record", record=to_kept(talk)),
        }

    def _source(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> str:
        words, seq, n = _words(request), sent(event, "seq", 0), sent(event, "turn", ROOT)
        span = Span(sent(event, "source", ""), sent(event, "start", 0), sent(event, "end", 0))
        article = self._article(span.source)
        if article is None:
            return page_part("notice", words, text=words("article_gone"), seq=seq)
        answer = talk.turns[n].answer if 0 <= n < len(talk.turns) else None
        cited = answer.citations if answer else ()
        others = [Span(c.source, c.start, c.end) for c in cited]
        where = next((place_of(c, words) for c, one in zip(cited, others, strict=True) if one == span), "")
        place = Place(sent(event, "at", 1), sent(event, "count", 1), seq)
        return article_html(article, span, words, others=others, place=place, where=where, scoped=True)

    def _picture(self, event: gr.EventData, request: gr.Request) -> dict[str, Any]:
        """Return the page of a PDF with the sentence marked, or why there is none."""
        words, seq = _words(request), sent(event, "seq", 0)
        source, start, end = sent(event, "source", ""), sent(event, "start", 0), sent(event, "end", 0)
        article = self._article(source)
        try:
            picture = self._chatbot.picture(source, max(start, 0), max(end, 0))
        except RagError as error:
            text = words("no_picture", reason=reader_text(str(error)))
            return news("picture", to=seq, html="", text=text)
        title, quote = (article.title, article.text[start:end]) if article else ("", "")
        return news("picture", to=seq, html=page_html(picture, title, readable(quote), words))

    def _why(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> str:
        words, seq, n = _words(request), sent(event, "seq", 0), sent(event, "turn", ROOT)
        turn = talk.turns[n] if 0 <= n < len(talk.turns) else None
        if turn is None or turn.answer is None:
            return page_part("notice", words, text=words("gone"), seq=seq)
        if turn.why is not None:
            return why_html(turn.answer, turn.why, self._article, words, seq=seq)
        before = [talk.turns[m] for m in talk.path_to(turn.parent)]
        try:
            again = self._configured("none", self._chatbot.settings.quotes, False)
            why = again.explain(turn.question, history=history(before), scope=turn.scope).to_dict()
        except RagError as error:
            return page_part("notice", words, text=reader_text(str(error)), seq=seq)
        return why_html(turn.answer, why, self._article, words, again=True, seq=seq)

    def _restore(self, event: gr.EventData, request: gr.Request) -> Updates:
        words, view = _words(request), self._view
        found = from_kept(sent(event, "record", dict[str, Any]()), self._chatbot)
        if found is None:
            return {view.hub: news("unreadable", text=words("gone"))}
        html = thread_html(found, self._article, words)
        kept_id = sent(event, "id", "")
        return {
            view.thread: html, view.live: "", view.talk: found, view.hub: news("restored", id=kept_id),
        }  # fmt: skip

    def _fresh(self) -> Updates:
        view = self._view
        return {
            view.thread: "",
            view.live: "",
            view.talk: Conversation(),
            view.hub: news("fresh"),
        }

    def _welcome(self, request: gr.Request) -> str:
        words = _words(request)
        try:
            count = len(self._chatbot.sources())
            if not self._indexing.shelf.books:
                self._indexing.look()
        except RagError as error:
            return page_part("status", words, text=reader_text(str(error)))
        newest = self._indexing.shelf.newest(_NEWEST)
        return page_part("welcome", words, count=count, questions=self._suggested[1], newest=newest)

    def _welcome_asking(self, request: gr.Request) -> str:
        """Return the same with questions to start with, computed once per state of the index."""
        rounds = self._indexing.progress.rounds
        if self._suggested[0] != rounds:
            try:
                self._suggested = rounds, self._chatbot.suggest(limit=_SUGGESTED)
            except RagError:
                self._suggested = rounds, []
        return self._welcome(request)

    def _folders(self) -> dict[str, Any]:
        try:
            return news("folders", folders=folders(self._chatbot.sources()))
        except RagError:
            return news("folders", folders=[])

    def _feedback(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> dict[str, Any]:
        words, n = _words(request), sent(event, "turn", ROOT)
        turn = talk.turns[n] if 0 <= n < len(talk.turns) else None
        if turn is None or turn.answer is None:
            return news("said", text=words("gone"), wrong=True)
        reason, word = sent(event, "reason", ""), sent(event, "word", "")[:_WORD_CHARS]
        reason = reason.replace("_", " ") if reason in _REASONS else ""
        if sent(event, "good", False):
            reason = "good"
        before = [talk.turns[m] for m in talk.path_to(turn.parent)]
        try:
            said = ": ".join(filter(None, [reason, word]))
            self._chatbot.dislike(turn.answer, history=history(before), word=said)
        except RagError:
            return news("said", text=words("failed"), wrong=True)
        return news("said", text=words("thanks"))

    def _take(self, talk: Conversation, event: gr.EventData) -> dict[str, Any]:
        """Return the conversation as a file."""
        turns = [talk.turns[n] for n in talk.path]
        made: dict[str, Callable[[], str]] = {
            "md": lambda: to_markdown(turns), "html": lambda: to_html(turns), "json": lambda: to_json(talk),
        }  # fmt: skip
        kind = sent(event, "format", "md")
        return news("file", name=f"conversation.{kind}", text=made.get(kind, made["md"])())


def _words(request: gr.Request | None) -> Words:
    return words_for(request.headers.get("accept-language") if request else None)
