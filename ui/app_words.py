"""Texts of Gradio's own components, translated in the browser."""

import gradio as gr
from gradio.i18n import I18nData

from ui.words import LANGUAGES, words_in

TRANSLATIONS = gr.I18n(**{language: dict(words_in(language).phrases) for language in LANGUAGES})


def spoken(key: str) -> I18nData:
    """Return the phrase for a key, in the reader's language."""
    return TRANSLATIONS(key)
