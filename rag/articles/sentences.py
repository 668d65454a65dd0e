"""Sentences as character spans of a file: `split_sentences(text)` → `[(start, end), …]`.

nupunkt finds the boundaries inside a block of lines that belong together. It must not see layout: headings,
list items and paragraphs end a sentence without a full stop, and a text wrapped at column 72 breaks lines
in the middle of one.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import nupunkt

from rag.language.grammar import ARTICLES, COORDINATORS, PREPOSITIONS
from rag.language.lexicon import are_of_a_kind, is_known

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
# nupunkt never ends a sentence at “p.m.” before a word that it does not know to begin one.
_CLOCK_STOP = re.compile(
    r"\d ?[ap]\.m\.[\"'”’)\]]{0,3}( {1,9})(?=([A-Z][a-z]{0,30}) )(?!\w{1,30} (?:\w{1,30} )?Time\b)"
)
_FEWEST_BEFORE, _LOOKED_AT = 3, 200  # words before “p.m.”, and characters: “At 5 p.m.” is no sentence
_NOTED_STOP = re.compile(
    r"(?:[a-z]{3}[.!?][\"'”’)]{0,3}\d{1,2}|[.!?][\"'”’)]{0,3}\[(?:\d{1,3}|\^\w{1,20})\])(\s{1,9})(?=[\"'“‘(]?[A-Z])"
)
_NOTE = re.compile(r"\[(?:\d{1,3}|\^\w{1,20})\](_?)(?:\s{1,9}|\Z)")
_WRAP_MIN_CHARS, _WRAP_MAX_CHARS, _FULL_CHARS = 40, 120, 60
_VERSE_MIN_CHARS, _VERSE_MAX_CHARS, _MAX_STANZA = 12, 64, 16
_Line = tuple[int, int, bool]  # start, end, begins with a marker
_RUNS_ON = ",;:—–"
_QUOTES = "\"'“”‘’«»"
_INITIAL = re.compile(r"\(?[A-Z]\.")
_OPEN = ARTICLES | COORDINATORS | PREPOSITIONS


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return tight spans of the sentences of `text[start:end]`, in order, without overlap."""
    spans = []
    for block_start, block_end in _blocks(text, start, len(text) if end is None else end):
        # Line breaks inside a block count as spaces; one for one, so spans stay exact.
        block = _LINE_END.sub(" ", text[block_start:block_end])
        found = [part for a, b in _sentences(block) for part in _parts(block, a, b)]
        spans += [(block_start + a, block_start + b) for a, b in _with_notes(block, found)]
    return spans


def _parts(block: str, a: int, b: int) -> Iterator[tuple[int, int]]:
    """Split a sentence of nupunkt's where it takes the end of one for an abbreviation."""
    for end, following in sorted(_stops(block, a, b)):
        yield a, end
        a = following
    yield a, b


def _stops(block: str, a: int, b: int) -> Iterator[tuple[int, int]]:
    """Where a sentence ends, and where the next begins."""
    for stop in _PLAIN_STOP.finditer(block, a, b):
        if stop[1] not in _ABBREVIATIONS:
            yield stop.span(2)
    for stop in _NOTED_STOP.finditer(block, a, b):
        yield stop.span(1)
    for stop in _CLOCK_STOP.finditer(block, a, b):
        word = stop[2].lower()
        before = block[a : min(a + _LOOKED_AT, stop.start())].lower().split()
        whole = len(before) >= _FEWEST_BEFORE and before[0] not in PREPOSITIONS
        if whole and is_known(word) and not are_of_a_kind(word, "monday"):
            yield stop.span(1)


def _with_notes(block: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the number of a note to the sentence that it stands after: “It fell.[3] Nobody …”."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        note = _NOTE.match(block, start, end) if found else None
        if note and (note[1] or found[-1][1] == start):
            found[-1] = found[-1][0], start + len(note[0].rstrip())
            start = note.end()
        if start < end:
            found.append((start, end))
    return iter(found)


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
    last_end, last_mark = start, ""
    for line in _LINE.finditer(text, start, end):
        marker = _MARKER.match(text, line.start(), line.end())
        begin = marker.end() if marker else line.start()
        blank = not text[begin : line.end()].strip() or _FENCE_OR_RULE.fullmatch(line[0].rstrip())
        gap = text.count("\n", last_end, line.start()) > 1 or text.count("\r", last_end, line.start()) > 1
        if blank or gap:
            paragraphs.append([])
        if not blank:
            mark = marker[0].strip() if marker else ""
            # Each line of a quotation has its mark.
            begun = bool(mark.strip("> \t")) or (bool(mark) and mark != last_mark)
            paragraphs[-1].append((begin, line.end(), begun))
            last_mark = mark
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
    wrapped = wrapped or _is_one_sentence(text, lines)
    open_start: int | None = None
    for i, (begin, end, _) in enumerate(lines):
        open_start = begin if open_start is None else open_start
        following = lines[i + 1] if i + 1 < len(lines) else None
        goes_on = end - begin >= _WRAP_MIN_CHARS and (
            (following is not None and text[following[0]].islower()) or _is_open(text, begin, end)
        )
        runs_on = following is not None and not following[2] and (wrapped or verse or goes_on)
        if not runs_on:
            yield open_start, end
            open_start = None


def _is_open(text: str, begin: int, end: int) -> bool:
    """Whether a line ends with a word that another must follow: “at the inn of”, “thanks to A.”."""
    last = text[begin:end].rsplit(maxsplit=1)[-1:]
    return bool(last) and (last[0] in _OPEN or _INITIAL.fullmatch(last[0]) is not None)


def _is_one_sentence(text: str, lines: list[_Line]) -> bool:
    """Whether two lines are one wrapped text: the first is full and does not end, the second does."""
    if len(lines) != 2:
        return False
    (begin, end, _), (next_begin, next_end, _) = lines
    full = _FULL_CHARS <= end - begin <= _WRAP_MAX_CHARS
    return full and text[end - 1].isalnum() and text[next_begin:next_end].rstrip(_QUOTES)[-1:] in tuple(".!?")


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
