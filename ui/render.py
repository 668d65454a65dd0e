"""Answers and articles as Markdown and HTML. Everything here is untrusted text: it is escaped.

A citation is a link to `#cite/<source>/<start>-<end>`; the page opens it in the side panel.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from rag import (
    Answer,
    AnswerSentence,
    Article,
    Chatbot,
    Citation,
    Conflict,
    RagError,
    Settings,
    plain_markdown,
    readable,
)

_MARK = re.compile(r"[^\w\s]|_")
_SPAN = re.compile(r"([^/]+)/(\d{1,9})-(\d{1,9})")
_WINDOW_CHARS = 30_000
_NEAREST = 3
_NEAREST_CHARS = 140


@dataclass(frozen=True, slots=True)
class Span:
    """A place in an article."""

    source: str
    start: int
    end: int


def error_text(error: RagError, settings: Settings) -> str:
    """What readers are told of an error: without this machine's folders, which are its owner's affair."""
    text = str(error)
    files = settings.index_folder, settings.articles, settings.cache, settings.feedback
    for path in files:
        text = text.replace(str(path.absolute()), path.name)
    return text


def waiting_markdown(before: int) -> str:
    """A reader's place in the line before the embedded model."""
    others = "one question is" if before == 1 else f"{before} questions are"
    return f"*The language model answers one question at a time: {others} before yours.*"


def answer_markdown(answer: Answer) -> str:
    """An answer with clickable citation numbers, or the refusal with the nearest passages."""
    by_n = {citation.n: citation for citation in answer.citations}
    parts = [sentence_markdown(sentence, by_n) for sentence in answer.shown]
    # Quotes of different articles do not read on; a model's sentences do.
    text = ("\n\n" if answer.mode == "quotes" else " ").join(parts) or plain_markdown(answer.text)
    for conflict in answer.conflicts:
        text += f"\n\n{_conflict_markdown(conflict, by_n)}"
    if answer.status == "not_in_articles" and answer.passages:
        nearest = [
            f"- {_link(Span(p.source, p.start, p.end), plain_markdown(_beginning(p.text)), p.title)}"
            for p in answer.passages[:_NEAREST]
        ]
        text += "\n\nThe nearest passages:\n\n" + "\n".join(nearest)
    if answer.notice:
        text += f"\n\n*{plain_markdown(answer.notice)}*"
    return text


def sentence_markdown(sentence: AnswerSentence, by_n: dict[int, Citation]) -> str:
    """One sentence and its citations, each with the mark that it passed against them."""
    text = plain_markdown(sentence.text)
    links = [
        _link(Span(c.source, c.start, c.end), f"✓ {c.n}", f"{c.title}: {c.quote}")
        for c in (by_n[n] for n in sentence.citations)
    ]
    return " ".join([text, *links])


def _conflict_markdown(conflict: Conflict, by_n: dict[int, Citation]) -> str:
    """The sides of a conflict in a table, each with its source."""
    rows = ["| The articles differ | |", "|---|---|"]
    for side in conflict.sides:
        citation = by_n[side.citation]
        details = ", ".join(filter(None, [side.date, "latest" if side.latest else ""]))
        source = plain_markdown(f"{citation.title} ({details})" if details else citation.title)
        link = _link(Span(citation.source, citation.start, citation.end), f"✓ {citation.n}", citation.quote)
        rows.append(f"| **{plain_markdown(side.value)}** | {source} {link} |")
    return "\n".join(rows)


def _beginning(text: str) -> str:
    text = readable(text)
    return text if len(text) <= _NEAREST_CHARS else text[:_NEAREST_CHARS].rsplit(" ", 1)[0] + " …"


def _link(span: Span, label: str, tooltip: str) -> str:
    href = f"#cite/{quote(span.source, safe='')}/{span.start}-{span.end}"
    if not tooltip:
        return f"[{label}]({href})"
    # No mark stays as it is: a bar would end a table's cell, a backtick begin code, and either the link.
    title = _MARK.sub(lambda mark: f"&#{ord(mark[0])};", readable(tooltip)[:300])
    return f'[{label}]({href} "{title}")'


def parse_link(link: str) -> Span | None:
    """The span of a citation link's part after `#cite/`; None if it is none."""
    match = _SPAN.fullmatch(link)
    return Span(unquote(match[1]), int(match[2]), int(match[3])) if match else None


def article_html(article: Article, span: Span, others: Sequence[Span] = ()) -> str:
    """An article with the sentence at `span` marked, and the other cited ones more lightly.

    Of a very long article only the part around the sentence is shown.
    """
    begin = max(0, span.start - _WINDOW_CHARS)
    end = min(len(article.text), span.end + _WINDOW_CHARS)
    marks = sorted({(s.start, s.end, s == span) for s in (span, *others) if s.source == article.source})
    parts, at = [], begin
    for start, stop, chosen in marks:
        if start < at or stop > end:
            continue  # overlaps the mark before it, or lies outside the part
        parts.append(_text(article.text[at:start]))
        name = ' id="cited" tabindex="-1"' if chosen else ' class="also"'
        parts.append(f"<mark{name}>{_text(article.text[start:stop])}</mark>")
        at = stop
    parts.append(_text(article.text[at:end]))
    line = article.text.count("\n", 0, span.start) + 1
    details = " · ".join(filter(None, [article.author, article.date, f"{article.source}, line {line}"]))
    before, after = "… " if begin else "", " …" if end < len(article.text) else ""
    return (
        f'<article tabindex="0"><h2>{html.escape(article.title)}</h2>'
        f'<p class="source">{html.escape(details)}</p>'
        f'<div class="text">{before}{"".join(parts)}{after}</div></article>'
    )


def _text(text: str) -> str:
    """Article text for HTML, its line breaks kept and its invisible characters dropped."""
    return "\n".join(html.escape(_readable_line(line)) for line in text.replace("\r\n", "\n").split("\n"))


def _readable_line(line: str) -> str:
    """Like `readable`, but spaces at the ends stay, so that marks do not glue words together."""
    inner = readable(line)
    if not inner:
        return " " if line else ""
    return (" " if line[0].isspace() else "") + inner + (" " if line[-1].isspace() else "")


def status_html(chatbot: Chatbot) -> str:
    """The heading: what is indexed and which mode answers."""
    count = len(chatbot.sources())
    mode, model = chatbot.choice.mode, chatbot.choice.model
    answers = {
        "openai": f"answered by {model} through an API",
        "local": f"answered by {model} on this machine",
        "quotes": "answered with quotes (no language model)",
    }[mode]
    articles = f"{count} article{'' if count == 1 else 's'}"
    loading = "" if chatbot.warm or mode == "quotes" else " · the model is being loaded"
    return (
        "<h1>Ask the articles</h1>"
        f'<p class="status" role="status">{articles} · {html.escape(answers)}{loading}'
        " · every sentence checked</p>"
    )
