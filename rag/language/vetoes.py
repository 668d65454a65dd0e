"""What a claim must not change, by name, in order; each says in plain words what is wrong.

A veto is certain: what it forbids is never shown, and no model is asked. A doubt is not: the claim may
still be true in other words, so it is only not called proved.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rag.language import grammar
from rag.language.laid import Laid
from rag.language.lexicon import opposed
from rag.language.quantities import Quantity
from rag.language.reading import Reading, Token
from rag.language.order import out_of_place
from rag.language.roles import exchanged, of_another, role, turned
from rag.language.stance import CHANCES, UNSURE, Stance, stances


_LONGEST_MEMBER = 7  # words


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a claim; `certain` forbids that a model is asked."""

    name: str
    reason: str
    certain: bool = True


def number(laid: Laid) -> Fault | None:
    """A quantity that neither stands there nor follows from two that do, nor from a list that is counted."""
    stated = [token.quantity for token in laid.source.tokens if token.quantity]
    for token in laid.claim.tokens:
        if token.quantity is None or token.at in laid.aligned.found or laid.around.get(token.at) == "heading":
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
    counts = [one for one in laid.source.tokens if one.quantity and not one.quantity.measures and one.at not in used]
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


def name(laid: Laid) -> Fault | None:
    """A name that neither the place nor its headings mention, or that has another in its stead there."""
    used = set(laid.aligned.found.values())
    others = [token for token in laid.source.tokens if token.part == "name" and token.at not in used]
    for at in laid.around:
        token = laid.claim.tokens[at]
        for other in others if token.part == "name" else ():
            in_its_stead = other.marker == token.marker and _in_its_stead(laid, token, other, reach=2)
            if in_its_stead or _in_its_role(laid, token, other):
                return Fault("name", f"the cited place says {other.text}, not {token.text}")
    missing = [token for token in laid.put_in if token.part == "name"]
    for token in missing:
        beside = [
            laid.claim.tokens[at] for at in (token.at - 1, token.at + 1) if 0 <= at < len(laid.claim.tokens)
        ]
        partly = any(other.part == "name" and other.at in laid.aligned.found for other in beside)
        near = token.at in laid.nearby
        reason = (
            f"{token.text} stands near the cited sentence, not in it"
            if near
            else f"the cited place does not mention {token.text}"
        )
        return Fault("name", reason, not partly and not near)
    return None


def stance(laid: Laid) -> Fault | None:
    """A negation, a modal, a quantifier or a condition more or less."""
    ours, theirs = stances(laid.claim), stances(laid.source)
    denials = [any(one.denied for one in some.values()) for some in (ours, theirs)]
    for token in laid.claim.matter:
        there = laid.there(token.at)
        if there is None:
            continue
        told, stated = ours.get(token.at, Stance()), theirs.get(there.at, Stance())
        same = [other for other in laid.source.matter if other.lower == there.lower]
        if len(same) > 1 and any(theirs.get(other.at, Stance()) == told for other in same):
            continue  # said twice, and once as the claim says it
        if told.denied != stated.denied:
            says = (
                "it denies what the cited place says"
                if told.denied
                else "the cited place says that it is not so"
            )
            return Fault("negation", says, not all(denials))
        if told.amount != stated.amount and (fault := _amount(told, stated, there)):
            return fault
        if told.modal != stated.modal and (fault := _modal(told, stated, token)):
            return fault
        if stated.condition and not told.condition and token.verbal:
            return Fault("condition", "the cited place says it under a condition", False)
    return None


def frame(laid: Laid) -> Fault | None:
    """A closed word of the claim that changes what is true, and of which the source has none of its kind."""
    stated = Counter(map(_weight, laid.source.tokens))
    for token in laid.claim.tokens:
        weight = _weight(token)
        stated[weight] -= 1
        if weight and stated[weight] < 0:
            return Fault("frame", f"the cited place does not say “{token.text}”", False)
    return None


_FRAME = frozenset(
    "before after until since without except behind beyond outside against unless because if never from"
    " nothing nobody almost only always".split()
)


def _weight(token: Token) -> str:
    """What a closed word changes, by the sort of its kind; nothing for most."""
    if token.part != "function":
        return "possible" if token.lower in CHANCES or token.lower in UNSURE else ""
    amount = grammar.QUANTIFIERS.get(token.lower, "")
    if amount:
        return "" if token.lower in ("both", "any", "no", "just", "about", "around") else amount
    modal = grammar.modality(token.lower)
    if modal in ("possible", "necessary"):
        return modal
    return token.lower if token.lower in _FRAME else ""


def _amount(told: Stance, stated: Stance, there: Token) -> Fault | None:
    if told.amount and stated.amount:
        return Fault("quantifier", f"the cited place says “{stated.word}”, not “{told.word}”")
    if told.amount in ("all", "most", "many", "few", "only", "no", "more"):
        return Fault(
            "quantifier", f"the cited place does not say “{told.word}”", False
        )
    if stated.amount in ("some", "few", "most", "no", "more", "only"):
        return Fault(
            "quantifier", f"the cited place says “{stated.word}” of {there.text}", stated.amount == "no"
        )
    return None


def _modal(told: Stance, stated: Stance, token: Token) -> Fault | None:
    if told.modal == "future" and stated.modal in ("", "wanted"):
        return Fault("hedge", f"the cited place does not say that it will {token.text}", False)
    if stated.modal == "future" and not told.modal:
        past = token.lower.endswith("ed")
        return Fault("hedge", "the cited place says that it will be so", False) if past else None
    if told.modal and stated.modal:
        hard = {told.modal, stated.modal} & {"possible", "necessary"} and "alleged" not in (
            told.modal,
            stated.modal,
        )
        return Fault("hedge", f"the cited place says “{stated.word}”, not “{told.word}”", bool(hard))
    if told.modal:
        return Fault("hedge", f"the cited place does not say “{told.word}”", False)
    sure = stated.modal in ("possible", "alleged") and not stated.adverb
    return Fault("hedge", f"the cited place says “{stated.word}”", sure)


def opposite(laid: Laid) -> Fault | None:
    """A word put in that is the opposite of one that the source has and the claim leaves out."""
    used = set(laid.aligned.found.values())
    ours, theirs = stances(laid.claim), stances(laid.source)
    left_out = [token for token in laid.source.matter if token.at not in used and token.part == "matter"]
    for token in laid.put_in:
        if token.part == "matter":
            for other in left_out:
                told, stated = ours.get(token.at, Stance()), theirs.get(other.at, Stance())
                if (
                    opposed(token.lower, other.lower)
                    and told.denied == stated.denied
                    and _in_its_stead(laid, token, other)
                ):
                    return Fault("opposite", f"the cited place says {other.text}, not {token.text}")
    return None


def _in_its_role(laid: Laid, token: Token, other: Token) -> bool:
    """Whether a name is to its verb in the claim what the other is to the same verb in the source."""
    ours, theirs = role(laid.claim, token), role(laid.source, other)
    verb = laid.there(ours.verb) if ours.verb >= 0 else None
    return ours.kind == theirs.kind and verb is not None and verb.at == theirs.verb


def _in_its_stead(laid: Laid, token: Token, other: Token, reach: int = 3) -> bool:
    """Whether a word stands in the claim where the other stands in the source: beside the same words."""
    around = [there for at in range(token.at - reach, token.at + reach + 1) if (there := laid.there(at)) is not None]
    return any(abs(there.at - other.at) <= reach + 1 for there in around)


def places_changed(laid: Laid) -> Fault | None:
    certain, reason = turned(laid)
    return Fault("roles", reason, certain) if reason else None


def deed_of_another(laid: Laid) -> Fault | None:
    certain, reason = of_another(laid)
    return Fault("attribution", reason, certain) if reason else None


def value_of_another(laid: Laid) -> Fault | None:
    certain, reason = exchanged(laid)
    return Fault("value", reason, certain) if reason else None


def moved(laid: Laid) -> Fault | None:
    reason = out_of_place(laid)
    return Fault("order", reason, False) if reason else None


def put_in(laid: Laid) -> Fault | None:
    """Words that the source has in no form."""
    # Whether a value follows from others has been looked at before.
    missing = [token.text for token in laid.put_in if not (token.quantity or token.day)]
    if missing:
        return Fault("put in", f"“{missing[0]}” does not stand in the cited place", False)
    return None


TABLE: tuple[Callable[[Laid], Fault | None], ...] = (
    number, date, name, stance, frame, opposite, places_changed, deed_of_another, value_of_another, moved, put_in,
)  # fmt: skip


def faults(laid: Laid) -> list[Fault]:
    """What is wrong with a claim, in the order of the table."""
    return [fault for check in TABLE if (fault := check(laid)) is not None]
