"""Tokenize a text: its words, marks, values and names in order, before their roles are known."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.language import grammar
from rag.language.dates import Day
from rag.language.lexicon import country_phrases
from rag.language.quantities import Quantity

Part = Literal["matter", "function", "name", "quantity", "date", "mark"]
_PIECE = re.compile(
    r"(?P<dotted>\b(?:[^\W\d_]\.){2,})|(?P<word>[^\W\d_]+(?:['’](?!s\b|\W|$)[^\W\d_]+)*)(?P<own>['’]s\b|['’](?=\W|$))?"
    r"|(?P<digits>\d+(?:[.,:]\d+)*)|(?P<mark>[,;:()\[\]—–“”\"?!]|(?<![A-Z])\.(?=\s|$)|\s-\s)"
)
_OWN = re.compile(r"['’](?:s\b|(?=\W|$))")
_NOT = re.compile(r"n['’]t$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, mark, value or name; `at` is its index, `lower` its form for comparison.

    `marker` links its phrase to the rest: a preposition, “'s” for an owner, or "": then the token is a
    subject if `verb` (the index of its verb, -1 for none) comes after it, an object if before. `phrasal` is
    the verb of two words that a verb begins: “go on”.
    """

    at: int
    text: str
    lower: str
    part: Part
    start: int
    end: int
    capital: bool = False
    owner: bool = False
    verbal: bool = False
    passive: bool = False
    marker: str = ""
    clause: int = 0
    verb: int = -1
    quantity: Quantity | None = None
    day: Day | None = None
    phrasal: str = ""


@dataclass(slots=True)
class TokenBuilder:
    """A mutable `Token`, with the same fields, while the roles are being worked out."""

    at: int
    text: str
    lower: str
    part: Part
    start: int
    end: int
    capital: bool = False
    owner: bool = False
    verbal: bool = False
    passive: bool = False
    marker: str = ""
    clause: int = 0
    verb: int = -1
    quantity: Quantity | None = None
    day: Day | None = None
    phrasal: str = ""

    def build(self) -> Token:
        return Token(
            self.at, self.text, self.lower, self.part, self.start, self.end, self.capital, self.owner,
            self.verbal, self.passive, self.marker, self.clause, self.verb, self.quantity, self.day,
            self.phrasal,
        )  # fmt: skip


def is_verb(token: Token | TokenBuilder) -> bool:
    """Whether a token is a verb or an auxiliary, with which the subject of a clause ends."""
    return token.verbal or token.lower in grammar.AUXILIARIES


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    start: int
    end: int

    @classmethod
    def of(cls, match: re.Match[str]) -> "_Phrase":
        return cls(match[0], *match.span())


def cut(text: str, numbers: tuple[Quantity, ...], dates: tuple[Day, ...]) -> Iterator[TokenBuilder]:
    """Split a text into tokens; a quantity, a date or a country of several words is one token."""
    phrases = list(country_phrases().finditer(text)) if " " in text else []
    values: list[Quantity | Day | _Phrase] = [*numbers, *dates, *map(_Phrase.of, phrases)]
    values.sort(key=lambda value: value.start)
    at, n, next_value = 0, 0, 0
    while at < len(text):
        if next_value < len(values) and at >= values[next_value].start:
            value = values[next_value]
            next_value += 1
            if value.end <= at:
                continue
            quantity = value if isinstance(value, Quantity) else None
            day = value if isinstance(value, Day) else None
            part: Part = "quantity" if quantity else "date" if day else "name"
            own = _OWN.match(text, value.end) if part == "name" else None
            yield TokenBuilder(
                n,
                value.text,
                f"#{value.text.lower()}" if part != "name" else value.text.lower(),
                part,
                value.start,
                value.end,
                owner=own is not None,
                quantity=quantity,
                day=day,
            )
            at, n = own.end() if own else value.end, n + 1
            continue
        stop = values[next_value].start if next_value < len(values) else len(text)
        match = _PIECE.search(text, at, stop)
        if match is None:
            at = stop
            continue
        at = max(match.end(), at + 1)
        for token in _split(match, n):
            yield token
            n += 1


def _split(match: re.Match[str], n: int) -> Iterator[TokenBuilder]:
    start, end = match.span()
    if match["mark"]:
        yield TokenBuilder(n, match[0], match[0].strip(), "mark", start, end)
    elif match["digits"]:
        yield TokenBuilder(n, match[0], match[0], "matter", start, end)
    elif match["dotted"]:
        part: Part = "name" if match[0][0].isupper() else "function"
        yield TokenBuilder(n, match[0], match[0].replace(".", "").lower(), part, start, end, part == "name")
    else:
        word = match["word"]
        if _NOT.search(word):
            root = _NOT.sub("", word).lower()
            root = {"ca": "can", "wo": "will", "sha": "shall"}.get(root, root)
            yield TokenBuilder(n, word, root, "function", start, end)
            yield TokenBuilder(n + 1, "not", "not", "function", start, end)
            return
        lower = (
            re.split(r"['’]", word.lower())[0] if re.search(r"['’](?:ll|re|ve|d|m)$", word) else word.lower()
        )
        lower = lower.replace("’", "").replace("'", "")
        yield TokenBuilder(n, word, lower, "matter", start, end, word[0].isupper(), bool(match["own"]))
