"""Match forms of names: possessives, acronyms, countries and adjectives, governments and capitals."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.language.lexicon import akin, country, government
from rag.language.reading import Reading, Token

_LEFT_OUT_OF_INITIALS = frozenset("of the and for in on de la du".split())


# Common abbreviations, as style guides list them; any other abbreviation counts as a different name.
_WRITTEN_OUT = {
    "st": "saint", "mt": "mount", "ft": "fort", "jr": "junior", "sr": "senior", "co": "company",
    "corp": "corporation", "inc": "incorporated", "ltd": "limited", "gov": "governor", "gen": "general",
    "sen": "senator", "rep": "representative", "pres": "president", "capt": "captain", "col": "colonel",
    "lt": "lieutenant", "sgt": "sergeant", "rev": "reverend", "univ": "university", "dept": "department",
    "ave": "avenue", "rd": "road",
}  # fmt: skip


def same_name(token: Token, other: Token) -> float:
    """How well a source token matches a name in a claim: 0, or 0.8 to 1."""
    left, right = token.lower, other.lower
    if left == right or left.rstrip("s") == right.rstrip("s"):
        return 1.0
    if " " in left + right and left.replace(" ", "") != right and _initials(left) == _initials(right):
        return 0.95
    if _WRITTEN_OUT.get(left, left) == _WRITTEN_OUT.get(right, right):
        return 0.95
    ours, theirs = country(left), country(right)
    if ours is not None and ours == theirs:
        return 0.95
    # “Beijing” for the Chinese government, and the other way round.
    if (ours is not None and ours == government(right)) or (
        theirs is not None and theirs == government(left)
    ):
        return 0.8
    if token.part == "name" and other.part == "name":
        if len(left) == 1 or len(right) == 1:
            return 0.8 * (left[0] == right[0])
        return 0.9 if akin(left, right) in ("form", "derived") else 0.0
    return 0.0


@lru_cache(maxsize=50_000)
def name_keys(lower: str) -> frozenset[str]:
    """The keys of a word or name; two of which not both are names are the same only if they share one."""
    ids = {f"@{number}" for number in (country(lower), government(lower)) if number is not None}
    forms = (lower.rstrip("s"), f"={_WRITTEN_OUT.get(lower, lower)}", f".{_initials(lower)}")
    return frozenset(ids).union(forms)


def _initials(name: str) -> str:
    """The initials of a name of several words, otherwise the name itself: “eu” for “european union”."""
    return "".join(word[0] for word in name.split()) if " " in name else name


def groups(reading: Reading) -> Iterator[tuple[Token, ...]]:
    """Runs of names that belong together: “Scott Bessent”, “Bank of England”."""
    run: list[Token] = []
    gap: list[Token] = []
    for token in reading.tokens:
        if token.part == "name":
            run += [*gap, token]
            gap = []
        elif run and len(gap) < 2 and token.lower in _LEFT_OUT_OF_INITIALS and token.part == "function":
            gap.append(token)
        else:
            if run:
                yield tuple(run)
            run, gap = [], []
    if run:
        yield tuple(run)


def acronyms(claim: Reading, source: Reading) -> Iterator[tuple[int, int]]:
    """Pairs of claim and source token indices where one is the acronym of a name in the other text."""
    ours, theirs = _by_initials(claim), _by_initials(source)
    for token in source.tokens:
        for other in ours.get(_singular(token), ()) if token.part == "name" else ():
            yield other.at, token.at
    for token in claim.tokens:
        if token.part == "name" and _singular(token) in theirs:
            yield token.at, theirs[_singular(token)][0].at


def _singular(token: Token) -> str:
    """An acronym, lower case, without its plural s: “msp” for “MSPs”."""
    return token.lower[:-1] if token.text[:-1].isupper() and token.text.endswith("s") else token.lower


def _by_initials(reading: Reading) -> dict[str, list[Token]]:
    found = {}
    for group in groups(reading):
        full = [token for token in group if token.part == "name"]
        head = group[0].at - 1
        while head >= 0 and reading.tokens[head].lower in ("of", "the"):
            head -= 1
        if 0 <= head < group[0].at - 1 and reading.tokens[head].part == "matter":
            full.insert(0, reading.tokens[head])  # “members of the Scottish Parliament”
        # The name may begin after the capitalised word that opens its sentence.
        for first in range(max(len(full) - 1, 0)):
            found["".join(token.lower[0] for token in full[first:])] = full[first:]
    return found


def short_forms(readings: Sequence[Reading]) -> dict[str, tuple[str, ...]]:
    """Acronyms of the names in these texts: {"ecb": ("european", "central", "bank")}."""
    found = {}
    for reading in readings:
        for group in groups(reading):
            full = [token for token in group if token.part == "name"]
            if len(full) >= 2:
                found["".join(token.lower[0] for token in full)] = tuple(token.lower for token in full)
    return found
