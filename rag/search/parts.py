"""Split a message into its questions, each made standalone.

questions_in("Who built the Solvik Dam and when was it opened?")
→ (“Who built the Solvik Dam”, “when was the Solvik Dam opened?”)

Splits by the form of English questions, and by question marks in any language; anything else is answered as
one question.
"""

import re

from rag.language.facts import facts
from rag.language.words import stems

_MOST = 4
_FEWEST_STEMS = 1
_ASKS = r"(?:who|whom|whose|when|where|why|which|what|how)"
_MARK = re.compile(r"(?<=[?？؟])\s*(?=\S)")
_AND = re.compile(
    rf"(?:,|;)?\s{{1,4}}(?:and|but)(?: also)?\s{{1,4}}(?={_ASKS}\b)|[,;]\s{{1,4}}(?={_ASKS}\b)", re.I
)
_BEGINS = re.compile(
    rf"(?:{_ASKS}|is|are|was|were|do|does|did|can|could|has|have|had|in|on|at|to|for|from|by|until|since|under)\b",
    re.I,
)
_PRONOUN = re.compile(r"\b(?:(it|he|she|they|him|them)|(its|his|her|their))\b", re.I)
# Pronouns mostly refer to the last run of capitalised words before them.
_NAME = re.compile(
    r"(?:\b[Tt]he )?\b[A-Z][\w’'-]{0,30}(?: (?:of|the|and|de|von|van|[A-Z\d][\w’'-]{0,30})){0,6}"
    r"(?<! of)(?<! the)(?<! and)"
)


def questions_in(message: str) -> tuple[str, ...]:
    """The questions of a readable message; empty if it is a single one, or has more than four."""
    parts = [part.strip() for whole in _MARK.split(message) for part in _joined(whole)]
    asking = [part for part in parts if part]
    if not 1 < len(asking) <= _MOST or any(len(set(stems(part))) < _FEWEST_STEMS for part in asking):
        return ()
    alone = [asking[0]]
    for part in asking[1:]:
        named = _with_name(part, alone)
        if named is None:
            return ()
        alone.append(named)
    return tuple(alone)


def _joined(question: str) -> list[str]:
    """The parts of “who … and when …”, if it begins like a question; else the whole."""
    return _AND.split(question) if _BEGINS.match(question) else [question]


def _with_name(part: str, before: list[str]) -> str | None:
    """A question with its pronoun replaced by the last name; None if the questions before have no name."""
    pronoun = _PRONOUN.search(part)
    if pronoun is None or facts(part).names:
        return part
    name = next((found for one in reversed(before) if (found := _name(one))), "")
    if not name:
        return None
    return f"{part[: pronoun.start()]}{name}{'’s' if pronoun[2] else ''}{part[pronoun.end() :]}"


def _name(question: str) -> str:
    """The last name in a question, not counting its first word."""
    _, _, behind = question.partition(" ")
    found = _NAME.findall(behind)
    return str(found[-1]) if found else ""
