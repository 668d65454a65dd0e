"""Names and numbers of texts, and texts in which one is swapped: the material of near misses."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.parts import STOPWORDS

_NAME = re.compile(r"(?<![\w’'-])[A-Z][\w’'-]+(?: (?:(?:of|the|de|von) )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_ASKING = frozenset(
    "what which who whom whose when where why how did does was were during after before".split()
)


@dataclass(frozen=True, slots=True)
class Swap:
    """One thing and its replacement."""

    old: str
    new: str

    def done(self, text: str) -> str:
        """Return `text` with every `old` that is a separate word replaced."""
        return re.sub(rf"(?<!\w){re.escape(self.old)}(?!\w)", lambda _: self.new, text)


@dataclass(frozen=True, slots=True)
class Things:
    """What the texts of one article name and count, in order."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]


def things(texts: Iterable[str]) -> Things:
    """Return the names and numbers in `texts`."""
    names: dict[str, None] = {}
    numbers: dict[str, None] = {}
    for text in texts:
        names |= dict.fromkeys(_names(text))
        numbers |= dict.fromkeys(_NUMBER.findall(text))
    return Things(tuple(names), tuple(numbers))


def _names(text: str) -> Iterator[str]:
    """Yield runs of capitalized words. The first word of a sentence certainly belongs to one only before
    another.
    """
    for match in _NAME.finditer(text):
        name, first = match.group(), _starts_sentence(text, match.start())
        while first and name and name.split()[0].lower() in STOPWORDS | _ASKING:
            name, first = name.partition(" ")[2], False
        if name and (" " in name or not first):
            yield name


def _starts_sentence(text: str, at: int) -> bool:
    return not text[:at].rstrip("“\"'( ") or text[:at].rstrip("“\"'( ")[-1] in ".!?:"


def swap_in(text: str, others: Things, unlike: str, rng: random.Random) -> Swap | None:
    """Return a name or number of `text` and another of the same form that `unlike` does not contain.

    `None` if `text` has no such thing, or nothing fits in its place.
    """
    own = things([text])
    choices = [*own.names, *own.numbers]
    rng.shuffle(choices)
    for old in choices:
        fitting = _fitting(old, others, rng)
        new = next((one for one in fitting if one not in text and one not in unlike and old not in one), None)
        if new is not None:
            return Swap(old, new)
    return None


def _fitting(old: str, others: Things, rng: random.Random) -> Sequence[str]:
    if not old[0].isdigit():
        like = [name for name in others.names if len(name.split()) == len(old.split())]
        return rng.sample(like, len(like))
    like = [number for number in others.numbers if len(number) == len(old)]
    return [*rng.sample(like, len(like)), another_number(old, rng)]


def another_number(number: str, rng: random.Random) -> str:
    """Return a number of the same form with one digit changed; the first is never 0."""
    at = rng.choice([n for n, char in enumerate(number) if char.isdigit()])
    # The first digits of a year give the century, which would give it away.
    at = max(at, 2) if len(number) == 4 and number.isdigit() else at
    digit = rng.choice([one for one in "123456789" if one != number[at]])
    return number[:at] + digit + number[at + 1 :]
