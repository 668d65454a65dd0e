"""A sentence as the check reads it: tokens with their part in it, its quantities, dates and names.

    read("China was blamed by Mexico in May.")
    → China (name, subject of blamed), blamed (verb, passive), Mexico (name, “by”), in May (a date)

No parser takes part: the closed classes of grammar mark where a phrase begins, and a dictionary says
which words are mostly verbs. What cannot be told is left open, and what is open proves nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from rag.language import grammar
from rag.language.dates import Day, days
from rag.language.lexicon import (
    country,
    country_phrases,
    government,
    is_irregular,
    is_known,
    lemmas,
    verb_share,
)
from rag.language.quantities import Quantity, quantities

Part = Literal["matter", "function", "name", "quantity", "date", "mark"]
_PIECE = re.compile(
    r"(?P<dotted>\b(?:[^\W\d_]\.){2,})|(?P<word>[^\W\d_]+(?:['’](?!s\b|\W|$)[^\W\d_]+)*)(?P<own>['’]s\b|['’](?=\W|$))?"
    r"|(?P<digits>\d+(?:[.,:]\d+)*)|(?P<mark>[,;:()\[\]—–“”\"?!]|(?<![A-Z])\.(?=\s|$)|\s-\s)"
)
_NOT = re.compile(r"n['’]t$", re.IGNORECASE)
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:;]\s+|[“\"‘(•*-]\s*|—\s*)$")
_IN_NAMES = frozenset("of the and de da di la le van von der den del al el bin for".split())
_MOST_TOKENS = 400


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark: `lower` as it is compared, `marker` what ties its phrase to the rest.

    `marker` is a preposition, “'s” for an owner, or nothing: then it is a subject where `verb` (the
    place of its verb) comes after it, an object where it comes before.
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A readable text read once: its tokens in order, and what stands in it."""

    text: str
    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    days: tuple[Day, ...]
    names: frozenset[str] = field(default=frozenset())

    @property
    def matter(self) -> tuple[Token, ...]:
        """The tokens that say what it is about: names, values and words that are not closed."""
        return tuple(token for token in self.tokens if token.part not in ("function", "mark"))


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    start: int
    end: int

    @classmethod
    def of(cls, match: re.Match[str]) -> "_Phrase":
        return cls(match[0], *match.span())


@lru_cache(maxsize=20_000)
def read(text: str) -> Reading:
    """Read one readable sentence (or a few); the first 400 words and marks of it."""
    plain = _plain(text)
    numbers, dates = quantities(plain), days(plain)
    numbers = tuple(one for one in numbers if not any(day.start <= one.start < day.end for day in dates))
    raw = list(_pieces(plain, numbers, dates))[:_MOST_TOKENS]
    tokens = _verbs(_parts(raw))
    tokens = _marked(tokens)
    names = frozenset(token.lower for token in tokens if token.part == "name")
    return Reading(plain, tuple(tokens), numbers, dates, names)


def _plain(text: str) -> str:
    """The text without accents, which writers leave out at will."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _pieces(text: str, numbers: tuple[Quantity, ...], dates: tuple[Day, ...]) -> Iterator[Token]:
    phrases = list(country_phrases().finditer(text)) if " " in text else []
    values = sorted([*numbers, *dates, *map(_Phrase.of, phrases)], key=lambda value: value.start)
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
            yield Token(
                n, value.text, value.text.lower(), part, value.start, value.end, quantity=quantity, day=day
            )
            at, n = value.end, n + 1
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


def _split(match: re.Match[str], n: int) -> Iterator[Token]:
    start, end = match.span()
    if match["mark"]:
        yield Token(n, match[0], match[0].strip(), "mark", start, end)
    elif match["digits"]:
        yield Token(n, match[0], match[0], "matter", start, end)
    elif match["dotted"]:
        part: Part = "name" if match[0][0].isupper() else "function"
        yield Token(n, match[0], match[0].replace(".", "").lower(), part, start, end, part == "name")
    else:
        word = match["word"]
        if _NOT.search(word):
            root = _NOT.sub("", word).lower()
            root = {"ca": "can", "wo": "will", "sha": "shall"}.get(root, root)
            yield Token(n, word, root, "function", start, end)
            yield Token(n + 1, "not", "not", "function", start, end)
            return
        lower = (
            re.split(r"['’]", word.lower())[0] if re.search(r"['’](?:ll|re|ve|d|m)$", word) else word.lower()
        )
        lower = lower.replace("’", "").replace("'", "")
        yield Token(n, word, lower, "matter", start, end, word[0].isupper(), bool(match["own"]))


def _parts(raw: list[Token]) -> list[Token]:
    """Which words are closed, which are names."""
    found: list[Token] = []
    for n, token in enumerate(raw):
        if token.part != "matter" or token.lower[:1].isdigit():
            found.append(token)
            continue
        closed = token.lower in grammar.FUNCTION
        if not token.capital:
            found.append(replace(token, part="function") if closed else token)
            continue
        upper = token.text.isupper() and len(token.text) > 1
        begins = n == 0 or (raw[n - 1].part == "mark" and raw[n - 1].lower not in (",", ")"))
        before = raw[n - 1] if n else None
        after = raw[n + 1] if n + 1 < len(raw) else None
        named = before is not None and before.capital and token.lower in ("one", "a", "no", "he", "may")
        if closed and not named and not (upper and token.lower in ("us", "it", "who")):
            found.append(replace(token, part="function"))
        elif not begins or upper or country(token.lower) is not None or government(token.lower) is not None:
            found.append(replace(token, part="name"))
        elif (after and after.capital and after.lower not in grammar.FUNCTION) or not is_known(token.lower):
            found.append(replace(token, part="name"))
        elif token.owner and before is None and verb_share(token.lower) == 0 and not is_known(token.lower):
            found.append(replace(token, part="name"))
        else:
            found.append(token)
    return found


def _verbs(tokens: list[Token]) -> list[Token]:
    found = list(tokens)
    for n, token in enumerate(found):
        if token.part not in ("matter", "name") or token.owner:
            continue
        if token.part == "name":
            continue
        if _is_verb(found, n):
            found[n] = replace(token, verbal=True, passive=_is_passive(found, n))
    return found


def _is_verb(tokens: list[Token], n: int) -> bool:
    token, share = tokens[n], verb_share(tokens[n].lower)
    if share == 0 or token.lower in ("according", "following", "including"):
        return False
    before = next(
        (tokens[k] for k in range(n - 1, max(n - 4, -1), -1) if not tokens[k].lower.endswith("ly")), None
    )
    after = tokens[n + 1] if n + 1 < len(tokens) else None
    ending = token.lower[-3:]
    if before is None:
        return ending == "ing" or (share > 0.5 and ending != "ing" and not token.lower.endswith("s"))
    if before.lower in grammar.AUXILIARIES or before.lower in ("not", "to"):
        as_verb = ending == "ing" or token.lower.endswith("ed") or share > 0.3
        return as_verb and not (before.lower in grammar.BE and share < 0.5 and not _participle(token.lower))
    if (
        before.lower in grammar.ARTICLES
        or before.owner
        or before.lower in ("its", "his", "her", "their", "our", "my", "your", "of")
    ):
        return False
    if before.lower in grammar.SUBJECTS or before.lower in ("which", "that", "and", "or", "but"):
        return share > 0.4
    if before.lower in grammar.PREPOSITIONS:
        return ending == "ing"
    if before.part == "mark":
        return share > 0.5 and (ending == "ing" or _participle(token.lower))
    if before.part in ("name", "matter", "date", "quantity", "function"):
        if (
            after is not None
            and after.part == "matter"
            and not after.capital
            and verb_share(after.lower) > share
        ):
            return False
        return (
            share >= 0.5
            and not before.verbal
            or (share > 0.4 and _participle(token.lower) and not before.verbal)
        )
    return False


def _participle(word: str) -> bool:
    return word.endswith(("ed", "en")) or (is_irregular(word) and not word.endswith(("s", "ing")))


def _is_passive(tokens: list[Token], n: int) -> bool:
    if not _participle(tokens[n].lower) and lemmas(tokens[n].lower)[0] != tokens[n].lower:
        return False
    for k in range(n - 1, max(n - 5, -1), -1):
        word = tokens[k].lower
        if word in grammar.BE or word in ("get", "gets", "got"):
            return _participle(tokens[n].lower) or verb_share(tokens[n].lower) == 1
        if word in grammar.HAVE | grammar.MODALS | {"to"} or not (
            word.endswith("ly") or word in ("not", "also")
        ):
            break
    following = tokens[n + 1].lower if n + 1 < len(tokens) else ""
    return _participle(tokens[n].lower) and following == "by"


def _marked(tokens: list[Token]) -> list[Token]:
    """Ties every phrase: its preposition, its clause, and the verb that it is subject or object of."""
    found: list[Token] = []
    marker, clause, verb_seen = "", 0, False
    for n, token in enumerate(tokens):
        after = tokens[n + 1] if n + 1 < len(tokens) else None
        if token.part == "mark":
            listed = token.lower == "," and marker and after is not None and after.part in ("name", "matter")
            marker = marker if listed else ""
            if token.lower != ",":
                clause, verb_seen = clause + 1, False
        elif token.lower in grammar.SUBORDINATORS and token.lower not in ("since", "once"):
            marker, clause, verb_seen = "", clause + 1, False
        elif token.lower in grammar.COORDINATORS:
            if verb_seen and _verb_follows(tokens, n):
                marker, clause, verb_seen = "", clause + 1, False
        elif token.lower in grammar.PREPOSITIONS and token.part == "function":
            infinitive = token.lower == "to" and after is not None and after.verbal
            marker = "" if infinitive else token.lower
        elif token.verbal or token.lower in grammar.AUXILIARIES:
            marker, verb_seen = "", True
        found.append(replace(token, marker="'s" if token.owner else marker, clause=clause))
    return _with_verbs(found)


def _verb_follows(tokens: list[Token], n: int) -> bool:
    """Whether a verb comes behind a conjunction before its next mark or conjunction."""
    for token in tokens[n + 1 : n + 9]:
        if token.part == "mark" or token.lower in grammar.COORDINATORS:
            return False
        if token.verbal or token.lower in grammar.AUXILIARIES:
            return True
    return False


def _with_verbs(tokens: list[Token]) -> list[Token]:
    clauses: dict[int, list[int]] = {}
    for token in tokens:
        if token.verbal:
            clauses.setdefault(token.clause, []).append(token.at)
    found = []
    for token in tokens:
        verbs = clauses.get(token.clause, [])
        if token.verbal or not verbs:
            found.append(token)
            continue
        before = [verb for verb in verbs if verb < token.at]
        found.append(replace(token, verb=before[-1] if before else verbs[0]))
    return found
