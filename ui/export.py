"""Exports for readers: an answer as plain text or HTML, a conversation as Markdown, HTML or JSON."""

import html
import json
from collections.abc import Callable, Sequence

from rag import Answer, AnswerSentence, Citation, plain_markdown, readable
from ui.conversation import Conversation, Turn
from ui.keeping import to_kept
from ui.view import place_of
from ui.words import words_in

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "ol{color:#5f5b54;font-size:.9rem}"
)


def clean_text(turn: Turn) -> str:
    """Return an answer as plain text with a line for each source: for an e-mail or a note."""
    answer = turn.answer
    if answer is None:
        return readable(turn.question)
    said = _joined(answer, lambda one: readable(one.marked.replace("**", ""))) or readable(answer.text)
    notes = [f"[{c.n}] {_note(c)}" for c in answer.citations]
    return "\n\n".join(filter(None, [readable(turn.question), said, _halted(turn), "\n".join(notes)]))


def clean_html(turn: Turn) -> str:
    """Return the same with its footnotes as a list."""
    return f"<h3>{html.escape(readable(turn.question))}</h3>{_body(turn, '')}"


def to_markdown(turns: Sequence[Turn]) -> str:
    """Return the conversation with footnotes: quote, file and line of each citation."""
    parts: list[str] = []
    for n, turn in enumerate(turns, start=1):
        parts.append(f"## {plain_markdown(turn.question)}")
        if turn.answer is None:
            parts.append(_halted(turn))
            continue
        said = " ".join(
            plain_markdown(sentence.prefix + sentence.text)
            + "".join(f"[^{n}-{c}]" for c in sentence.citations)
            for sentence in turn.answer.shown
        )
        parts += [said or plain_markdown(turn.answer.text), _halted(turn)]
        parts += [f"[^{n}-{c.n}]: {plain_markdown(_note(c))}" for c in turn.answer.citations]
    return "\n\n".join(filter(None, parts)) + "\n"


def to_html(turns: Sequence[Turn]) -> str:
    """Return the same as one HTML page."""
    body: list[str] = []
    for n, turn in enumerate(turns, start=1):
        body.append(f"<h2>{html.escape(readable(turn.question))}</h2>")
        body.append(_body(turn, f"{n}-"))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Conversation</title>'
        f"<style>{_STYLE}</style><body>{''.join(body)}</body></html>\n"
    )


def to_json(conversation: Conversation) -> str:
    """Return the conversation with all its versions."""
    return json.dumps(to_kept(conversation), ensure_ascii=False, indent=1)


def _halted(turn: Turn) -> str:
    """That the answer is not whole, if it was stopped."""
    return words_in("en")("stopped") if turn.error == "stopped" else ""


def _body(turn: Turn, prefix: str) -> str:
    answer, halted = turn.answer, f"<p><em>{note}</em></p>" if (note := _halted(turn)) else ""
    if answer is None:
        return halted
    sentences = [
        html.escape(readable(sentence.prefix + sentence.text))
        + "".join(f'<sup><a href="#n{prefix}{c}">[{c}]</a></sup>' for c in sentence.citations)
        for sentence in answer.shown
    ]
    notes = [f'<li id="n{prefix}{c.n}" value="{c.n}">{html.escape(_note(c))}</li>' for c in answer.citations]
    said = " ".join(sentences) or html.escape(readable(answer.text))
    return f"<p>{said}</p>{halted}" + (f"<ol>{''.join(notes)}</ol>" if notes else "")


def _joined(answer: Answer, text: Callable[[AnswerSentence], str]) -> str:
    """Join the sentences of an answer, followed by the additional ones."""
    said = ""
    for sentence in answer.sentences:
        lead = "\n\n" if said and answer.mode == "quotes" else sentence.lead
        said += (lead if said else lead.lstrip()) + text(sentence)
    return "\n\n".join(filter(None, [said, "\n".join(f"- {text(one)}" for one in answer.more)]))


def _note(citation: Citation) -> str:
    place = place_of(citation, words_in("en"))
    return readable(f"{citation.title}, {citation.source}, {place}: “{citation.quote}”")
