"""Answers made of several parallel sentences: lists, counts, superlatives, and fields that say yes or no.

“Which huts have a stove?” → a sentence for each hut that has one. “Which hut is the highest?” → the row of
the highest, with the others in `more`. Each line names the thing it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.said import Said
from rag.language.facts import facts
from rag.language.quantities_read import quantities
from rag.language.words import stems
from rag.search.evidence import is_heading
from rag.search.versions import form
from rag.search.wanted import OF_AGE, Wanted, negated, wanted
from rag.types import Evidence, Sentence, readable

_MOST_LISTED = 30
_MARGIN = 0.5  # a sentence this far below the best one does not answer
_BESIDE = 9  # other things shown with a superlative
_HOW_MANY, _NEAR = "how many", 30  # characters between a number and what it counts
_READ_FIRST = 5
_YES = frozenset("yes true ja oui sí si sim да 是 はい ✓ ✔ x".split())
_NO = frozenset("no false nein non não nao нет 否 いいえ ✗ ✘ – -".split())


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence in the list, with its score."""

    sentence: Sentence
    score: float

    @property
    def thing(self) -> tuple[str, tuple[str, ...], int]:
        """What it is about: its table row, or its section of its article."""
        block = self.sentence.block
        return self.sentence.article.source, block.path, block.start if block.kind == "row" else 0


def quote_listed(said: Said, ranked: Sequence[Evidence], question: str, *, whole: bool) -> Said:
    """Add everything that the question asks for; nothing if it asks for one thing, or only one is found.

    `whole`: `ranked` has every sentence in the index that shares a word with the question.
    """
    asks = wanted(question)
    if asks.number == "one" or not ranked:
        return said
    lines = [
        _Line(sentence, item.score)
        for item in ranked
        if item.score >= ranked[0].score - _MARGIN and not is_heading(item.sentence)
        for sentence in (item.sentence, *item.also)
    ]
    if not lines:
        return said
    match asks.number:
        case "extreme":
            return _extreme(said, lines, asks, question)
        case "which":
            return _decided(said, lines, question)
        case "count":
            return _counted(said, lines, question, whole=whole)
        case _:
            return (
                _decided(said, lines, question)
                if _field(lines[0].sentence)
                else _all(said, lines, question, whole=whole)
            )


def quote_answering(said: Said, answering: Sequence[Sentence], question: str) -> Said:
    """Add sentences that answer by their form (`Found.answering`), after their number if that is asked for."""
    if wanted(question).number == "count":
        said = said.counting(len(answering), answering[:_MOST_LISTED], whole=True)
    return _listed(said, [_Line(one, 0.0) for one in answering], whole=True)


def _all(said: Said, lines: Sequence[_Line], question: str, *, whole: bool) -> Said:
    asked, not_asked = frozenset(stems(question)), negated(question)
    held = asked.intersection(stems(lines[0].sentence.display_text))
    if not_asked:
        fitting = [line for line in lines if not_asked & negated(readable(line.sentence.text))]
    else:
        fitting = [
            line
            for line in lines
            if held
            and held.issubset(stems(line.sentence.display_text))
            and not held & negated(readable(line.sentence.text))
        ]
        form = _form(lines[0].sentence)
        alike = [line for line in fitting if _form(line.sentence) == form]
        fitting = fitting if all(_holds_all(line.sentence, asked) for line in fitting) else alike
    return _listed(said, fitting, whole=whole) if len(fitting) > 1 or (not_asked and fitting) else said


def _holds_all(sentence: Sentence, asked: frozenset[str]) -> bool:
    """Whether a sentence has every word asked for: prose, which repeats its topic, lists only if all do."""
    return asked.issubset(stems(_about(sentence)))


def _counted(said: Said, lines: Sequence[_Line], question: str, *, whole: bool) -> Said:
    """Count sentences of the same form about different things, unless a sentence states the number."""
    best, asked = lines[0].sentence, frozenset(stems(question))
    if any(_gives_number(line.sentence, question) for line in lines[:_READ_FIRST]):
        return said
    form = _form(best)
    alike = [line for line in lines if _form(line.sentence) == form and len(form & asked) > 1]
    if len({line.thing for line in alike}) < 2:
        return said
    return _listed(
        said.counting(len(alike), [line.sentence for line in alike[:_MOST_LISTED]], whole=whole),
        alike,
        whole=whole,
    )


def _gives_number(sentence: Sentence, question: str) -> bool:
    """Whether it states a number of what is counted: “seats 18,400 people”, or a cell “Cars: 65”."""
    counted = frozenset(stems(question[question.lower().index(_HOW_MANY) + len(_HOW_MANY) :])[:1])
    text = sentence.display_text
    for one in quantities(text):
        near = text[max(one.start - _NEAR, 0) : one.start] if sentence.block.kind == "row" else ""
        near += text[one.end : one.end + _NEAR]
        if not one.of_time and counted & frozenset(stems(near)):
            return True
    return False


def _form(sentence: Sentence) -> frozenset[str]:
    return form(readable(sentence.text))


def _listed(said: Said, lines: Sequence[_Line], *, whole: bool) -> Said:
    several = len({line.sentence.article.source for line in lines}) > 1
    shared = frozenset.intersection(*(frozenset(stems(line.sentence.article.title)) for line in lines))
    ordered = sorted(lines, key=lambda line: (line.sentence.article.source, line.sentence.start))
    for line in ordered[:_MOST_LISTED]:
        own = frozenset(stems(line.sentence.article.title)) - shared
        nameless = several and bool(own) and not own & frozenset(stems(line.sentence.display_text))
        said = said.quoting(line.sentence, label=readable(line.sentence.article.title) if nameless else "")
    return said.leaving(len(lines) - _MOST_LISTED, whole=whole)


def _decided(said: Said, lines: Sequence[_Line], question: str) -> Said:
    """Add the fields or cells with the yes or no that is asked for."""
    label = _field(lines[0].sentence)
    if not label or label[1].casefold() not in _YES | _NO:
        return said
    sought = _NO if negated(question) else _YES
    same = [line for line in lines if (field := _field(line.sentence)) and field[0] == label[0]]
    fitting = [line for line in same if (_field(line.sentence) or label)[1].casefold() in sought]
    return _listed(said, fitting, whole=True) if len({line.thing for line in same}) > 1 else said


def _field(sentence: Sentence) -> tuple[str, str] | None:
    """The label and value of a field such as “Price: 549 euros”; None if it is not a field."""
    label, colon, value = readable(sentence.text).partition(":")
    return (label.casefold(), value.strip()) if colon and sentence.block.kind == "item" else None


def _extreme(said: Said, lines: Sequence[_Line], asks: Wanted, question: str) -> Said:
    """Add the line with the highest or lowest value, then the others in order, in `more`."""
    asked = frozenset(stems(question))
    values: dict[tuple[str, tuple[str, ...], int], tuple[float, _Line]] = {}
    form, names, alike = "", _sides(question), _form(lines[0].sentence)
    for line in lines:
        found = _value(line.sentence, asks, asked)
        if found is None or (form and found[1] != form) or line.thing in values:
            continue
        if (
            not names
            and line.sentence.block.kind in ("paragraph", "answer")
            and _form(line.sentence) != alike
        ):
            continue  # numbers in prose that is worded differently measure something else
        form = form or found[1]
        values[line.thing] = found[0], line
    if names:
        values = {
            thing: one for thing, one in values.items() if names & frozenset(stems(_about(one[1].sentence)))
        }
    # The older a thing, the higher its age but the lower its year.
    most = asks.most != (asks.adjective in OF_AGE and form == "age")
    ordered = sorted(values.values(), key=lambda pair: -pair[0] if most else pair[0])
    if len(ordered) < 2 or ordered[0][0] == ordered[-1][0]:
        return said
    for value, line in ordered[: 1 + _BESIDE]:
        answers = value == ordered[0][0] or (bool(names) and len(ordered) == 2)
        said = said.quoting(line.sentence, beside=not answers)
    return said


def _sides(question: str) -> frozenset[str]:
    """The names that a question offers as alternatives: “A or B”."""
    return facts(question).names if " or " in question else frozenset()


def _about(sentence: Sentence) -> str:
    return f"{sentence.article.title} {sentence.context} {sentence.display_text}"


def _value(sentence: Sentence, asks: Wanted, asked: frozenset[str]) -> tuple[float, str] | None:
    """The value of what is measured, and its sort: only values of the same sort can be compared."""
    of_time = asks.adjective in OF_AGE
    for label, text in _labelled(sentence, asks, asked):
        for one in quantities(text):
            if of_time and one.rank == "year":
                return one.value, "year"
            if of_time and "age" in stems(label):
                return one.value, "age"
            if not of_time and not one.of_time:
                return one.value, f"{label} {one.measures}"
    return None


def _labelled(sentence: Sentence, asks: Wanted, asked: frozenset[str]) -> list[tuple[str, str]]:
    """Where the value may be, likeliest first: cells by column, a field's value, or prose."""
    if sentence.block.kind != "row":
        field = _field(sentence)
        if field is None:
            return [("", readable(sentence.text))]
        return [field] if (asks.measure | asked) & frozenset(stems(field[0])) else []
    cells = [
        (label, text)
        for label, _, text in (cell.partition(": ") for cell in sentence.display_text.split("; "))
    ]
    measured = [cell for cell in cells if asks.measure & frozenset(stems(cell[0]))]
    named = [cell for cell in cells if asked & frozenset(stems(cell[0]))]
    return [*measured, *named, *(cells if asks.adjective in OF_AGE else ())]
