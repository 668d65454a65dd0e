"""A conversation stored in the reader's own browser: serialized for it, and proved again when it returns.

It may be old, or somebody may have changed it there, so nothing in it is trusted: titles and lines are read
from the index again, and a sentence is shown only if its citation still occurs word for word and proves it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag import (
    Answer,
    AnswerSentence,
    Article,
    Chatbot,
    Citation,
    Conflict,
    Passage,
    RagError,
    Scope,
    ShortAnswer,
    readable,
)
from rag.parts import Sentence, count_text, possible_labels
from ui.conversation import ROOT, Conversation, Turn

# Limits on a conversation sent in, since the server has to prove it.
_MOST_TURNS, _MOST_CITATIONS, _MOST_CHECKED = 500, 1000, 200
_NEAREST = 3  # passages shown with a refusal
_FAILURES = ("stopped", "failed", "gone")  # errors that a stored turn without an answer may have
_EVERYTHING = Scope()
Lookup = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class _KeptTurn:
    question: str
    parent: int
    scope: Scope = field(default_factory=Scope)
    answer: Answer | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    id: str
    leaf: int
    turns: tuple[_KeptTurn, ...]


def to_kept(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation as JSON, without passages and traces, which would soon fill the browser's
    storage.
    """
    turns = [
        {
            "question": turn.question,
            "parent": turn.parent,
            "error": turn.error,
            "answer": _brief(turn.answer),
            **({"scope": turn.scope.to_dict()} if turn.scope else {}),
        }
        for turn in conversation.turns
    ]
    return {"id": conversation.id, "leaf": conversation.leaf, "turns": turns}


def _brief(answer: Answer | None) -> Mapping[str, Any] | None:
    if answer is None:
        return None
    shown = answer.passages[:_NEAREST] if answer.status == "not_in_articles" else ()
    return replace(answer, passages=shown).to_dict()


def from_kept(kept: object, chatbot: Chatbot) -> Conversation | None:
    """Return the conversation, each answer proved again; None if it is invalid, or of another version."""
    try:
        found = _KEPT.validate_python(kept)
    except ValidationError:
        return None
    count = len(found.turns)
    in_order = all(ROOT <= turn.parent < n for n, turn in enumerate(found.turns))
    if not (0 < count <= _MOST_TURNS and in_order and 0 <= found.leaf < count):
        return None
    if sum(len(turn.answer.citations) for turn in found.turns if turn.answer) > _MOST_CITATIONS:
        return None
    checks = iter(range(_MOST_CHECKED))
    turns = tuple(_restored(turn, chatbot, checks) for turn in found.turns)
    return Conversation(readable(found.id)[:40], turns, found.leaf)


def _restored(kept: _KeptTurn, chatbot: Chatbot, checks: Iterator[int]) -> Turn:
    turn = Turn(
        kept.question, kept.parent, kept.scope, error=kept.error if kept.error in _FAILURES else "gone"
    )
    halted = "stopped" if kept.error == "stopped" else ""
    if kept.answer is None:
        return turn
    try:
        proved = proved_again(kept.answer, chatbot, checks, kept.scope)
    except RagError:
        return turn
    if proved is None:
        return replace(turn, error="gone")
    lost = len(kept.answer.shown) - len(proved.shown)
    return replace(turn, answer=proved, error=halted, lost=lost)


def proved_again(
    answer: Answer, chatbot: Chatbot, checks: Iterator[int], scope: Scope = _EVERYTHING
) -> Answer | None:
    """Return what the index proves of an answer today; None if that is nothing.

    Each question to the chatbot consumes one of `checks`; once they are used up, the proof fails.

    Raises:
        RagError: if the index cannot be read.
    """
    if answer.status == "help" or any(one.grade == "listed" for one in answer.sentences):
        return _asked_again(answer, chatbot, checks, scope)
    article = finder(chatbot)
    citations = {c.n: c for given in answer.citations if (c := _standing(given, article))}
    passages = tuple(p for given in answer.passages if (p := _passage(given, article)))
    if answer.status == "not_in_articles":
        return replace(
            answer, text="", sentences=(), more=(), citations=(), conflicts=(), passages=passages, notice=""
        )
    sentences, more = (
        tuple(s for given in group if (s := _proved(given, citations, chatbot, checks)))
        for group in (answer.sentences, answer.more)
    )
    if not sentences:
        return None
    conflicts = tuple(one for one in answer.conflicts if _stands(one, citations))
    used = {n for sentence in (*sentences, *more) for n in sentence.citations}
    used |= {side.citation for conflict in conflicts for side in conflict.sides}
    return replace(
        answer,
        text=" ".join(sentence.marked for sentence in sentences),
        sentences=sentences,
        short=_short_standing(answer.short, citations, article),
        more=more,
        citations=tuple(c for n, c in sorted(citations.items()) if n in used),
        conflicts=conflicts,
        passages=passages,
        notice="",
    )


def _asked_again(answer: Answer, chatbot: Chatbot, checks: Iterator[int], scope: Scope) -> Answer | None:
    """Ask anew what is answered without searching: for help, and about the folder, which may have changed."""
    if next(checks, None) is None:
        return None
    fresh = chatbot.variant(llm="none").ask(answer.standalone_question, scope=scope)
    about_folder = bool(fresh.sentences) and all(one.grade == "listed" for one in fresh.sentences)
    return fresh if fresh.status == "help" or about_folder else None


def finder(chatbot: Chatbot) -> Lookup:
    """Return a function that looks articles up by source; it returns None if there is none."""

    def article(source: str) -> Article | None:
        try:
            return chatbot.article(source)
        except RagError:
            return None

    return article


def _standing(citation: Citation, article: Lookup) -> Citation | None:
    found = article(citation.source)
    if found is None or not 0 <= citation.start < citation.end:
        return None
    if found.text[citation.start : citation.end] != citation.quote:
        return None
    return Citation.of(citation.n, Sentence(found, citation.start, citation.end))


def _short_standing(
    short: ShortAnswer | None, citations: Mapping[int, Citation], article: Lookup
) -> ShortAnswer | None:
    cited = citations.get(short.citation) if short else None
    if short is None or cited is None or not cited.start <= short.start < short.end <= cited.end:
        return None
    found = article(cited.source)
    return short if found and found.text[short.start : short.end] == short.text else None


def _passage(passage: Passage, article: Lookup) -> Passage | None:
    found = article(passage.source)
    if found is None or found.text[passage.start : passage.end] != passage.text:
        return None
    return replace(passage, title=found.title)


def _proved(
    sentence: AnswerSentence, citations: Mapping[int, Citation], chatbot: Chatbot, checks: Iterator[int]
) -> AnswerSentence | None:
    cited = [citations[n] for n in sentence.citations if n in citations]
    if not cited or len(cited) < len(sentence.citations):
        return None
    quoted = [Sentence(chatbot.article(c.source), c.start, c.end) for c in cited]
    if any(
        readable(sentence.text) in (one.display_text, readable(one.text))
        and sentence.label in possible_labels(one)
        for one in quoted
    ):
        return replace(sentence, grade="verbatim")
    if sentence.origin == "count":
        # That there are no more cannot be told from what is cited.
        return replace(sentence, text=count_text(len(quoted), len(quoted), whole=False))
    if sentence.label:
        return None
    if next(checks, None) is None:
        return None
    found = chatbot.check(sentence.text, sources=sorted({c.source for c in cited}))
    places = {(c.source, c.start) for c in cited}
    if not found or not all(
        one.grade and any((c.source, c.start) in places for c in one.citations) for one in found
    ):
        return None
    return sentence


def _stands(conflict: Conflict, citations: Mapping[int, Citation]) -> bool:
    """Whether each side's value occurs in its citation."""
    return all(
        side.citation in citations
        and readable(side.value).casefold() in readable(citations[side.citation].quote).casefold()
        for side in conflict.sides
    )


_KEPT = TypeAdapter(_Kept)
