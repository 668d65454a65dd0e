"""Relative clauses: what a sentence says of a thing on the way, and of which.

asides(read("The mill, which burned in May, was sold."))
→ Aside(about=(mill,), says=(burned, in, May))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language import grammar
from rag.language.phrases import is_adverb
from rag.language.reading import Reading, Token, is_verb

_SUBJECTS = frozenset("who which that".split())
_LONGEST_NOUN_PHRASE = 10  # tokens


@dataclass(frozen=True, slots=True)
class Aside:
    """A relative clause whose pronoun is its subject: whom it may be about, and what it says."""

    about: tuple[Token, ...]
    says: tuple[Token, ...]

    def holds(self, token: Token) -> bool:
        return self.says[0].at <= token.at <= self.says[-1].at


@lru_cache(maxsize=20_000)
def asides(reading: Reading) -> tuple[Aside, ...]:
    """The relative clauses of a sentence, in order; not those with a subject of their own (“that Ada saw”).

    “The guest of Ada, who left” may be either of the two: nothing but knowledge of the world tells, so that
    `about` has both.
    """
    found: list[Aside] = []
    tokens = reading.tokens
    for pronoun in tokens[1:]:
        if pronoun.part != "function" or pronoun.lower not in _SUBJECTS or not _is_subject(tokens, pronoun):
            continue
        comma = tokens[pronoun.at - 1].lower == ","
        about = _antecedent(tokens[: pronoun.at - comma])
        nouns = tuple(one for one in about if one.part in ("matter", "name"))
        says = tokens[pronoun.at + 1 : _end(tokens, pronoun)]
        if nouns and (comma or pronoun.at == about[-1].at + 1):
            found.append(Aside(nouns, says))
    return tuple(found)


@lru_cache(maxsize=20_000)
def outside(reading: Reading) -> tuple[Token, ...]:
    """The sentence without its relative clauses."""
    inside = {token.at for one in asides(reading) for token in one.says}
    return tuple(token for token in reading.tokens if token.at not in inside)


def aside_with(reading: Reading, token: Token) -> Aside | None:
    """The relative clause that a token belongs to."""
    return next((one for one in asides(reading) if one.holds(token)), None)


def _is_subject(tokens: Sequence[Token], pronoun: Token) -> bool:
    """Whether a relative pronoun comes right before its verb."""
    between = grammar.NEGATIONS | grammar.DISCOURSE
    behind = (one for one in tokens[pronoun.at + 1 :] if not is_adverb(one) and one.lower not in between)
    after = next(behind, None)
    return after is not None and is_verb(after)


def _end(tokens: Sequence[Token], pronoun: Token) -> int:
    """Where a relative clause ends: at a mark or where another clause begins."""
    first = pronoun.clause
    return next(
        (one.at for one in tokens[pronoun.at :] if one.part == "mark" or one.clause != first), len(tokens)
    )


def _antecedent(tokens: Sequence[Token]) -> list[Token]:
    """The noun phrase at the end of these tokens, with the one that it is in apposition to."""
    found = _noun_phrase(tokens)
    first = found[0] if found else None
    if first and first.lower in grammar.ARTICLES and first.at and tokens[first.at - 1].lower == ",":
        found = [*_noun_phrase(tokens[: first.at - 1]), *found]  # “Ada Lind, a painter from Lund, who”
    return found


def _noun_phrase(tokens: Sequence[Token]) -> list[Token]:
    """The last words of these tokens back to a verb or mark, without their preposition."""
    found: list[Token] = []
    for token in reversed(tokens):
        stops = is_verb(token) or token.part == "mark" or token.lower in grammar.SUBORDINATORS
        if stops or len(found) == _LONGEST_NOUN_PHRASE:
            break
        found.insert(0, token)
    while found and found[0].lower in grammar.PREPOSITIONS | grammar.COORDINATORS | grammar.DISCOURSE:
        found = found[1:]
    return found
