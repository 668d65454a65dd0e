"""Claims and sources: rows unchanged, and true ones with a single change.

Networks of this size learn from whole claims that two texts are about the same subject; that one changed
word breaks a proof has to be shown on pairs that differ only in that word. Every kind of change has its
twin in which the source is changed too and still states the claim, so that odd wording alone says nothing.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.train.rows import ClaimRow, QuestionRow
from eval.train.swaps import Swap, another_number, swap_in, things, words

_TWIN = 0.3  # of altered claims whose source is altered too
_ALTERED = 0.4  # of all examples
_VERBATIM = 0.35  # of the unaltered ones made from an article's sentence
# A long text that begins with an article or a name is usually a complete clause.
_STANDS = re.compile(r"(?:The|An?|He|She|It|They|[A-Z]\w+ [A-Z]\w+) (?:\S+ ){4,}")
# Captions together stay below a fifth; the two weakest sets are left out.
SHARES: Mapping[str, float] = {
    "fever-dev": 0.25, "conjnli": 0.17, "mnli-dev": 0.17, "mnli-ni203": 0.08, "cad-nli": 0.09,
    "snli-ni": 0.06, "factcg-doc": 0.04, "foolmetwice": 0.12, "scitail-claims": 0.02,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """A claim, a source, and whether the source states the claim."""

    claim: str
    source: str
    supported: bool
    made: str = ""  # how, if altered


class Claims:
    """An endless supply of claims, drawn by set, or made from true claims and articles' own sentences."""

    def __init__(
        self, rows: Sequence[ClaimRow], texts: Sequence[QuestionRow], shares: Mapping[str, float] = SHARES
    ) -> None:
        self._sets: dict[str, list[ClaimRow]] = defaultdict(list)
        for row in rows:
            self._sets[row.set].append(row)
        self._shares = {name: share for name, share in shares.items() if name in self._sets}
        self._true = [row for row in rows if row.label == "supported" and row.set in self._shares]
        # Reviews have no reliable sentence boundaries.
        self._texts = [row for row in texts if row.set not in ("squadshifts-amazon", "squadshifts-reddit")]

    def draw(self, rng: random.Random) -> ClaimPair:
        """Draw one claim with its source."""
        if rng.random() < _ALTERED:
            return self._altered(rng)
        [name] = rng.choices(list(self._shares), list(self._shares.values()))
        row = rng.choice(self._sets[name])
        return ClaimPair(row.claim, _source(row), row.label == "supported")

    def _altered(self, rng: random.Random) -> ClaimPair:
        claim, source = self._true_pair(rng)
        if rng.random() < 0.25:  # true claims of the same kind in their original wording
            return ClaimPair(claim, source, True, "true")
        elsewhere = " ".join(rng.choice(self._texts).sentences)
        ways: list[tuple[str, Callable[[], Swap | str | None]]] = [
            ("word", lambda: word_from_elsewhere(claim, elsewhere, rng)),
            ("word", lambda: word_from_elsewhere(claim, elsewhere, rng)),
            ("thing", lambda: swap_in(claim, things([source, elsewhere]), "", rng)),
            ("number", lambda: number_changed(claim, rng)),
            ("roles", lambda: roles_turned(claim, rng)),
            ("joined", lambda: halves_joined(claim, source, rng)),
        ]
        rng.shuffle(ways)
        for name, make in ways:
            made = make()
            if isinstance(made, Swap):
                if rng.random() < _TWIN and made.old in source:
                    return ClaimPair(made.done(claim), made.done(source), True, f"{name} twin")
                if made.new.lower() not in source.lower() or name == "thing":
                    return ClaimPair(made.done(claim), source, False, name)
            elif made is not None:
                return ClaimPair(made, source, False, name)
        return ClaimPair(claim, source, True, "true")

    def _true_pair(self, rng: random.Random) -> tuple[str, str]:
        if rng.random() > 0.6 and self._true:
            row = rng.choice(self._true)
            return row.claim, _source(row)
        row_of = rng.choice(self._texts)
        at = rng.randrange(len(row_of.sentences))
        around = row_of.sentences[max(0, at - rng.randrange(3)) : at + 1 + rng.randrange(2)]
        title = "" if row_of.article.startswith("\0") or rng.random() < 0.5 else f"{row_of.article}. "
        claim = row_of.sentences[at]
        return (claim if rng.random() < _VERBATIM else shortened(claim, rng)), title + " ".join(around)


def word_from_elsewhere(claim: str, elsewhere: str, rng: random.Random) -> Swap | None:
    """Swap a word of the claim for one of another text, of similar case and ending if there is one."""
    own = words(claim)
    others = [word for word in words(elsewhere) if word.lower() not in claim.lower()]
    if not own or not others:
        return None
    old = rng.choice(own)
    alike = [word for word in others if word[0].isupper() == old[0].isupper()]
    close = [word for word in alike if word[-2:] == old[-2:]]
    new = rng.choice(close or alike or others)
    return Swap(old, new)


def number_changed(claim: str, rng: random.Random) -> Swap | None:
    """Swap a number of the claim for another."""
    numbers = things([claim]).numbers
    if not numbers:
        return None
    old = rng.choice(numbers)
    return Swap(old, another_number(old, rng))


def roles_turned(claim: str, rng: random.Random) -> str | None:
    """Swap two names of the claim; `None` if “and” or “or” is between them."""
    names = [name for name in things([claim]).names if claim.count(name) == 1]
    if len(names) < 2:
        return None
    one, two = sorted(rng.sample(names, 2), key=claim.index)
    first, second = claim.index(one), claim.index(two)
    between = claim[first + len(one) : second]
    # Swapping names in a list changes nothing.
    if (
        second < first + len(one)
        or re.fullmatch(r"\W*(and|or|,|;)?\W*", between)
        or re.search(r",|\band\b", between)
    ):
        return None
    return claim[:first] + two + between + one + claim[second + len(two) :]


def halves_joined(claim: str, source: str, rng: random.Random) -> str | None:
    """Join the beginning of the claim with the end of another sentence of its source."""
    others = [
        part
        for part in re.split(r"(?<=[.!?]) ", source)
        if part not in claim and claim not in part and len(part.split()) > 7
    ]
    own = claim.split()
    if not others or len(own) < 8:
        return None
    other = rng.choice(others).split()
    cut, rest = len(own) // 2, len(other) // 2
    if set(own[cut:]) & set(other[rest:]) >= set(own[cut:]):
        return None
    return " ".join((*own[:cut], *other[rest:]))


def shortened(claim: str, rng: random.Random) -> str:
    """Shorten a true claim so that it says less: without a bracket, or what follows its last comma."""
    without = re.sub(r" \([^)]*\)", "", claim)
    head, comma, tail = without.rpartition(", ")
    if comma and "," not in head and _STANDS.match(head) and len(tail.split()) > 3 and rng.random() < 0.5:
        return f"{head}."
    return without


def _source(row: ClaimRow) -> str:
    return f"{row.title}. {row.source}" if row.title and row.title not in row.source else row.source
