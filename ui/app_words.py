"""The words of Gradio's own components, translated by the browser."""

import gradio as gr
from gradio.i18n import I18nData

from ui.words import LANGUAGES, words_in

TRANSLATIONS = gr.I18n(**{language: dict(words_in(language).phrases) for language in LANGUAGES})


def spoken(key: str) -> I18nData:
    """The phrase of this key, in the language of whoever reads it."""
    return TRANSLATIONS(key)
