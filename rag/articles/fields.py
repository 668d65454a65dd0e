"""Find records: lines that each give a key and its value, in any of the forms that people write them in.

    Boat: Grey Heron      Boat ...... Grey Heron      Boat    Grey Heron      Boat – Grey Heron
    Boat = Grey Heron     **Boat:** Grey Heron        Boat ⏎ : Grey Heron (Markdown's definition lists)

Only lines of one form next to each other are fields: a dash, dots or a gap in prose are none.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.articles.byline import is_byline
from rag.articles.lines import (
    Label,
    Line,
    heading_level,
    is_bold,
    is_underline,
    item_at,
    looks_like_title,
)
from rag.language.facts import facts
from rag.language.grammar import PREPOSITIONS
from rag.types import readable

_MAX_FIELD_CHARS = 200
_MAX_TERM_CHARS = 60
_MAX_NAME_WORDS = 6
_STRONG = r"(?:\*\*|__)?"
_KEY = rf"{_STRONG}([^\W\d_][^\s.…:=|*]{{0,30}}(?: [\w(&/][^\s.…:=|*]{{0,30}}\.?){{0,4}}){_STRONG}"
_LEADERS = r"(?:\.{2,120}|…{1,40}|_{3,120}|[·‧]{2,120}|(?:\. ){2,60}\.?)"
# Each form, and the fewest lines of it in a row.
_FORMS = (
    (re.compile(rf"{_KEY}[ \t]{{0,4}}{_LEADERS}[ \t]{{0,8}}(?=[^\s.])"), 2),
    (re.compile(rf"{_KEY}[ \t]{{0,8}}(?:=>|->|=|→|⇒)[ \t]{{1,8}}(?=\S)"), 2),
    (re.compile(rf"{_KEY}[ \t]{{1,8}}[-–—][ \t]{{1,8}}(?=\S)"), 3),
    (re.compile(rf"{_KEY}(?<!\.)(?: {{2,60}}|\t{{1,10}})(?=\S)"), 3),
)
_BOLD_KEY = re.compile(r"(?:\*\*|__)[^*_:\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)")
_DEFINED = re.compile(r":[ \t]{1,8}(?=\S)")
_GAP = re.compile(r" {2}|\t")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value, on the lines `at` to `last`; `apart`: in another form than “Key: value”."""

    at: int
    last: int
    key: str
    value: str
    apart: bool
    column: int = 0  # where the value begins; 0 after a tab


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one thing; `title` is the line right above them, if there is one."""

    fields: tuple[Field, ...]
    title: str = ""


def records(
    lines: Sequence[Line], labelled: Mapping[int, Label], groups: Sequence[range], taken: Collection[int]
) -> list[tuple[Record, str]]:
    """The records of a text, each with its name: its title, or the value of its first field.

    The first value is a name where several records begin with the same key, or if it looks like one and the
    text's title does not. Under a heading of its own, a record needs none.
    """
    runs = list(_joined(lines, groups))
    found = [one for run in runs if (one := _with_colons(lines, run, labelled, taken))]
    claimed = {field.at for record in found for field in record.fields} | set(taken)
    found += [one for run in runs if not claimed.intersection(run) and (one := _apart(lines, run))]
    found += _definitions(lines, claimed | {field.at for record in found for field in record.fields})
    found.sort(key=lambda record: record.fields[0].at)
    return list(zip(found, _names(lines, found), strict=True))


def _with_colons(
    lines: Sequence[Line], group: Sequence[int], labelled: Mapping[int, Label], taken: Collection[int]
) -> Record | None:
    """Two or more lines of “key: value” that are at least half of the lines of their group."""
    keys = [at for at in group if at in labelled and at not in taken and labelled[at].name]
    short = [at for at in keys if len(lines[at].text) <= _MAX_FIELD_CHARS]
    if len(short) < 2 or len(short) < len(group) / 2:
        return None
    fields = []
    for at in short:
        label, line = labelled[at], lines[at]
        value = line.text[label.words_at - line.start :].strip()
        fields.append(Field(at, at, label.name, value, not line.text.startswith(f"{label.name}:")))
    return Record(tuple(fields), _title(lines, group, short[0]))


def _title(lines: Sequence[Line], group: Sequence[int], head: int) -> str:
    return lines[group[0]].text if group[0] != head and group[0] + 1 == head else ""


def _joined(lines: Sequence[Line], groups: Sequence[range]) -> Iterator[list[int]]:
    """The groups; consecutive ones of a single line with leaders or a bold key, as forms are spaced, are
    one.
    """
    run: list[int] = []
    for group in groups:
        text = lines[group.start].text
        if len(group) == 1 and (_FORMS[0][0].match(text) or _BOLD_KEY.match(text)):
            run += group
            continue
        if run:
            yield run
        run = []
        yield list(group)
    if run:
        yield run


def _apart(lines: Sequence[Line], run: Sequence[int]) -> Record | None:
    """Lines that are all of one form, but for a title above them."""
    for form, fewest in _FORMS:
        for begin in (1, 0) if not form.match(lines[run[0]].text) else (0,):
            fields = [_field(lines[at], at, form) for at in run[begin:]]
            whole = [field for field in fields if field is not None]
            if len(whole) < max(fewest, len(fields)) or (form is _FORMS[-1][0] and not _are_columns(whole)):
                continue
            return Record(tuple(whole), lines[run[0]].text if begin else "")
    return None


def _field(line: Line, at: int, form: re.Pattern[str]) -> Field | None:
    match = form.match(line.text)
    if match is None or len(line.text) > _MAX_FIELD_CHARS or item_at(line) or heading_level(line):
        return None
    column = 0 if "\t" in match[0] else line.indent + match.end()
    return Field(at, at, match[1].strip(" ."), line.text[match.end() :], True, column)


def _are_columns(fields: Sequence[Field]) -> bool:
    """Whether keys and values stand in two columns, and the first line is no header of a table."""
    if any(_GAP.search(field.value) for field in fields):
        return False
    head, *body = (bool(_DIGIT.search(field.value)) for field in fields)
    return (head or not all(body)) and len({field.column for field in fields}) == 1


def _definitions(lines: Sequence[Line], claimed: Collection[int]) -> list[Record]:
    """Terms with their definitions below them, each of which begins with a colon."""
    found: list[list[Field]] = []
    at = 0
    while at + 1 < len(lines):
        term, below = lines[at], _DEFINED.match(lines[at + 1].text)
        if term.blank or below is None or len(term.text) > _MAX_TERM_CHARS or at in claimed:
            at += 1
            continue
        last = at + 1
        while last + 1 < len(lines) and _DEFINED.match(lines[last + 1].text):
            last += 1
        value = "; ".join(line.text[1:].strip() for line in lines[at + 1 : last + 1])
        follows = bool(found) and all(line.blank for line in lines[found[-1][-1].last + 1 : at])
        field = Field(at, last, readable(term.text.strip("*_")), value, True)
        found = [*found[:-1], [*found[-1], field]] if follows else [*found, [field]]
        at = last + 1
    return [Record(tuple(fields)) for fields in found if len(fields) > 1]


def _names(lines: Sequence[Line], found: Sequence[Record]) -> list[str]:
    headed = any(record.title or _headed(lines, record.fields[0].at) for record in found)
    first_keys = Counter(record.fields[0].key for record in found if not record.title)
    named = len(found) == 1 and not headed and _looks_like_name(lines, found[0])
    return [
        record.title
        or (record.fields[0].value if named or (first_keys[record.fields[0].key] > 1 and not headed) else "")
        for record in found
    ]


def _looks_like_name(lines: Sequence[Line], record: Record) -> bool:
    """Whether the first value of a text's only record names what it is about: capitalised words, below no
    title or one that ends with a number, which tells sheets apart and not things: “Card 12”.
    """
    first = record.fields[0]
    value, words = first.value, readable(first.value).split()
    above = " ".join(line.text for line in lines[: first.at]).split()
    return (
        len(record.fields) > 2
        and (not above or above[-1].isdigit())
        and first.key.lower() not in PREPOSITIONS  # “To: All members”
        and 0 < len(words) <= _MAX_NAME_WORDS
        and value[0].isupper()
        and value[-1].isalnum()
        and not _DIGIT.search(value)
        and not facts(readable(value)).dates
        and not is_byline(readable(lines[first.at].text))
    )


def _headed(lines: Sequence[Line], at: int) -> bool:
    """Whether a heading other than the article's first line stands right above a line."""
    over = at - 1
    while over >= 0 and lines[over].blank:
        over -= 1
    head = over - 1 if over > 0 and is_underline(lines[over]) else over
    if head < 0 or all(line.blank for line in lines[:head]):
        return False
    line = lines[head]
    apart = head == 0 or lines[head - 1].blank
    return bool(heading_level(line)) or head < over or is_bold(line) or (apart and looks_like_title(line))
