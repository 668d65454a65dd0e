"""Answers from a folder of articles, every sentence tied to the source sentence that proves it.

from rag import ask
answer = ask("How much did exports to the U.S. fall in May?")
print(answer.text, answer.citations[0].source)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.chatbot import Chatbot, ask
    from rag.errors import RagError
    from rag.events import Event
    from rag.explanation import Explanation
    from rag.index.plan import SyncReport
    from rag.search.scope import Scope
    from rag.settings import Settings
    from rag.stream import Stream
    from rag.text import plain_markdown, readable
    from rag.types import (
        Answer,
        AnswerSentence,
        Article,
        CheckedSentence,
        Citation,
        Conflict,
        Hit,
        Listed,
        Passage,
        ShortAnswer,
    )

_HOMES = {
    "Answer": "rag.types",
    "AnswerSentence": "rag.types",
    "Article": "rag.types",
    "Chatbot": "rag.chatbot",
    "CheckedSentence": "rag.types",
    "Citation": "rag.types",
    "Conflict": "rag.types",
    "Event": "rag.events",
    "Explanation": "rag.explanation",
    "Hit": "rag.types",
    "Listed": "rag.types",
    "Passage": "rag.types",
    "RagError": "rag.errors",
    "Scope": "rag.search.scope",
    "Settings": "rag.settings",
    "SyncReport": "rag.index.plan",
    "ShortAnswer": "rag.types",
    "Stream": "rag.stream",
    "ask": "rag.chatbot",
    "plain_markdown": "rag.text",
    "readable": "rag.text",
}

__all__ = [
    "Answer",
    "AnswerSentence",
    "Article",
    "Chatbot",
    "CheckedSentence",
    "Citation",
    "Conflict",
    "Event",
    "Explanation",
    "Hit",
    "Listed",
    "Passage",
    "RagError",
    "Scope",
    "Settings",
    "ShortAnswer",
    "Stream",
    "SyncReport",
    "ask",
    "plain_markdown",
    "readable",
]


def __getattr__(name: str) -> Any:
    """Import on first use: `import rag` alone costs nothing (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
