"""Verbs of two words: “went on”, “took place”, “turned the offer down”, “serves as”."""

from rag.language import grammar
from rag.language.lexicon import lemmas, phrasal
from rag.language.tokens import TokenBuilder

_ROLES = frozenset("serve act function".split())  # with “as”, each is another “be”
# These may stand behind a verb's object; “of”, “for” and the like may not.
_PARTICLES = frozenset("up down out off away back over on in".split())
_APART = 7  # tokens from a verb to such a particle


def find_phrasal(drafts: list[TokenBuilder]) -> None:
    """Join a verb with its particle: “went on”, “took place”, “turned the offer down”."""
    for token in drafts:
        beside = drafts[token.at + 1 : token.at + 3]
        if _has_a_role(drafts, token.at):
            token.verbal, token.phrasal = True, "serve as"
        if not token.verbal or token.phrasal:
            continue
        if beside and (both := phrasal(token.lower, beside[0].lower)):
            when = len(beside) > 1 and beside[1].part in ("date", "quantity")  # “went on Monday”
            if beside[0].part == "function" and not when:
                token.phrasal = both
            elif beside[0].part == "matter" and (len(beside) == 1 or beside[1].part != "matter"):
                token.phrasal, beside[0].part = both, "function"
            continue
        apart = [one for one in drafts[token.at + 2 : token.at + _APART] if one.lower in _PARTICLES]
        if apart and _ends_phrase(drafts, apart[0].at):
            token.phrasal = phrasal(token.lower, apart[0].lower)


def _has_a_role(tokens: list[TokenBuilder], n: int) -> bool:
    """Whether a word is the verb of “acts as”, “serves as”."""
    before, after = tokens[n - 1] if n else None, tokens[n + 1] if n + 1 < len(tokens) else None
    named = before is not None and (before.owner or before.lower in grammar.ARTICLES | grammar.PREPOSITIONS)
    role = tokens[n].part == "matter" and not _ROLES.isdisjoint(lemmas(tokens[n].lower))
    return role and not named and after is not None and after.lower == "as"


def _ends_phrase(tokens: list[TokenBuilder], at: int) -> bool:
    """Whether nothing follows that a preposition could govern."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is None or after.part == "mark" or after.lower in grammar.PREPOSITIONS | grammar.COORDINATORS
