"""Classify the lines of a reply as headings, list items, table rows or prose, and find their bold words."""

import re
from dataclasses import dataclass
from typing import Literal

from rag.types import readable

Kind = Literal["heading", "item", "row", "rule", "fence", "prose", "blank"]

_ITEM = re.compile(r"([ \t]{0,40})(?:[-*+•◦▪‣–]|(\d{1,3})[.)]|\((\d{1,2})\)|[a-z][.)])[ \t]+(?=\S)")
_HEADING = re.compile(r"#{1,6}[ \t]{1,20}(.*)")
_ALL_BOLD = re.compile(r"(?:\*\*|__)([^*_\n]{1,200})(?:\*\*|__)\s*:?")
_RULE = frozenset("|:-*_= \t")
_FENCE = re.compile(r"(?:```|~~~)[\w+-]{0,20}")
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_EMPHASIS = re.compile(r"(?<![\w*_])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*_])|`+|~~")
_DEEPEST = 3
_STOPS = ".!?…"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a reply without its layout markup; `mark` is its bullet or number, `depth` its level."""

    kind: Kind
    text: str
    mark: str = ""
    depth: int = 0


def read_line(line: str) -> Line:
    """Classify a line."""
    quoted = _QUOTED.match(line.lstrip())
    line = line.lstrip()[quoted.end() :] if quoted else line
    text = line.strip()
    if not text:
        return Line("blank", "")
    if _FENCE.fullmatch(text):
        return Line("fence", "")
    if _RULE.issuperset(text):
        return Line("rule", "")
    if heading := _HEADING.match(text):
        return Line("heading", plain(heading[1].rstrip("#: ")))
    if (bold := _ALL_BOLD.fullmatch(text)) and bold[1].strip()[-1:] not in tuple(_STOPS):
        return Line("heading", plain(bold[1]).rstrip(": "))
    if text.startswith("|") and text.count("|") > 1:
        return Line("row", text)
    if item := _ITEM.match(line):
        number = item[2] or item[3]
        depth = min(len(item[1].expandtabs(4)) // 2, _DEEPEST)
        return Line("item", line[item.end() :].strip(), f"{int(number)}." if number else "-", depth)
    return Line("prose", text)


def cells(row: str) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


def inline(text: str) -> str:
    """One readable line without links, tags and emphasis, except `**` around bold words."""
    text = _TAG.sub(" ", _LINK.sub(r"\1", text)).replace("__", "**")
    return readable(_EMPHASIS.sub("", text))


def plain(text: str) -> str:
    """One readable line without any Markdown."""
    return inline(text).replace("**", "").strip()


def bold_spans(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line without its `**`, and the spans that they enclosed."""
    parts = text.split("**")
    if len(parts) % 2 == 0:  # one is unpaired, or its other half is in another sentence
        return "".join(parts), ()
    spans, at = [], 0
    for n, part in enumerate(parts):
        if n % 2 and part.strip():
            spans.append((at, at + len(part)))
        at += len(part)
    return "".join(parts), tuple(spans)
