"""A reader's settings: which model answers, how strictly, what is stored; and the measured quality."""

from typing import Any

import gradio as gr

from rag import Chatbot
from ui.app_words import spoken
from ui.part import drawn
from ui.quality import quality_html
from ui.view import page_part
from ui.words import words_for


def build_settings(chatbot: Chatbot, page: gr.Blocks) -> list[gr.components.Component]:
    """Build the components that an answer depends on: model, number of quotes, only when sure."""
    words = words_for(None)
    kinds = {"openai": "by_api", "local": "by_local", "none": "by_quotes"}
    choices = [
        (words(kinds[llm], model=choice.model) if choice.model else words("by_quotes"), llm)
        for llm, choice in chatbot.choices().items()
    ]
    used = next(llm for llm, choice in chatbot.choices().items() if choice == chatbot.choice)
    # The secret only has to survive a restart: these are the reader's own choices, in the browser.
    kept = gr.BrowserState(None, storage_key="article-qa/settings", secret="settings")  # noqa: S106
    quick: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
    with gr.Column(elem_id="settings-view", elem_classes="view"):
        drawn(page_part("heading", words, key="settings", below=""))
        llm = gr.Radio(choices, value=used, label=spoken("answered_by"), interactive=len(choices) > 1)
        quotes = gr.Slider(1, 10, chatbot.settings.quotes, step=1, label=spoken("quotes_most"), buttons=[])
        strict = gr.Checkbox(False, label=spoken("strict"), info=spoken("strict_info"))
        drawn(page_part("about", words), "about")
        if quality_html():
            with gr.Accordion(spoken("quality"), open=False, elem_id="quality") as quality:
                report = drawn("")
            # Half a megabyte that few readers open, and that a later evaluation replaces.
            quality.expand(quality_html, None, report, **quick)
    chosen: list[gr.components.Component] = [llm, quotes, strict]

    def restored(before: Any) -> tuple[Any, Any, Any]:
        usual = used, chatbot.settings.quotes, False
        if not isinstance(before, list) or len(before) != 3:
            return usual
        model, most, sure = before
        return (
            model if model in {value for _, value in choices} else used,
            most if isinstance(most, int) and 1 <= most <= 10 else chatbot.settings.quotes,
            sure is True,
        )

    page.load(restored, kept, chosen, **quick)
    gr.on([one.change for one in (llm, quotes, strict)], lambda *now: list(now), chosen, kept, **quick)
    return chosen
