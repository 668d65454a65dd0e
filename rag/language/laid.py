"""Compare a claim with one sentence of a source: which of its words are there, which its context supplies.

Only three things are taken from the context: who “she” or “the company” is, from the sentences before;
the names in the headings above; and, if the sentence is a bare list item or field (“Price: 549 euros” under
“Orlan Max”), everything that the headings say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.language import grammar
from rag.language.align import Aligned, align, likeness
from rag.language.instructions import instructs
from rag.language.lexicon import akin, is_kind_of
from rag.language.names import groups, short_forms
from rag.language.places import Place
from rag.language.reading import Reading, Token, is_verb, read


@dataclass(frozen=True, slots=True)
class Laid:
    """A claim aligned with one place.

    `around` maps the claim tokens that only the context supplies to “heading”, “before” or
    “beside”; `spelled` are those that are a longer or shorter form of a name there; `nearby` those found near
    the place, not in it.
    """

    claim: Reading
    place: Place
    source: Reading
    aligned: Aligned
    around: Mapping[int, str]
    spelled: frozenset[int]
    nearby: frozenset[int]

    @property
    def put_in(self) -> list[Token]:
        """The claim's content tokens that neither the place nor its context has."""
        return [
            token
            for token in self.aligned.missing
            if token.at not in self.around and token.at not in self.spelled
        ]

    @property
    def share(self) -> float:
        """Share of the claim's content that the place and its context have, 0 to 1."""
        matter = self.claim.matter
        if not matter:
            return 0.0
        got = sum(
            self.aligned.worth.get(token.at, 0.8 * (token.at in self.around or token.at in self.spelled))
            for token in matter
        )
        return got / len(matter)

    def there(self, at: int) -> Token | None:
        """The source token that a claim token is aligned with."""
        where = self.aligned.found.get(at)
        return None if where is None else self.source.tokens[where]


def lay(claim: Reading, place: Place, beside: Sequence[Place] = ()) -> Laid:
    """Compare a claim with a place; words found only in other cited places (`beside`) count as near it."""
    source = read(place.text)
    aligned = align(claim, source)
    over = [read(text) for text in (*place.path, place.title) if text and not instructs(text)]
    before = [read(text) for text in reversed(place.before) if not instructs(text)]
    around: dict[int, str] = {}
    explained = _explains(source, before)
    fragment = is_fragment(source)
    for token in aligned.missing:
        if (token.part == "name" or fragment or _may_be_referent(source, token)) and _in(token, over):
            around[token.at] = "heading"
        elif (
            token.part in ("name", "matter")
            and not token.verbal
            and any(likeness(token, other) for other in explained)
        ):
            around[token.at] = "before"
    for at in _described(claim, aligned, beside, place):
        around.setdefault(at, "beside")
    spelled = _spelled(claim, aligned, [source, *over, *before]) | _in_full(claim, source, aligned, place)
    nearby = frozenset(
        token.at
        for token in aligned.missing
        if _in(token, [*over, *before, *(read(each.text) for each in beside)])
    )
    return Laid(claim, place, source, aligned, around, spelled, nearby)


def _described(claim: Reading, aligned: Aligned, beside: Sequence[Place], place: Place) -> set[int]:
    """What the claim puts in front of a word of its place as another cited sentence of the article does.

    “The research vessel Knorr”, where the place has only “Knorr”. Nothing where the place itself describes it
    otherwise, or the words are more than a description.
    """
    found: set[int] = set()
    others = [read(one.text) for one in beside if one is not place and one.source == place.source]
    missing = {token.at for token in aligned.missing if token.part in ("matter", "name") and not token.verbal}
    for head in claim.tokens if others else ():
        there = aligned.found.get(head.at)
        first = head.at
        while first - 1 in missing and not claim.tokens[first - 1].owner:
            first -= 1
        if there is None or head.verbal or head.part not in ("matter", "name") or first == head.at:
            continue
        if not _is_bare_head(aligned.source, there):
            continue
        run = claim.tokens[first : head.at + 1]
        if any(_stands(run, other) for other in others):
            found.update(range(first, head.at))
    return found


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


def is_fragment(source: Reading) -> bool:
    """Whether a place is not a full sentence but a list item, a field or a row."""
    return not any(is_verb(token) for token in source.tokens)


def _in(token: Token, readings: list[Reading]) -> bool:
    return any(likeness(token, other) for reading in readings for other in reading.matter)


def _may_be_referent(source: Reading, token: Token) -> bool:
    """Whether a common noun may be the referent of a pronoun in the source."""
    return not token.verbal and token.part == "matter" and _pronoun(source) is not None


def _pronoun(source: Reading) -> Token | None:
    for token, after in zip(source.tokens, [*source.tokens[1:], None], strict=False):
        pointing = token.lower in ("this", "that", "these", "those", "both")
        of_a_noun = pointing and after is not None and after.part == "matter" and not after.verbal
        if token.part == "function" and token.lower in grammar.STANDS_FOR and not of_a_noun:
            return token
    return None


def _explains(source: Reading, before: list[Reading]) -> list[Token]:
    """The subject in the sentences before that a pronoun or “the company” in the source may refer to."""
    definite = any(token.lower == "the" and token.at <= 1 for token in source.tokens) and not source.names
    if _pronoun(source) is None and not definite:
        return []
    for reading in before:
        subject = _subject(reading)
        if subject:
            return subject if _pronoun(source) is not None or _may_be_called(subject, source) else []
    return []


def _may_be_called(subject: Sequence[Token], source: Reading) -> bool:
    """Whether “the building” with which a sentence begins may be this subject: “the barn” is no chapel."""
    noun = _subject(source)[-1:]
    head = subject[-1]
    if head.part == "name" or not noun:
        return True
    return akin(noun[0].lower, head.lower) is not None or is_kind_of(head.lower, noun[0].lower)


def _subject(reading: Reading) -> list[Token]:
    """The first name in a sentence, in full; otherwise the noun phrase before its verb."""
    first = next(groups(reading), ())
    if first:
        return list(first)
    found = []
    for token in reading.tokens:
        if is_verb(token):
            break
        if token.part == "matter":
            found.append(token)
    return found


def _spelled(claim: Reading, aligned: Aligned, readings: list[Reading]) -> frozenset[int]:
    """Claim tokens that abbreviate or expand a name in the context: ECB, European Central Bank."""
    missing = {token.at for token in aligned.missing if token.part == "name"}
    if not missing:
        return frozenset()
    found: set[int] = set()
    shorts = short_forms(readings)
    for at in missing:
        if claim.tokens[at].lower in shorts:
            found.add(at)
    there = {token.lower for reading in readings for token in reading.tokens if token.text.isupper()}
    for group in groups(claim):
        full = [token for token in group if token.part == "name"]
        if len(full) > 1 and "".join(token.lower[0] for token in full) in there:
            found.update(token.at for token in full)
    return frozenset(found & missing)


def _in_full(claim: Reading, source: Reading, aligned: Aligned, place: Place) -> frozenset[int]:
    """Claim tokens that give in full a name that the article introduced and the place shortens."""
    found: set[int] = set()
    for full in place.full_names:
        words = [token.lower for token in read(full).tokens]
        for token in claim.tokens:
            there = aligned.found.get(token.at)
            if there is None or token.lower != words[-1] or source.tokens[there].lower != words[-1]:
                continue
            before = _names_before(claim, token.at)
            theirs = _names_before(source, there)
            if _ends_with(words[:-1], before) and {one.lower for one in theirs} <= set(words):
                found.update(one.at for one in before)
    return frozenset(found & {token.at for token in aligned.missing})


def _names_before(reading: Reading, at: int) -> list[Token]:
    """The words of a name before its last word."""
    first = at
    while first and reading.tokens[first - 1].part == "name" and not reading.tokens[first - 1].owner:
        first -= 1
    return list(reading.tokens[first:at])


def _ends_with(words: list[str], last: list[Token]) -> bool:
    """Whether given names are the last of these; initials may be left out, but not put in."""
    full = [word for word in words if len(word) > 1]
    told = [token.lower for token in last]
    given = [word for word in told if len(word) > 1]
    return bool(given) and full[-len(given) :] == given and set(told) <= set(words)
