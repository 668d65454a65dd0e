"""The value of what is measured in a sentence, a field or a table row: only values of one sort are compared.

“44 feet high to the cap”            → 13.4 of the length
“Heats up in (min): 25”              → 1500 of the time, by the unit in the column's name
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.language.lexicon import akin
from rag.language.measures import MEASURES, OF_AGE, Measure
from rag.language.quantities import Quantity
from rag.language.quantities_read import quantities
from rag.language.units import Unit, unit
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.wanted import Wanted
from rag.types import Sentence, readable

_MOST = 5000  # rows and fields that are read
_NEAR = 30  # characters between a value and the word that names it
_UNIT_CHARS = 20
_RIGHT_AFTER = 12
_UNIT = re.compile(r"\((?:in )?([^()\s]{1,20})\)|\bin ([^()\s]{1,20})$")
_AGE_AFTER = re.compile(r"[\s-](?:olds?|of age)\b", re.I)
_AGED = re.compile(r"\baged?\s$", re.I)


@dataclass(frozen=True, slots=True)
class Value:
    """`kind` is what the amount measures, `sort` also in which column or with which unit that nobody knows;
    `named`: a word nearby says that it is what is asked for; `at` is where it stands in prose, else -1.
    """

    amount: float
    kind: str
    sort: str
    named: bool = False
    at: int = -1

    def highest_first(self, asks: Wanted) -> bool:
        """Whether the greatest amount is what a superlative asks for: the oldest has the highest age but the
        lowest year, the fastest the highest speed but the least time.
        """
        turned = (asks.adjective in OF_AGE and self.kind == "age") or (
            self.kind == "time" and "speed" in _kinds(MEASURES.get(asks.adjective))
        )
        return asks.most != turned


def value_of(sentence: Sentence, asks: Wanted, asked: frozenset[str]) -> Value | None:
    """The value that decides a superlative; `asked` are the question's stems."""
    measure = MEASURES.get(asks.adjective)
    cells = cells_of(sentence)
    if not cells:
        return in_prose(readable(sentence.text), measure, asks.adjective)
    likely: Iterable[tuple[str, str]] = _likeliest(cells, asks, measure, asked)
    if sentence.block.kind != "row":
        named = (measure.stems if measure else frozenset()) | asked
        likely = (cell for cell in cells if named & frozenset(stems(cell[0])))
    return next(filter(None, (in_cell(*cell, asks.adjective in OF_AGE) for cell in likely)), None)


def field_of(sentence: Sentence) -> tuple[str, str] | None:
    """The key and value of an item such as “Price: 549 euros”, however it is set; None if it is none."""
    return keyed(sentence) if sentence.block.kind == "item" else None


def keyed(sentence: Sentence) -> tuple[str, str] | None:
    """What stands before and after the first colon of an item or a sentence of prose; None without one."""
    key, colon, value = (sentence.block.row_text or readable(sentence.text)).partition(":")
    kind = sentence.block.kind
    return (key.casefold(), value.strip()) if colon and kind in ("item", "paragraph") else None


def _series_of(sentence: Sentence) -> tuple[str, str, str | tuple[str, ...]]:
    """What tells a table, or the fields of one key in an article, from others."""
    block, field = sentence.block, field_of(sentence)
    return sentence.article.source, block.kind, field[0] if field else block.path


@dataclass(frozen=True, slots=True)
class Several:
    """Rows and fields; `whole`: none was left unread."""

    sentences: tuple[Sentence, ...] = ()
    whole: bool = True


def all_alike(some: Collection[Sentence]) -> Several:
    """All rows of the tables that these are of, and all fields of their articles with their keys, article by
    article.
    """
    series, kinds = {_series_of(one) for one in some}, {one.block.kind for one in some}
    every = (
        one
        for article in {one.article.source: one.article for one in some}.values()
        for block in article.blocks
        if block.kind in kinds and _series_of(one := Sentence(article, block.start, block.end)) in series
    )
    read = tuple(islice(every, _MOST + 1))
    return Several(read[:_MOST], whole=len(read) <= _MOST)


def cells_of(sentence: Sentence) -> list[tuple[str, str]]:
    """A row's cells with the names of their columns, or a field's value with its key; nothing of prose."""
    if sentence.block.kind != "row":
        field = field_of(sentence)
        return [field] if field else []
    parts = (one.partition(": ") for one in sentence.display_text.split("; "))
    return [(label, text) for label, _, text in parts]


def _likeliest(
    cells: Sequence[tuple[str, str]], asks: Wanted, measure: Measure | None, asked: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """The cells where the value may be, likeliest first: by the column's name, by its unit."""
    named = measure.stems if measure else frozenset()
    yield from (cell for cell in cells if named & frozenset(stems(cell[0])))
    yield from (cell for cell in cells if asked & frozenset(stems(cell[0])))
    if asks.adjective in OF_AGE:
        yield from cells
    yield from (cell for cell in cells if (value := in_cell(*cell, False)) and value.kind in _kinds(measure))


def _kinds(measure: Measure | None) -> frozenset[str]:
    return measure.kinds if measure else frozenset()


def in_cell(label: str, text: str, of_age: bool) -> Value | None:
    """The value of a cell or field, in the unit that it or its label gives."""
    for one in quantities(text):
        if of_age and one.rank == "year":
            return Value(one.value, "year", "year", named=True)
        if of_age and "age" in stems(label):
            return Value(one.value, "age", "age", named=True)
        if not of_age and not one.of_time:
            held = _unit_of(label) if not one.measures else None
            factor, kind = (held.factor, held.measures) if held else (1.0, one.measures)
            return Value(one.value * factor, kind, f"{label} {kind}", named=True)
    return None


def _unit_of(label: str) -> Unit | None:
    """The unit in a column's name: “Weight (kg)”."""
    match = _UNIT.search(label)
    return unit((match[1] or match[2]).lower()) if match else None


def in_prose(text: str, measure: Measure | None, counted: str = "") -> Value | None:
    """The value of a measure in a readable sentence, rather one with a word for it nearby; without a measure,
    the number of what is `counted` (a word), else the first number.
    """
    if measure is MEASURES["old"] and (age := _age_in(text)):
        return age
    found = [
        one for one in quantities(text) if _states(one, measure) and not is_of_another(one, text, measure)
    ]
    if not found:
        return None
    named = [one for one in found if _is_named(one, text, measure, counted)]
    one = (named or found)[0]
    kind = "year" if one.rank == "year" else one.measures
    sort = kind or (counted if named and not measure else stem(_unit_word(one, text)) if measure else "")
    return Value(one.value, kind, sort, named=bool(named), at=one.start)


def _age_in(text: str) -> Value | None:
    """The age that a readable sentence gives: “41 years old”, “aged 41”."""
    year = unit("years")
    for one in quantities(text):
        bare = not one.measures and _AGED.search(text, max(one.start - _RIGHT_AFTER, 0), one.start)
        if one.rank == "amount" and (bare or (one.measures and _AGE_AFTER.match(text, one.end))):
            value = one.value * (year.factor if bare and year else 1.0)
            return Value(value, "age", "age", named=True, at=one.start)
    return None


def is_of_another(one: Quantity, text: str, measure: Measure | None) -> bool:
    """Whether the word after a quantity says that it is of another measure: “2 metres wide” is no length."""
    if measure is None or one.rank == "year":
        return False
    after = text[one.end : one.end + _RIGHT_AFTER]
    others = {other for other in MEASURES.values() if other != measure and other.kinds & measure.kinds}
    return not measure.is_named(after) and any(other.is_named(after) for other in others)


def _states(one: Quantity, measure: Measure | None) -> bool:
    if measure is None:
        return not one.of_time
    if one.rank == "year":
        return "year" in measure.kinds
    if one.measures in measure.kinds:
        return True
    # Most currencies are no unit that the table of units has: “41 francs”.
    bare = not one.measures and not one.of_time and one.rank == "amount"
    return bare and (measure.of_money or measure.of_numbers)


def _is_named(one: Quantity, text: str, measure: Measure | None, counted: str) -> bool:
    if measure is None:
        return bool(counted) and akin(counted, _unit_word(one, text)) is not None
    return measure.is_named(text[max(one.start - _NEAR, 0) : one.start]) or measure.is_named(
        text[one.end : one.end + _NEAR]
    )


def _unit_word(one: Quantity, text: str) -> str:
    """The word after a number: what it counts, or its unit."""
    said = words(text[one.end : one.end + _UNIT_CHARS])
    return next((word for word in said if word not in STOPWORDS), "")
