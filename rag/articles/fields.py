"""Find records: lines that each give a key and its value, and what they are about.

    Grey Heron
    Builder: I. Holm
    Length: 9 m

Only lines of one form next to each other are fields; the forms without a colon are in `rag.articles.forms`.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from rag.articles.byline import is_byline
from rag.articles.forms import MAX_FIELD_CHARS, Field, Record, apart, definitions, has_leaders
from rag.articles.lines import (
    Label,
    Line,
    heading_level,
    is_bold,
    is_underline,
    looks_like_title,
)
from rag.language.facts import facts
from rag.language.grammar import PREPOSITIONS
from rag.types import readable

_MAX_NAME_WORDS = 6
_MAX_ADDRESS = 4  # lines: a name, and what is below it without a label
_BOLD_KEY = re.compile(r"(?:\*\*|__)[^*_:\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)")
_DIGIT = re.compile(r"\d")


def records(
    lines: Sequence[Line], labelled: Mapping[int, Label], groups: Sequence[range], taken: Collection[int]
) -> list[tuple[Record, str]]:
    """The records of a text, each with its name: its title, or the value of its first field.

    The first value is a name where several records begin with the same key, or if it looks like one and the
    text's title does not. Under a heading of its own, a record needs none.
    """
    runs = list(_joined(lines, groups))
    found = [one for run in runs if (one := _with_colons(lines, run, labelled, taken))]
    claimed = _lines_of(found) | set(taken)
    found += _addresses(lines, groups, labelled, claimed, found)
    claimed |= _lines_of(found)
    found += [one for run in runs if claimed.isdisjoint(run) and (one := apart(lines, run))]
    claimed |= _lines_of(found)
    found += definitions(lines, claimed)
    found.sort(key=lambda record: record.fields[0].at)
    return list(zip(found, _names(lines, found), strict=True))


def _lines_of(found: Sequence[Record]) -> set[int]:
    return {field.at for record in found for field in record.fields}


def _with_colons(
    lines: Sequence[Line], group: Sequence[int], labelled: Mapping[int, Label], taken: Collection[int]
) -> Record | None:
    """Two or more lines of “key: value” that are at least half of the lines of their group."""
    fields = _labelled_fields(lines, group, labelled, taken)
    if len(fields) < 2 or len(fields) < len(group) / 2:
        return None
    return Record(tuple(fields), _title(lines, group, fields[0].at))


def _labelled_fields(
    lines: Sequence[Line], group: Sequence[int], labelled: Mapping[int, Label], taken: Collection[int]
) -> list[Field]:
    fields = []
    for at in group:
        line = lines[at]
        if at in taken or at not in labelled or not labelled[at].name or len(line.text) > MAX_FIELD_CHARS:
            continue
        key = labelled[at].name
        value = line.text[labelled[at].words_at - line.start :].strip()
        fields.append(
            Field(at, at, key, value, "" if line.text.startswith(f"{key}:") else f"{key}: {readable(value)}")
        )
    return fields


def _title(lines: Sequence[Line], group: Sequence[int], head: int) -> str:
    """The line above the first field; of several, as in an address, the first, which is a name."""
    above = [lines[at] for at in group[: _MAX_ADDRESS + 1] if at < head]
    if not above or group[0] + len(above) != head:
        return ""
    return above[0].text if len(above) == 1 or _is_address(above) else ""


def _is_address(above: Sequence[Line]) -> bool:
    return len(above) <= _MAX_ADDRESS and all(looks_like_title(line) for line in above)


def _addresses(
    lines: Sequence[Line],
    groups: Sequence[range],
    labelled: Mapping[int, Label],
    taken: Collection[int],
    found: Sequence[Record],
) -> list[Record]:
    """Names with few fields below them, where others have the same: “Ida Holm ⏎ 1 Mill Road ⏎ Phone: 5”."""
    more = []
    for group in groups:
        fields = _labelled_fields(lines, group, labelled, taken)
        if not fields or len(fields) != group.stop - fields[0].at or not fields[0].value:
            continue
        if title := _title(lines, group, fields[0].at):
            more.append(Record(tuple(fields), title))
    keys = Counter(record.fields[0].key for record in (*found, *more))
    return [record for record in more if keys[record.fields[0].key] > 1]


def _joined(lines: Sequence[Line], groups: Sequence[range]) -> Iterator[list[int]]:
    """The groups; consecutive ones of a single line with leaders or a bold key, as forms are spaced, are
    one.
    """
    run: list[int] = []
    for group in groups:
        line = lines[group.start]
        if len(group) == 1 and (has_leaders(line) or _BOLD_KEY.match(line.text)):
            run += group
            continue
        if run:
            yield run
        run = []
        yield list(group)
    if run:
        yield run


def _names(lines: Sequence[Line], found: Sequence[Record]) -> list[str]:
    begins = next((at for at, line in enumerate(lines) if not line.blank), 0)
    headed = any(record.title or _headed(lines, record.fields[0].at, begins) for record in found)
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


def _headed(lines: Sequence[Line], at: int, begins: int) -> bool:
    """Whether a heading other than the article's first line, which is `begins`, stands right above a line."""
    over = at - 1
    while over >= 0 and lines[over].blank:
        over -= 1
    head = over - 1 if over > 0 and is_underline(lines[over]) else over
    if head <= begins:
        return False
    line = lines[head]
    apart = lines[head - 1].blank
    return bool(heading_level(line)) or head < over or is_bold(line) or (apart and looks_like_title(line))
