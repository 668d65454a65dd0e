"""A sentence with its context: the headings above and the sentences before it, for what it leaves implicit.

“The island has 40 inhabitants.” under “Gull Holm” is about Gull Holm; “She resigned.” is about the subject
of the sentence before.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from rag.language.introduced import introduced
from rag.types import Sentence, readable

Kind = Literal["heading", "paragraph", "item", "question"]
_KINDS: dict[str, Kind] = {"heading": "heading", "item": "item", "question": "question"}
_STOP = re.compile(r"(?<=[.!?])[\"”’')\]]?\s+|\n+")
_BEFORE_CHARS = 400
_BEFORE_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A readable sentence of a source and its context.

    `path` holds the headings above it, outermost first (or a table's header, a speaker, the question it
    answers); `before` the readable sentences just before it in its section, nearest last; `full_names`
    the full names from its article that it may shorten to the last word.
    """

    text: str
    title: str = ""
    path: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    source: str = ""
    kind: Kind = "paragraph"
    full_names: tuple[str, ...] = ()


def place(sentence: Sentence) -> Place:
    """A sentence of an article with its context; a table row is read with the names of its columns."""
    article, block = sentence.article, sentence.block
    whole = sentence.start <= block.start and block.end <= sentence.end
    text = block.row_text if block.row_text and whole else readable(sentence.text)
    kind = _KINDS.get(block.kind, "paragraph")
    if kind == "paragraph" and text.endswith("?"):
        kind = "question"
    return Place(
        text,
        article.title,
        block.path,
        before(sentence),
        article.source,
        kind,
        introduced(article.text, text),
    )


def before(sentence: Sentence) -> tuple[str, ...]:
    """The readable sentences just before one in its section, at most two, nearest last."""
    start = max(_section(sentence), sentence.start - _BEFORE_CHARS)
    text = sentence.article.text[start : sentence.start]
    return tuple([one for part in _STOP.split(text) if (one := readable(part))][-_BEFORE_SENTENCES:])


def _section(sentence: Sentence) -> int:
    """Where the section that contains a sentence begins."""
    article, path = sentence.article, sentence.block.path
    at = bisect_right(article.blocks, sentence.start, key=lambda block: block.start) - 1
    start = sentence.block.start
    while at >= 0 and article.blocks[at].path == path and article.blocks[at].kind != "heading":
        start = article.blocks[at].start
        if start < sentence.start - _BEFORE_CHARS:
            break
        at -= 1
    return start
