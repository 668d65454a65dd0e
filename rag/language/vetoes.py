"""What a claim must not change: one check for each, in order. Each says in plain words what is wrong."""

from collections.abc import Callable, Sequence

from rag.language.deeds import of_two_words, only_described, owned_by_another, parts_exchanged
from rag.language.degree import superlative
from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.lexicon import opposed
from rag.language.order import out_of_place
from rag.language.paired import mispaired, other_reason
from rag.language.predicated import not_said_to_be, said_of_another
from rag.language.reading import Reading, Token
from rag.language.roles import exchanged, of_another, of_another_verb, of_its_heading, turned
from rag.language.stance import Stance, stances
from rag.language.stance_kept import frame, gender, stance
from rag.language.subjects import role
from rag.language.values_kept import date, number


def name(laid: Laid) -> Fault | None:
    """A name that neither the place nor its headings mention, or for which the place has another."""
    if fault := name_instead(laid):
        return fault
    missing = [token for token in laid.put_in if token.part == "name"]
    for token in missing:
        beside = [
            laid.claim.tokens[at] for at in (token.at - 1, token.at + 1) if 0 <= at < len(laid.claim.tokens)
        ]
        partly = any(other.part == "name" and other.at in laid.aligned.found for other in beside)
        near = token.at in laid.nearby
        reason = (
            f"{token.text} is mentioned near the cited sentence, not in it"
            if near
            else f"the cited sentence does not mention {token.text}"
        )
        return Fault("name", reason, not partly and not near)
    return None


def name_instead(laid: Laid) -> Fault | None:
    """A name of the headings where the place has another."""
    used = set(laid.aligned.found.values())
    others = [token for token in laid.source.tokens if token.part == "name" and token.at not in used]
    for at in laid.around:
        token = laid.claim.tokens[at]
        for other in others if token.part == "name" else ():
            in_its_stead = other.marker == token.marker and _in_its_stead(laid, token, other, reach=2)
            if in_its_stead or _in_its_role(laid, token, other):
                return Fault.other("name", other.text, token.text)
    return None


def opposite(laid: Laid) -> Fault | None:
    """An added word that is the antonym of a source word that the claim leaves out."""
    ours, theirs = stances(laid.claim), stances(laid.source)
    left_out = _left_out(laid)
    put_in = [token for token in laid.aligned.missing if token.part == "matter"]
    for token in [*put_in, *_closed_words(laid.claim, laid.source)]:
        for other in [*left_out, *_closed_words(laid.source, laid.claim)]:
            claimed, stated = ours.get(token.at, Stance()), theirs.get(other.at, Stance())
            if (
                opposed(token.lower, other.lower)
                and claimed.denied == stated.denied
                and _in_its_stead(laid, token, other)
            ):
                # Closed words have many senses: “even” is the opposite of “odd” in one of them.
                certain = token.part == other.part == "matter"
                return Fault.other("opposite", other.text, token.text, certain=certain)
    return None


def put_instead(laid: Laid) -> Fault | None:
    """A word put in where the source has another: the claim's clauses hold, and not together.

    “It sets in the east and sets in the west” takes one “sets” of its source twice.
    """
    return _other_word(laid, laid.put_in, reach=2)


def _other_word(laid: Laid, told: Sequence[Token], reach: int) -> Fault | None:
    for token in told:
        for other in _left_out(laid) if token.part == "matter" else ():
            if _in_its_stead(laid, token, other, reach):
                return Fault.other("put in", other.text, token.text, certain=False)
    return None


def _left_out(laid: Laid) -> list[Token]:
    used = set(laid.aligned.found.values())
    return [token for token in laid.source.matter if token.at not in used and token.part == "matter"]


def _closed_words(one: Reading, other: Reading) -> list[Token]:
    """Closed words that only one of two texts has: “same”, “following”."""
    there = {token.lower for token in other.tokens}
    return [token for token in one.tokens if token.part == "function" and token.lower not in there]


def _in_its_role(laid: Laid, token: Token, other: Token) -> bool:
    """Whether a name has the role in the claim that the other has in the source, with the same verb."""
    ours, theirs = role(laid.claim, token), role(laid.source, other)
    verb = laid.there(ours.verb) if ours.verb >= 0 else None
    return ours.kind == theirs.kind and verb is not None and verb.at == theirs.verb


def _in_its_stead(laid: Laid, token: Token, other: Token, reach: int = 3) -> bool:
    """Whether a claim word replaces the source word: both are near the same words."""
    around = [
        there for at in range(token.at - reach, token.at + reach + 1) if (there := laid.there(at)) is not None
    ]
    return any(abs(there.at - other.at) <= reach + 1 for there in around)


def places_changed(laid: Laid) -> Fault | None:
    certain, reason = turned(laid)
    return Fault("roles", reason, certain) if reason else None


def deed_of_another(laid: Laid) -> Fault | None:
    certain, reason = of_another(laid)
    return Fault("attribution", reason, certain) if reason else None


def phrase_of_another_verb(laid: Laid) -> Fault | None:
    reason = of_another_verb(laid)
    return Fault("attribution", reason, False) if reason else None


def deed_for_thing(laid: Laid) -> Fault | None:
    reason = parts_exchanged(laid) or of_two_words(laid)
    return Fault("roles", reason, False) if reason else None


def said_of_its_heading(laid: Laid) -> Fault | None:
    reason = of_its_heading(laid)
    return Fault("attribution", reason, False) if reason else None


def head_left_out(laid: Laid) -> Fault | None:
    reason = only_described(laid) or owned_by_another(laid)
    return Fault("roles", reason, False) if reason else None


def value_of_another(laid: Laid) -> Fault | None:
    certain, reason = exchanged(laid)
    return Fault("value", reason, certain) if reason else None


def joined_otherwise(laid: Laid) -> Fault | None:
    reason = mispaired(laid) or other_reason(laid)
    return Fault("value", reason, False) if reason else None


def moved(laid: Laid) -> Fault | None:
    reason = out_of_place(laid)
    return Fault("order", reason, False) if reason else None


def put_in(laid: Laid) -> Fault | None:
    """Words that the source does not have in any form."""
    # Values are checked by `number` and `date`.
    missing = [token.text for token in laid.put_in if not (token.quantity or token.day)]
    if missing:
        return Fault("put in", f"the cited sentence does not contain “{missing[0]}”", False)
    # A word that a heading supplies may not replace a word of the sentence.
    return _other_word(laid, [laid.claim.tokens[at] for at in laid.around], reach=1)


TABLE: tuple[Callable[[Laid], Fault | None], ...] = (
    number, date, name, gender, stance, frame, superlative, opposite, places_changed, deed_for_thing,
    deed_of_another, said_of_another, not_said_to_be, head_left_out, phrase_of_another_verb,
    said_of_its_heading, value_of_another, joined_otherwise, moved, put_in,
)  # fmt: skip


def faults(laid: Laid) -> list[Fault]:
    """All faults of a claim, in the order of the table."""
    return [fault for check in TABLE if (fault := check(laid)) is not None]
