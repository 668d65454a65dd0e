"""Deeds and their nouns: is what a claim makes the object, the doer or the thing that in its source, too?"""

import re

from rag.language.align import likeness
from rag.language.laid import Laid
from rag.language.lexicon import lemmas, noun_share
from rag.language.reading import Reading, Token
from rag.language.roles import arguments, role

_MAY_BE_NOUN = 0.3  # share of its uses: “harbour” is oftener a verb in the dictionary
_DOER = re.compile(r"(?:er|or|ist)s?$")  # “director”, but not “direction”


def parts_exchanged(laid: Laid) -> str:
    """Which deed of the source the claim makes the object of another; "" if none.

    “The abbot repaired the inspection” has each word of “The abbot inspected the repair”. In “Ada announced
    that she had closed the mill”, the second deed is an object of the first: “Ada announced the closure”.
    """
    for token in laid.claim.matter:
        if reason := _doer_of_itself(laid, token):
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
    return after if _is_noun(token.lower) and _is_noun(after.lower) else None


def _is_noun(word: str) -> bool:
    return max(map(noun_share, lemmas(word))) >= _MAY_BE_NOUN


def _doer_of_itself(laid: Laid, token: Token) -> str:
    """Why somebody is not who the claim makes the object: “directed by Ada” has no “director of Ada”."""
    deed, of = laid.there(token.at), laid.claim.tokens[token.at + 1 : token.at + 2]
    if token.verbal or deed is None or not deed.verbal or not of or of[0].lower != "of":
        return ""
    first = next((one for one in laid.claim.tokens[of[0].at + 1 :] if one.part != "function"), None)
    done = laid.there(first.at) if first is not None else None
    if done is None or not _DOER.search(token.lower) or role(laid.source, done) != ("subject", deed.at):
        return ""
    return f"in the cited sentence it is {done.text} that {deed.text}"
