"""Follow-up questions: does a question need the conversation, and what does it then ask?

By rule, a question that leans on what was said before is searched together with the question it
leans on. Where there is a language model, `rag.chatbot` asks it for a better one.
"""

import re
from collections.abc import Sequence

from rag.language.words import stems

_PRONOUN = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|former|latter|ones?)\b",
    re.I,
)
_CONTINUES = re.compile(
    r"^\W{0,20}(and|but|so|or|also|then|what about|how about|why|when|where|who|how)\b", re.I
)
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w’'-]+|\b[A-Z]{2,}\b")
_FEW_STEMS = 2
_LOOK_BACK = 3


def leans_on_history(question: str) -> bool:
    """Whether a question has a pronoun without its noun, or is too short to stand alone."""
    name = _NAME.search(question)
    pronoun = _PRONOUN.search(question)
    if pronoun and not (name and name.start() < pronoun.start()):
        return True
    return len(stems(question)) <= _FEW_STEMS and bool(_CONTINUES.match(question)) and not name


def join_history(question: str, asked_before: Sequence[str]) -> str:
    """The question together with the earlier one it leans on (at most three turns back).

    `asked_before` are the user's earlier questions, oldest first.
    """
    parts = [question]
    for earlier in reversed(asked_before[-_LOOK_BACK:]):
        parts.insert(0, earlier)
        if not leans_on_history(earlier):
            break
    return " ".join(parts)
