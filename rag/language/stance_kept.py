"""How a claim stands to what it says: as its source does, or denied, hedged, quantified otherwise."""

from collections import Counter
from dataclasses import replace

from rag.language import grammar
from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.reading import Token
from rag.language.stance import CHANCES, UNSURE, Stance, stances


def stance(laid: Laid) -> Fault | None:
    """A negation, a modal, a quantifier or a condition more or less."""
    ours, theirs = stances(laid.claim), stances(laid.source)
    words = {token.lower for token in laid.source.tokens}
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
        # “No ship sank”, “a ship did not sink”: both deny it, and that has been compared.
        no = "no" in (told.amount, stated.amount) and told.denied
        # “Generally” says how often it is so, wherever it stands.
        often = told.amount in ("most", "many", "few") and told.word.lower() in words
        unlike = told.amount != stated.amount and not no and not often
        if unlike and (fault := _amount(told, stated, there)):
            return fault
        if told.modal != stated.modal and (fault := _modal(told, stated, token)):
            # The claim has the same verb of thinking or wanting, and may have it of the same.
            repeated = any(one.lower == stated.word.lower() for one in laid.claim.tokens)
            return replace(fault, certain=fault.certain and not repeated)
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
    " nothing nobody almost only always same other others".split()
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
        return Fault("quantifier", f"the cited place does not say “{told.word}”", False)
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
