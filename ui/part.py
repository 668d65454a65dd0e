"""A part of the page whose HTML comes from our templates, without Gradio's own styling."""

import gradio as gr


def drawn(html: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(html, elem_id=elem_id, padding=False, apply_default_css=False, js_on_load=None)
