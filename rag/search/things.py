"""The things of a kind that tables and records list.

“Which boats are there?” → each record that begins with “Boat: …”, each row of a table with a column “Boat”
“How many boats have a skipper?” → the field “Skipper: …” of each record that has one
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile

from rag.language import grammar
from rag.language.lexicon import akin
from rag.language.reading import read
from rag.language.words import STOPWORDS, words
from rag.search.mentions import KINDS, mentions
from rag.search.values import Several, all_alike, cells_of, field_of
from rag.types import Sentence

_ASKS = frozenset("many which what who all every each the list name give show enumerate tell me us".split())
_CONTENT = ("matter", "name")
# The last row of a table may be of all things; in other languages it counts as one.
_SUMS = frozenset("total totals sum average mean all overall".split())
_NONE = grammar.NEGATIONS | frozenset("– - ✗ ✘".split())


@dataclass(frozen=True, slots=True)
class Kind:
    """The noun of a question for several things, and its other content words: “boats”, (“skipper”,)."""

    noun: str
    others: tuple[str, ...] = ()


@lru_cache(maxsize=1000)
def kind_asked(question: str) -> Kind | None:
    """The kind of things that a readable question asks for; None if it begins otherwise.

    The noun is the last of the words after “how many”, “which” or “list all the”, up to the next verb or
    function word.
    """
    tokens = [token for token in read(question).tokens if token.part != "mark"]
    asks = [at for at, token in enumerate(tokens) if token.lower in _ASKS]
    if not asks or tokens[asks[0]].lower == "who":
        return None
    at = asks[0]
    while at < len(tokens) and (tokens[at].part not in _CONTENT or tokens[at].lower in _ASKS):
        at += 1
    end = at
    while end < len(tokens) and tokens[end].part in _CONTENT and (end == at or not tokens[end].verbal):
        end += 1
    if end == at:
        return None
    said = [token.lower for token in (*tokens[:at], *tokens[at : end - 1], *tokens[end:])]
    others = (word for word in said if word not in STOPWORDS and word not in _ASKS)
    return Kind(tokens[end - 1].lower, tuple(others))


def things_asked(question: str, ranked: Sequence[Sentence]) -> Several:
    """A row or field of each thing that a readable question asks for, in every table and series of records
    that `ranked` has a part of; nothing unless each has all other words of the question.
    """
    kind = kind_asked(question)
    if kind is None:
        return Several()
    every = all_alike([one for one in ranked if _name(one, kind.noun)])
    found: dict[str, Sentence] = {}
    for one in every.sentences:
        name = _name(one, kind.noun)
        shown = next((each for each in _told(one, kind) if _holds(each, kind)), None)
        if name and name not in _SUMS and shown is not None:
            found.setdefault(name, shown)
    return Several(tuple(found.values()), every.whole)


def _name(sentence: Sentence, noun: str) -> str:
    """What a row or field says is the name of a thing of the kind; "" if it names none, as “Skipper of the
    boat: …” names no boat.
    """
    label, value = next(iter(cells_of(sentence)), ("", ""))
    head = list(takewhile(lambda word: word not in grammar.FUNCTION, words(label)))[-1:]
    return value.casefold() if head and akin(head[0], noun) == "form" else ""


def _told(sentence: Sentence, kind: Kind) -> Iterator[Sentence]:
    """The sentence that names a thing and, of a record, its fields."""
    yield sentence
    field = field_of(sentence)
    if field is None or not kind.others:
        return
    blocks = sentence.article.blocks
    after = bisect_right(blocks, sentence.start, key=lambda block: block.start)
    for block in islice(blocks, after, None):
        if block.kind != "item" or block.path[-1:] != (field[1],):
            return
        yield Sentence(sentence.article, block.start, block.end)


def _holds(sentence: Sentence, kind: Kind) -> bool:
    """Whether a sentence, its headings and its title have all other words of the question, and it denies
    none: “Skipper: none”.
    """
    for label, value in cells_of(sentence):
        in_field = sentence.block.kind != "row"
        asked = in_field or any(mentions(words(label), word, KINDS) for word in kind.others)
        if asked and value.casefold() in _NONE:
            return False
    said = words(sentence.full_text)
    return all(mentions(said, word) for word in kind.others)
