"""Semantic roles: is who does what to whom, and which value belongs to what, the same in claim and source?

“The newspaper sued the bank” and “the bank sued the newspaper” have the same words. What differs is each
noun's role; a passive or a fronted phrase changes the word order but not the roles.
"""

from collections.abc import Iterator

from rag.language import grammar
from rag.language.align import likeness
from rag.language.laid import Laid
from rag.language.lexicon import verb_share
from rag.language.reading import Reading, Token
from rag.language.subjects import Role, doers, opening, role

# Prepositions that cannot replace each other.
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
# These set the phrase after them apart from the rest of the sentence.
_SETS_APART = frozenset("than without except excluding unlike despite before after until".split())
_SAME = ({"from", "of"}, {"into", "to"}, {"toward", "to"}, {"towards", "to"}, {"onto", "to"})


def turned(laid: Laid) -> tuple[bool, str]:
    """Whether roles are certainly exchanged, and what differs from the source ("" if nothing does)."""
    moved: list[tuple[Token, Role, Role]] = []
    others: list[tuple[Token, Role, Role]] = []
    for token, there in arguments(laid):
        ours, theirs = role(laid.claim, token), role(laid.source, there)
        if ours.kind != theirs.kind:
            others.append((token, ours, theirs))
        if ours.kind and theirs.kind and _apart(laid, ours, theirs):
            moved.append((token, ours, theirs))
    for n, (one, ours, theirs) in enumerate(others):
        for other, ours_too, theirs_too in others[n + 1 :]:
            if ours.kind == theirs_too.kind and ours_too.kind == theirs.kind and one.lower != other.lower:
                sure = one.part == other.part == "name" or any(each[0] in (one, other) for each in moved)
                return sure, f"{one.text} and {other.text} are swapped"
    if moved:
        token, ours, theirs = moved[0]
        called = {"'s": "owner"}
        # If all else is as in the source, “before” for “after” can only be wrong.
        against = any({ours.kind, theirs.kind} == pair for _, ours, theirs in moved for pair in _OPPOSITE)
        return against and laid.share > _ALL_BUT, (
            f"{token.text} has a different role in the cited sentence"
            f" ({called.get(theirs.kind, theirs.kind)}, not {called.get(ours.kind, ours.kind)})"
        )
    return False, ""


def arguments(laid: Laid) -> Iterator[tuple[Token, Token]]:
    """The claim's nouns and adjectives, and values with a preposition, each with its source word."""
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
        return bool(mixed & {"by", "from", "to", "against", "without", "'s"}) and _one_verb(
            laid, ours, theirs
        )
    pair = {ours.kind, theirs.kind}
    return len(pair) == 2 and pair not in _SAME and any(pair <= some for some in _EXCLUSIVE)


def _one_verb(laid: Laid, ours: Role, theirs: Role) -> bool:
    """Whether both roles belong to the same verb."""
    there = laid.there(ours.verb)
    return there is not None and there.at == theirs.verb


def of_another_verb(laid: Laid) -> str:
    """Which phrase the claim takes from one verb of the source to another; "" if none.

    “Ada lives in Lund and works in Oslo” says nothing of working in Lund: the verb has a phrase of that kind.
    """
    for token, there in arguments(laid):
        ours, theirs = role(laid.claim, token), role(laid.source, there)
        verb = laid.there(ours.verb) if ours.verb >= 0 else None
        fronted = theirs.kind not in ("subject", "object") and there.at < theirs.verb  # it may count for both
        if verb is None or theirs.verb < 0 or verb.at == theirs.verb or ours.kind != theirs.kind or fronted:
            continue
        # “Exports to Chile fell”, with “exports” read as a verb.
        if _is_a_noun_of_the_claim(laid, theirs.verb):
            continue
        own = [
            one
            for one in laid.source.matter
            if not one.verbal and role(laid.source, one) == (ours.kind, verb.at)
        ]
        if own and not any(likeness(token, one) for one in own):
            owner = laid.source.tokens[theirs.verb]
            return f"in the cited sentence {token.text} belongs to “{owner.text}”, not to “{verb.text}”"
    return ""


def _is_a_noun_of_the_claim(laid: Laid, verb: int) -> bool:
    """Whether the claim has a verb of the source as another part of speech: one of the readings is wrong."""
    found = (laid.there(one.at) for one in laid.claim.tokens if not one.verbal)
    return any(one is not None and one.at == verb for one in found)


def of_another(laid: Laid) -> tuple[bool, str]:
    """Who else in the source does what the claim says ("" if nobody), after whether that is certain."""
    for token in laid.claim.tokens:
        there = laid.there(token.at) if token.verbal else None
        if there is None or not there.verbal:
            continue
        ours = doers(laid.claim, token)
        theirs = doers(laid.source, there)
        aligned = {laid.aligned.found[one.at] for one in ours if one.at in laid.aligned.found}
        if not theirs or any(one.part == "function" for one in [*ours, *theirs]):
            continue
        # “The company” may refer to the subject of the sentence before.
        named = all(any(one.part == "name" for one in some) for some in (ours, theirs))
        if not aligned and not named:
            continue
        if not aligned & {one.at for one in theirs}:
            others = " ".join(one.text for one in theirs)
            named_too = any(one.part == "name" for one in theirs)
            sure = named_too and verb_share(there.lower) > 0.6 and there.clause == theirs[-1].clause
            return sure, f"in the cited sentence it is {others} that {there.text}"
    return False, ""


def of_its_heading(laid: Laid) -> str:
    """Why the claim's subject, found only in a heading, is not what the place is about; "" if it is.

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
    subject = " ".join(token.text for token in theirs)
    return f"the cited sentence is about {subject}, not {' '.join(token.text for token in ours)}"


def _of_a_field(laid: Laid, used: set[int]) -> str:
    """A word of a field's label that the claim leaves out: “Delivery cost: 12 euros” prices no lamp."""
    colons = [token.at for token in laid.source.tokens if token.lower == ":"]
    label = laid.source.tokens[: colons[0]] if len(colons) == 1 else ()
    for token in label:
        if token.part in ("name", "matter") and token.at not in used:
            return f"the cited sentence says it of {token.text}"
    return ""


def exchanged(laid: Laid) -> tuple[bool, str]:
    """Which value belongs to something else in the source ("" if none), after whether that is certain."""
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
            given = next((one for one, each in values if each.at == other.at), None)
            # If the claim gives both values, each anchor counts for the nearer one.
            mine = [
                anchor for near, anchor in anchors
                if given is None or abs(near.at - token.at) < abs(near.at - given.at)
            ]  # fmt: skip
            margin = 0 if given else 2
            if mine and all(abs(one.at - other.at) + margin < abs(one.at - there.at) for one in mine):
                return given is not None, f"{token.text} belongs to something else in the cited sentence"
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
