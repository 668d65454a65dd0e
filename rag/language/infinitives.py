"""Infinitives: what they belong to, and whether that says that they happen.

“The power to ban it” and “he was told to leave” say neither that it is done nor that it is not.
"""

from collections.abc import Sequence

from rag.language import grammar
from rag.language.lexicon import lemmas
from rag.language.phrases import is_adverb
from rag.language.reading import Token

_WOULD = frozenset("like love prefer".split())  # “would like to” wants, and foretells nothing


def is_infinitive(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb comes after “to”: “to be rebuilt”."""
    return _to(tokens, at) is not None


def _to(tokens: Sequence[Token], at: int) -> Token | None:
    first = _before_verb(tokens, at)
    return first if tokens[at].verbal and first is not None and first.lower == "to" else None


def _before_verb(tokens: Sequence[Token], at: int) -> Token | None:
    """The word before a verb, its adverbs and the forms of “be” and “have” that belong to it."""
    skipped = grammar.BE | grammar.HAVE
    return next(
        (one for one in reversed(tokens[:at]) if one.lower not in skipped and not is_adverb(one)), None
    )


def governor(tokens: Sequence[Token], verb: Token) -> Token | None:
    """The noun, pronoun, adjective or “be” that an infinitive belongs to: “the power to ban it”.

    What a verb governs may well be so, as in “managed to ban it”: of those that are not, see `_NOT_YET`.
    """
    to = _to(tokens, verb.at)
    before = tokens[to.at - 1] if to is not None and to.at else None
    if before is None or before.verbal:
        return None
    closed = before.lower in grammar.PRONOUNS | grammar.BE
    return before if before.part in ("matter", "name") or closed else None


def is_wish(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb is the “like” of “would really like” or “would have liked”."""
    before = _before_verb(tokens, at)
    return before is not None and before.lower == "would" and not _WOULD.isdisjoint(lemmas(tokens[at].lower))
