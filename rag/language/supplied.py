"""Words of a claim that its place need not have, because what it has supplies them.

“Some 4,000 people” for “an attendance of 4,000”, “made a decision” for “decided”, “the tear ducts” for “the
ducts” where the sentence before calls them so, “in 1898” for “in the same year”.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.language import grammar
from rag.language.align import Aligned, likeness
from rag.language.lexicon import lemmas
from rag.language.places import Place
from rag.language.reading import Reading, Token, read

# Quirk et al. (1985), §10.30: verbs with an “eventive” object.
_LIGHT = frozenset("make take have give do hold pay reach conduct".split())
_INHABITANTS = frozenset("inhabitants residents people".split())
_PEOPLE = frozenset("people persons individuals".split())


def counted_people(claim: Reading, source: Reading, aligned: Aligned) -> Iterator[int]:
    """“People” behind a number that the source has of nothing else: “an attendance of 4,000”."""
    for number, noun in pairwise(claim.tokens):
        there = aligned.found.get(number.at) if number.quantity else None
        if there is None or noun.at in aligned.found:
            continue
        after = source.tokens[there + 1] if there + 1 < len(source.tokens) else None
        of_population = noun.lower in _INHABITANTS and any(one.lower == "population" for one in source.tokens)
        if of_population or (noun.lower in _PEOPLE and (after is None or after.part in ("mark", "function"))):
            yield noun.at


def light_verbs(claim: Reading, source: Reading, aligned: Aligned) -> Iterator[int]:
    """Verbs that only carry the noun of what somebody does in the source: “made a decision”, “decided”."""
    for token in aligned.missing:
        if not token.verbal or _LIGHT.isdisjoint(lemmas(token.lower)):
            continue
        noun = next((one for one in claim.tokens[token.at + 1 :] if one.part in ("matter", "name")), None)
        deed = source.tokens[aligned.found[noun.at]] if noun and noun.at in aligned.found else None
        doers = [one for one in claim.tokens[: token.at] if one.verb == token.at and one.at in aligned.found]
        if noun is None or deed is None or not deed.verbal or noun.verbal or not doers:
            continue
        if all(source.tokens[aligned.found[one.at]].verb == deed.at for one in doers):
            yield token.at


def described(claim: Reading, aligned: Aligned, beside: Sequence[Place], place: Place) -> set[int]:
    """What the claim puts in front of a word of its place as another cited sentence of the article does.

    “The research vessel Knorr”, where the place has only “Knorr”. Nothing where the place itself describes it
    otherwise, or the words are more than a description. The sentences before count too, if they describe
    what they call so in one way only.
    """
    found: set[int] = set()
    others = [read(one.text) for one in beside if one is not place and one.source == place.source]
    before = [read(text) for text in place.before]
    missing = {token.at for token in aligned.missing if token.part in ("matter", "name") and not token.verbal}
    for head in claim.tokens if others or before else ():
        there = aligned.found.get(head.at)
        first = head.at
        while first - 1 in missing and not claim.tokens[first - 1].owner:
            first -= 1
        if there is None or head.verbal or head.part not in ("matter", "name") or first == head.at:
            continue
        if not _is_bare_head(aligned.source, there):
            continue
        run = claim.tokens[first : head.at + 1]
        if any(_stands(run, other) for other in others) or _described_so(run, before):
            found.update(range(first, head.at))
    return found


def _described_so(run: Sequence[Token], before: Sequence[Reading]) -> bool:
    """Whether these sentences describe the last of the words by the others, and never otherwise."""
    *words, head = run
    found = False
    for reading in before:
        for token in reading.tokens:
            described = reading.tokens[max(token.at - len(words), 0) : token.at]
            if head.part != "matter" or not likeness(head, token):
                continue
            if [one.lower for one in described] == [one.lower for one in words]:
                found = True
            elif described and described[-1].part != "function":
                return False
    return found


def same_year(aligned: Aligned, source: Reading, before: Sequence[Reading]) -> Iterator[int]:
    """A year of the claim that is “the same year” in the source: the only one of the sentence before."""
    lower = [token.lower for token in source.tokens]
    same = any(pair in (("same", "year"), ("that", "year")) for pair in pairwise(lower))
    stated = [one for one in (before[0].quantities if before else ()) if one.rank == "year"]
    for token in aligned.missing if same and len(stated) == 1 else ():
        if token.quantity and token.quantity.rank == "year" and token.quantity.value == stated[0].value:
            yield token.at


def _is_bare_head(source: Reading, at: int) -> bool:
    """Whether a word is a name or a definite noun that nothing describes: “the tug”, “each canal”."""
    word = source.tokens[at]
    before = source.tokens[at - 1] if at else None
    after = source.tokens[at + 1] if at + 1 < len(source.tokens) else None
    if any(
        one is not None and one.part in ("matter", "name", "quantity") and not one.verbal
        for one in (before, after)
    ):
        return False
    return word.part == "name" or (before is not None and before.lower in grammar.DEFINITE)


def _stands(run: Sequence[Token], reading: Reading) -> bool:
    """Whether words stand next to each other in a text, the last of them in any form."""
    *words, head = run
    for at in range(len(reading.tokens) - len(words)):
        following = reading.tokens[at : at + len(words)]
        same = all(one.lower == other.lower for one, other in zip(words, following, strict=True))
        if same and likeness(head, reading.tokens[at + len(words)]):
            return True
    return False
