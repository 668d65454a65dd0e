"""The forms of a field other than “Boat: Grey Heron”, each found only where several lines in a row have it.

    Boat ...... Grey Heron      Boat    Grey Heron      Boat = Grey Heron
    Boat – Grey Heron           Boat ⏎ : Grey Heron (Markdown's definition lists)

A dash, dots or a gap in prose are none: what is read as a field must not be a clause.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.articles.columns import is_header
from rag.articles.lines import Line, heading_level, is_bold, is_underline, item_at
from rag.language.grammar import AUXILIARIES, COORDINATORS, SUBJECTS
from rag.language.lexicon import verb_share
from rag.language.reading import read
from rag.types import readable

MAX_FIELD_CHARS = 200
_MAX_TERM_CHARS, _MAX_TERM_WORDS = 60, 6
_FEWEST_OF_LEADER = 4  # characters: fewer are an ellipsis
_STRONG = r"(?:\*\*|__)?"
_KEY = rf"{_STRONG}([^\W\d_][^\s.…:=|*]{{0,30}}(?: [\w(&/][^\s.…:=|*]{{0,30}}\.?){{0,4}}){_STRONG}"
_LEADERS = re.compile(
    rf"{_KEY}[ \t]{{0,4}}(\.{{2,120}}|…{{1,40}}|_{{3,120}}|[·‧]{{2,120}}|(?:\. ){{2,60}}\.?)"
    r"[ \t]{0,8}(?=[^\s.])"
)
_ARROWS = re.compile(rf"{_KEY}[ \t]{{0,8}}(=>|->|=|→|⇒)[ \t]{{1,8}}(?=\S)")
_DASHES = re.compile(rf"{_KEY}([ \t]{{1,8}}[-–—][ \t]{{1,8}})(?=\S)")
_GAPS = re.compile(rf"{_KEY}(?<!\.)( {{2,60}}|\t{{1,10}})(?=\S)")
_DASH = re.compile(r"(?:\s|^)[-–—](?:\s|$)|[–—]")
_GAP = re.compile(r" {2}|\t")
_DEFINED = re.compile(r":[ \t]{1,8}(?=\S)")
_STOPS = tuple(",;:.!?…")
# “To be agreed” is no clause.
_FINITE = AUXILIARIES - frozenset("be been being having doing".split())


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value, on the lines `at` to `last`; `shown` if it is not shown as it is written."""

    at: int
    last: int
    key: str
    value: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one thing; `title` is the line right above them, if there is one."""

    fields: tuple[Field, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Parted:
    """A line that is parted by dots, a gap or a sign; the value begins at `column`, 0 after a tab."""

    at: int
    line: Line
    key: str
    sign: str
    value: str
    column: int


def has_leaders(line: Line) -> bool:
    """Whether a line has a key, dots and a value."""
    return _LEADERS.match(line.text) is not None


def apart(lines: Sequence[Line], run: Sequence[int]) -> Record | None:
    """Lines that are all of one form, but for a title above them."""
    for form, are_fields in _FORMS:
        begin = 0 if form.match(lines[run[0]].text) else 1
        parted = [_parted(lines[at], at, form) for at in run[begin:]]
        whole = [one for one in parted if one is not None]
        if whole and len(whole) == len(parted) and are_fields(whole):
            as_written = form is _DASHES
            fields = [_field(one, readable(one.line.text) if as_written else "") for one in whole]
            return Record(tuple(fields), lines[run[0]].text if begin else "")
    return None


def _parted(line: Line, at: int, form: re.Pattern[str]) -> _Parted | None:
    match = form.match(line.text)
    if match is None or len(line.text) > MAX_FIELD_CHARS or item_at(line) or heading_level(line):
        return None
    key, value = match[1].strip(" ."), line.text[match.end() :]
    if _is_clause(key) or (form is not _DASHES and (_is_clause(value) or _continues(value))):
        return None
    return _Parted(at, line, key, match[2], value, 0 if "\t" in match[2] else line.indent + match.end())


def _field(parted: _Parted, shown: str) -> Field:
    shown = shown or f"{parted.key}: {readable(parted.value)}"
    return Field(parted.at, parted.at, parted.key, parted.value, shown)


def _is_clause(words: str) -> bool:
    """Whether a few words have a finite auxiliary or a pronoun as subject: “He left”, “who was tired”.

    A capital tells the month, and a full stop the initial, from the auxiliary and the pronoun.
    """
    first, *rest = words.split() or [""]
    told = [word.strip(",;!?\"'") for word in rest]
    return (bool(rest) and first.lower() in SUBJECTS) or any(
        word in _FINITE or word in SUBJECTS or word == "I" for word in told
    )


def _continues(value: str) -> bool:
    """Whether what follows dots or a gap goes on with a sentence: “or cold”."""
    return value.split(maxsplit=1)[0] in COORDINATORS


def _have_leaders(parted: Sequence[_Parted]) -> bool:
    """Whether most have more dots than an ellipsis; where they do, long keys leave less room for dots."""
    long = sum(len(one.sign.replace(" ", "")) >= _FEWEST_OF_LEADER for one in parted)
    return len(parted) > 1 and 2 * long > len(parted)


def _have_arrows(parted: Sequence[_Parted]) -> bool:
    """Whether they give values, and are no formulas: “E = mc²”."""
    return len(parted) > 1 and all(len(one.key) > 1 and "=" not in one.value for one in parted)


def _have_dashes(parted: Sequence[_Parted]) -> bool:
    """Whether each line names another thing; a second dash, or a line that runs on, is of a sentence."""
    keys = {one.key for one in parted}
    alike = len({key[0].isupper() for key in keys}) == 1
    ends = not any(one.value.endswith(_STOPS[:3]) or _DASH.search(one.value) for one in parted)
    return len(parted) > 2 and len(keys) == len(parted) and alike and ends


def _are_columns(parted: Sequence[_Parted]) -> bool:
    """Whether keys of different lengths stand over each other, and the values too, without a header."""
    if len(parted) < 3 or any(_GAP.search(one.value) for one in parted):
        return False
    column = parted[0].column
    aligned = all(one.column == column for one in parted)
    tabbed = column == 0
    lengths = {len(one.key) for one in parted}
    head, *body = ((one.key, one.value) for one in parted)
    return aligned and (tabbed or len(lengths) > 1) and not is_header(head, body)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Sequence[_Parted]], bool]], ...] = (
    (_LEADERS, _have_leaders),
    (_ARROWS, _have_arrows),
    (_DASHES, _have_dashes),
    (_GAPS, _are_columns),
)


def definitions(lines: Sequence[Line], claimed: Collection[int]) -> list[Record]:
    """Terms with their definitions below them, each of which begins with a colon; two terms at least."""
    lists: list[list[list[Field]]] = []
    end = -1  # the line after the last definition
    for at, below in _defined(lines, claimed):
        fields = _of_term(lines, at, below)
        if lists and all(line.blank for line in lines[end:at]):
            lists[-1].append(fields)
        else:
            lists.append([fields])
        end = below[-1] + 1
    return [Record(tuple(one for fields in terms for one in fields)) for terms in lists if len(terms) > 1]


def _defined(lines: Sequence[Line], claimed: Collection[int]) -> Iterator[tuple[int, list[int]]]:
    """The line of each term, and those of its definitions; a blank line may stand before each."""
    at = end = 0
    while at < len(lines):
        below = _definitions_from(lines, at + 1)
        apart = at == end or lines[at - 1].blank or is_underline(lines[at - 1])
        if below and apart and at not in claimed and _is_term(lines[at]):
            yield at, below
            end = below[-1] + 1
        at = max(at, *below) + 1 if below else at + 1


def _definitions_from(lines: Sequence[Line], at: int) -> list[int]:
    found: list[int] = []
    while at < len(lines):
        at += lines[at].blank
        if at == len(lines) or not _DEFINED.match(lines[at].text):
            break
        found.append(at)
        at += 1
    return found


def _is_term(line: Line) -> bool:
    """Whether a line may be defined by the next: a few words, which are no sentence."""
    text = readable(line.text.strip("*_")) if len(line.text) <= _MAX_TERM_CHARS else ""
    if not text or text.endswith(_STOPS) or item_at(line) or heading_level(line):
        return False
    if len(text.split()) > _MAX_TERM_WORDS or _is_clause(text):
        return False
    return is_bold(line) or not any(
        token.at and token.verbal and verb_share(token.lower) >= 0.8 for token in read(text).tokens
    )


def _of_term(lines: Sequence[Line], at: int, below: Sequence[int]) -> list[Field]:
    """Each definition as a field of its own; the first stands with its term."""
    term = readable(lines[at].text.strip("*_"))
    found: list[Field] = []
    for number in below:
        value = lines[number].text[1:].strip()
        first = number if found else at
        found.append(Field(first, number, term, value, f"{term}: {readable(value)}"))
    return found
