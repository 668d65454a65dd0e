"""Does a claim keep its source's stance: its negations, hedges, quantifiers and conditions?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.language.fault import Fault
from rag.language.infinitives import is_infinitive
from rag.language.laid import Laid
from rag.language.reading import Token
from rag.language.stance import CHANCES, Stance, amount_at, modal_at, stances

# Not known: of whom each is said, if a text has both.
_GENDERS = (frozenset("he him his himself".split()), frozenset("she her hers herself".split()))
_CAN_BE = ("able", "ible")  # “is adjustable”, “can be adjusted”


def stance(laid: Laid) -> Fault | None:
    """A negation, modal or quantifier that the claim adds, drops or changes, or a condition that it drops."""
    ours, theirs = stances(laid.claim), stances(laid.source)
    words = {token.lower for token in laid.source.tokens}
    denials = [any(one.denied for one in some.values()) for some in (ours, theirs)]
    for token in laid.claim.matter:
        there = laid.there(token.at)
        if there is None:
            continue
        claimed, stated = ours.get(token.at, Stance()), theirs.get(there.at, Stance())
        if claimed.modal == "open":
            claimed = replace(claimed, modal="")
        # An infinitive says no more than another: “met to trade”, “a meeting to trade”.
        if stated.modal == "open" and (not token.verbal or is_infinitive(laid.claim.tokens, token.at)):
            stated = replace(stated, modal="")
        same = [other for other in laid.source.matter if other.lower == there.lower]
        if len(same) > 1 and any(theirs.get(other.at, Stance()) == claimed for other in same):
            continue  # the source has the word twice, once with the claim's stance
        if claimed.denied != stated.denied:
            says = "does not deny it" if claimed.denied else "denies it"
            return Fault("negation", f"the cited sentence {says}", not all(denials))
        # “No ship sank”, “a ship did not sink”: both deny it, and that has been compared.
        no = "no" in (claimed.amount, stated.amount) and claimed.denied
        # “Generally” says how often it is so, wherever it stands.
        often = claimed.amount in ("most", "many", "few") and claimed.word.lower() in words
        unlike = claimed.amount != stated.amount and not no and not often
        if unlike and (fault := _amount(claimed, stated, there)):
            return fault
        able = there.lower.endswith(_CAN_BE) and not token.lower.endswith(_CAN_BE)
        if able and token.verbal and claimed.modal != "possible":
            return Fault("hedge", f"the cited sentence says “{there.text}”", False)
        if claimed.modal != stated.modal and not able and (fault := _modal(claimed, stated, token)):
            # The claim has the same verb of thinking or wanting, and may have it of the same.
            repeated = any(one.lower == stated.word.lower() for one in laid.claim.tokens)
            return replace(fault, certain=fault.certain and not repeated)
        if stated.condition and not claimed.condition and token.verbal:
            return Fault("condition", "the cited sentence says so only under a condition", False)
    return None


def gender(laid: Laid) -> Fault | None:
    """“He” in the claim where the source has only “she”."""
    ours, theirs = ({token.lower for token in side.tokens} for side in (laid.claim, laid.source))
    for one, other in (_GENDERS, _GENDERS[::-1]):
        if ours & one and theirs & other and not (ours & other or theirs & one):
            return Fault.other("name", min(theirs & other), min(ours & one), certain=False)
    return None


def frame(laid: Laid) -> Fault | None:
    """A function word in the claim that changes the meaning, with none of its kind in the source."""
    stated = Counter(_weight(laid.source.tokens, token) for token in laid.source.tokens)
    for token in laid.claim.tokens:
        weight = _weight(laid.claim.tokens, token)
        stated[weight] -= 1
        if weight and stated[weight] < 0:
            return Fault("frame", f"the cited sentence does not say “{token.text}”", False)
    return None


_FRAME = frozenset(
    "before after until since without except behind beyond outside against unless because if never from"
    " nothing nobody almost only always same other others".split()
)


def _weight(tokens: Sequence[Token], token: Token) -> str:
    """How a function word changes the meaning, named by its kind; "" for most words."""
    modal = modal_at(tokens, token.at)
    if modal in ("possible", "necessary", "optional"):
        return modal
    if token.part != "function":
        return "possible" if token.lower in CHANCES or token.lower.endswith(_CAN_BE) else ""
    amount = amount_at(tokens, token.at)
    if amount:
        return "" if token.lower in ("both", "any", "no", "just", "about", "around") else amount
    return token.lower if token.lower in _FRAME else ""


def _amount(claimed: Stance, stated: Stance, there: Token) -> Fault | None:
    if claimed.amount and stated.amount:
        return Fault("quantifier", f"the cited sentence says “{stated.word}”, not “{claimed.word}”")
    if claimed.amount in ("all", "most", "many", "few", "only", "no", "more"):
        return Fault("quantifier", f"the cited sentence does not say “{claimed.word}”", False)
    if stated.amount in ("some", "few", "most", "no", "more", "only"):
        return Fault(
            "quantifier", f"the cited sentence says “{stated.word}” of {there.text}", stated.amount == "no"
        )
    return None


def _modal(claimed: Stance, stated: Stance, token: Token) -> Fault | None:
    if claimed.modal == "future" and stated.modal in ("", "wanted", "open"):
        return Fault("hedge", f"the cited sentence does not say “{token.text}” of the future", False)
    if stated.modal == "future" and not claimed.modal:
        past = token.lower.endswith("ed")
        return Fault("hedge", "the cited sentence says that this is yet to happen", False) if past else None
    if claimed.modal and stated.modal:
        both = {claimed.modal, stated.modal}
        hard = not both.isdisjoint(("possible", "necessary")) and both.isdisjoint(("alleged", "open"))
        return Fault("hedge", f"the cited sentence says “{stated.word}”, not “{claimed.word}”", hard)
    if claimed.modal:
        return Fault("hedge", f"the cited sentence does not say “{claimed.word}”", False)
    if stated.modal == "open":
        return Fault("hedge", f"the cited sentence does not say that it happened: “{stated.word} to”", False)
    sure = stated.modal in ("possible", "alleged") and not stated.adverb
    return Fault("hedge", f"the cited sentence says “{stated.word}”", sure)
