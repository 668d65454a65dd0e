"""The chat tab: questions, checked answers, the cited article beside them."""

import html
import json
import logging
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr

from rag import Answer, Chatbot, RagError, plain_markdown
from rag.serve.gate import Gate, in_time
from ui.conversation import (
    Message,
    Turn,
    from_stored,
    history,
    message,
    messages,
    to_html,
    to_markdown,
    to_stored,
)
from ui.render import Span, article_html, error_text, parse_link, waiting_markdown

log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
AT_ONCE = 40  # mostly they wait for a model
_SUGGESTED = 3
_EMPTY_PANEL = (
    '<p class="empty">Click a number behind a sentence: the article opens here,'
    " at the sentence that proves it.</p>"
)
_STOPPED = "Stopped before the answer was whole. Ask again to get it."
_FAILED = "Something went wrong on the server; its log says what."
# What can be wrong with an answer, for the thumb down and the flag beside it.
_DISLIKES = ["Dislike", "Wrong fact", "Wrong source", "Incomplete", "Should have refused"]
_STRICTNESS: dict[str, float | None] = {
    "as fitted": None, "answer whenever possible": 0.0, "strict": 0.5, "very strict": 0.7,
}  # fmt: skip
_DOWNLOAD = """(text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "text/plain;charset=utf-8"}));
  link.download = %s; link.click(); URL.revokeObjectURL(link.href);
}"""
Turns = list[Turn]
Updates = dict[Any, Any]


class ChatTab:
    """The tab's components and handlers; `turns` holds the conversation, a list of `Turn`."""

    def __init__(self, chatbot: Chatbot, gate: Gate, page: gr.Blocks) -> None:
        self._chatbot, self._gate = chatbot, gate
        self._configured = lru_cache(maxsize=64)(self._variant)
        self.turns = gr.State(list[Turn]())
        # The secret only has to outlast a restart: the conversation is the reader's, in his browser.
        self._stored = gr.BrowserState([], storage_key="conversation", secret="conversation")  # noqa: S106
        with gr.Row():
            with gr.Column(scale=3):
                self._chat = _chat_box()
                with gr.Row():
                    self._box = gr.Textbox(
                        placeholder="Ask a question",
                        label="Question",
                        show_label=False,
                        max_length=chatbot.settings.max_question_chars,
                        autofocus=True,
                        scale=8,
                        elem_id="question",
                    )
                    self._send = gr.Button("Ask", variant="primary", scale=1, min_width=80)
                    self._stop = gr.Button("Stop", scale=1, min_width=80, visible=False)
                self._suggested = [
                    gr.Button(text, visible=shown, size="sm", elem_classes="suggested")
                    for text, shown in self._suggestions()
                ]
                with gr.Accordion("How to answer, and what to keep", open=False):
                    self._settings = _choices(chatbot)
                    with gr.Row():
                        self._keep = gr.Checkbox(label="Keep this conversation in this browser")
                        self._save = {
                            "conversation.md": gr.Button("Save as Markdown", size="sm"),
                            "conversation.html": gr.Button("Save as HTML", size="sm"),
                        }
            with gr.Column(scale=2):
                self._panel = gr.HTML(
                    _EMPTY_PANEL,
                    elem_id="panel",
                    elem_classes="reading",
                    label="Article",
                    js_on_load=(_HERE / "panel.js").read_text(),
                )
        self._exported = gr.Textbox(visible="hidden", label="Export")
        self._wire(page)

    def _wire(self, page: gr.Blocks) -> None:
        chat, turns = self._chat, self.turns
        outputs = [self._box, chat, self._stop, turns]
        slow: dict[str, Any] = {
            "api_visibility": "private",
            "concurrency_limit": AT_ONCE,
            "concurrency_id": "answer",
            "show_progress": "minimal",
            "show_progress_on": chat,
        }
        quick: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
        asked = [self._box.submit, self._send.click]
        running = [gr.on(asked, self._answer, [self._box, turns, *self._settings], outputs, **slow)]
        for button in self._suggested:
            running.append(button.click(self._answer, [button, turns, *self._settings], outputs, **slow))
        for event, handler in ((chat.retry, self._retry), (chat.edit, self._edit)):
            running.append(event(handler, [turns, *self._settings], outputs, **slow))
        # Afterwards, not as a part of it: while an answer is made, no other question is taken.
        for answered in running:
            answered.then(
                self._suggest, turns, self._suggested, api_visibility="private", show_progress="hidden"
            )
        self._stop.click(self._stopped, turns, [chat, self._stop], cancels=running, **quick)
        chat.clear(lambda: ([], _EMPTY_PANEL), None, [turns, self._panel], **quick)
        chat.like(self._dislike, turns, None, api_visibility="private", show_progress="hidden")
        # The browser tells of a clicked citation through an event of the panel (panel.js).
        self._panel.select(self._open, turns, self._panel, **quick)
        kept = [turns.change, self._keep.change]
        gr.on(kept, lambda on, now: to_stored(now) if on else [], [self._keep, turns], self._stored, **quick)
        page.load(self._restore, self._stored, [turns, chat, self._keep], **quick)
        for name, button in self._save.items():
            write = to_html if name.endswith("html") else to_markdown
            done = button.click(write, turns, self._exported, **quick)
            done.then(None, self._exported, None, js=_DOWNLOAD % json.dumps(name))

    def _variant(self, llm: str, quotes: int, strictness: str) -> Chatbot:
        return self._chatbot.variant(llm=llm, quotes=quotes, min_confidence=_STRICTNESS[strictness])

    def _answer(
        self,
        question: str,
        before: Turns,
        llm: str,
        quotes: int,
        strictness: str,
        request: gr.Request | None = None,
    ) -> Iterator[Updates]:
        if not question.strip():
            yield {self._box: ""}
            return
        # Until it is answered, the turn stands as stopped: that is what it is if the reader stops it.
        shown = [*messages(before), message("user", plain_markdown(question))]
        yield {
            self._box: "",
            self._chat: shown,
            self._stop: gr.update(visible=True),
            self.turns: [*before, Turn(question, error=_STOPPED)],
        }
        text, turn = "", Turn(question, error=_FAILED)
        try:
            bot = self._configured(llm, int(quotes), strictness)
            with (
                self._gate.visit(request, question) as visit,
                in_time(bot, visit).stream(question, history=history(before)) as stream,
            ):
                for event in stream:
                    text += plain_markdown(event.text) + " " if event.text else ""
                    waiting = waiting_markdown(event.before) if event.kind == "waiting" else ""
                    if text or waiting:
                        yield {self._chat: [*shown, message("assistant", text + waiting)]}
                visit.answer = stream.answer
                turn = Turn(question, stream.answer, why=stream.explanation.to_dict())
        except RagError as error:
            turn = Turn(question, error=error_text(error, self._chatbot.settings))
        except Exception:
            log.exception("a question failed")
        after = [*before, turn]
        unanswered = {} if turn.answer else {self._box: question}
        yield {
            self._chat: messages(after),
            self.turns: after,
            self._stop: gr.update(visible=False),
        } | unanswered

    def _suggest(self, now: Turns) -> list[Any]:
        """What each of the buttons offers after an answer; a refusal leaves them as they are."""
        answer = now[-1].answer if now else None
        if answer is None or not answer.citations:
            return [gr.skip()] * _SUGGESTED
        return [gr.update(value=text, visible=shown) for text, shown in self._suggestions(answer)]

    def _suggestions(self, answer: Answer | None = None) -> list[tuple[str, bool]]:
        """A question, and whether to show it, for each of the buttons."""
        try:
            found = self._chatbot.suggest(answer, limit=_SUGGESTED)
        except RagError:
            found = []  # the page stands without them
        return [(found[n], True) if n < len(found) else ("", False) for n in range(_SUGGESTED)]

    def _retry(
        self,
        event: gr.RetryData,
        before: Turns,
        llm: str,
        quotes: int,
        strictness: str,
        request: gr.Request | None = None,
    ) -> Iterator[Updates]:
        n = _turn_of(event.index)
        if n < len(before):
            yield from self._answer(before[n].question, before[:n], llm, quotes, strictness, request)

    def _edit(
        self,
        event: gr.EditData,
        before: Turns,
        llm: str,
        quotes: int,
        strictness: str,
        request: gr.Request | None = None,
    ) -> Iterator[Updates]:
        before = before[: _turn_of(event.index)]
        yield from self._answer(_plain(event.value), before, llm, quotes, strictness, request)

    def _stopped(self, before: Turns) -> tuple[list[Message], Any]:
        return messages(before), gr.update(visible=False)

    def _dislike(self, before: Turns, event: gr.LikeData) -> None:
        n = _turn_of(event.index)
        given = before[n].answer if n < len(before) else None
        if given is None or event.liked is True or event.liked == "":
            return  # an error, or the thumb was taken back
        word = event.liked if event.liked in _DISLIKES else ""  # whatever a client sends
        try:
            self._chatbot.dislike(given, history=history(before[:n]), word=word)
            gr.Info("Kept for review on the server, with the question and the passages found.")
        except RagError as error:
            gr.Warning(html.escape(error_text(error, self._chatbot.settings)))

    def _open(self, before: Turns, event: gr.EventData) -> str:
        span = parse_link(str(event.link))
        last = next((turn.answer for turn in reversed(before) if turn.answer), None)
        others = [Span(c.source, c.start, c.end) for c in last.citations] if last else []
        try:
            return article_html(self._chatbot.article(span.source), span, others) if span else _EMPTY_PANEL
        except RagError:
            return '<p class="empty">This article is no longer in the index.</p>'

    def _restore(self, kept: Any) -> tuple[Turns, list[Message], bool]:
        found = from_stored(kept, self._chatbot.article)
        return found, messages(found), bool(found)


def _chat_box() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        height="62vh",
        buttons=["copy"],
        editable="user",
        latex_delimiters=[],
        layout="panel",
        feedback_options=_DISLIKES,
        placeholder="Every sentence of an answer points to the sentence that proves it.",
    )


def _choices(chatbot: Chatbot) -> tuple[gr.Radio, gr.Slider, gr.Radio]:
    """Which of the configured models answers, how much, how readily."""
    names = {"openai": "API", "local": "on this machine", "none": "quotes"}
    choices = [
        (f"{choice.model} ({names[llm]})" if choice.model else "quotes, no language model", llm)
        for llm, choice in chatbot.choices().items()
    ]
    used = next(llm for llm, choice in chatbot.choices().items() if choice == chatbot.choice)
    with gr.Row():
        return (
            gr.Radio(choices, value=used, label="Answered by", interactive=len(choices) > 1),
            gr.Slider(1, 10, chatbot.settings.quotes, step=1, label="Sentences quoted, at most"),
            gr.Radio(list(_STRICTNESS), value="as fitted", label="Refuses"),
        )


def _turn_of(index: int | tuple[int, int]) -> int:
    """The turn that a message belongs to: each has two."""
    return (index if isinstance(index, int) else index[0]) // 2


def _plain(value: Any) -> str:
    """The text of an edited message, which the browser sends as text or as blocks of it."""
    if isinstance(value, dict):
        value = value.get("text") or value.get("content") or ""
    if isinstance(value, list):
        return " ".join(map(_plain, value))
    return str(value)
