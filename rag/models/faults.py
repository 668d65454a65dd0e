"""Describe server faults in plain words, including the server's own reason.

Each fault has two texts: one for the log and the command line, with address and setting, and one for
readers. Neither repeats a key or a page of HTML.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from rag.errors import LLMError, LLMTimeout
from rag.types import readable

_MOST_CHARS = 200
_MARKUP = re.compile(r"<\s*[!/a-z]", re.IGNORECASE)
# A key, or what is left of one that the server has masked, or any long run that could be a key.
_SECRET = re.compile(
    r"\b(?:bearer|basic)\s{1,9}\S+|\b(?:sk|pk|rk|gsk|xai|key|hf|nvapi|AIza)[-_]?"
    r"[\w*.…-]{0,80}[\d*…][\w*.…-]{3,}"
    r"|\S{0,80}\*{3,}\S{0,80}|\b(?=\w{0,80}\d)(?=\w{0,80}[A-Za-z])\w{24,}\b",
    re.IGNORECASE,
)
_NAMES = ("message", "detail", "error", "msg", "reason", "error_message", "description")


@dataclass(frozen=True, slots=True)
class Server:
    """The server and model a fault is about; `key` must never be shown."""

    where: str
    model: str
    key: str = ""

    def reason(self, said: object) -> str:
        """Return the server's own words from an error body, on one short line; empty if there are none."""
        text = readable(_words(said))
        if _MARKUP.search(text):
            return ""
        if len(self.key) > 3:
            text = text.replace(self.key, "…")
        text = _SECRET.sub("…", text).strip(" .")
        return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS].rsplit(' ', 1)[0]} …"

    def fault(self, what: str, said: object = None, hint: str = "", reader: str = "") -> LLMError:
        """Build a fault that says `{where} {what}`; readers see `reader` instead."""
        reason = self.reason(said)
        because = f": “{reason}”" if reason else ""
        return LLMError(
            f"{self.where} {what}{because}{f' ({hint})' if hint else ''}",
            f"The language model {reader or what}{because}",
        )

    def late(self) -> LLMTimeout:
        return LLMTimeout(
            f"{self.model} at {self.where} did not finish in time (RAG_DEADLINE_S)",
            "The language model did not finish in time",
        )

    def refused(self, status: int, said: object) -> LLMError:
        """Build the fault for an HTTP error status."""
        known = {
            401: ("refused the key", "check OPENAI_API_KEY"),
            403: ("refused the key", "check OPENAI_API_KEY"),
            404: (f"has no model {self.model!r}", "check OPENAI_MODEL and OPENAI_BASE_URL"),
            429: ("allows no more requests now", "wait, or check the quota"),
        }
        what, hint = known.get(status, ("failed", ""))
        reader = "is not known to its server" if status == 404 else what
        return self.fault(f"{what} ({status})", said, hint, f"{reader} ({status})")


def _words(said: object, depth: int = 4) -> str:
    """Return the first text under one of the names that servers use for the reason."""
    if depth == 0 or said is None:
        return ""
    if isinstance(said, bytes):
        said = said.decode(errors="replace")
    if isinstance(said, str):
        held = said.strip()
        if held[:1] in ("{", "["):
            try:
                return _words(json.loads(held), depth - 1) or held
            except ValueError:
                return held
        return held
    if isinstance(said, list):
        return next(filter(None, (_words(one, depth - 1) for one in said[:3])), "")
    if isinstance(said, dict):
        return next(filter(None, (_words(said.get(name), depth - 1) for name in _NAMES)), "")
    return ""


def as_dict(value: Any) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one: servers send null, and worse."""
    return value if isinstance(value, dict) else {}
