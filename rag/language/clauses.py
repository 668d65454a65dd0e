"""Split a claim into its clauses, each a separate claim, since each may be proved by a different sentence.

A source is also read without its parenthetical remarks, because paraphrases leave them out.

parts(read("Xi spoke of trade and asked the U.S. to remove its measures."))
→ ["Xi spoke of trade", "Xi asked the U.S. to remove its measures."]
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from rag.language import grammar
from rag.language.lexicon import concrete, lemmas, may_be_noun
from rag.language.reading import Reading, Token, is_verb, read

# “A because B” says more than A and B separately, so a claim is split only at these.
_PART = frozenset("while although whereas though and but".split())
# In the next clause these stand for the subject, which another article's “it” does not.
_THE_SAME = frozenset("it he she they its his her their".split())
# That a name or a ship may be a “she”, and which names are a man's, is not known.
_PERSONS = frozenset("he she his her".split())
_OF_SEVERAL = frozenset("they their".split())
_OWN = "'s"
_LONGEST_SUBJECT = 8  # tokens
_MOST = 4
_REMARK = re.compile(r"\s?\([^()]{1,300}\)")


@lru_cache(maxsize=4096)
def parts(claim: Reading) -> tuple[Reading, ...]:
    """The claim's clauses, which marks and conjunctions separate.

    One that shares the subject of the one before is given that subject.
    """
    starts = _starts(claim)
    if not 2 <= len(starts) <= _MOST:
        return (claim,)
    texts: list[str] = []
    subject: list[Token] = []
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
        named = claim.text[subject[0].start : subject[-1].end] if subject else ""
        if is_verb(body[0]):
            text = f"{named} {text}" if n else text
        elif subject and body[0].lower in _THE_SAME:
            if _may_be_another(claim.tokens[:at], subject, body[0].lower):
                return (claim,)
            rest = claim.text[body[0].end : end].strip(" ,;:—–")
            text = f"{named}{'' if body[0].lower in grammar.SUBJECTS else _OWN} {rest}"
        else:
            subject = _subject(body) or subject
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
        if is_verb(token):
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
        if is_verb(token):
            return True
        if token.lower in _PART or token.lower in (";", ":", "—"):
            return False
    return False


def _subject(body: list[Token]) -> list[Token]:
    found = list(takewhile(lambda token: not is_verb(token) and token.part != "mark", body))
    return found if len(found) <= _LONGEST_SUBJECT else []


def _may_be_another(before: Sequence[Token], subject: Sequence[Token], pronoun: str) -> bool:
    """Whether another noun before a pronoun may be the one that it stands for: “Ada hired Bo, and he left”.

    “They” may be one: a team. Whether a noun is a person is not known, only that some are things.
    """
    others = [one for one in before if _is_noun(one) and one not in subject]
    if pronoun not in _OF_SEVERAL:
        others = [one for one in others if one.part == "name" or not _is_plural(one.lower)]
    if pronoun in _PERSONS:
        others = [one for one in others if one.part == "name" or not concrete(one.lower)]
    return bool(others)


def _is_noun(token: Token) -> bool:
    return token.part == "name" or (token.part == "matter" and not token.verbal and may_be_noun(token.lower))


def _is_plural(word: str) -> bool:
    return word.endswith("s") and lemmas(word)[0] != word
