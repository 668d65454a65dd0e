"""Superlatives: the line with the highest or lowest value, then the others in order."""

import re
from collections.abc import Sequence

from rag.answer.parallel import Line, form_of, labels
from rag.answer.said import Said
from rag.language.facts import facts
from rag.language.measures import MEASURES
from rag.language.words import STOPWORDS, stems
from rag.search.evidence import is_date_line
from rag.search.values import Value, value_of
from rag.search.wanted import Wanted
from rag.types import Sentence, readable

_BESIDE = 9  # other things shown with a superlative
_LEADING = re.compile(r"(?:The |A |An )?([A-Z][\w’'-]{1,30})")


def quote_extreme(said: Said, lines: Sequence[Line], asks: Wanted, question: str) -> Said:
    """Add the line with the highest or lowest value, then the others in order, in `more`."""
    names = _sides(question)
    values = _valued(lines, asks, frozenset(stems(question)))
    if names:
        values = [one for one in values if names & frozenset(stems(one[1].sentence.full_text))]
    if len(values) < 2:
        return said
    highest_first = values[0][0].highest_first(asks)
    ordered = sorted(values, key=lambda pair: -pair[0].amount if highest_first else pair[0].amount)
    best = ordered[0][0].amount
    if best == ordered[-1][0].amount:
        return said
    shown = ordered[: 1 + _BESIDE]
    labelled = labels([line.sentence for _, line in shown])
    for (value, line), label in zip(shown, labelled, strict=True):
        answers = value.amount == best or (bool(names) and len(ordered) == 2)
        said = said.quoting(line.sentence, beside=not answers, label=label)
    return said


def _valued(lines: Sequence[Line], asks: Wanted, asked: frozenset[str]) -> list[tuple[Value, Line]]:
    """One value of each thing, all of the same sort; in prose, rather one with a word for what it is."""
    form = form_of(lines[0].sentence)
    found: list[tuple[Value, Line]] = []
    for line in lines:
        prose = line.sentence.block.kind in ("paragraph", "answer")
        if is_date_line(line.sentence):
            continue  # it dates its article, and measures nothing
        value = value_of(line.sentence, asks, asked)
        # Numbers in prose that is worded differently may measure something else.
        if value and (not prose or value.named or form_of(line.sentence) == form or _is_of(value, asks)):
            found.append((value, line))
    found.sort(key=lambda pair: not pair[0].named)
    comparable = [(value, line) for value, line in found if value.sort == found[0][0].sort]
    alone = len({line.sentence.article.source for _, line in comparable}) == 1
    chosen: dict[tuple[object, str], tuple[Value, Line]] = {}
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
