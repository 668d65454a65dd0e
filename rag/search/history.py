"""The conversation before a question: which turns count, and what a follow-up question refers to.

    [{"role": "user", "content": "Who built the mill?"}, {"role": "assistant", "content": "Ada Lund did."}]

By rule, a follow-up question is joined to the question it refers to. If there is a language model,
`rag.question` asks it to rewrite the question instead.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.errors import QuestionError
from rag.language import grammar
from rag.language.reading import read
from rag.language.words import stems, words
from rag.search.folder import read_folder_question, sums_up
from rag.search.request import read_request
from rag.text import readable
from rag.wording import is_refusal

_LAST_TURNS = 12  # turns of a conversation that are read
_TURN_CHARS = 2000  # of each turn
_PRONOUN = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|former|latter|ones?)\b",
    re.I,
)
_CONTINUES = re.compile(
    r"^\W{0,20}(and|but|so|or|also|then|what about|how about|why|when|where|who|how)\b", re.I
)
_ABOUT = re.compile(r"^\W{0,20}(?:and |but |so |then ){0,2}(?:what|how) about\b", re.I)
_CLAUSE_WORDS = grammar.AUXILIARIES | frozenset("what which who whom whose when where why how".split())
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w’'-]+|\b[A-Z]{2,}\b")
_FEW_STEMS = 2
_LOOK_BACK = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation, readable and bounded in length."""

    role: Literal["user", "assistant"]
    content: str


def read_history(history: Sequence[Mapping[str, str]]) -> tuple[Turn, ...]:
    """The last turns of a conversation, without small talk.

    Greetings and thanks, and the replies to them, say nothing about the next question.

    Raises:
        QuestionError: if a turn is not {"role": "user" | "assistant", "content": str}.
    """
    first = max(len(history) - _LAST_TURNS, 0)
    turns = [_read_turn(n, turn) for n, turn in enumerate(history[first:], start=first)]
    kept: list[Turn] = []
    small_talk = False
    for turn in turns:
        if turn.role == "user":
            small_talk = read_request(turn.content).intent == "help"
        if not small_talk:
            kept.append(turn)
    return tuple(kept)


def _read_turn(n: int, turn: Mapping[str, str]) -> Turn:
    match turn:
        case {"role": "user" | "assistant" as role, "content": str(content)}:
            return Turn(role, readable(content[:_TURN_CHARS]))
    raise QuestionError(
        f'history[{n}] is not {{"role": "user" | "assistant", "content": str}}: {str(turn)[:80]!r}'
    )


def answered(turns: Sequence[Turn]) -> list[Turn]:
    """The turns without refusals and the questions that were refused."""
    kept: list[Turn] = []
    for turn in turns:
        if turn.role == "assistant" and is_refusal(turn.content):
            while kept and kept[-1].role == "user":
                kept.pop()
        else:
            kept.append(turn)
    return kept


def leans_on_history(question: str) -> bool:
    """Whether a question is a follow-up: it has a pronoun without a referent, is too short by itself, or asks
    for a summary without saying of what.

    A question about the folder is never one: “How many articles are there?”
    """
    if sums_up(question):
        return True
    name = _NAME.search(question)
    pronoun = _PRONOUN.search(question)
    if pronoun and not (name and name.start() < pronoun.start()):
        return True
    short = len(stems(question)) <= _FEW_STEMS and bool(_CONTINUES.match(question)) and not name
    return short and read_folder_question(question) is None


def is_phrase(question: str) -> bool:
    """Whether a follow-up question is no clause, and so takes its form from the question before it: “and the
    ferry?”, “what about 2020?”
    """
    asked = _ABOUT.sub("", question)
    said = frozenset(words(asked))
    return not said & _CLAUSE_WORDS and not any(token.verbal for token in read(asked).tokens)


def join_history(question: str, asked_before: Sequence[str], max_chars: int) -> str:
    """The question joined to the earlier one it refers to, at most three questions back.

    `asked_before` are the user's earlier questions, oldest first; those that would make the result longer
    than `max_chars` characters are left out.
    """
    if sums_up(question) and asked_before:
        return _summary_of(asked_before[-1], asked_before[:-1], max_chars) or question
    parts, room = [question], max_chars - len(question)
    for earlier in reversed(asked_before[-_LOOK_BACK:]):
        if (room := room - len(earlier) - 1) < 0:
            break
        parts.insert(0, earlier)
        if not leans_on_history(earlier):
            break
    return " ".join(parts)


def _summary_of(earlier: str, asked_before: Sequence[str], max_chars: int) -> str:
    """A request to summarize what was asked before; "" if that was about the folder, as its summary is."""
    asking = "summarize "
    if read_folder_question(earlier) is not None:
        return ""
    return asking + join_history(earlier, asked_before, max_chars - len(asking))
