"""Answers made of several parallel sentences: lists, counts, superlatives, and fields that say yes or no.

“Which huts have a stove?” → a sentence for each hut that has one. “Which hut is the highest?” → the row of
the highest, with the others in `more`. Each line names the thing it is about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.said import Said
from rag.language.boxes import state_asked
from rag.language.facts import facts
from rag.language.measures import MEASURES
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stem, stems
from rag.search.bounds import bound_asked, kept
from rag.search.corrections import form
from rag.search.evidence import is_date_line, is_heading
from rag.search.find import Found
from rag.search.releases import asks_for_release
from rag.search.things import things_asked
from rag.search.values import Value, alike, cells_of, field_of, series_of, value_of
from rag.search.wanted import Wanted, negated, wanted
from rag.types import Evidence, Sentence, readable

_MOST_LISTED = 30
_MARGIN = 0.5  # a sentence this far below the best one does not answer
_BESIDE = 9  # other things shown with a superlative
_HOW_MANY, _NEAR = "how many", 30  # characters between a number and what it counts
_READ_FIRST = 5
_FEWEST_OF_SERIES = 3
_MADE = frozenset(map(stem, "make makes made".split()))
_COMMANDS = frozenset(map(stem, "list name give show enumerate tell".split()))
_LEADING = re.compile(r"(?:The |A |An )?([A-Z][\w’'-]{1,30})")
_YES = frozenset("yes true ja oui sí si sim да 是 はい ✓ ✔ x".split())
_NO = frozenset("no false nein non não nao нет 否 いいえ ✗ ✘ – -".split())


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence in the list, with its score; `repeated`: other articles have the same one."""

    sentence: Sentence
    score: float
    repeated: bool = False

    @property
    def thing(self) -> tuple[str, tuple[str, ...], int]:
        """What it is about: its table row, or its section of its article."""
        block = self.sentence.block
        return self.sentence.article.source, block.path, block.start if block.kind == "row" else 0


def quote_listed(
    said: Said, ranked: Sequence[Evidence], question: str, asks: Wanted, *, whole: bool
) -> Said:
    """Add everything that the question `asks` for; nothing if that is one thing, or only one is found.

    `whole`: `ranked` has every sentence in the index that shares a word with the question.
    """
    if asks.number == "one" or not ranked or asks_for_release(question):
        return said  # the newest release is first already
    lines = [
        _Line(sentence, item.score, bool(item.also))
        for item in ranked
        if item.score >= ranked[0].score - _MARGIN and not is_heading(item.sentence)
        for sentence in (item.sentence, *item.also)
    ]
    if not lines:
        return said
    sentences = [line.sentence for line in lines]
    if (bound := bound_asked(question)) and (within := kept(bound, sentences)).sentences:
        return _every(said, within.sentences, asks, whole=whole and within.whole)
    states_number = asks.number == "count" and _states_number(lines, question)
    if asks.number in ("all", "count") and not states_number and not negated(question):
        things = things_asked(question, sentences)
        if len(things.sentences) > 1:
            return _every(said, things.sentences, asks, whole=whole and things.whole)
    match asks.number:
        case "extreme":
            return _extreme(said, lines, asks, question)
        case "which":
            return _decided(said, lines, question, asks, whole=whole)
        case "count":
            decided = _decided(said, lines, question, asks, whole=whole)
            return _counted(said, lines, question, whole=whole) if decided is said else decided
        case _:
            return (
                _decided(said, lines, question, asks, whole=whole)
                if field_of(lines[0].sentence)
                else _all(said, lines, question, whole=whole)
            )


def quote_answering(said: Said, found: Found, question: str) -> Said:
    """Add sentences that answer by their form (`Found.answering`), after their number if that is asked."""
    answering, count, whole = found.answering, found.answering_count, found.answering_whole
    if wanted(question).number == "count" and state_asked(question):
        said = said.counting(count, answering[:_MOST_LISTED], whole=whole)
    for sentence, label in list(zip(answering, _labels(answering), strict=True))[:_MOST_LISTED]:
        said = said.quoting(sentence, label=label)
    return said.leaving(count - _MOST_LISTED, whole=whole)


def _every(said: Said, sentences: Sequence[Sentence], asks: Wanted, *, whole: bool) -> Said:
    """Add the rows or fields of all things asked for, after their number if that is asked."""
    if asks.number == "count":
        said = said.counting(len(sentences), sentences[:_MOST_LISTED], whole=whole)
    return _listed(said, [_Line(one, 0.0) for one in sentences], whole=whole)


def _all(said: Said, lines: Sequence[_Line], question: str, *, whole: bool) -> Said:
    asked, not_asked = _asked(question), negated(question)
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
        formed = [line for line in fitting if _form(line.sentence) == form]
        fitting = fitting if all(_holds_all(line.sentence, asked) for line in fitting) else formed
        fitting = max(fitting, _series(lines, asked), key=len)
    return _listed(said, fitting, whole=whole) if len(fitting) > 1 or (not_asked and fitting) else said


def _asked(question: str) -> frozenset[str]:
    """The question's stems, without the verb of “list all …” or “made of …”."""
    said = stems(question)
    return frozenset(said[1:] if said and said[0] in _COMMANDS else said) - _MADE


def _holds_all(sentence: Sentence, asked: frozenset[str]) -> bool:
    """Whether a sentence has every word asked for: prose, which repeats its topic, lists only if all do."""
    return asked.issubset(stems(_about(sentence)))


def _counted(said: Said, lines: Sequence[_Line], question: str, *, whole: bool) -> Said:
    """Count sentences of the same form about different things, fields once for each record, or the articles of a series that have what is
    counted, unless a sentence states the number.
    """
    best, asked = lines[0].sentence, frozenset(stems(_counted_in(question))) - _MADE
    if _states_number(lines, question):
        return said
    form = _form(best)
    formed = [line for line in lines if _form(line.sentence) == form]
    if len(form & asked) < 2 and not all(_holds_all(line.sentence, asked) for line in formed):
        formed = []
    fields = [line for line in formed if field_of(line.sentence)]
    formed = [*_one_each(fields), *(line for line in formed if line not in fields)]
    things = max(formed, _series(lines, asked), key=lambda some: len({line.thing for line in some}))
    if len({line.thing for line in things}) < 2:
        return said
    counted, about = [line.sentence for line in things[:_MOST_LISTED]], {line.thing for line in things}
    # Another thing of which as much is said, in other words, may be one as well.
    whole = whole and all(line.thing in about or not _holds_all(line.sentence, asked) for line in lines)
    return _listed(said.counting(len(things), counted, whole=whole), things, whole=whole)


def _one_each(lines: Sequence[_Line]) -> list[_Line]:
    """The first line about each thing: several fields of a record are about one."""
    first = {line.thing: line for line in reversed(lines)}
    return list(reversed(first.values()))


def _series(lines: Sequence[_Line], asked: frozenset[str]) -> list[_Line]:
    """A sentence of each article of a series that has all words asked for, there or in its title.

    Articles are a series if their titles share a word asked for: “Stop 3 of the trail: Orm”. A sentence that
    all of them repeat is about none of them.
    """
    found: dict[str, _Line] = {}
    series: set[str] = set()
    for line in lines:
        article = line.sentence.article
        own = asked - frozenset(stems(article.title))
        if line.repeated or own == asked:
            continue
        series.add(article.source)
        if own.issubset(stems(line.sentence.display_text)):
            found.setdefault(article.source, line)
    return list(found.values()) if len(series) >= _FEWEST_OF_SERIES else []


def _counted_in(question: str) -> str:
    """What follows “how many”."""
    return question[question.lower().index(_HOW_MANY) + len(_HOW_MANY) :]


def _states_number(lines: Sequence[_Line], question: str) -> bool:
    return any(_gives_number(line.sentence, question) for line in lines[:_READ_FIRST])


def _gives_number(sentence: Sentence, question: str) -> bool:
    """Whether it states a number of what is counted: “seats 18,400 people”, or a cell “Cars: 65”."""
    counted = frozenset(stems(_counted_in(question))[:1])
    if sentence.block.kind == "row":
        return any(
            counted & frozenset(stems(label)) and quantities(text) for label, text in cells_of(sentence)
        )
    text = sentence.display_text
    return any(
        not one.of_time and counted & frozenset(stems(text[one.end : one.end + _NEAR]))
        for one in quantities(text)
    )


def _form(sentence: Sentence) -> frozenset[str]:
    return form(readable(sentence.text))


def _listed(said: Said, lines: Sequence[_Line], *, whole: bool) -> Said:
    ordered = sorted(lines, key=lambda line: (line.sentence.article.source, line.sentence.start))
    sentences = [line.sentence for line in ordered]
    for sentence, label in list(zip(sentences, _labels(sentences), strict=True))[:_MOST_LISTED]:
        said = said.quoting(sentence, label=label)
    return said.leaving(len(lines) - _MOST_LISTED, whole=whole)


def _labels(sentences: Sequence[Sentence]) -> list[str]:
    """The title of each sentence's article, if they are of several and it has no word of its own title."""
    several = len({one.article.source for one in sentences}) > 1
    titles = [frozenset(stems(one.article.title)) for one in sentences]
    shared = frozenset.intersection(*titles) if titles else frozenset()
    return [
        readable(one.article.title)
        if several and title - shared and not (title - shared) & frozenset(stems(one.display_text))
        else ""
        for one, title in zip(sentences, titles, strict=True)
    ]


def _decided(said: Said, lines: Sequence[_Line], question: str, asks: Wanted, *, whole: bool) -> Said:
    """Add the fields with the yes or no that is asked for, of all records, after their number if that is
    asked.
    """
    label = field_of(lines[0].sentence)
    if not label or label[1].casefold() not in _YES | _NO:
        return said
    if asks.number == "count" and not frozenset(stems(label[0])) & frozenset(stems(question)):
        return said
    sought = _NO if negated(question) else _YES
    series = {
        series_of(line.sentence): line.sentence
        for line in lines
        if (field_of(line.sentence) or ("",))[0] == label[0]
    }
    same = [_Line(one, 0.0) for some in series.values() for one in alike(some)]
    fitting = [one.sentence for one in same if (field_of(one.sentence) or label)[1].casefold() in sought]
    several = fitting and len({line.thing for line in same}) > 1
    return _every(said, fitting, asks, whole=whole) if several else said


def _extreme(said: Said, lines: Sequence[_Line], asks: Wanted, question: str) -> Said:
    """Add the line with the highest or lowest value, then the others in order, in `more`."""
    names = _sides(question)
    values = _valued(lines, asks, frozenset(stems(question)))
    if names:
        values = [one for one in values if names & frozenset(stems(_about(one[1].sentence)))]
    if len(values) < 2:
        return said
    highest_first = values[0][0].highest_first(asks)
    ordered = sorted(values, key=lambda pair: -pair[0].amount if highest_first else pair[0].amount)
    best = ordered[0][0].amount
    if best == ordered[-1][0].amount:
        return said
    shown = ordered[: 1 + _BESIDE]
    labels = _labels([line.sentence for _, line in shown])
    for (value, line), label in zip(shown, labels, strict=True):
        answers = value.amount == best or (bool(names) and len(ordered) == 2)
        said = said.quoting(line.sentence, beside=not answers, label=label)
    return said


def _valued(lines: Sequence[_Line], asks: Wanted, asked: frozenset[str]) -> list[tuple[Value, _Line]]:
    """One value of each thing, all of the same sort; in prose, rather one with a word for what it is."""
    form = _form(lines[0].sentence)
    found: list[tuple[Value, _Line]] = []
    for line in lines:
        prose = line.sentence.block.kind in ("paragraph", "answer")
        if is_date_line(line.sentence):
            continue  # it dates its article, and measures nothing
        value = value_of(line.sentence, asks, asked)
        # Numbers in prose that is worded differently may measure something else.
        if value and (not prose or value.named or _form(line.sentence) == form or _is_of(value, asks)):
            found.append((value, line))
    found.sort(key=lambda pair: not pair[0].named)
    comparable = [(value, line) for value, line in found if value.sort == found[0][0].sort]
    alone = len({line.sentence.article.source for _, line in comparable}) == 1
    chosen: dict[tuple[object, str], tuple[Value, _Line]] = {}
    for value, line in comparable:
        chosen.setdefault((line.thing, _leading(line.sentence) if alone else ""), (value, line))
    return list(chosen.values())


def _leading(sentence: Sentence) -> str:
    """The name that a sentence of prose begins with: in one article on several things, that of its thing."""
    match = _LEADING.match(readable(sentence.text)) if sentence.block.kind == "paragraph" else None
    return match[1] if match and match[1].lower() not in STOPWORDS else ""


def _is_of(value: Value, asks: Wanted) -> bool:
    """Whether a value can only be of what is measured, as a weight is of “heavy”."""
    measure = MEASURES.get(asks.adjective)
    return measure is not None and value.kind in measure.kinds and measure.is_certain


def _sides(question: str) -> frozenset[str]:
    """The names that a question offers as alternatives: “A or B”."""
    return facts(question).names if " or " in question else frozenset()


def _about(sentence: Sentence) -> str:
    return f"{sentence.article.title} {sentence.context} {sentence.display_text}"
