"""The two sides of a comparison: how a question names them, and which sentence is about which.

sides_of("Does the ferry carry more cars than the barge?") → Sides("the ferry", "the barge")
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.facts import facts
from rag.language.grammar import ARTICLES, SUBJECTS
from rag.language.lexicon import noun_share, verb_share
from rag.language.measures import adjective_of
from rag.language.places import before
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stems, words
from rag.search.values import cells_of
from rag.search.wanted import wanted
from rag.types import Evidence, Sentence, readable

_ORDER = re.compile(r"\b(?:[^\W\d_]{2,12}er|more|less|fewer|as [^\W\d_]{2,20} as)\b", re.I)
_THAN = re.compile(
    r"\b(?P<verb>is|are|was|were|does|do|did|has|have|had)\s(?P<left>.{2,120}?)\sthan\s(?P<right>.{2,120})",
    re.I,
)
_THAN_AMOUNT = re.compile(r"\bthan\s[$€£¥]?$", re.I)
_OR = re.compile(
    r"(?:^|[,:]\s|\b(?:is|are|was|were|do|does|between)\s)(?P<left>[^,:]{2,120}?)\sor\s(?P<right>[^,:]{2,120})$",
    re.I,
)
_COMPARE = re.compile(r"\b(?:compare[ds]?|comparison|differences?|versus|vs)\b", re.I)
_PAIR = re.compile(
    r"(?P<left>[^,:]{2,120}?),?\s(?:and|with|to|from|versus|vs\.?)\s(?P<right>[^,:]{2,120})$", re.I
)
_MORE = frozenset("more less fewer".split())
_TWO = re.compile(r"\b(?:(?:the|of|these|those) two|both|the two of|each other)\b", re.I)
_NAME = re.compile(r"\b[^\W\d_a-z][\w’'-]{0,40}")


@dataclass(frozen=True, slots=True)
class Sides:
    """The words of the two sides of a comparison; empty if the question counts on there being only two
    things (“the two lines”).
    """

    left: str = ""
    right: str = ""

    @property
    def are_named(self) -> bool:
        return bool(self.left and self.right)


@dataclass(frozen=True, slots=True)
class Apart:
    """The stems that tell the sides apart."""

    left: frozenset[str]
    right: frozenset[str]

    def side(self, sentence: Sentence) -> int | None:
        """0 if a sentence is about the left side, 1 if about the right one; None if about neither or both.

        Both its place and its own words count: “The River Dale” in an article on lakes is no lake. Of two
        sides that are named as fully, the one in the headings is what the sentence is about, unless it
        begins with the other.
        """
        above, own = subject(sentence), self._said(sentence)
        for held in (above | own, self._begun(sentence), above):
            ours, theirs = _share(held, self.left), _share(held, self.right)
            if ours != theirs:
                return int(theirs > ours)
        return None

    def has_both(self, sentence: Sentence, *, alone: bool = False) -> bool:
        """Whether a sentence has both sides, `alone` or read with its headings."""
        own = self._said(sentence)
        held = own if alone else own | subject(sentence)
        return all(map(held.issuperset, (self.left, self.right))) and bool(own & (self.left | self.right))

    def is_nowhere(self, side: int, evidence: Sequence[Evidence]) -> bool:
        """Whether no sentence found, nor its headings, has a word of a side."""
        named = (self.left, self.right)[side]
        return not any(
            named & (subject(item.sentence) | frozenset(stems(item.sentence.display_text)))
            for item in evidence
        )

    @staticmethod
    def _said(sentence: Sentence) -> frozenset[str]:
        """The stems of a sentence, with those of the one before if it begins with a pronoun."""
        text = sentence.display_text
        refers = words(text)[:1]
        told = before(sentence)[-1:] if refers and refers[0] in SUBJECTS | {"its", "their"} else ()
        return frozenset(stems(" ".join((*told, text))))

    @staticmethod
    def _begun(sentence: Sentence) -> frozenset[str]:
        """The stems of the name or noun that a sentence begins with."""
        said = words(readable(sentence.text))
        first = next((at for at, word in enumerate(said) if word not in ARTICLES), 0)
        return frozenset(stems(" ".join(said[first : first + 2])))


@lru_cache(maxsize=1000)
def sides_of(question: str) -> Sides | None:
    """The sides that a readable question compares; None if it compares nothing."""
    text = question.strip().rstrip("?!. ")
    if any(_THAN_AMOUNT.search(text, max(one.start - 8, 0), one.start) for one in quantities(text)):
        return None  # a bound: “longer than 9 metres”
    if than := _THAN.search(text):
        return Sides(_without_predicate(than["left"], than["verb"].lower()), than["right"])
    compares = _COMPARE.search(text) is not None
    orders = _orders(text)
    if (orders or compares) and (either := _OR.search(text)):
        return Sides(either["left"], either["right"])
    if compares and not _TWO.search(text) and (pair := _PAIR.search(text)):
        return Sides(pair["left"], pair["right"])
    of_two = _TWO.search(text) or (orders and wanted(question).number == "extreme")
    return Sides() if (compares or orders) and of_two else None


def without_compare(question: str) -> str:
    """A question without words such as “compare” or “difference”."""
    return _COMPARE.sub(" ", question)


def apart(sides: Sides, evidence: Sequence[Evidence]) -> Apart:
    """The stems that tell the sides apart: those of names, else of titles, headings and first cells."""
    left, right = frozenset(stems(sides.left)), frozenset(stems(sides.right))
    subjects = frozenset().union(*(subject(item.sentence) for item in evidence))

    def own(side: str, here: frozenset[str], other: frozenset[str]) -> frozenset[str]:
        named = frozenset(stems(" ".join(_NAME.findall(side))))
        return (named - other) or ((here - other) & subjects) or here - other

    return Apart(own(sides.left, left, right), own(sides.right, right, left))


def subject(sentence: Sentence) -> frozenset[str]:
    """The stems of what a sentence is about by its place: title, headings, the first cell of its row."""
    first = cells_of(sentence)[0][1] if sentence.block.kind == "row" else ""
    return frozenset(stems(" ".join((sentence.article.title, *sentence.block.path, first))))


def is_name(side: str) -> bool:
    """Whether a side has a name."""
    return bool(facts(f"of {side}").names)


def _share(held: frozenset[str], side: frozenset[str]) -> float:
    return len(held & side) / max(len(side), 1)


def _without_predicate(left: str, verb: str) -> str:
    """The left side without the verb and the object that stand beside its comparative: “the ferry” for “the
    ferry carry more cars”.
    """
    said = left.split()
    at = next((n for n, word in enumerate(said) if _orders(word)), len(said))
    rest = said[at + 1 :]
    if at < len(said) and said[at].lower() in _MORE:
        counted = next((n for n, word in enumerate(rest) if word.lower() in STOPWORDS), len(rest))
        rest = rest[counted:]
    subject_words = said[:at]
    if len(subject_words) > 1 and verb in ("do", "does", "did", "has", "have", "had"):
        word = subject_words[-1]
        is_verb = verb[0] == "d" or (word.islower() and verb_share(word) > noun_share(word))
        subject_words = subject_words[:-1] if is_verb else subject_words
    return " ".join(subject_words + rest) or left


def _orders(text: str) -> bool:
    """Whether a text has a comparative: “older”, “more”; no “member”."""
    return any(
        " " in match[0]
        or match[0].lower() in _MORE
        or adjective_of(match[0].lower()) not in ("", match[0].lower())
        for match in _ORDER.finditer(text)
    )
