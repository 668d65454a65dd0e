"""Word alignment: which words of a claim occur in a source, and where. A source word proves one claim word.

    align(read("Two thirds of members approved it."), [read("Approval came from 67% of the members.")])

A word matches itself, another form of it, a derivation, or a word that shares a common sense with it; a name
matches another form of the name; a date matches a date that is at least as precise.
"""

import re
from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from rag.language.lexicon import akin, akin_phrasal, lemmas, opposed
from rag.language.likely import WordIndex
from rag.language.names import acronyms, same_name
from rag.language.quantities import Quantity, rounds_to, same_value
from rag.language.reading import Reading, Token

_NEIGHBOURS = 6  # tokens
_FAR = 30
_WORTH = {"form": 1.0, "derived": 0.9, "sense": 0.7, "kind": 0.6}
# With one of these behind it, a verb is another: “gave up”, “turned down”, “took place”.
_CHANGES = re.compile(" (?:up|down|out|off|away|back|place|part|as)$")
# Reporting verbs: they differ without changing what is reported.
SAYING = frozenset(
    (
        "say says said saying state states stated tell tells told note notes noted mention mentions mentioned"
        " add adds added report reports reported remark remarks remarked write writes wrote explain explains"
        " explained according announce announces announced comment comments commented describe describes"
        " described stress stresses stressed emphasize emphasizes emphasized"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Aligned:
    """The alignment of a claim's tokens with those of one source.

    `found` maps the index of a claim token to that of its source token, `worth` to the match quality, 0–1.
    """

    claim: Reading
    source: Reading
    found: dict[int, int] = field(default_factory=dict)
    worth: dict[int, float] = field(default_factory=dict)

    @property
    def missing(self) -> list[Token]:
        """The claim's content tokens that the source does not have."""
        return [token for token in self.claim.matter if token.at not in self.found]


def align(claim: Reading, source: Reading, *, least: float = 0.0) -> Aligned:
    """Align a claim with one source; among several matches, a token takes the one nearest its neighbours'.

    Nothing is aligned if fewer than this share of the longer text's words, values aside, can be: `least`
    spares the work for texts that have little in common.
    """
    short = list(acronyms(claim, source))
    options = _options(claim, source, {at for at, _ in short}, least)
    if options is None:
        return Aligned(claim, source)
    found: dict[int, int] = {}
    worth: dict[int, float] = {}
    taken: set[int] = set()
    order = _surest_first(options)
    for at in order:
        free = {there: value for there, value in options[at].items() if there not in taken}
        if free:
            found[at] = _nearest(claim, source, at, free, found)
            worth[at] = free[found[at]]
            taken.add(found[at])
    _in_order(claim, options, found, worth)
    for at, there in short:
        if at not in found:
            found[at], worth[at] = there, 0.9
    for at in order:
        if at not in found and options[at]:
            there = max(options[at], key=lambda one: options[at][one])
            if _is_named_again(claim, at, there, found):
                found[at], worth[at] = there, options[at][there]
    return Aligned(claim, source, found, worth)


def _surest_first(options: Mapping[int, Mapping[int, float]]) -> list[int]:
    """Words found as themselves first, so that none that is only akin takes their place.

    Of those, the ones with one place, for they say where the others are to be looked for.
    """
    best = {at: max(some.values(), default=0.0) for at, some in options.items()}
    return sorted(
        options, key=lambda at: (best[at] < 1, list(options[at].values()).count(best[at]) != 1, -best[at])
    )


def _nearest(
    claim: Reading, source: Reading, at: int, free: Mapping[int, float], found: Mapping[int, int]
) -> int:
    """The source token that matches a claim token best, and stands nearest to its neighbours' places."""

    def rank(there: int) -> tuple[float, int]:
        offsets = (
            abs((there - found[other]) - (at - other)) + 0.1 * abs(at - other)
            for other in found
            if abs(at - other) <= _NEIGHBOURS
        )
        exact = 0.5 * (source.tokens[there].lower == claim.tokens[at].lower)
        return free[there] + exact - 0.02 * min(min(offsets, default=_FAR), _FAR), -there

    return max(free, key=rank)


def _is_named_again(claim: Reading, at: int, there: int, found: Mapping[int, int]) -> bool:
    """Whether a name that occurs twice in the claim may be the one that occurs once in the source."""
    same = [other for other, where in found.items() if where == there]
    again = all(claim.tokens[other].lower == claim.tokens[at].lower for other in same)
    beside = [found[one] for one in range(at - 2, at + 3) if one in found and one not in same]
    return again and claim.tokens[at].part == "name" and any(abs(there - one) <= 3 for one in beside)


def _in_order(
    claim: Reading, options: dict[int, dict[int, float]], found: dict[int, int], worth: dict[int, float]
) -> None:
    """Give a repeated word its places in their order where an exact match has drawn one away."""
    again: defaultdict[str, list[int]] = defaultdict(list)
    for at in sorted(found):
        again[claim.tokens[at].lower].append(at)
    for same in again.values():
        if len({worth[at] for at in same}) == 1:
            continue  # equally good places were chosen by their neighbours, and clauses move
        for at, there in zip(same, sorted(found[at] for at in same), strict=True):
            found[at], worth[at] = there, options[at].get(there, worth[at])


def _options(
    claim: Reading, source: Reading, elsewhere: Container[int], least: float
) -> dict[int, dict[int, float]] | None:
    """For each content token of the claim those of the source that match it, in order, with how well.

    None if too few can be aligned; those at `elsewhere` can be in another way.
    """
    ours, others = claim.matter, source.matter
    counted = [sum(not _is_value(token) for token in side) for side in (ours, others)]
    dispensable = counted[0] - least * max(counted)
    words = WordIndex((n, other.lower) for n, other in enumerate(others) if not _is_value(other))
    saying = {n for n, other in enumerate(others) if other.lower in SAYING}
    names = {n for n, other in enumerate(others) if other.part == "name"}
    # Verbs of two words have senses of their own, which the index does not know.
    phrasal = {n for n, other in enumerate(others) if other.phrasal}
    options = {}
    for token in ours:
        likely = others
        if not _is_value(token) and not token.phrasal:
            places = words.likely(token.lower) | phrasal
            places |= names if token.part == "name" else set()
            places |= saying if token.lower in SAYING else set()
            likely = tuple(others[n] for n in sorted(places))
        options[token.at] = {other.at: value for other in likely if (value := likeness(token, other))}
        dispensable -= not (options[token.at] or token.at in elsewhere or _is_value(token))
        if dispensable < 0:
            return None
    return options


def _is_value(token: Token) -> bool:
    return token.quantity is not None or token.day is not None


def likeness(token: Token, other: Token) -> float:
    """How well a source token matches a claim token, 0 to 1."""
    if token.quantity and other.day:
        return float(token.quantity.rank == "year" and token.quantity.value == other.day.year)
    if token.quantity or other.quantity:
        return _same_quantity(token.quantity, other.quantity)
    if token.day or other.day:
        return float(bool(token.day and other.day and token.day.stated_by(other.day)))
    if token.phrasal and token.phrasal == other.phrasal:
        return 1.0
    if token.phrasal != other.phrasal:
        if akin_phrasal(token.phrasal or token.lower, other.phrasal or other.lower):
            return _WORTH["sense"]
        of_two_words = (token.phrasal and other.phrasal) or _CHANGES.search(token.phrasal + other.phrasal)
        if of_two_words and set(lemmas(token.lower)) & set(lemmas(other.lower)):
            return 0.0
    if token.lower == other.lower:
        return 1.0
    if "name" in (token.part, other.part) and (value := same_name(token, other)):
        return value
    if token.part == "name" and other.part == "name":
        return 0.0
    kinship = akin(token.lower, other.lower)
    if kinship is None and token.lower in SAYING and other.lower in SAYING:
        return 0.7
    # Opposites share a general sense: to come and to go are to move.
    if kinship in ("sense", "kind") and (
        "name" in (token.part, other.part) or opposed(token.lower, other.lower)
    ):
        return 0.0
    return _WORTH[kinship] if kinship else 0.0


def _same_quantity(one: Quantity | None, other: Quantity | None) -> float:
    if one is None or other is None:
        return 0.0
    if same_value(one, other):
        return 1.0
    if one.rank == "decade" and other.rank == "year":
        return 0.7 * (one.value <= other.value < one.value + 10)
    return 0.9 * rounds_to(other, one)
