"""Why an answer is what it is, as HTML: the question's way through search, evidence and checks."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

from rag import Explanation, readable

_PASSAGES, _SENTENCES = 10, 12
_SCORES = ("dense", "lexical", "fused")
_FULL_BAR = 1.5  # a score above this is drawn no longer
_EMPTY = '<p class="empty">Ask a question: here stands how its answer came about.</p>'


class _Bar(float):
    """A number that is drawn as well."""


def why_html(explanation: Explanation | None) -> str:
    """The way of one question; everything in it is escaped."""
    if explanation is None:
        return _EMPTY
    passages = (
        (f"{item['source']} {item['start']}–{item['end']}", *(_Bar(item[score]) for score in _SCORES))
        for item in explanation.candidates[:_PASSAGES]
    )
    sentences = (
        (
            item["text"],
            _Bar(item["score"]),
            item["cosine"],
            item["coverage"],
            "yes" if item["cited"] else "no",
        )
        for item in explanation.evidence[:_SENTENCES]
    )
    dropped = ((item["text"], _reason(item)) for item in explanation.dropped[:_SENTENCES])
    reply = f"<h3>What the model wrote, unchecked</h3><pre>{_text(explanation.reply)}</pre>"
    return "".join(
        [
            f'<section class="why">{_facts(explanation)}',
            _table("Passages found", ("place", "by meaning", "by words", "together"), passages),
            _table(
                "Sentences to answer from",
                ("sentence", "score", "cosine", "words covered", "cited"),
                sentences,
            ),
            _table("Left out, and why", ("sentence", "why"), dropped),
            f"{reply if explanation.reply else ''}</section>",
        ]
    )


def _facts(explanation: Explanation) -> str:
    answer = explanation.answer
    facts = {
        "asked": answer.question,
        "searched for": answer.standalone_question,
        "came of it": f"{answer.status}, confidence {answer.confidence:.2f}",
        "answered by": answer.model or "quotes",
        "tokens read and written": f"{answer.usage.prompt_tokens} and {answer.usage.completion_tokens}",
        "milliseconds": ", ".join(f"{step} {ms:.0f}" for step, ms in answer.timings_ms.items()),
    }
    return (
        "<dl>" + "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in facts.items()) + "</dl>"
    )


def _table(title: str, names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f'<h3>{title}</h3><div class="scroll" tabindex="0" role="region" aria-label="{title}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, _Bar):
        width = max(0.0, min(value / _FULL_BAR, 1.0)) * 100
        return f'<td class="n">{value:.2f}<span class="bar" style="width:{width:.0f}%"></span></td>'
    if isinstance(value, float):
        return f'<td class="n">{value:.2f}</td>'
    return f"<td>{_text(str(value))}</td>"


def _reason(item: Mapping[str, Any]) -> str:
    return f"{item['verdict']}: {item['reason']}" if "verdict" in item else str(item["reason"])


def _text(text: str) -> str:
    return html.escape(readable(text))
