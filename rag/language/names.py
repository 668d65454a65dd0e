"""Forms of names: possessives, acronyms, countries with their adjectives, governments by capitals."""

from collections.abc import Iterator, Sequence

from rag.language.lexicon import akin, country, government
from rag.language.reading import Reading, Token

_LEFT_OUT_OF_INITIALS = frozenset("of the and for in on de la du".split())


def same_name(token: Token, other: Token) -> float:
    """How well a token of a source stands for a name of a claim: 0 or near 1."""
    left, right = token.lower, other.lower
    if left == right or left.rstrip("s") == right.rstrip("s"):
        return 1.0
    if " " in left + right and left.replace(" ", "") != right and _initials(left) == _initials(right):
        return 0.95
    ours, theirs = country(left), country(right)
    if ours is not None and ours == theirs:
        return 0.95
    # “Beijing” for its government, and the other way round.
    if (ours is not None and ours == government(right)) or (
        theirs is not None and theirs == government(left)
    ):
        return 0.8
    if token.part == "name" and other.part == "name":
        return 0.9 if akin(left, right) in ("form", "derived") else 0.0
    return 0.0


def _initials(name: str) -> str:
    """The initials of a name of several words, or the name itself: “eu” for “european union”."""
    return "".join(word[0] for word in name.split()) if " " in name else name


def groups(reading: Reading) -> Iterator[tuple[Token, ...]]:
    """Runs of names that belong together: “Scott Bessent”, “Bank of England”."""
    run: list[Token] = []
    gap: list[Token] = []
    for token in reading.tokens:
        if token.part == "name":
            run += [*gap, token]
            gap = []
        elif run and not gap and token.lower in _LEFT_OUT_OF_INITIALS and token.part == "function":
            gap = [token]
        else:
            if run:
                yield tuple(run)
            run, gap = [], []
    if run:
        yield tuple(run)


def short_forms(readings: Sequence[Reading]) -> dict[str, tuple[str, ...]]:
    """Acronyms that stand for names of these texts: {"ecb": ("european", "central", "bank")}."""
    found = {}
    for reading in readings:
        for group in groups(reading):
            full = [token for token in group if token.part == "name"]
            if len(full) >= 2:
                found["".join(token.lower[0] for token in full)] = tuple(token.lower for token in full)
    return found
