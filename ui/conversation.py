"""A conversation as the page keeps it: questions with what came of them, shown, stored and exported.

    [Turn("How long did the call last?", Answer(…)), Turn("And who called?", None, "stopped")]

Each turn is two messages of the chat, so a message's place tells its turn.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag import Answer, Article, Citation, RagError, plain_markdown, readable
from ui.render import answer_markdown

Message = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A question, and its answer or why there is none; `why` is how the answer came about, if that is known.

    Compared by identity: Gradio hashes what a session holds to see whether it has changed.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    why: Mapping[str, Any] | None = None


def messages(turns: Sequence[Turn]) -> list[Message]:
    """The chat's messages."""
    shown: list[Message] = []
    for turn in turns:
        reply = answer_markdown(turn.answer) if turn.answer else f"⚠ {plain_markdown(turn.error)}"
        shown += [message("user", plain_markdown(turn.question)), message("assistant", reply)]
    return shown


def message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The conversation as `Chatbot.ask` takes it; what was not answered is left out."""
    return [
        message(role, text)
        for turn in turns
        if turn.answer
        for role, text in (("user", turn.question), ("assistant", turn.answer.text))
    ]


def to_stored(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The answers as JSON for the reader's own browser; passages and traces would soon fill it."""
    return [{**turn.answer.to_dict(), "passages": []} for turn in turns if turn.answer]


def from_stored(stored: Any, article: Callable[[str], Article]) -> list[Turn]:
    """The turns of a stored conversation; none if it is not one, or of another version.

    A browser may have kept it for long, so an answer comes back only if what it cites still stands
    word for word in the index; `article` gives an article by its source, or raises RagError.
    """
    try:
        answers = _ANSWERS.validate_python(stored)
    except ValidationError:
        return []
    return [Turn(answer.question, answer) for answer in answers if _still_proved(answer, article)]


def _still_proved(answer: Answer, article: Callable[[str], Article]) -> bool:
    cited = {n for sentence in answer.shown for n in sentence.citations}
    cited |= {side.citation for conflict in answer.conflicts for side in conflict.sides}
    try:
        stand = all(article(c.source).text[c.start : c.end] == c.quote for c in answer.citations)
    except RagError:
        return False
    return stand and cited <= {citation.n for citation in answer.citations}


def to_markdown(turns: Sequence[Turn]) -> str:
    """The conversation with footnotes: quote, file and line of each citation."""
    parts: list[str] = []
    for n, turn in enumerate(turns, start=1):
        parts.append(f"## {plain_markdown(turn.question)}")
        if turn.answer is None:
            parts.append(f"*{plain_markdown(turn.error)}*")
            continue
        parts.append(
            " ".join(
                plain_markdown(sentence.text) + "".join(f"[^{n}-{c}]" for c in sentence.citations)
                for sentence in turn.answer.shown
            )
            or plain_markdown(turn.answer.text)
        )
        parts += [f"[^{n}-{c.n}]: {plain_markdown(_footnote(c))}" for c in turn.answer.citations]
    return "\n\n".join(parts) + "\n"


def to_html(turns: Sequence[Turn]) -> str:
    """The same as one HTML page."""
    body: list[str] = []
    for n, turn in enumerate(turns, start=1):
        body.append(f"<h2>{html.escape(readable(turn.question))}</h2>")
        if turn.answer is None:
            body.append(f"<p><em>{html.escape(turn.error)}</em></p>")
            continue
        sentences = [
            html.escape(sentence.text)
            + "".join(f'<sup><a href="#n{n}-{c}">[{c}]</a></sup>' for c in sentence.citations)
            for sentence in turn.answer.shown
        ]
        body.append(f"<p>{' '.join(sentences) or html.escape(turn.answer.text)}</p>")
        notes = [f'<li id="n{n}-{c.n}">{html.escape(_footnote(c))}</li>' for c in turn.answer.citations]
        body.append(f"<ol>{''.join(notes)}</ol>" if notes else "")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Conversation</title>'
        "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
        f"ol{{color:#475569;font-size:.9rem}}</style><body>{''.join(body)}</body></html>\n"
    )


def _footnote(citation: Citation) -> str:
    return readable(f"“{citation.quote}” {citation.title}, {citation.source}, line {citation.line}")


_ANSWERS = TypeAdapter(list[Answer])
