"""Who does what to whom, and which value belongs to what: the same in a claim and its source?

“The newspaper sued the bank” and “the bank sued the newspaper” hold the same words. What differs is
what each is to the verb; a passive and a phrase set in front change the order and not that.
"""

from collections.abc import Iterator
from typing import NamedTuple

from rag.language import grammar
from rag.language.laid import Laid
from rag.language.lexicon import verb_share
from rag.language.reading import Reading, Token

# Prepositions of which one does not stand for another.
_EXCLUSIVE = (
    frozenset("from to toward towards into onto".split()), frozenset("before after".split()),
    frozenset("until since".split()), frozenset("with without".split()), frozenset("over under".split()),
    frozenset("above below".split()), frozenset("for against".split()), frozenset("inside outside".split()),
    frozenset("by to".split()), frozenset("including except excluding".split()), frozenset("up down".split()),
    frozenset("'s to".split()), frozenset("by for".split()),
)  # fmt: skip
_OPPOSITE = (
    {"before", "after"}, {"from", "to"}, {"with", "without"}, {"over", "under"}, {"above", "below"},
    {"since", "until"}, {"for", "against"},
)  # fmt: skip
_ALL_BUT = 0.8
# What stands behind one of these is set apart from the rest of the sentence.
_SETS_APART = frozenset("than without except excluding unlike despite before after until".split())
_SAME = ({"from", "of"}, {"into", "to"}, {"toward", "to"}, {"towards", "to"}, {"onto", "to"})


class Role(NamedTuple):
    """What a phrase is: “subject”, “object”, or its preposition; and the verb, -1 where there is none."""

    kind: str
    verb: int


def role(reading: Reading, token: Token) -> Role:
    """The role of a token that is no verb, with a passive turned into the active."""
    verb = token.verb
    passive = verb >= 0 and reading.tokens[verb].passive
    if token.marker == "by" and passive:
        return Role("subject", verb)
    if token.marker:
        return Role(token.marker, verb)
    if verb < 0:
        return Role("", -1)
    if token.at < verb:
        return Role("object" if passive else "subject", verb)
    return Role("object", verb)


def turned(laid: Laid) -> tuple[bool, str]:
    """Whether roles are exchanged for certain, and what is not as in the source (nothing: all is)."""
    moved: list[tuple[Token, Role, Role]] = []
    others: list[tuple[Token, Role, Role]] = []
    for token, there in _arguments(laid):
        ours, theirs = role(laid.claim, token), role(laid.source, there)
        if ours.kind != theirs.kind:
            others.append((token, ours, theirs))
        if ours.kind and theirs.kind and _apart(laid, ours, theirs):
            moved.append((token, ours, theirs))
    for n, (one, ours, theirs) in enumerate(others):
        for other, ours_too, theirs_too in others[n + 1 :]:
            if ours.kind == theirs_too.kind and ours_too.kind == theirs.kind and one.lower != other.lower:
                sure = one.part == other.part == "name" or any(each[0] in (one, other) for each in moved)
                return sure, f"{one.text} and {other.text} have changed places"
    if moved:
        token, ours, theirs = moved[0]
        told = {"subject": "does it", "object": "has it done to it", "'s": "owns it"}
        # Where all else is as in the source, “before” for “after” can only be wrong.
        against = any({ours.kind, theirs.kind} == pair for _, ours, theirs in moved for pair in _OPPOSITE)
        return against and laid.share > _ALL_BUT, (
            f"in the cited place {token.text} stands otherwise"
            f" ({told.get(theirs.kind, theirs.kind)}, not {told.get(ours.kind, ours.kind)})"
        )
    return False, ""


def _arguments(laid: Laid) -> Iterator[tuple[Token, Token]]:
    for token in laid.claim.matter:
        there = laid.there(token.at)
        values = token.quantity or token.day
        if (
            there is not None
            and not token.verbal
            and not there.verbal
            and not (values and {"", "by"} & {token.marker, there.marker})
        ):
            yield token, there


def _apart(laid: Laid, ours: Role, theirs: Role) -> bool:
    if ours.kind != theirs.kind and _SETS_APART & {ours.kind, theirs.kind}:
        return True
    core = {"subject", "object"}
    if ours.kind in core and theirs.kind in core:
        return ours.kind != theirs.kind and _one_verb(laid, ours, theirs)
    if ours.kind in core or theirs.kind in core:
        mixed = {ours.kind, theirs.kind} - core
        return bool(mixed & {"by", "from", "to", "against", "without"}) and _one_verb(laid, ours, theirs)
    pair = {ours.kind, theirs.kind}
    return len(pair) == 2 and pair not in _SAME and any(pair <= some for some in _EXCLUSIVE)


def _one_verb(laid: Laid, ours: Role, theirs: Role) -> bool:
    """Whether both are tied to the same verb."""
    there = laid.there(ours.verb)
    return there is not None and there.at == theirs.verb


def of_another(laid: Laid) -> tuple[bool, str]:
    """Who does something in the claim that in the source another does; True if for certain."""
    for token in laid.claim.tokens:
        there = laid.there(token.at) if token.verbal else None
        if there is None or not there.verbal:
            continue
        ours = _subjects(laid.claim, token)
        theirs = _subjects(laid.source, there)
        stood_for = {laid.aligned.found[one.at] for one in ours if one.at in laid.aligned.found}
        named = [one for one in ours if one.part == "name"]
        if not named or not theirs or any(one.part == "function" for one in theirs):
            continue
        # “The company” may be whoever the sentence before is about.
        if not stood_for and not any(one.part == "name" for one in theirs):
            continue
        if not stood_for & {one.at for one in theirs}:
            others = " ".join(one.text for one in theirs)
            named_too = any(one.part == "name" for one in theirs)
            sure = named_too and verb_share(there.lower) > 0.6 and there.clause == theirs[-1].clause
            return sure, f"in the cited place it is {others} that {there.text}"
    return False, ""


def of_its_heading(laid: Laid) -> str:
    """Who the claim says it of, where that is only the heading and the place says it of something else.

    “The phone costs $99” under “Orlan Max” is about the Orlan Max, “Delivery costs $99” is not.
    """
    ours, theirs = opening(laid.claim), opening(laid.source)
    if not ours or any(token.at not in laid.around for token in ours):
        return ""
    used = set(laid.aligned.found.values())
    if not theirs:
        return _of_a_field(laid, used)
    group = laid.source.tokens[: theirs[-1].at + 1]
    definite = group[0].lower in grammar.DEFINITE and not any(token.part == "name" for token in theirs)
    pronoun = any(token.lower in grammar.STANDS_FOR and token.part == "function" for token in group)
    if definite or pronoun or any(token.at in used for token in theirs):
        return ""
    told = " ".join(token.text for token in theirs)
    return f"the cited place says it of {told}, not of {' '.join(token.text for token in ours)}"


def _of_a_field(laid: Laid, used: set[int]) -> str:
    """A word of a field's label that the claim leaves out: “Delivery cost: 12 euros” prices no lamp."""
    colons = [token.at for token in laid.source.tokens if token.lower == ":"]
    label = laid.source.tokens[: colons[0]] if len(colons) == 1 else ()
    for token in label:
        if token.part in ("name", "matter") and token.at not in used:
            return f"the cited place says it of {token.text}"
    return ""


def opening(reading: Reading) -> list[Token]:
    """What a sentence names before its first verb; nothing where it has no verb."""
    found: list[Token] = []
    for token in reading.tokens:
        if token.verbal or token.lower in grammar.AUXILIARIES:
            return found
        if token.part == "mark":
            found = []  # “In May, exports”
        elif token.part not in ("function", "date", "quantity"):
            found.append(token)
    return []


def _subjects(reading: Reading, verb: Token) -> list[Token]:
    """The tokens of whoever does what a verb says; a pronoun counts, and stands for anybody."""
    found = [
        token for token in reading.tokens
        if token.verb == verb.at and token.part in ("name", "matter")
        and role(reading, token).kind == "subject"
    ]  # fmt: skip
    if found or verb.passive:
        return found
    clause = [token for token in reading.tokens[: verb.at] if token.clause == verb.clause]
    # A closed word: “US” is none.
    pronoun = next(
        (token for token in clause if token.lower in grammar.PRONOUNS and token.part == "function"), None
    )
    if pronoun is not None:
        return [pronoun]
    # “A did this and did that”: the verb before has the same subject.
    earlier = [token for token in reading.tokens[: verb.at] if token.verbal]
    linked = not clause or all(token.part == "function" for token in clause if token.at < verb.at)
    return _subjects(reading, earlier[-1]) if earlier and linked and earlier[-1].at < verb.at else []


def exchanged(laid: Laid) -> tuple[bool, str]:
    """Whether a value of the claim belongs in the source to something else; True if for certain."""
    values = [
        (token, there)
        for token in laid.claim.matter
        if (token.quantity or token.day) and (there := laid.there(token.at)) is not None
    ]
    for token, there in values:
        others = [
            other for other in laid.source.matter
            if other.at != there.at and _alike(there, other) and not _equal(there, other)
            and not (there.marker and there.marker == token.marker and _attributive(laid.source, other))
        ]  # fmt: skip
        if not others:
            continue
        anchors = [
            (near, anchor) for near in laid.claim.tokens[max(token.at - 5, 0) : token.at + 6]
            if near.part in ("matter", "name") and near.clause == token.clause
            and (anchor := laid.there(near.at)) is not None
        ]  # fmt: skip
        for other in others:
            told = next((one for one, each in values if each.at == other.at), None)
            # Where the claim gives both, each anchor speaks for the one that it stands nearer to.
            mine = [
                anchor for near, anchor in anchors
                if told is None or abs(near.at - token.at) < abs(near.at - told.at)
            ]  # fmt: skip
            margin = 0 if told else 2
            if mine and all(abs(one.at - other.at) + margin < abs(one.at - there.at) for one in mine):
                return told is not None, f"{token.text} belongs to something else in the cited place"
    return False, ""


def _attributive(reading: Reading, value: Token) -> bool:
    """Whether a year belongs to the noun behind it: “the 1982 song” was played “in 2018”."""
    after = reading.tokens[value.at + 1] if value.at + 1 < len(reading.tokens) else None
    is_year = value.quantity is not None and value.quantity.rank == "year"
    return is_year and not value.marker and after is not None and after.part == "matter" and not after.verbal


def _alike(one: Token, other: Token) -> bool:
    if one.quantity and other.quantity:
        return one.quantity.measures == other.quantity.measures and one.quantity.rank == other.quantity.rank
    return bool(one.day and other.day)


def _equal(one: Token, other: Token) -> bool:
    return one.lower == other.lower
