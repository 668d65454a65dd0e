"""The tab where any text is checked against the articles."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import gradio as gr

from rag import Chatbot, CheckedSentence, RagError
from rag.serve.gate import Busy, Gate
from ui.app_words import spoken
from ui.keeping import finder
from ui.part import drawn
from ui.render import cards, error_text, reader_text
from ui.view import page_part
from ui.words import Words, words_for


def build_check(chatbot: Chatbot, gate: Gate, at_once: int) -> None:
    """Build its components and handler."""
    article = finder(chatbot)
    with gr.Column(elem_id="check-view", elem_classes="view"):
        words = words_for(None)
        drawn(page_part("heading", words, key="check_text", below="check_intro"))
        text = gr.Textbox(
            label=spoken("check_text"),
            show_label=False,
            lines=6,
            max_lines=16,
            max_length=10 * chatbot.settings.max_question_chars,
            elem_id="check-box",
        )
        check = gr.Button(spoken("check_button"), variant="primary", elem_id="check-button")
        found = drawn("", "checked")

    def checked(said: str, request: gr.Request) -> str:
        words: Words = words_for(request.headers.get("accept-language"))
        if not said.strip():
            return page_part("status", words, text=words("check_none"))
        try:
            with gate.visit(request, said):
                sentences = numbered(chatbot.check(said))
        except Busy:
            return page_part("status", words, text=words("too_many"))
        except RagError as error:
            return page_part("status", words, text=reader_text(error_text(error, chatbot.settings)))
        citations = [c for sentence in sentences for c in sentence.citations]
        return page_part(
            "checked",
            words,
            sentences=sentences,
            proved=sum(one.grade is not None for one in sentences),
            cards=cards(citations, article, words),
        )

    check.click(
        checked, text, found, api_visibility="private", show_progress="hidden",
        concurrency_limit=at_once, concurrency_id="answer",
    )  # fmt: skip


def numbered(sentences: Sequence[CheckedSentence]) -> Sequence[CheckedSentence]:
    """Return the sentences with their citations numbered consecutively; unproved ones have none."""
    number = count(1)
    return [
        replace(one, citations=tuple(replace(c, n=next(number)) for c in one.citations if one.grade))
        for one in sentences
    ]
