"""Find the lines that begin with a label, and its kind: a question, an answer, a speaker, a field.

“Price: 549 euros” and “Anna: I am late.” have the same form. Only the rest of the article distinguishes
them: a speaker speaks again, while the fields of one record are all different.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.articles.fields import records
from rag.articles.lines import (
    Label,
    Line,
    answer_at,
    asked_and_answered,
    asks,
    heading_level,
    is_time,
    item_at,
    label_of,
    name_alone,
    question_at,
)
from rag.language.lexicon import is_listed

_FEWEST_TURNS = 3
_SPOKEN_SHARE = 0.7  # minimum share of apparent turns that contain sentences
_LABELLED_SHARE = 0.7  # minimum share of a conversation's paragraphs that have labels, if those are words
_ENDS = (".", "!", "?", "…", "”", '"', "。", "！", "？")
_NO_NAMES = ("http", "https", "note", "ps", "warning", "tip", "important")


@dataclass(frozen=True, slots=True)
class Labelled:
    """`name` is the speaker with the time, if any, or the record that a field belongs to.

    `shown` is a field as readers see it, "" if that is as it is written; it stands on `height` lines.
    `answer_at` is where the answer to a question begins on its own line.
    """

    kind: Literal["question", "answer", "speech", "field"]
    words_at: int
    name: str = ""
    shown: str = ""
    height: int = 1
    answer_at: int = 0


class Labels:
    """The labelled lines of an article, by line number."""

    def __init__(self, found: dict[int, Labelled], starts: frozenset[int]) -> None:
        self._found, self._field_starts = found, starts

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Labels":
        found = _questions(lines)
        labelled = {
            at: label
            for at, line in enumerate(lines)
            if at not in found and (label := _label(line)) is not None
        }
        groups = list(_groups(lines))
        speakers = _speakers(lines, labelled, groups)
        if not found or len(speakers) > 1:
            found |= _turns(lines, labelled, speakers)
        found |= {at: one for at, one in _above(lines, groups).items() if at not in found}
        fields = _fields(lines, labelled, groups, found)
        return cls(found | fields, frozenset(lines[at].start for at in fields))

    def at(self, number: int) -> Labelled | None:
        """Return the label of the line with this number, or None."""
        return self._found.get(number)

    def fields_at(self, line: Line) -> bool:
        """Whether a line is a field."""
        return line.start in self._field_starts


def _questions(lines: Sequence[Line]) -> dict[int, Labelled]:
    """Find “Q: …” and “A: …” where both are used; else lines that ask, each followed by one that does not."""
    asked = {at: begin for at, line in enumerate(lines) if (begin := question_at(line))}
    answered = {at: begin for at, line in enumerate(lines) if (begin := answer_at(line))}
    if asked and answered:
        found = {at: Labelled("question", begin) for at, begin in asked.items()}
        return found | {at: Labelled("answer", begin) for at, begin in answered.items()}
    alone = {}
    for at, line in enumerate(lines[:-1]):
        before = lines[at - 1] if at else None
        after = next((one for one in lines[at + 1 : at + 3] if not one.blank), None)
        if (
            asks(line)
            and (before is None or before.blank or not lines[at + 1].blank)
            and after is not None
            and not asks(after)
            and not heading_level(line)
            and not (label_of(line) and not item_at(line))
        ):
            alone[at] = Labelled("question", item_at(line) or line.start)
    return alone if len(alone) > 1 else _on_one_line(lines)


def _on_one_line(lines: Sequence[Line]) -> dict[int, Labelled]:
    """Find “How do I pay? In cash.”, if most paragraphs are such."""
    said = [at for at, line in enumerate(lines) if not line.blank and not heading_level(line)]
    found = {at: begin for at in said if (begin := asked_and_answered(lines[at]))}
    if len(found) < 2 or 2 * len(found) < len(said):
        return {}
    return {at: Labelled("question", lines[at].start, answer_at=begin) for at, begin in found.items()}


def _label(line: Line) -> Label | None:
    if line.blank or heading_level(line) or item_at(line):
        return None
    return label_of(line)


def _groups(lines: Sequence[Line]) -> Iterator[range]:
    """Yield runs of lines without a blank line between them."""
    first = 0
    for at, line in enumerate(lines):
        if line.blank:
            if at > first:
                yield range(first, at)
            first = at + 1
    if len(lines) > first:
        yield range(first, len(lines))


def _speakers(lines: Sequence[Line], labelled: dict[int, Label], groups: Sequence[range]) -> frozenset[str]:
    """Return the names that label words repeatedly, but not once in each of several records."""
    uses: Counter[str] = Counter()
    timed = {label.name for label in labelled.values() if label.time and label.name}
    for group in groups:
        names = [labelled[at].name for at in group if at in labelled and labelled[at].name]
        repeats = len(set(names)) < len(names)
        if repeats or len(names) == 1:
            uses.update(names)
    repeated = {name for name, count in uses.items() if count > 1 and name.lower() not in _NO_NAMES}
    # Someone who speaks once among others who speak repeatedly is a speaker too.
    once = {name for name in uses if name[:1].isupper() and name.lower() not in _NO_NAMES}
    all_names = repeated | once if repeated else set()
    talk = not all(map(_is_word, repeated)) or _take_turns(all_names, labelled, groups)
    spoken = all_names if talk else set()
    said = [at for at, label in labelled.items() if label.name in spoken]
    ended = sum(lines[_words_end(lines, labelled[at], at)].text.endswith(_ENDS) for at in said)
    speech = len(said) >= _FEWEST_TURNS and ended >= _SPOKEN_SHARE * len(said)
    return frozenset(timed | (spoken if speech else set()))


def _take_turns(names: set[str], labelled: Mapping[int, Label], groups: Sequence[range]) -> bool:
    """Whether there are several names, and hardly a paragraph between the first and the last has none:
    “Correction: …” stands among other paragraphs.
    """
    begun = [any(at in labelled and labelled[at].name in names for at in group) for group in groups]
    if len(names) < 2 or True not in begun:
        return False
    first, last = begun.index(True), len(begun) - begun[::-1].index(True)
    return sum(begun) >= _LABELLED_SHARE * (last - first)


def _is_word(name: str) -> bool:
    """Whether a label is a word of the dictionary, or several that do not all have a capital as names do."""
    words = name.replace("’", "'").split()
    plain = [word.lower().removesuffix("'s") for word in words]
    as_name = len(words) > 1 and all(word[0].isupper() for word in words) and "'s" not in name
    return not as_name and all(map(is_listed, plain))


def _words_end(lines: Sequence[Line], label: Label, at: int) -> int:
    """Return the line that a speaker's words begin on: the label's own, or the one below."""
    return at if label.words_at < lines[at].end else min(at + 1, len(lines) - 1)


def _turns(
    lines: Sequence[Line], labelled: dict[int, Label], speakers: frozenset[str]
) -> dict[int, Labelled]:
    found = {}
    last = ""
    stamped = [at for at, label in labelled.items() if label.time]
    spoken = [
        at for at in stamped if len(lines[at].text[labelled[at].words_at - lines[at].start :].split()) > 2
    ]
    # “8:00 a.m.” in a list of opening hours is not the time of a speaker's turn.
    talk = len(stamped) > 1 and len(spoken) >= _SPOKEN_SHARE * len(stamped)
    for at, label in labelled.items():
        timed = bool(label.time) and talk
        if label.name in speakers or (timed and not label.name):
            name = label.name or last
            last = name
            said = ", ".join(part for part in (name, label.time) if part)
            found[at] = Labelled("speech", min(label.words_at, lines[at].end), said)
    return found


def _above(lines: Sequence[Line], groups: Sequence[range]) -> dict[int, Labelled]:
    """Find names on a line of their own, each above words; as with labels, one of them must speak again."""
    heads = {
        group.start: label
        for group in groups
        if len(group) > 1 and not item_at(lines[group.start]) and (label := name_alone(lines[group.start]))
    }
    uses = Counter(label.name for label in heads.values())
    again = sum(count for count in uses.values() if count > 1)
    ended = sum(lines[group[-1]].text.endswith(_ENDS) for group in groups if group.start in heads)
    if len(heads) < _FEWEST_TURNS or again < len(heads) / 2 or ended < _SPOKEN_SHARE * len(heads):
        return {}
    found = {}
    for at, label in heads.items():
        timed = not label.time and is_time(lines[at + 1])
        time = lines[at + 1].text.strip("[]() ") if timed else label.time
        said = ", ".join(part for part in (label.name, time) if part)
        found[at] = Labelled("speech", label.words_at, said)
        if timed:
            found[at + 1] = Labelled("speech", lines[at + 1].end, said)
    return found


def _fields(
    lines: Sequence[Line],
    labelled: Mapping[int, Label],
    groups: Sequence[range],
    taken: Mapping[int, Labelled],
) -> dict[int, Labelled]:
    """Find the fields of records: the first gives the record its name, or has its title above it."""
    found: dict[int, Labelled] = {}
    for record, name in records(lines, labelled, groups, taken):
        for n, field in enumerate(record.fields):
            over = name if n or record.title else ""
            height = field.last - field.at + 1
            found[field.at] = Labelled("field", lines[field.at].start, over, field.shown, height)
    return found
