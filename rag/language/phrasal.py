"""Verbs of two words: “went on”, “took place”, “turned the offer down”."""

from itertools import takewhile

from rag.language import grammar
from rag.language.lexicon import phrasal
from rag.language.tokens import TokenBuilder

# These may stand behind a verb's object; “of”, “for” and the like may not. Whether one of them is a particle
# or a preposition there (“threw the vase over the wall”) is only told by what follows.
PARTICLES = frozenset("up down out off away back over on in".split())
_OF_WAYS = frozenset("of to".split())
_APART = 7  # tokens from a verb to such a particle


def find_phrasal(drafts: list[TokenBuilder]) -> None:
    """Join a verb with its particle: “went on”, “took place”, “turned the offer down”."""
    for token in drafts:
        beside = drafts[token.at + 1 : token.at + 3]
        if not token.verbal:
            continue
        if beside and (both := phrasal(token.lower, beside[0].lower)):
            when = len(beside) > 1 and beside[1].part in ("date", "quantity")  # “went on Monday”
            if beside[0].part == "function" and not when:
                token.phrasal = both
            elif beside[0].part == "matter" and (len(beside) == 1 or beside[1].part != "matter"):
                token.phrasal, beside[0].part = both, "function"
            continue
        near = takewhile(lambda one: not one.verbal, drafts[token.at + 1 : token.at + _APART])
        apart = [one for one in near if one.lower in PARTICLES]
        if apart and _ends_phrase(drafts, apart[0].at):
            token.phrasal = phrasal(token.lower, apart[0].lower)


def _ends_phrase(tokens: list[TokenBuilder], at: int) -> bool:
    """Whether nothing follows that a particle could govern, and it is no part of “out of”, “up to”."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or after.part == "mark":
        return True
    return after.lower in (grammar.PREPOSITIONS | grammar.COORDINATORS) - _OF_WAYS
