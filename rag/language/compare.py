"""Compare two statements from different articles: do they agree, and if not, what differs?

    “The parish was founded in 1900.” / “The parish was founded in 1856.” → a date: 1900, 1856

Only statements about the same subject, attribute and time can contradict each other: three towns'
populations, two branches' opening hours or the values of two years do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.align import Aligned, align
from rag.language.facts import matter
from rag.language.lexicon import opposed
from rag.language.names import same_name
from rag.language.places import Place
from rag.language.reading import Reading, Token, read
from rag.language.stance import Stance, stances
from rag.types import Differing

# Shares of the longer statement's words, values aside, that both statements have.
_SAME = 0.85
_SAME_MATTER = 0.6
_SAME_BUT_FOR_NAMES = 0.8
_FEWEST_WORDS = 3
_FEWEST_FOR_WORDING = 5
_MOST_WORDS_CHANGED = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two statements about the same thing, as each writes it.

    If one denies the other, `left` and `right` are the whole statements.
    """

    about: Differing
    left: str
    right: str


def of_other_things(left: Place, right: Place) -> bool:
    """Whether two statements are known to be about different subjects or times."""
    one, other = read(left.text), read(right.text)
    mine, yours = ([token for token in reading.tokens if token.part == "name"] for reading in (one, other))
    of_others = bool(mine and yours) and not any(same_name(a, b) for a in mine for b in yours)
    return of_others or _of_other_times(one, other) or _of_other_subjects(left, right, one, other)


def differing(left: Place, right: Place) -> Difference | None:
    """What differs between two statements; None if nothing does, or they are about different things."""
    one, other = read(left.text), read(right.text)
    found = align(one, other, least=_SAME_MATTER)
    if likeness(found) < _SAME_MATTER or _of_other_subjects(left, right, one, other):
        return None
    ours, theirs = _only(found)
    times = _pair(ours, theirs, lambda token: _is_time(token))
    amounts = _pair(ours, theirs, lambda token: token.quantity is not None and not _is_time(token))
    names = _pair(ours, theirs, lambda token: token.part == "name")
    if sum(map(bool, (times, amounts, names))) > 1:
        return None  # statements about different times or things
    for about, pair in (("number", amounts), ("date", times)):
        if pair:
            return Difference(about, pair[0].text, pair[1].text)  # type: ignore[arg-type]
    words = [[token for token in side if token.part == "matter"] for side in (ours, theirs)]
    if names:
        alike = likeness(found, without_names=True) >= _SAME_BUT_FOR_NAMES
        return (
            Difference("name", *(_run(side) for side in (ours, theirs))) if alike and not any(words) else None
        )
    if _denied(found) or _turned(words):
        return Difference("wording", left.text, right.text)
    long_enough = min(len(_words(one)), len(_words(other))) >= _FEWEST_FOR_WORDING
    if long_enough and all(0 < len(side) <= _MOST_WORDS_CHANGED for side in words):
        return Difference("wording", *(" ".join(token.text for token in side) for side in words))
    return None


def repeats(left: str, right: str) -> bool:
    """Whether two readable sentences say the same in all but a few words."""
    one, other = matter(left), matter(right)
    if len(one & other) < _SAME_MATTER * max(len(one), len(other)):
        return False  # rejects most pairs before the costly reading
    found = align(read(left), read(right))
    ours, theirs = _only(found)
    values = any(_pair(ours, theirs, lambda token: bool(token.quantity or token.day)))
    return likeness(found) >= _SAME and not values and differing(Place(left), Place(right)) is None


def likeness(found: Aligned, *, without_names: bool = False) -> float:
    """Share of the longer statement's words that both have, 0 to 1; 0 for very short statements."""
    sides = [
        [token for token in _words(reading) if not (without_names and token.part == "name")]
        for reading in (found.claim, found.source)
    ]
    if min(map(len, sides)) < (1 if without_names else _FEWEST_WORDS):
        return 0.0
    return sum(token.at in found.found for token in sides[0]) / max(map(len, sides))


def _words(reading: Reading) -> list[Token]:
    return [token for token in reading.matter if not (token.quantity or token.day)]


def _only(found: Aligned) -> tuple[list[Token], list[Token]]:
    """The content tokens that only the left statement has, and those that only the right one has."""
    used = set(found.found.values())
    return found.missing, [token for token in found.source.matter if token.at not in used]


def _pair(ours: Sequence[Token], theirs: Sequence[Token], wanted: object) -> tuple[Token, Token] | tuple[()]:
    left, right = ([token for token in side if wanted(token)] for side in (ours, theirs))  # type: ignore[operator]
    for one in left:
        for other in right:
            if one.part == "name" or _comparable(one, other):
                return one, other
    return ()


def _comparable(one: Token, other: Token) -> bool:
    """Whether two values are of the same kind; “June 9” and “Monday” are not: they may be the same day."""
    if one.day and other.day:
        return one.day.against(other.day)
    if one.quantity and other.quantity:
        return _is_time(one) == _is_time(other) and one.quantity.measures == other.quantity.measures
    year = next((each.quantity.value for each in (one, other) if each.quantity), 0)
    day = one.day or other.day
    return day is not None and day.year not in (0, year)


def _is_time(token: Token) -> bool:
    return token.day is not None or (
        token.quantity is not None and token.quantity.of_time and token.quantity.measures != "clock"
    )


def _of_other_times(one: Reading, other: Reading) -> bool:
    ours, theirs = ([token for token in reading.matter if _is_time(token)] for reading in (one, other))
    return bool(ours and theirs) and all(
        _comparable(a, b) and a.lower != b.lower for a in ours for b in theirs
    )


def _of_other_subjects(left: Place, right: Place, one: Reading, other: Reading) -> bool:
    """Whether the headings above them, or the sentences themselves, name different things."""
    mine, yours = ([token for token in reading.tokens if token.part == "name"] for reading in (one, other))
    if any(same_name(a, b) for a in mine for b in yours):
        return False
    over, above = (
        [token for text in (place.title, *place.path) for token in read(text).matter if not token.verbal]
        for place in (left, right)
    )
    ours = {token.lower for token in over} - {token.lower for token in above}
    theirs = {token.lower for token in above} - {token.lower for token in over}
    shared = {token.lower for token in over} & {token.lower for token in above}
    # “The Northgate branch” and “The Southgate branch” differ; “Exports” and “A trade report” need not.
    if shared:
        return bool(ours and theirs) and not (mine and yours)
    named = [[token for token in some if token.part == "name"] for some in (over, above)]
    return (
        all(named) and not any(same_name(a, b) for a in named[0] for b in named[1]) and not (mine and yours)
    )


def _denied(found: Aligned) -> bool:
    ours, theirs = stances(found.claim), stances(found.source)
    return any(
        ours.get(at, Stance()).denied != theirs.get(there, Stance()).denied
        for at, there in found.found.items()
    )


def _turned(words: Sequence[Sequence[Token]]) -> bool:
    return any(opposed(one.lower, other.lower) for one in words[0] for other in words[1])


def _run(side: Sequence[Token]) -> str:
    return " ".join(token.text for token in side if token.part == "name")
