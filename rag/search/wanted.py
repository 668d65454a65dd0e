"""How many of the matching things a question asks for: one, all, their number, or a superlative.

wanted("Which huts have a stove?")          → Wanted("all")
wanted("Which hut is the oldest?")          → Wanted("extreme", adjective="old", most=False)
wanted("How many huts does the club own?")  → Wanted("count")

English only; a question of any other form asks for one thing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.language.grammar import NEGATIONS
from rag.language.measures import LOW, MEASURES, adjective_of
from rag.language.words import STOPWORDS, stem, words

_DEGREES = r"(?:(?<=the )(most|least|fewest)|(more|less|fewer))\s([^\W\d_]{1,30})"
_EXTREME = re.compile(
    rf"(?<!second )(?<!third )\b(?:{_DEGREES}|([^\W\d_]{{2,12}}(?:est|er)))\b",
    re.IGNORECASE,
)
_VERB = r"(?:is|are|was|were|do|does|did|has|have|had|can)"
_COMPARES = re.compile(
    r"\bthan\b|\bor\b"
    rf"|\b(?:which|who|what)\b[^?.]{{1,60}}\b(?:{_VERB}|costs?) (?:the )?"
    r"(?:[^\W\d_]{1,12}er|more|less|fewer)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bhow many\b", re.IGNORECASE)
_ALL = re.compile(
    r"\b(?:list|name|give|show|enumerate|tell)\b[^?.]{0,30}\b(?:all|every|each|the)\b"
    r"|\b(?:all|every) (?:of )?the\b|\bwho (?:are|were)\b|\bwhat are (?:all )?the\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"\b(?:which|what) (?:of (?:the|these) )?(?!{_VERB}\b)((?:[^\W\d_][\w’'-]{{0,30}}\s){{1,4}}?){_VERB}\b",
    re.IGNORECASE,
)
# “Which huts sell soup?”: without an auxiliary, the noun is the first word that is not a name.
_BARE = re.compile(r"\b[Ww]hich (?:[A-Z][\w’'-]{0,30}\s){0,3}([a-z]{1,30})\b")
_WHO = re.compile(
    r"^\W{0,5}(?:who|everyone|everybody)\b|\b(?:everyone|everybody|anyone|anybody|people) who\b", re.I
)
_IRREGULAR = frozenset("people children men women mice feet teeth geese".split())
_ENDS_NEGATION = frozenset("but although though except which who that has have is are".split())
_NEGATED_WORDS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """`adjective` is the base form of a superlative, `most` whether it asks for the highest value."""

    number: Literal["one", "which", "all", "count", "extreme"] = "one"
    adjective: str = ""
    most: bool = True


@lru_cache(maxsize=1000)
def wanted(question: str) -> Wanted:
    """How many things a readable question asks for, by its form."""
    if _COUNT.search(question):
        return Wanted("count")
    compares = _COMPARES.search(question) is not None
    for match in _EXTREME.finditer(question):
        if not compares and (match[0].lower().endswith("er") or match[2]):
            continue  # “the higher duties” is not what the question compares
        highest, higher, of, formed = (part.lower() if part else "" for part in match.groups())
        if found := _extreme(highest or higher, of, formed):
            return found
    which, bare = _WHICH.search(question), _BARE.search(question)
    if which:
        return Wanted("all" if any(map(_plural, which[1].lower().split())) else "which")
    if bare and _plural(bare[1].lower()):
        return Wanted("all")
    return Wanted("all") if _ALL.search(question) else Wanted()


def asks_who(question: str) -> bool:
    """Whether a readable question asks for people: “Who …?”, “list everybody who …”."""
    return _WHO.search(question) is not None


def _extreme(degree: str, of: str, formed: str) -> Wanted | None:
    if formed:
        base = adjective_of(formed)
        return Wanted("extreme", base, base not in LOW and base not in ("old", "early")) if base else None
    if degree in ("more", "less", "most") and of not in MEASURES and (degree != "most" or of in STOPWORDS):
        return None
    high = degree in ("most", "more")
    return Wanted("extreme", of, high != (of in LOW))


def _plural(noun: str) -> bool:
    return noun in _IRREGULAR or (
        len(noun) > 3 and noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    )


@lru_cache(maxsize=20_000)
def negated(text: str) -> frozenset[str]:
    """Stems that a readable text negates: nut in “no nuts”, “free of nuts”, “nut-free”.

    Not parsed: it takes a few words after the negation, up to the next clause.
    """
    found = {stem(match.lower()) for match in re.findall(r"\b([^\W\d_]{2,30})-free\b", text)}
    read = words(text)
    for at, word in enumerate(read):
        if word in NEGATIONS or (word == "free" and read[at + 1 : at + 2] in (["of"], ["from"])):
            for other in read[at + 1 : at + 1 + _NEGATED_WORDS]:
                if other in _ENDS_NEGATION:
                    break
                if other not in STOPWORDS:
                    found.add(stem(other))
    return frozenset(found)
