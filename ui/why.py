"""Why an answer is what it is, as HTML: the question's way through search, evidence and checks."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

from rag import readable

_PASSAGES, _SENTENCES = 10, 12
_SCORES = ("dense", "lexical", "fused")
_FULL_BAR = 1.5  # a score above this is drawn no longer
_EMPTY = '<p class="empty">Ask a question: here stands how its answer came about.</p>'


class _Bar(float):
    """A number that is drawn as well."""


def why_html(why: Mapping[str, Any] | None) -> str:
    """The way of one question, as `Explanation.to_dict` gives it; everything in it is escaped."""
    if why is None:
        return _EMPTY
    passages = (
        (f"{item['source']} {item['start']}–{item['end']}", *(_Bar(item[score]) for score in _SCORES))
        for item in why["candidates"][:_PASSAGES]
    )
    sentences = (
        (
            item["text"],
            _Bar(item["score"]),
            item["cosine"],
            item["coverage"],
            "yes" if item["cited"] else "no",
        )
        for item in why["evidence"][:_SENTENCES]
    )
    left_out = [(item["text"], item["reason"]) for item in why["dropped"]]
    left_out += [(item["text"], "not used") for item in why["unused"]]
    dropped = left_out[:_SENTENCES]
    reply = f"<h3>What the model wrote, unchecked</h3><pre>{_text(why['reply'])}</pre>"
    return "".join(
        [
            f'<section class="why">{_facts(why["answer"])}',
            _table("Passages found", ("place", "by meaning", "by words", "together"), passages),
            _table(
                "Sentences to answer from",
                ("sentence", "score", "cosine", "words covered", "cited"),
                sentences,
            ),
            _table("Left out, and why", ("sentence", "why"), dropped),
            f"{reply if why['reply'] else ''}</section>",
        ]
    )


def _facts(answer: Mapping[str, Any]) -> str:
    facts = {
        "asked": answer["question"],
        "searched for": answer["standalone_question"],
        "came of it": f"{answer['status']}, confidence {answer['confidence']:.2f}",
        "answered by": answer["model"] or "quotes",
        "tokens read and written": " and ".join(map(str, answer["usage"].values())),
        "milliseconds": ", ".join(f"{step} {ms:.0f}" for step, ms in answer["timings_ms"].items()),
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


def _text(text: str) -> str:
    return html.escape(readable(text))
