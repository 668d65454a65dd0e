"""Quantities and dates of a claim: stated, or computed from what is stated, or counted."""

from functools import lru_cache
from itertools import combinations

from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.quantities import Quantity
from rag.language.reading import Reading, Token

_LONGEST_MEMBER = 7  # words


def number(laid: Laid) -> Fault | None:
    """A quantity that neither stands there nor follows from two that do, nor from a list that is counted."""
    stated = [token.quantity for token in laid.source.tokens if token.quantity]
    used = set(laid.aligned.found.values())
    others = {token.quantity.rank for token in laid.source.tokens if token.quantity and token.at not in used}
    for token in laid.claim.tokens:
        if token.quantity is None or token.at in laid.aligned.found:
            continue
        # A heading's number is not the sentence's where that gives another in its stead.
        if laid.around.get(token.at) == "heading" and token.quantity.rank not in others:
            continue
        if _computed(token, laid) or _counted(token, laid):
            continue
        same = [
            one.text
            for one in stated
            if one.measures == token.quantity.measures and one.rank == token.quantity.rank
        ]
        says = (
            f"the cited place says {same[0]}, not {token.text}"
            if len(same) == 1
            else f"the cited place does not say {token.text}"
        )
        return Fault("number", says, token.at not in laid.nearby)
    for token in laid.claim.tokens:
        there = laid.there(token.at) if token.quantity else None
        if there and there.quantity and token.quantity and (fault := _bound(token.quantity, there.quantity)):
            return fault
    return None


def _bound(told: Quantity, stated: Quantity) -> Fault | None:
    pair = {told.bound, stated.bound}
    if pair == {"more", "less"}:
        return Fault("number", f"the cited place sets another bound to {stated.text}")
    if told.value == stated.value and told.bound != stated.bound and pair & {"more", "less"}:
        return Fault(
            "number", f"the cited place does not say “{told.bound or 'exactly'}” of {stated.text}", False
        )
    return None


def _computed(token: Token, laid: Laid) -> bool:
    """Whether a quantity is the difference, sum or change of two that claim and source both give."""
    told = token.quantity
    if told is None:
        return False
    both = [there.quantity for one in laid.claim.tokens if (there := laid.there(one.at)) and there.quantity]
    for one, other in combinations(both, 2):
        if one.measures != other.measures or one.rank != other.rank:
            continue
        results = []
        if told.measures == one.measures and told.measures:
            results = [abs(one.value - other.value), one.value + other.value]
        elif told.measures == "percent" and one.value and other.value:
            results = [abs(one.value - other.value) / abs(base) * 100 for base in (one.value, other.value)]
        if any(abs(result - told.value) <= 0.5 * told.decimals * (1 + 1e-6) for result in results):
            return True
    return False


def _counted(token: Token, laid: Laid) -> bool:
    """Whether a small count is how many members a list of the source has."""
    told = token.quantity
    if told is None or told.measures or told.rank != "amount" or not 2 <= told.value <= 20:
        return False
    used = set(laid.aligned.found.values())
    counts = [
        one for one in laid.source.tokens if one.quantity and not one.quantity.measures and one.at not in used
    ]
    return not counts and int(told.value) in listed(laid.source)


@lru_cache(maxsize=4096)
def listed(source: Reading) -> frozenset[int]:
    """How many members each list of a text has: “A, B and C” has three."""
    found: set[int] = set()
    members, matter = 0, 0
    for token in source.tokens:
        if token.part not in ("mark", "function"):
            matter += 1
        ends = token.verbal or matter > _LONGEST_MEMBER or (token.part == "mark" and token.lower != ",")
        if token.lower in ("and", "or") and (matter or members) and not ends:
            found.add(members + (2 if matter else 1))
            members, matter = 0, 0
        elif token.lower == "," and matter and not ends:
            members, matter = members + 1, 0
        elif token.lower == "," or ends:
            members, matter = 0, 0 if token.lower == "," or token.verbal else matter
    return frozenset(found)


def date(laid: Laid) -> Fault | None:
    """A date, of which some part is not stated."""
    for token in laid.claim.tokens:
        if token.day and token.at not in laid.aligned.found and laid.around.get(token.at) != "heading":
            stated = [other.day for other in laid.source.tokens if other.day]
            against = any(token.day.against(other) for other in stated)
            reason = f"the cited place does not say {token.text}"
            return Fault("date", reason, against or token.at not in laid.nearby)
    return None
