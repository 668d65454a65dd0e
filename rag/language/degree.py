"""Superlatives: “one of the largest ports” or “the second largest port” is not “the largest port”."""

from collections.abc import Sequence

from rag.language import grammar
from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.lexicon import lemmas, noun_share
from rag.language.reading import Token

_SUPERLATIVE = frozenset("most least best worst first last only".split())
# Numbers above five, and “a handful of”, are not known to be several.
_OF_SEVERAL = frozenset("one some many several few most two three four five part any".split())
_REACH = 5  # “one of the world's three largest”


def superlative(laid: Laid) -> Fault | None:
    """A claim that something is the most, where the source says that it is one of those that are."""
    for token in laid.claim.tokens:
        if not _is_superlative(laid.claim.tokens, token) or _of_several(laid.claim.tokens, token.at):
            continue
        stated = [
            other for other in laid.source.tokens
            if _is_superlative(laid.source.tokens, other) and _same(laid, token, other)
        ]  # fmt: skip
        alone = not _ranked(laid.claim.tokens, token.at)
        if stated and alone and all(_ranked(laid.source.tokens, other.at) for other in stated):
            lower = laid.source.tokens[stated[0].at - 1].text
            return Fault("quantifier", f"the cited sentence says “{lower} {stated[0].text}”")
        if stated and all(_of_several(laid.source.tokens, other.at) for other in stated):
            return Fault("quantifier", f"the cited sentence says “one of the {stated[0].text}”")
    return None


def _is_superlative(tokens: Sequence[Token], token: Token) -> bool:
    if token.lower in ("most", "least"):
        following = tokens[token.at + 1] if token.at + 1 < len(tokens) else None
        return following is not None and following.part == "matter"
    regular = token.lower.endswith("est") and len({token.lower, *lemmas(token.lower)}) > 1
    regular = regular and noun_share(token.lower) == 0  # “forest”
    return token.part != "name" and (token.lower.lstrip("#") in _SUPERLATIVE or regular)


def _same(laid: Laid, token: Token, other: Token) -> bool:
    """Whether a superlative of the source is that of the claim: “most” of the same adjective."""
    if token.part != "function":
        there = laid.there(token.at)
        return there is not None and there.at == other.at
    after = laid.there(token.at + 1)
    return token.lower == other.lower and after is not None and after.at == other.at + 1


def _of_several(tokens: Sequence[Token], at: int) -> bool:
    """Whether “one of the” or “among the” stands before a superlative."""
    for before in reversed(tokens[max(at - _REACH, 0) : at]):
        if before.lower in ("among", "amongst"):
            return True
        if before.lower == "of":
            earlier = tokens[before.at - 1] if before.at else None
            return earlier is not None and earlier.lower.lstrip("#") in _OF_SEVERAL
        if not (before.owner or before.quantity or before.lower in grammar.DEFINITE):
            return False
    return False


def _ranked(tokens: Sequence[Token], at: int) -> bool:
    """Whether an ordinal stands before a superlative: “the second largest” is not the largest."""
    before = tokens[at - 1].quantity if at else None
    return before is not None and before.rank == "ordinal" and before.value > 1
