"""Sentences as character spans of a file: `split_sentences(text)` → `[(start, end), …]`.

nupunkt finds the boundaries inside a block of lines that belong together. It must not see layout: headings,
list items and paragraphs end a sentence without a full stop, and a text wrapped at column 72 breaks lines
in the middle of one.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import nupunkt

# List bullets, numbers, headings and quote marks that precede a line's own words.
_MARKER = re.compile(r"[ \t]{0,80}(?:(?:[-*+•◦▪‣]|#{1,6}|>{1,20}|\d{1,3}[.)])[ \t]{1,40}){0,20}")
_LINE_END = re.compile(r"[\r\n]")
# Full stops of scripts that nupunkt does not know, with the closing quotes that may follow them; and long
# runs of characters without a space or such a stop.
_STOPS = "。！？｡؟।॥۔"
_SPLIT = re.compile(rf"[{_STOPS}][”’」』）》\")]{{0,3}}|(?P<row>[^\s{_STOPS}]{{300,}})")
_LINE = re.compile(r"[^\r\n]+")
_FENCE_OR_RULE = re.compile(r"[ \t]{0,80}(?:```|~~~)|[-*_= \t]{3,}|[|:\- \t]+")
# nupunkt's abbreviations, learned from legal texts, include plain words (“call.”, “week.”, “tax.”), after
# which it splits only before a known sentence starter: “… the call. Xi said …” stays one sentence.
_PLAIN_STOP = re.compile(r"(?<![\w.’'-])([a-z]{3,})[.!?][\"'”’)\]]*(\s+)(?=[\"'“‘(\[]?[A-Z])")
_ABBREVIATIONS = frozenset(
    (
        "approx assn avg capt cf cit col corp dept eds esp est etc fig figs gen govt hon inc incl"
        " lbs ltd maj max min nos op para pct prof rev sec sgt spp ste subsp trans univ var viz"
        " vol vols vs"
    ).split()
)
_WRAP_MIN_CHARS, _WRAP_MAX_CHARS = 40, 120
_VERSE_MIN_CHARS, _VERSE_MAX_CHARS, _MAX_STANZA = 12, 64, 16
_Line = tuple[int, int, bool]  # start, end, begins with a marker
_RUNS_ON = ",;:—–"
_QUOTES = "\"'“”‘’«»"


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return tight spans of the sentences of `text[start:end]`, in order, without overlap."""
    spans = []
    for block_start, block_end in _blocks(text, start, len(text) if end is None else end):
        # Line breaks inside a block count as spaces; one for one, so spans stay exact.
        block = _LINE_END.sub(" ", text[block_start:block_end])
        for a, b in _sentences(block):
            for stop in _PLAIN_STOP.finditer(block, a, b):
                if stop[1] not in _ABBREVIATIONS:
                    spans.append((block_start + a, block_start + stop.start(2)))
                    a = stop.end()
            spans.append((block_start + a, block_start + b))
    return spans


def _sentences(block: str) -> Iterator[tuple[int, int]]:
    """Yield spans by nupunkt, which takes quadratic time over a long run without a space: that is one."""
    at = 0
    for mark in _SPLIT.finditer(block):
        if mark["row"]:
            yield from _seen(block, at, mark.start())
            yield mark.span()
        else:
            yield from _seen(block, at, mark.end())
        at = mark.end()
    yield from _seen(block, at, len(block))


def _seen(block: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    spans = nupunkt.sentence_spans(block[start:end], paragraph_breaks=False)
    return ((start + a, start + b) for a, b in spans if a < b)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield spans of lines that belong together; in most texts each line is one block."""
    paragraphs: list[list[_Line]] = [[]]
    last_end = start
    for line in _LINE.finditer(text, start, end):
        marker = _MARKER.match(text, line.start(), line.end())
        begin = marker.end() if marker else line.start()
        blank = not text[begin : line.end()].strip() or _FENCE_OR_RULE.fullmatch(line[0].rstrip())
        gap = text.count("\n", last_end, line.start()) > 1 or text.count("\r", last_end, line.start()) > 1
        if blank or gap:
            paragraphs.append([])
        if not blank:
            paragraphs[-1].append((begin, line.end(), bool(marker and marker[0].strip())))
        last_end = line.end()
    stanzas = [_is_stanza(text, lines) for lines in paragraphs]
    verse = any(one and _runs_on(text, lines) for one, lines in zip(stanzas, paragraphs, strict=True))
    for lines, stanza in zip(paragraphs, stanzas, strict=True):
        yield from _join_wrapped(text, lines, verse=verse and stanza)


def _join_wrapped(text: str, lines: list[_Line], *, verse: bool) -> Iterator[tuple[int, int]]:
    """Join lines that a fixed-width wrap broke apart, and lines of verse; keep the others apart.

    A greedy wrap at width W breaks a line only where the next word would exceed W. If that holds at every
    break of a paragraph of three lines or more, its lines are one text. Otherwise a line is joined only to
    a next one that begins in lower case.
    """
    width = max((end - begin for begin, end, _ in lines), default=0)
    wrapped = len(lines) >= 3 and _WRAP_MIN_CHARS <= width <= _WRAP_MAX_CHARS
    for (begin, end, _), (next_begin, next_end, _) in pairwise(lines):
        first_word = text[next_begin:next_end].split(maxsplit=1)[0]
        wrapped = wrapped and (end - begin) + 1 + len(first_word) > width
    open_start: int | None = None
    for i, (begin, end, _) in enumerate(lines):
        open_start = begin if open_start is None else open_start
        following = lines[i + 1] if i + 1 < len(lines) else None
        runs_on = (
            following is not None
            and not following[2]
            and (wrapped or verse or (end - begin >= _WRAP_MIN_CHARS and text[following[0]].islower()))
        )
        if not runs_on:
            yield open_start, end
            open_start = None


def _is_stanza(text: str, lines: list[_Line]) -> bool:
    """Whether lines have the form of a stanza: short, each with a beginning, and the last one ends."""
    if not 2 <= len(lines) <= _MAX_STANZA or any(marked for _, _, marked in lines):
        return False
    said = [text[begin:end].strip() for begin, end, _ in lines]
    lengths = [len(line) for line in said]
    if min(lengths) < _VERSE_MIN_CHARS or max(lengths) > _VERSE_MAX_CHARS:
        return False
    begun = all(line.lstrip(_QUOTES)[:1].isupper() for line in said)
    return begun and said[-1].rstrip(_QUOTES)[-1:] in ".!?…" + _RUNS_ON


def _runs_on(text: str, lines: list[_Line]) -> bool:
    """Whether a line ends with a mark that does not end a sentence, as in verse."""
    return any(text[begin:end].rstrip(_QUOTES + " \t")[-1:] in _RUNS_ON for begin, end, _ in lines[:-1])
