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
    from rag.index.plan import SyncReport
    from rag.settings import Settings
    from rag.trace import Explanation
    from rag.types import (
        Answer,
        AnswerSentence,
        Article,
        Citation,
        Conflict,
        Listed,
        Passage,
        Waiting,
        readable,
    )

_HOMES = {
    "Answer": "rag.types",
    "AnswerSentence": "rag.types",
    "Article": "rag.types",
    "Chatbot": "rag.chatbot",
    "Citation": "rag.types",
    "Conflict": "rag.types",
    "Explanation": "rag.trace",
    "Listed": "rag.types",
    "Passage": "rag.types",
    "RagError": "rag.errors",
    "Settings": "rag.settings",
    "SyncReport": "rag.index.plan",
    "Waiting": "rag.types",
    "ask": "rag.chatbot",
    "readable": "rag.types",
}

__all__ = [
    "Answer",
    "AnswerSentence",
    "Article",
    "Chatbot",
    "Citation",
    "Conflict",
    "Explanation",
    "Listed",
    "Passage",
    "RagError",
    "Settings",
    "SyncReport",
    "Waiting",
    "ask",
    "readable",
]


def __getattr__(name: str) -> Any:
    """Import on first use: `import rag` alone costs nothing (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
