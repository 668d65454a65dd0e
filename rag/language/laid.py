"""Compare a claim with one sentence of a source: which of its words are there, which its context supplies.

Little is taken from the context: who “she” or “the company” is, from the sentences before; the names in
the headings above; if the sentence is a bare list item or field (“Price: 549 euros” under “Orlan Max”),
everything that the headings say; and a few words that are supplied in other forms (`supplied`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.language import grammar
from rag.language.align import Aligned, align, likeness
from rag.language.instructions import instructs
from rag.language.lexicon import akin, is_kind_of
from rag.language.names import groups, short_forms
from rag.language.places import Place
from rag.language.reading import Reading, Token, read
from rag.language.supplied import counted_people, described, light_verbs, same_year


@dataclass(frozen=True, slots=True)
class Laid:
    """A claim aligned with one place.

    `around` maps the claim tokens that only the context supplies to “heading”, “before”, “beside”,
    “number” or “noun”; `spelled` are those that are a longer or shorter form of a name there; `nearby` those
    found near the place, not in it.
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
    for at in counted_people(claim, source, aligned):
        around[at] = "number"
    for at in light_verbs(claim, source, aligned):
        around[at] = "noun"
    for at in same_year(aligned, source, before):
        around[at] = "before"
    for at in described(claim, aligned, beside, place):
        around.setdefault(at, "beside")
    spelled = _spelled(claim, aligned, [source, *over, *before]) | _in_full(claim, source, aligned, place)
    nearby = frozenset(
        token.at
        for token in aligned.missing
        if _in(token, [*over, *before, *(read(each.text) for each in beside)])
    )
    return Laid(claim, place, source, aligned, around, spelled, nearby)


def is_fragment(source: Reading) -> bool:
    """Whether a place is not a full sentence but a list item, a field or a row."""
    return not any(token.verbal or token.lower in grammar.AUXILIARIES for token in source.tokens)


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
    if named := _named_before(source, before):
        return named
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


def _named_before(source: Reading, before: list[Reading]) -> list[Token]:
    """The name that the sentence before gives to “this book”: “his book, Tales of Ice,”."""
    if not before or len(source.tokens) < 2 or source.tokens[0].lower != "this":
        return []
    noun, tokens = source.tokens[1], before[0].tokens
    for word, comma in pairwise(tokens):
        if word.lower == noun.lower and noun.part == "matter" and comma.lower == ",":
            named = _run_of_names(tokens[comma.at + 1 :])
            if named:
                return named
    return []


def _run_of_names(tokens: Sequence[Token]) -> list[Token]:
    """The name that these tokens begin with, up to a mark; it may hold a function word: “Tales of Ice”."""
    found: list[Token] = []
    for token in tokens:
        if token.part == "mark":
            break
        if token.part not in ("name", "function") or (not found and token.part != "name"):
            return []
        found.append(token)
    return [token for token in found if token.part == "name"]


def _subject(reading: Reading) -> list[Token]:
    """The first name in a sentence, in full; otherwise the noun phrase before its verb."""
    first = next(groups(reading), ())
    if first:
        return list(first)
    found = []
    for token in reading.tokens:
        if token.verbal or token.lower in grammar.AUXILIARIES:
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
