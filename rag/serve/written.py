"""An answer as a chat message: Markdown with [1] and footnotes, and the offsets of its citations.

    The mill was built in 1820. [1]

    ---
    [1] “The mill, built in 1820, is open.” The old mill, mill.txt, line 3

Programs render it, so text from articles must not become a link, an image or a tag.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from rag.text import readable
from rag.types import Answer, AnswerSentence, Citation

_NOTES = "\n\n---\n"
_MARKUP = re.compile(r"[\\\[\]]|<(?=[A-Za-z/!?])")
_OWN_NOTES = re.compile(r"\n\n---\n\[\d+\] “")


def plain(text: str) -> str:
    """Escape text so that it begins no link, image or tag in Markdown, but stays readable elsewhere."""
    return _escaped(readable(text))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def spoken(sentence: AnswerSentence) -> str:
    """Return a sentence with its prefix, its bold words and its citation numbers."""
    text, at = "", 0
    for start, end in sentence.bold:
        text += f"{_escaped(sentence.text[at:start])}**{_escaped(sentence.text[start:end])}**"
        at = end
    return sentence.lead + f"{text}{_escaped(sentence.text[at:])} {_marks(sentence)}".rstrip()


def _marks(sentence: AnswerSentence) -> str:
    return "".join(f"[{n}]" for n in sentence.citations)


def content(answer: Answer) -> str:
    """Return the whole message. What is sent while sentences come in is a prefix of it."""
    said = "".join(map(spoken, answer.sentences)) or "\n".join(map(plain, answer.text.split("\n")))
    return said + "".join(_beside(answer))


def _beside(answer: Answer) -> Iterator[str]:
    if answer.more:
        yield "\n\nThe articles also say:"
        yield from (f"\n- {spoken(sentence).strip()}" for sentence in answer.more)
    for conflict in answer.conflicts:
        sides = (
            f"{plain(side.value)} [{side.citation}]{' (latest)' if side.latest else ''}"
            for side in conflict.sides
        )
        yield f"\n\nThe articles differ: {' / '.join(sides)}"
    if answer.notice:
        yield f"\n\n{plain(answer.notice)}"
    if answer.citations:
        yield _NOTES + "\n\n".join(map(_note, answer.citations))


def _note(citation: Citation) -> str:
    where = f"{plain(citation.title)}, {plain(citation.source)}, line {citation.line}"
    return f"[{citation.n}] “{plain(citation.quote)}” {where}"


def without_notes(text: str) -> str:
    """Return one of our earlier messages without its footnotes, which are not part of a conversation."""
    match = _OWN_NOTES.search(text)
    return text[: match.start()] if match else text


def annotations(answer: Answer, written: str) -> list[dict[str, Any]]:
    """Return citations at their numbers in `written`, in OpenAI's format, with quote and place."""
    body = written.rpartition(_NOTES)[0] if answer.citations else ""
    cited = {citation.n: citation for citation in answer.citations}
    marks = ((match, cited.get(int(match[1]))) for match in re.finditer(r"(?<!\\)\[(\d{1,6})\]", body))
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": one.title,
                "url": article_uri(one.source, one.start, one.end),
                "quote": one.quote,
                "source": one.source,
                "start": one.start,
                "end": one.end,
                "line": one.line,
            },
        }
        for match, one in marks
        if one
    ]


def article_uri(source: str, start: int | None = None, end: int | None = None) -> str:
    """Return the URI of an article, or of a span in it per RFC 5147: `article:///mill.txt#char=12,46`."""
    place = "" if start is None else f"#char={start},{end}"
    return f"article:///{quote(source)}{place}"
