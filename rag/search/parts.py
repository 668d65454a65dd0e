"""Several questions in one message, each made to stand alone.

questions_in("Who built the Solvik Dam and when was it opened?")
→ (“Who built the Solvik Dam”, “when was the Solvik Dam opened?”)

By the form of English questions, and by question marks in any language: what is not seen as several is
answered as one, as before.
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
# The last run of capitalised words is what pronouns behind it mean, more often than not.
_NAME = re.compile(
    r"(?:\b[Tt]he )?\b[A-Z][\w’'-]{0,30}(?: (?:of|the|and|de|von|van|[A-Z\d][\w’'-]{0,30})){0,6}"
    r"(?<! of)(?<! the)(?<! and)"
)


def questions_in(message: str) -> tuple[str, ...]:
    """The questions of a readable message, none if it is one, or more than we take apart."""
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
    """“Who … and when …” in two, if what is before the “and” is a question itself."""
    return _AND.split(question) if _BEGINS.match(question) else [question]


def _with_name(part: str, before: list[str]) -> str | None:
    """A question with the name in place of its pronoun; None if nothing before it has a name."""
    pronoun = _PRONOUN.search(part)
    if pronoun is None or facts(part).names:
        return part
    name = next((found for one in reversed(before) if (found := _name(one))), "")
    if not name:
        return None
    return f"{part[: pronoun.start()]}{name}{'’s' if pronoun[2] else ''}{part[pronoun.end() :]}"


def _name(question: str) -> str:
    """The last name of a question, without the word that begins it."""
    _, _, behind = question.partition(" ")
    found = _NAME.findall(behind)
    return str(found[-1]) if found else ""
