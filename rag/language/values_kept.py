"""Are a claim's quantities and dates in its source: stated, computed from stated ones, or counted?"""

from functools import lru_cache
from itertools import combinations

from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.quantities import Quantity
from rag.language.reading import Reading, Token

_LONGEST_MEMBER = 7  # words


def number(laid: Laid) -> Fault | None:
    """A quantity that the source neither states nor implies by two others or by the length of a list."""
    stated = [token.quantity for token in laid.source.tokens if token.quantity]
    used = set(laid.aligned.found.values())
    others = {token.quantity.rank for token in laid.source.tokens if token.quantity and token.at not in used}
    for token in laid.claim.tokens:
        if token.quantity is None or token.at in laid.aligned.found:
            continue
        # A number in the heading does not count if the sentence gives another of its rank instead.
        if laid.around.get(token.at) == "heading" and token.quantity.rank not in others:
            continue
        if _computed(token, laid) or _counted(token, laid):
            continue
        same = [
            one.text
            for one in stated
            if one.measures == token.quantity.measures and one.rank == token.quantity.rank
        ]
        certain = token.at not in laid.nearby
        if len(same) == 1:
            return Fault.other("number", same[0], token.text, certain=certain)
        return Fault("number", f"the cited sentence does not say {token.text}", certain)
    for token in laid.claim.tokens:
        there = laid.there(token.at) if token.quantity else None
        if there and there.quantity and token.quantity and (fault := _bound(token.quantity, there.quantity)):
            return fault
    return None


def _bound(claimed: Quantity, stated: Quantity) -> Fault | None:
    pair = {claimed.bound, stated.bound}
    if pair == {"more", "less"}:
        return Fault("number", f"the cited sentence gives {stated.text} as the opposite bound")
    if claimed.value == stated.value and claimed.bound != stated.bound and pair & {"more", "less"}:
        return Fault(
            "number", f"the cited sentence does not say “{claimed.bound or 'exactly'}” {stated.text}", False
        )
    return None


def _computed(token: Token, laid: Laid) -> bool:
    """Whether a quantity is the difference, sum or change in percent of two that claim and source give."""
    claimed = token.quantity
    if claimed is None:
        return False
    both = [there.quantity for one in laid.claim.tokens if (there := laid.there(one.at)) and there.quantity]
    for one, other in combinations(both, 2):
        if one.measures != other.measures or one.rank != other.rank:
            continue
        results = []
        if claimed.measures == one.measures and claimed.measures:
            results = [abs(one.value - other.value), one.value + other.value]
        elif claimed.measures == "percent" and one.value and other.value:
            results = [abs(one.value - other.value) / abs(base) * 100 for base in (one.value, other.value)]
        if any(abs(result - claimed.value) <= 0.5 * claimed.decimals * (1 + 1e-6) for result in results):
            return True
    return False


def _counted(token: Token, laid: Laid) -> bool:
    """Whether a small count is the number of members in a list of the source."""
    claimed = token.quantity
    if claimed is None or claimed.measures or claimed.rank != "amount" or not 2 <= claimed.value <= 20:
        return False
    used = set(laid.aligned.found.values())
    counts = [
        one for one in laid.source.tokens if one.quantity and not one.quantity.measures and one.at not in used
    ]
    return not counts and int(claimed.value) in listed(laid.source)


@lru_cache(maxsize=4096)
def listed(source: Reading) -> frozenset[int]:
    """The number of members of each list in a text: “A, B and C” has three."""
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
    """A date some part of which the source does not state."""
    for token in laid.claim.tokens:
        if token.day and token.at not in laid.aligned.found and laid.around.get(token.at) != "heading":
            stated = [other.day for other in laid.source.tokens if other.day]
            against = any(token.day.against(other) for other in stated)
            reason = f"the cited sentence does not say {token.text}"
            return Fault("date", reason, against or token.at not in laid.nearby)
    return None
