"""Where a sentence stands: the headings over it and the sentences before it, for what it leaves unsaid.

“The island has 40 inhabitants.” under “Gull Holm” is about Gull Holm; “She resigned.” is about whoever
the sentence before is about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.types import Sentence, readable

Kind = Literal["heading", "paragraph", "item", "question"]
_MARKED = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"\s*(?:[-*•+]|\d{1,2}[.)])\s+")
# At most eight words, no stop or comma at their end, and nothing else on the line.
_UNMARKED = re.compile(r"(?:[^\s.!?]+ ){0,7}[^\s]*[^\s.!?:;,\"”’')\]]")
_STOP = re.compile(r"(?<=[.!?])[\"”’')\]]?\s+|\n+")
_BEFORE_CHARS = 400
_BEFORE_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A readable sentence of a source, and what its pronouns and its heading stand for.

    `path` are the headings over it, outermost first (or a table's header, a speaker, the question it
    answers); `before` the readable sentences just before it in its section, nearest last.
    """

    text: str
    title: str = ""
    path: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    source: str = ""
    kind: Kind = "paragraph"


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    level: int
    text: str


def place(sentence: Sentence) -> Place:
    """Where a sentence of an article stands, as far as its text shows it."""
    article = sentence.article
    over: dict[int, _Heading] = {}
    section, kind = article.body_start, "paragraph"
    for heading in _headings(article.text, article.body_start):
        if heading.start > sentence.start:
            break
        if heading.end > sentence.start:
            kind = "heading"
            break
        over = {level: each for level, each in over.items() if level < heading.level}
        over[heading.level] = heading
        section = heading.end
    text = readable(sentence.text)
    if kind == "paragraph":
        line = article.text[article.text.rfind("\n", 0, sentence.start) + 1 : sentence.start + 4]
        kind = "item" if _ITEM.match(line) else "question" if text.endswith("?") else "paragraph"
    before = article.text[max(section, sentence.start - _BEFORE_CHARS) : sentence.start]
    sentences = [one for part in _STOP.split(before) if (one := readable(part))]
    path = tuple(readable(heading.text) for heading in over.values())
    return Place(text, article.title, path, tuple(sentences[-_BEFORE_SENTENCES:]), article.source, kind)  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _headings(text: str, start: int) -> Sequence[_Heading]:
    found = []
    at = start
    lines = text[start:].splitlines(keepends=True)
    for number, line in enumerate(lines):
        plain = line.strip()
        marked = _MARKED.fullmatch(plain)
        # A line of its own in a text without marks: what follows must be text of another form.
        alone = number + 1 < len(lines) and _UNMARKED.fullmatch(plain) and plain[:1].isupper()
        if marked:
            found.append(_Heading(at, at + len(line), len(marked[1]), marked[2]))
        elif (
            alone
            and not _ITEM.match(line)
            and any(len(after.split()) > 8 for after in lines[number + 1 : number + 3])
        ):
            found.append(_Heading(at, at + len(line), 7, plain))
        at += len(line)
    return found
