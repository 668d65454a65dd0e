"""Is what a claim says of somebody said of the same one in its source, and not of another beside?"""

from collections.abc import Sequence
from itertools import takewhile

from rag.language import grammar
from rag.language.align import likeness
from rag.language.asides import aside_with
from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.lexicon import lemmas
from rag.language.reading import Reading, Token, is_verb
from rag.language.roles import opening, role, surface_subject

# Verbs that equate as “to be” does. “Seems” and “acts as” do not say that it is so.
_COPULAS = frozenset("be become remain stay".split())


def said_of_another(laid: Laid) -> Fault | None:
    """“Ada, who wrote poems, met Bo” says of Ada what “Ada met Bo, who wrote poems” says of Bo.

    Compared are verbs, and what follows a “to be” that has no other verb.
    """
    for token in laid.claim.matter:
        there = laid.there(token.at)
        if there is None or token.verbal != there.verbal:
            continue
        if not (aside_with(laid.claim, token) or aside_with(laid.source, there)):
            continue
        whom = _whom if token.passive == there.passive else _to_whom
        ours, theirs = whom(laid.claim, token), whom(laid.source, there)
        known = any(one.at in laid.aligned.found for one in ours)
        if known and theirs and not any(likeness(one, other) for one in ours for other in theirs):
            others = " ".join(one.text for one in theirs)
            return Fault("attribution", f"the cited sentence says “{there.text}” of {others}", False)
    return None


def not_said_to_be(laid: Laid) -> Fault | None:
    """“Ada met the mayor” does not say that she is the mayor."""
    for token in laid.claim.matter:
        there = laid.there(token.at)
        if there is None or token.verbal or there.verbal or token.marker or token.quantity or token.day:
            continue
        for one in _whom(laid.claim, token):
            whom = laid.there(one.at)
            if whom is not None and not whom.verbal and not _equated(laid.source, whom, there):
                return Fault("roles", f"the cited sentence does not say that it is “{there.text}”", False)
    return None


def _equated(source: Reading, one: Token, other: Token) -> bool:
    """Whether two nouns stand together, or have a “to be” between them: “Ada, the mayor,”, “was named mayor”."""
    first, last = sorted((one.at, other.at))
    verb = next((each for each in reversed(source.tokens[first:last]) if is_verb(each)), None)
    if verb is None:
        return one.clause == other.clause
    if not verb.verbal:
        return verb.lower in grammar.BE
    complement = source.tokens[last]
    return not complement.marker and (verb.passive or not _COPULAS.isdisjoint(lemmas(verb.lower)))


def _whom(reading: Reading, token: Token) -> Sequence[Token]:
    """Whom a verb, or a noun behind “to be”, is said of; nobody if it cannot be told."""
    if token.verbal:
        return surface_subject(reading, token)
    aside = aside_with(reading, token)
    clause = aside.says if aside else [one for one in reading.tokens if not aside_with(reading, one)]
    if any(one.verbal for one in clause) or token not in _complement(clause):
        return ()
    return aside.about if aside else [one for one in opening(reading) if not one.marker]


def _complement(clause: Sequence[Token]) -> list[Token]:
    """The phrase behind the first “to be” of a clause."""
    be = next((n for n, one in enumerate(clause) if one.lower in grammar.BE), len(clause))
    ends = grammar.PREPOSITIONS | grammar.COORDINATORS | grammar.SUBORDINATORS
    return list(takewhile(lambda one: one.part != "mark" and one.lower not in ends, clause[be + 1 :]))


def _to_whom(reading: Reading, verb: Token) -> Sequence[Token]:
    """To whom it is done, in either voice."""
    if verb.passive:
        return surface_subject(reading, verb)
    return [one for one in reading.matter if role(reading, one) == ("object", verb.at)]
