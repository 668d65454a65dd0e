"""The lines of a text, and what a line's form indicates: a heading, a list item, a label, a question."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.language.dates import days
from rag.types import readable

_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)")
_HEADING = re.compile(r"(#{1,6})[ \t]{1,40}(?=\S)")
_BOLD = re.compile(r"(?:\*\*|__)([^*_]{1,120})(?:\*\*|__):?")
_ITEM = re.compile(r"(?:[-*+•◦▪‣–]|\d{1,3}[.)]|[a-z][.)])[ \t]{1,40}(?=\S)")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:[ \t]?[AaPp]\.?[Mm]\.?)?"
_TIME = rf"\[?\(?(?:\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}},?[ \t]{{1,4}})?{_CLOCK}\)?\]?"
_STAMPED = re.compile(rf"({_TIME})(?:[ \t]{{0,4}}[-–—|:])?[ \t]{{1,8}}(?=\S)|({_TIME})\Z")
_STRONG = r"(?:\*\*|__)?"
_NAME = r"[^\W\d_][\w.’'()/&-]{0,30}(?:[ \t](?!\(?\d{1,2}:\d)[\w.’'()/&#-]{1,30}){0,4}"
_LABEL = re.compile(
    rf"<?{_STRONG}({_NAME}){_STRONG}(?: (\([^()\d]{{1,40}}\)))?(?:[ \t]{{0,2}}({_TIME}))?"
    rf"(?:[:：]{_STRONG}|>)(?:[ \t]{{1,40}}|\Z)"
)
# “MR HOLM. It sinks.”, as hearings have it.
_CAPITALS = re.compile(r"([A-Z]{2,20}(?: [A-Z][A-Z'’-]{0,20}){0,3})\.[ \t]{1,4}(?=\S)")
_NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}[.)]?[ \t]{1,8}(?=[^\W\d_])")
_ASKED = re.compile(r"[^.!?]{5,200}\?[ \t]{1,8}(?=[^?]{2,2000}\Z)")
_ALONE = re.compile(rf"(?:({_TIME})[ \t]{{1,4}})?{_STRONG}({_NAME}){_STRONG}(?:[ \t,–-]{{1,4}}({_TIME}))?")
# The words for question and answer in some languages; others are recognized by their question marks.
_NUMBER = rf"[ \t]?\d{{0,3}}[.:)：]{_STRONG}[ \t]{{0,8}}(?=\S)"
_ASKS = re.compile(rf"{_STRONG}(?:q|question|frage|pregunta|domanda|vraag|pergunta|问|問){_NUMBER}", re.I)
_ANSWERS = re.compile(
    rf"{_STRONG}(?:a|answer|antwort|respuesta|réponse|risposta|antwoord|resposta|答){_NUMBER}", re.I
)
_ENDED = re.compile(r"[a-z]{4}[.!]['\"’”)]{0,3} {1,4}['\"‘“(]?[A-Z]")
_UNDERLINES = '=-~^"'  # by level
_STOPPED = ".!?:;,。！？…"
_MAX_TITLE_WORDS, _MAX_TITLE_CHARS = 10, 80


class Line(NamedTuple):
    """A line from its first visible character to its last; `indent` counts what precedes it."""

    start: int
    end: int
    indent: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text


class Label(NamedTuple):
    """“[00:12] MS ADEYEMI: The bridge …”: what precedes the words, and where they begin."""

    name: str
    time: str
    words_at: int


def lines_of(text: str, start: int, end: int) -> list[Line]:
    """Return the lines of a part of a text."""
    found = []
    for match in _LINE.finditer(text, start, end):
        plain = match[0].strip()
        indent = len(match[0]) - len(match[0].lstrip())
        begin = match.start() + indent if plain else match.start()
        found.append(Line(begin, begin + len(plain), indent, plain))
        if match.end() >= end:
            break
    return found


def heading_level(line: Line) -> int:
    """Return 1 to 6 for a Markdown heading, else 0."""
    match = _HEADING.match(line.text)
    return len(match[1]) if match and line.indent <= 3 else 0


def heading_text(line: Line) -> str:
    """Return a heading without its marks."""
    bold = _BOLD.fullmatch(line.text)
    plain = bold[1] if bold else line.text.lstrip("#")
    words, _, last = plain.strip().rpartition(" ")
    closed = bool(words) and set(last) == {"#"}  # “## Prices ##”, but not “## Why C#”
    return readable(words if closed else plain)[:120]


def is_bold(line: Line) -> bool:
    """Whether a whole line is bold: used as a heading by authors who do not mark headings."""
    return _BOLD.fullmatch(line.text) is not None


def is_underline(line: Line) -> bool:
    """Whether it may make the line above it a heading."""
    return len(line.text) >= 3 and line.text[0] in _UNDERLINES and len(set(line.text)) == 1


def underlined_level(line: Line, below: Line) -> int:
    """Return the level of a heading that has another line under it, else 0.

    Only Markdown's signs may be shorter than the words above them; the others are of reStructuredText.
    """
    if not is_underline(below) or (below.text[0] not in "=-" and len(below.text) < len(line.text)):
        return 0
    return _UNDERLINES.index(below.text[0]) + 1


def looks_like_title(line: Line) -> bool:
    """Whether a line without marks looks like a heading: short, with a beginning and no full stop."""
    text = line.text
    return (
        0 < len(text) <= _MAX_TITLE_CHARS
        and text[-1] not in _STOPPED
        and (text[0].isupper() or text[0].isdigit())
        and len(text.split()) <= _MAX_TITLE_WORDS
    )


def lone_date(line: Line) -> str:
    """Return the full date, with a year, that a line consists of: “*4 March 2021*”; "" if it is none."""
    plain = readable(line.text.strip("*_() \t")) if len(line.text) <= _MAX_TITLE_CHARS else ""
    whole = any(day.year and day.start == 0 and day.end == len(plain) for day in days(plain))
    return plain if whole else ""


def item_at(line: Line) -> int:
    """Return where the words of a list item begin, or 0 if it is none."""
    match = _ITEM.match(line.text)
    return line.start + match.end() if match else 0


def is_numbered(line: Line) -> bool:
    """Whether a line begins with a number as sections do: “2. Birch hut”."""
    return _NUMBERED.match(line.text) is not None


def asked_and_answered(line: Line) -> int:
    """Return where the answer begins in a line that begins with a question, or 0 if it is none."""
    match = _ASKED.match(line.text)
    return line.start + match.end() if match else 0


def is_time(line: Line) -> bool:
    """Whether a line is only a time of day."""
    match = _STAMPED.match(line.text)
    return match is not None and match[2] is not None


def label_of(line: Line) -> Label | None:
    """Return the label and time that precede a line's words, or None."""
    stamp = _STAMPED.match(line.text)
    time = (stamp[1] or stamp[2]) if stamp else ""
    skip = stamp.end() if stamp else 0
    match = _LABEL.match(line.text, skip)
    if match is None and (capitals := _CAPITALS.match(line.text, skip)):
        return Label(capitals[1], _plain_time(time), line.start + capitals.end())
    if match is None:
        return Label("", _plain_time(time), line.start + skip) if time else None
    name = " ".join(filter(None, (_unbracketed(match[1]), match[2])))
    return Label(name, _plain_time(time or match[3] or ""), line.start + match.end())


def name_alone(line: Line) -> Label | None:
    """Return the label of a line that is only a name, with or without a time: the speaker of what follows."""
    match = _ALONE.fullmatch(line.text)
    if match is None:
        return None
    name = _unbracketed(match[2].strip(" []-–—"))
    capital = all(word[0].isupper() or not word[0].isalpha() for word in name.split())
    return Label(name, _plain_time(match[1] or match[3] or ""), line.end) if capital else None


def _unbracketed(name: str) -> str:
    """A name without brackets around it or left open; “Ida Holm (pilot)” keeps its role."""
    name = name.strip()
    balanced = name.count("(") == name.count(")") and not name.startswith("(")
    return name if balanced else name.strip(" ()")


def _plain_time(time: str) -> str:
    return time.strip("[]() ")


def question_at(line: Line) -> int:
    """Return where the question of a line labelled as one begins, or 0 if it is none."""
    match = _ASKS.match(line.text)
    return line.start + match.end() if match else 0


def answer_at(line: Line) -> int:
    """Return where the answer of a line labelled as one begins, or 0 if it is none."""
    match = _ANSWERS.match(line.text)
    return line.start + match.end() if match else 0


def asks(line: Line) -> bool:
    """Whether a whole line is a single question, with no sentence before it."""
    plain = line.text.rstrip("*_ ")
    if not plain.endswith(("?", "？", "؟")) or len(plain) > 300 or plain[:-1].rstrip().endswith("."):
        return False
    return _ENDED.search(plain) is None


def cells(text: str) -> list[str]:
    """Return the cells of a table row: separated by bars, tabs, or two or more spaces."""
    if "|" in text:
        parts = text.strip().strip("|").split("|")
    elif "\t" in text:
        parts = text.split("\t")
    else:
        parts = _WIDE.split(text.strip())
    return [readable(part) for part in parts]


_WIDE = re.compile(r" {2,}")
_DELIMITER = re.compile(r"[|:\- \t]{3,}")
_GRID = re.compile(r"\+(?:[-=:]+\+)+")  # “+-----+====+”, as reStructuredText and Pandoc have them
_FEWEST_OF_GRID = 4  # lines: two rules, a header, a row


def is_delimiter(line: Line) -> bool:
    """Whether it is the line below a Markdown table's header, or between the rows of a grid table."""
    ruled = _DELIMITER.fullmatch(line.text) is not None and "-" in line.text and "|" in line.text
    return ruled or _GRID.fullmatch(line.text) is not None


def table_end(lines: Sequence[Line], at: int) -> int:
    """Return the line after the table that begins at line `at`, or `at` itself if none begins there."""
    first = lines[at].text
    if _GRID.fullmatch(first):
        end = at
        while end < len(lines) and lines[end].text[:1] in ("+", "|"):
            end += 1
        return end if end - at >= _FEWEST_OF_GRID else at
    if "|" in first:
        piped = at + 1 < len(lines) and (
            is_delimiter(lines[at + 1]) or (first[0] == "|" == lines[at + 1].text[:1])
        )
        end = at
        while piped and end < len(lines) and "|" in lines[end].text:
            end += 1
        return end
    columns = len(cells(first))
    if columns < (2 if "\t" in first else 3):
        return at
    end = at
    while end < len(lines) and lines[end].text and len(cells(lines[end].text)) == columns:
        end += 1
    return end if end - at >= 3 else at
