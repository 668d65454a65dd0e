"""Split a claim into its clauses, each a separate claim, since each may be proved by a different sentence.

A source is also read without its parenthetical remarks, because paraphrases leave them out.

parts(read("Xi spoke of trade and asked the U.S. to remove its measures."))
→ ["Xi spoke of trade", "Xi asked the U.S. to remove its measures."]
"""

import re
from functools import lru_cache

from rag.language import grammar
from rag.language.asides import told_apart
from rag.language.reading import Reading, Token, read

# “A because B” says more than A and B separately, so a claim is split only at these.
_PART = frozenset("while although whereas though and but".split())
# In the next clause these stand for the subject, which another article's “it” does not.
_THE_SAME = frozenset("it he she they its his her their".split())
_OWN = "'s"
_MOST = 4
_REMARK = re.compile(r"\s?\([^()]{1,300}\)")


@lru_cache(maxsize=4096)
def parts(claim: Reading) -> tuple[Reading, ...]:
    """The claim's clauses; one that shares the subject of the one before is given that subject.

    What it says aside, “, which …,” or “, founded in 1871,”, is a clause of its own.
    """
    found, whole = [claim], 0
    while whole < len(found) <= _MOST:
        if aside := told_apart(found[whole]):
            found[whole : whole + 1] = map(read, aside)
        else:
            whole += 1
    found = [one for each in found for one in _coordinate(each)]
    fine = len(found) <= _MOST and all(len(one.matter) >= 2 for one in found)
    return tuple(found) if fine else _coordinate(claim)


def _coordinate(claim: Reading) -> tuple[Reading, ...]:
    """The clauses that marks and conjunctions separate."""
    starts = _starts(claim)
    if not 2 <= len(starts) <= _MOST:
        return (claim,)
    texts: list[str] = []
    subject = ""
    for n, at in enumerate(starts):
        end = claim.tokens[starts[n + 1]].start if n + 1 < len(starts) else len(claim.text)
        body = list(claim.tokens[at : starts[n + 1] if n + 1 < len(starts) else None])
        while body and (
            body[0].part == "mark" or body[0].lower in _PART or body[0].lower in grammar.DISCOURSE
        ):
            body = body[1:]
        if not body:
            return (claim,)
        text = claim.text[body[0].start : end].strip(" ,;:—–")
        if body[0].verbal or body[0].lower in grammar.AUXILIARIES:
            text = f"{subject} {text}" if n else text
        elif subject and body[0].lower in _THE_SAME:
            rest = claim.text[body[0].end : end].strip(" ,;:—–")
            text = f"{subject}{'' if body[0].lower in grammar.SUBJECTS else _OWN} {rest}"
        else:
            subject = _subject(claim, body) or subject
        texts.append(text)
    found = tuple(map(read, texts))
    return found if all(len(one.matter) >= 2 for one in found) else (claim,)


def without_remarks(source: str, claim: str) -> str:
    """The source without parentheticals that the claim does not repeat; one that negates, “(not)”, stays."""

    def kept(match: re.Match[str]) -> str:
        remark = match[0].strip(" ()")
        denies = any(token.lower in grammar.NEGATIONS for token in read(remark).tokens)
        return match[0] if denies or remark in claim else ""

    return _REMARK.sub(kept, source)


def _starts(claim: Reading) -> list[int]:
    """Where clauses begin: at a mark or conjunction that has a verb both before and after it."""
    found, seen = [0], False
    tokens = claim.tokens
    for token in tokens:
        if token.verbal or token.lower in grammar.AUXILIARIES:
            seen = True
        parting = (token.lower in _PART and token.part == "function") or (
            token.part == "mark" and token.lower in (";", ":", "—", "–")
        )
        parting = parting or (token.lower == "," and _predicate_follows(tokens, token.at))
        if token.at and parting and seen and _verb_follows(tokens, token.at):
            found.append(token.at)
            seen = False
        # “While A did this, B did that”
        if (
            token.lower == ","
            and found == [0]
            and tokens[0].lower in _PART
            and seen
            and _verb_follows(tokens, token.at)
        ):
            found.append(token.at)
            seen = False
    return found


def _predicate_follows(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a finite verb comes right behind a comma: “Lind paints, writes songs and is a nurse”."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None:
        return False
    finite = after.verbal and after.lower.endswith("s") and not after.lower.endswith("ss")
    return finite or after.lower in grammar.BE - {"been", "being"} | {"has", "have", "had"}


def _verb_follows(tokens: tuple[Token, ...], at: int) -> bool:
    for token in tokens[at + 1 :]:
        if token.verbal or token.lower in grammar.AUXILIARIES:
            return True
        if token.lower in _PART or token.lower in (";", ":", "—"):
            return False
    return False


def _subject(claim: Reading, body: list[Token]) -> str:
    found: list[Token] = []
    for token in body:
        if token.verbal or token.lower in grammar.AUXILIARIES or token.part == "mark":
            break
        found.append(token)
    return claim.text[found[0].start : found[-1].end] if found and len(found) <= 8 else ""
