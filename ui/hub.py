"""The single channel between the browser's script and the server.

The script (`ui/*.js`) calls `trigger(name, data)` of this component; the server answers through its value,
which displays nothing: `{"kind": "record", …}`.
"""

import json
import secrets
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr

from ui.words import LANGUAGES, words_in

_HERE = Path(__file__).parent
_SCRIPTS = ("base.js", "store.js", "menu.js", "thread.js", "panel.js", "articles.js", "scope.js", "start.js")
EVENTS = (
    "ask", "stop", "version", "source", "why", "restore", "fresh", "feedback", "take", "shelf", "remove",
    "unremove", "look", "folders", "records", "keep", "forget", "publish", "withdraw", "shared",
    "picture",
)  # fmt: skip
T = TypeVar("T")


def make_hub() -> gr.HTML:
    """Return an invisible component; its events are `EVENTS`."""
    return gr.HTML(
        html_template="", js_on_load=_script(), apply_default_css=False, elem_id="hub", visible="hidden"
    )


def _script() -> str:
    words = {language: dict(words_in(language).phrases) for language in LANGUAGES}
    return "\n".join(
        [
            f"const WORDS = {json.dumps(words, ensure_ascii=False)};",
            f"const EVENTS = {json.dumps(EVENTS)};",
            *((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
        ]
    )


def news(kind: str, **fields: Any) -> dict[str, Any]:
    """Return a message for the script; no two are equal, so that each is noticed."""
    return {"kind": kind, "seq": secrets.token_hex(4), **fields}


def sent(event: gr.EventData, name: str, otherwise: T) -> T:
    """Return what the script sent under a name, if it has the type of `otherwise`."""
    data = event._data if isinstance(event._data, dict) else {}
    value = data.get(name, otherwise)
    return value if type(value) is type(otherwise) else otherwise
