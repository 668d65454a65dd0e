"""Is what a claim says of somebody said of the same one in its source, and not of another beside?"""

from collections.abc import Sequence
from itertools import dropwhile, takewhile

from rag.language import grammar
from rag.language.align import likeness
from rag.language.asides import aside_with, outside
from rag.language.fault import Fault
from rag.language.laid import Laid
from rag.language.lexicon import akin, lemmas
from rag.language.phrases import is_adverb
from rag.language.reading import Reading, Token, is_verb
from rag.language.subjects import opening, role, surface_subject

# Verbs that equate as “to be” does. “Seems” and “acts as” do not say that it is so. Not known: when somebody
# has ceased to be it, and other verbs that come to the same (“worked as”, “turned”).
_COPULAS = frozenset("be become remain stay".split())
# These may stand within a verb: “is now used”, “has not been”.
_WITHIN = grammar.NEGATIONS | grammar.DISCOURSE | frozenset(grammar.QUANTIFIERS)


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
    """“Ada met the mayor” does not say that she is the mayor, nor “Ada sold a mill” that she has one."""
    for token in laid.claim.matter:
        there = laid.there(token.at)
        if there is None or token.verbal or there.verbal or token.marker or token.quantity or token.day:
            continue
        for word, links, linked in (("is", grammar.BE, _equated), ("has", grammar.HAVE, _owned)):
            stated = {one.at for one in _linked_to(laid.source, there, links)}
            for one in _linked_to(laid.claim, token, links):
                whom = laid.there(one.at)
                if whom is None or whom.verbal or whom.at in stated or linked(laid.source, whom, there):
                    continue
                reason = f"the cited sentence does not say that {whom.text} {word} “{there.text}”"
                return Fault("roles", reason, False)
    return None


def _equated(source: Reading, one: Token, other: Token) -> bool:
    """Whether two nouns stand together, “Ada, the mayor,”, or have a “to be” between: “was named mayor”."""
    verb = _verb_between(source, one, other)
    if verb is None:
        return one.clause == other.clause
    if not verb.verbal:
        return verb.lower in grammar.BE
    complement = max(one, other, key=lambda each: each.at)
    return not complement.marker and (verb.passive or not _COPULAS.isdisjoint(lemmas(verb.lower)))


def _owned(source: Reading, one: Token, other: Token) -> bool:
    """Whether two nouns stand together, or have a “to have” or “with” between them."""
    verb = _verb_between(source, one, other)
    with_it = not {"with", "of"}.isdisjoint((one.marker, other.marker))
    return with_it or verb is None or not verb.verbal or akin("have", verb.lower) is not None


def _verb_between(source: Reading, one: Token, other: Token) -> Token | None:
    first, last = sorted((one.at, other.at))
    return next((each for each in reversed(source.tokens[first:last]) if is_verb(each)), None)


def _whom(reading: Reading, token: Token) -> Sequence[Token]:
    """Whom a verb, or a noun behind “to be”, is said of; nobody if it cannot be told."""
    return surface_subject(reading, token) if token.verbal else _linked_to(reading, token, grammar.BE)


def _linked_to(reading: Reading, noun: Token, links: frozenset[str]) -> Sequence[Token]:
    """The subject of a clause whose verb is a form of “be” or “have” with this noun behind it."""
    aside = aside_with(reading, noun)
    clause = aside.says if aside else outside(reading)
    if all(one.at != noun.at for one in _complement(clause, links)):
        return ()
    return aside.about if aside else [one for one in opening(reading) if not one.marker]


def _complement(clause: Sequence[Token], links: frozenset[str]) -> list[Token]:
    """The phrase behind the verb of a clause, “is” or “has been”, if its last word is one of these."""
    behind = [*dropwhile(lambda one: not is_verb(one), clause)]
    verb = [*takewhile(lambda one: is_verb(one) or one.lower in _WITHIN or is_adverb(one), behind)]
    last = next((one for one in reversed(verb) if is_verb(one)), None)
    if last is None or last.lower not in links:
        return []
    ends = grammar.PREPOSITIONS | grammar.COORDINATORS | grammar.SUBORDINATORS
    return [*takewhile(lambda one: one.part != "mark" and one.lower not in ends, behind[len(verb) :])]


def _to_whom(reading: Reading, verb: Token) -> Sequence[Token]:
    """To whom it is done, in either voice."""
    if verb.passive:
        return surface_subject(reading, verb)
    return [one for one in reading.matter if role(reading, one) == ("object", verb.at)]
