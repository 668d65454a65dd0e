"""Semantic roles within one sentence: which role a phrase has, and who does what a verb says."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.language import grammar
from rag.language.asides import Aside, aside_with, asides
from rag.language.reading import Reading, Token, is_verb


class Role(NamedTuple):
    """A phrase's role, “subject”, “object” or its preposition, and the index of its verb, -1 for none."""

    kind: str
    verb: int


def role(reading: Reading, token: Token) -> Role:
    """The role of a token that is not a verb, as it would be in the active voice."""
    verb = token.verb
    passive = verb >= 0 and reading.tokens[verb].passive
    if token.marker == "by" and passive:
        return Role("subject", verb)
    if token.marker:
        return Role(token.marker, verb)
    if verb < 0:
        return Role("", -1)
    if token.at < verb:
        return Role("object" if passive else "subject", verb)
    return Role("object", verb)


def opening(reading: Reading) -> list[Token]:
    """The content words before a sentence's first verb; empty if it has no verb."""
    found: list[Token] = []
    for token in reading.tokens:
        if is_verb(token):
            return found
        if token.part == "mark":
            found = []  # “In May, exports”
        elif token.part not in ("function", "date", "quantity"):
            found.append(token)
    return []


def doers(reading: Reading, verb: Token) -> Sequence[Token]:
    """Who does what a verb says; a pronoun counts, and may be anybody."""
    if not verb.passive:
        return surface_subject(reading, verb)
    return [token for token in _said_with(reading, verb) if role(reading, token).kind == "subject"]


def surface_subject(reading: Reading, verb: Token) -> Sequence[Token]:
    """The subject of a verb as it stands, of a passive the one to whom it is done; a pronoun counts.

    “Who” stands for the noun before it, and of two verbs that are joined, the second has the first one's.
    """
    return _surface_subject(reading, verb.at)


@lru_cache(maxsize=20_000)
def _surface_subject(reading: Reading, at: int) -> tuple[Token, ...]:
    verb = reading.tokens[at]
    found = tuple(one for one in _said_with(reading, verb) if one.at < at and not one.marker)
    if found:
        return found
    if aside := aside_with(reading, verb) or _interrupting(reading, verb):
        return aside.about
    clause = [token for token in reading.tokens[:at] if token.clause == verb.clause]
    # A closed word: “US” is none.
    pronoun = next(
        (token for token in clause if token.lower in grammar.PRONOUNS and token.part == "function"), None
    )
    if pronoun is not None:
        return (pronoun,)
    # “A did this and did that”: the verb before has the same subject.
    earlier = next((token for token in reversed(reading.tokens[:at]) if token.verbal), None)
    linked = all(token.part == "function" for token in clause)
    return _surface_subject(reading, earlier.at) if earlier and linked else ()


def _interrupting(reading: Reading, verb: Token) -> Aside | None:
    """The outermost relative clause between a verb and its subject: “Ada, who wrote, left”."""
    ended = (one for one in asides(reading) if one.says[-1].at < verb.at)
    aside = next((one for one in ended if one.says[0].clause == verb.clause), None)
    while aside and (outer := aside_with(reading, aside.about[0])):
        aside = outer
    return aside


def _said_with(reading: Reading, verb: Token) -> list[Token]:
    return [one for one in reading.tokens if one.verb == verb.at and one.part in ("name", "matter")]
