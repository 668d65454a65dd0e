"""The page: a chat whose citations open the article beside it at the cited sentence."""

import html
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag import Answer, Chatbot, RagError
from ui.render import (
    Span,
    answer_markdown,
    article_html,
    parse_link,
    plain_markdown,
    status_html,
)

log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_MAX_EXAMPLES = 4
_WAITING = 64  # questions in the queue before the page says that it is busy
_AT_ONCE = 8
_EMPTY_PANEL = (
    '<p class="empty">Click a number behind a sentence: the article opens here,'
    " at the sentence that proves it.</p>"
)
_THEME = gr.themes.Default(
    primary_hue="teal",
    neutral_hue="slate",
    # System fonts: the theme's own would be fetched from another server.
    font=["system-ui", "sans-serif"],
    font_mono=["ui-monospace", "monospace"],
)

Messages = list[dict[str, Any]]
Turns = list[dict[str, str]]
# An answer and what came before it, by the place of its message.
Answers = dict[int, tuple[Answer, Turns]]


def build_page(chatbot: Chatbot) -> gr.Blocks:
    """The page as Gradio blocks; its handlers may be called from several threads."""

    def ask(question: str, messages: Messages, turns: Turns, answers: Answers) -> Iterator[dict[Any, Any]]:
        if not question.strip():
            yield {box: ""}
            return
        messages = [*messages, {"role": "user", "content": plain_markdown(question)}]
        yield {box: "", chat: messages, stop: gr.update(visible=True)}
        text = ""
        try:
            for piece in chatbot.stream(question, history=turns):
                if isinstance(piece, Answer):
                    yield {
                        chat: [*messages, _reply(answer_markdown(piece))],
                        answers_state: {**answers, len(messages): (piece, turns)},
                        spans: [Span(c.source, c.start, c.end) for c in piece.citations],
                        turns_state: [
                            *turns,
                            {"role": "user", "content": question},
                            {"role": "assistant", "content": piece.text},
                        ],
                    }
                else:
                    text += plain_markdown(piece) + " "
                    yield {chat: [*messages, _reply(text)]}
        except RagError as error:
            yield {box: question, chat: [*messages, _reply(f"⚠ {plain_markdown(str(error))}")]}
        except Exception:
            log.exception("a question failed")
            line = "⚠ Something went wrong on the server; its log says what."
            yield {box: question, chat: [*messages, _reply(line)]}
        yield {stop: gr.update(visible=False)}

    def dislike(answers: Answers, event: gr.LikeData) -> None:
        place = event.index if isinstance(event.index, int) else event.index[0]
        if event.liked is not False or place not in answers:
            return  # the thumb was taken back, or points at an error
        answer, history = answers[place]
        try:
            chatbot.dislike(answer, history=history)
            gr.Info("Kept for review on the server, with the question and the passages found.")
        except RagError as error:
            gr.Warning(html.escape(str(error)))

    def open_citation(spans: list[Span], event: gr.EventData) -> str:
        span = parse_link(str(event.link))
        try:
            return article_html(chatbot.article(span.source), span, spans) if span else _EMPTY_PANEL
        except KeyError:
            return '<p class="empty">This article is no longer in the index.</p>'

    page: gr.Blocks
    with gr.Blocks(title="Article QA", analytics_enabled=False) as page:
        with gr.Row(elem_classes="heading"):
            gr.HTML("<h1>Ask the articles</h1>" + status_html(chatbot))
        turns_state = gr.State(list[dict[str, str]]())
        answers_state = gr.State(Answers())
        spans = gr.State(list[Span]())
        with gr.Row():
            with gr.Column(scale=3):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label="Conversation",
                    height="62vh",
                    buttons=["copy"],
                    latex_delimiters=[],
                    layout="panel",
                    feedback_options=["Dislike"],
                    placeholder="Every sentence of an answer points to the sentence that proves it.",
                )
                with gr.Row():
                    box = gr.Textbox(
                        placeholder="Ask a question",
                        label="Question",
                        show_label=False,
                        max_length=chatbot.settings.max_question_chars,
                        autofocus=True,
                        scale=8,
                        elem_id="question",
                    )
                    send = gr.Button("Ask", variant="primary", scale=1, min_width=80)
                    stop = gr.Button("Stop", scale=1, min_width=80, visible=False)
                gr.Examples(_examples(chatbot), box, label="For example", api_visibility="private")
            with gr.Column(scale=2):
                panel = gr.HTML(
                    _EMPTY_PANEL,
                    elem_id="panel",
                    label="Article",
                    js_on_load=(_HERE / "panel.js").read_text(),
                )

        asked = gr.on(
            [box.submit, send.click],
            ask,
            [box, chat, turns_state, answers_state],
            [box, chat, turns_state, answers_state, spans, stop],
            concurrency_limit=_AT_ONCE,
            api_visibility="private",
            show_progress="minimal",
            show_progress_on=chat,
        )
        stop.click(
            lambda: gr.update(visible=False),
            None,
            stop,
            cancels=[asked],
            api_visibility="private",
            queue=False,
        )
        chat.clear(
            lambda: ([], {}, [], _EMPTY_PANEL),
            None,
            [turns_state, answers_state, spans, panel],
            api_visibility="private",
            queue=False,
        )
        chat.like(dislike, answers_state, None, api_visibility="private", show_progress="hidden")
        # The browser tells of a clicked citation through an event of the panel (panel.js).
        panel.select(
            open_citation, spans, panel, api_visibility="private", queue=False, show_progress="hidden"
        )
    page.queue(max_size=_WAITING)
    return page


def launch(chatbot: Chatbot, *, block: bool = True) -> gr.Blocks:
    """Serve the page on the settings' host and port; returns at once unless `block`."""
    page = build_page(chatbot)
    page.launch(
        server_name=chatbot.settings.host,
        server_port=chatbot.settings.port,
        prevent_thread_lock=not block,
        share=False,
        ssr_mode=False,
        footer_links=[],
        theme=_THEME,
        css_paths=_HERE / "page.css",
        quiet=True,
        max_file_size="1kb",
    )
    return page


def _reply(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def _examples(chatbot: Chatbot) -> list[str]:
    """Questions that the articles answer, whatever they are about: what each one says."""
    titles = [chatbot.article(source).title for source in chatbot.sources()[:_MAX_EXAMPLES]]
    return [f"What do the articles say about “{title}”?" for title in titles] or ["What do the articles say?"]
