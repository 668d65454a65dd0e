"""Deeds and their nouns: is what a claim makes the object, the doer or the thing that in its source, too?"""

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.language import grammar
from rag.language.align import likeness
from rag.language.laid import Laid
from rag.language.lexicon import may_be_noun
from rag.language.phrasal import PARTICLES
from rag.language.reading import Reading, Token, is_verb
from rag.language.roles import arguments
from rag.language.subjects import role

_DOER = re.compile(r"(?:er|or|ist)s?$")  # “director”, but not “direction”


def parts_exchanged(laid: Laid) -> str:
    """Which deed of the source the claim makes the object of another; "" if none.

    “The abbot repaired the inspection” has each word of “The abbot inspected the repair”. In “Ada announced
    that she had closed the mill”, the second deed is an object of the first: “Ada announced the closure”.
    """
    for token in laid.claim.matter:
        if reason := _another_doer(laid, token):
            return reason
        there, ours = laid.there(token.at), role(laid.claim, token)
        if token.verbal or ours.verb < 0 or ours.kind == "subject" or there is None or not there.verbal:
            continue
        deed = laid.there(ours.verb)
        if deed is not None and deed.part == "matter" and (not deed.verbal or there.at < deed.at):
            verb = laid.claim.tokens[ours.verb]
            return f"in the cited sentence, “{there.text}” is no object of “{verb.text}”"
    return ""


def only_described(laid: Laid) -> str:
    """Which noun of the claim the source has only in front of another that the claim leaves out; "" if none.

    “The harbour inspector resigned” says nothing of the harbour.
    """
    used = set(laid.aligned.found.values())
    for token, there in arguments(laid):
        ours, theirs = role(laid.claim, token), role(laid.source, there)
        if not {ours.kind, theirs.kind} <= {"subject", "object"} or token.part != "matter":
            continue
        head = _described_by(laid.source, there)
        if head is not None and head.at not in used and _described_by(laid.claim, token) is None:
            return f"the cited sentence is about “{there.text} {head.text}”, not “{token.text}”"
    return ""


def owned_by_another(laid: Laid) -> str:
    """Whose thing it is in the source, if the claim gives it to the owner of another; "" if to its own."""
    for token, there in arguments(laid):
        if not (token.owner and there.owner):
            continue
        for one in _owned(laid.claim, token):
            thing = laid.there(one.at)
            owner = _owner(laid.source, thing) if thing is not None else None
            if owner is not None and owner.at != there.at and not likeness(token, owner):
                return f"in the cited sentence “{one.text}” is {owner.text}'s, not {token.text}'s"
    return ""


def _owned(reading: Reading, owner: Token) -> list[Token]:
    """The nouns and adjectives behind an owner."""
    found: list[Token] = []
    for token in reading.tokens[owner.at + 1 :]:
        if token.part not in ("matter", "name") or token.verbal:
            break
        found.append(token)
    return found


def _owner(reading: Reading, thing: Token) -> Token | None:
    """The owner in front of a thing, in its phrase."""
    for token in reversed(reading.tokens[: thing.at]):
        if token.owner:
            return token
        if token.part not in ("matter", "name") or token.verbal:
            return None
    return None


def _described_by(reading: Reading, token: Token) -> Token | None:
    """The noun that follows a noun in its phrase."""
    after = reading.tokens[token.at + 1] if token.at + 1 < len(reading.tokens) else None
    if after is None or after.part != "matter" or after.verbal:
        return None
    return after if may_be_noun(token.lower) and may_be_noun(after.lower) else None


def _another_doer(laid: Laid, token: Token) -> str:
    """Why somebody is not the doer that a noun of the claim names: “directed for Ada” has no director Ada.

    Nor does “directed by Ada” have a “director of Ada”.
    """
    deed = laid.there(token.at)
    if token.verbal or deed is None or not deed.verbal or not _DOER.search(token.lower):
        return ""
    following = (one for one in laid.claim.tokens[token.at + 1 :] if one.part != "function")
    first = next(following, None)
    of = first is not None and laid.claim.tokens[token.at + 1].lower == "of"
    for one in laid.claim.matter:
        there = laid.there(one.at)
        kind = role(laid.source, there).kind if there is not None and there.verb == deed.at else ""
        equated = one.part == "name" and role(laid.claim, one) == ("", -1)
        if (of and one is first and kind == "subject") or (equated and kind not in ("", "subject")):
            return f"in the cited sentence, “{deed.text}” is said otherwise of {one.text}"
    return ""


def of_two_words(laid: Laid) -> str:
    """Why a verb of two words is another although it has the same words; "" if it is the same.

    “Ada went on a holiday” is no “went on strike”, and who “took off her coat” did not take off.
    """
    for token in laid.claim.matter:
        there = laid.there(token.at)
        if there is None or not token.phrasal or token.phrasal != there.phrasal:
            continue
        if token.passive or there.passive:
            continue
        ours, theirs = _complement(laid.claim, token), _complement(laid.source, there)
        if theirs and not any(likeness(one, other) for one in ours for other in theirs):
            what = " ".join(one.text for one in theirs)
            return f"the cited sentence says “{token.phrasal}” of “{what}”"
    return ""


def _complement(reading: Reading, verb: Token) -> list[Token]:
    """The nouns between a verb and its particle, else those right behind the particle."""
    particle = verb.phrasal.split()[-1]
    behind = reading.tokens[verb.at + 1 :]
    at = next((one.at for one in behind if one.lower == particle and particle in PARTICLES), None)
    if at is None:
        return []
    between = _nouns(reading.tokens[verb.at + 1 : at])
    of = at + 1 < len(reading.tokens) and reading.tokens[at + 1].lower == "of"  # “ran out of money”
    return between or _nouns(reading.tokens[at + 1 + of :])


def _nouns(tokens: Sequence[Token]) -> list[Token]:
    """The names and nouns of the phrase that these tokens begin with, up to a preposition but “of”."""
    ends = grammar.PREPOSITIONS - {"of"} | grammar.SUBORDINATORS
    phrase = takewhile(lambda one: not is_verb(one) and one.part != "mark" and one.lower not in ends, tokens)
    return [one for one in phrase if one.part == "name" or (one.part == "matter" and may_be_noun(one.lower))]
