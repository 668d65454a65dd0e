"""The newest or first release of a thing that has numbered ones: “Quarto 4.0” before “Quarto 2.1”.

Release numbers are compared by their parts, 4.10 after 4.9. They stand after the name that is asked for,
after “version” or the like, or at the beginning of a heading. One that is planned is not the newest.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.language.lexicon import akin
from rag.language.places import before
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.corrections import CORRECTED
from rag.search.evidence import is_heading
from rag.search.times import time_asked
from rag.types import Evidence, Sentence, readable

_KINDS = ("version", "release", "edition", "update")
_NUMBER = re.compile(
    r"(?<!\w)(?:(?P<before>[^\W\d_][\w’'-]{0,30})\s|(?P<begins>^\W{0,4}))?v?(?P<number>\d{1,4}(?:\.\d{1,4}){0,3})(?![\w.]?\d)"
)
_OF_TIME = frozenset("latest newest current recent last first oldest earliest original most".split())
_NEWS = frozenset("new news change changes changed".split())  # what every release has
# English only; another wording of a plan is not recognised.
_PLANNED = re.compile(
    r"\b(?:planned|upcoming|unreleased|forthcoming|scheduled|expected|in development|not yet|TB[DA]"
    r"|(?:to|will) be (?:released|published|announced)|will (?:appear|arrive|come|follow|ship))\b",
    re.I,
)
_OUT = re.compile(
    r"\b(?:(?<!not )(?<!yet )(?<!be )(?:released|published)|came out|is out|arrived|has been available)\b",
    re.I,
)
_STATUS_WORDS = 6

Number = tuple[int, ...]


def by_release(question: str, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence with the release first that a readable question asks for, if it asks for one."""
    asked, end = words(question), time_asked(question).end
    if not asks_for_release(question):
        return list(ranked)
    named = frozenset(
        stem(word)
        for word in asked
        if word not in STOPWORDS | _OF_TIME | _NEWS and not _is_kind(word) and not _PLANNED.fullmatch(word)
    )
    about = [item for item in ranked if item.version != CORRECTED and named <= _about(item.sentence)]
    # “Made with version 1” tells of another release than the one that the article is about.
    numbered = _numbered(about, named, by_name=True) or _numbered(about, named, by_name=False)
    if len({number for number, _ in numbered}) < 2:
        return list(ranked)
    if not _PLANNED.search(question):
        planned = {number for number, item in numbered if _is_planned(item.sentence)}
        numbered = [each for each in numbered if each[0] not in planned] or numbered
    chosen = (max if end == "newest" else min)(number for number, _ in numbered)
    fitting = [item for number, item in numbered if number == chosen]
    written = ".".join(map(str, chosen))
    of_number = not _NEWS & frozenset(asked)

    def fits(item: Evidence) -> tuple[bool, bool, float]:
        gives = of_number and written in readable(item.sentence.text)
        return gives, not is_heading(item.sentence), item.score

    first = max(fitting, key=fits)
    others = [item for item in ranked if item is not first]
    return [replace(first, score=max(first.score, ranked[0].score)), *others]


def asks_for_release(question: str) -> bool:
    """Whether a readable question asks for the newest or the first version of something."""
    return bool(time_asked(question).end) and any(map(_is_kind, words(question)))


def is_release(text: str) -> bool:
    """Whether a readable heading begins with a release number: “1.12 (7 June)”."""
    match = _NUMBER.match(text)
    return match is not None and "." in match["number"]


def _is_kind(word: str) -> bool:
    return any(akin(kind, word) == "form" for kind in _KINDS)


def _about(sentence: Sentence) -> frozenset[str]:
    place = (sentence.article.title, *sentence.block.path, readable(sentence.text))
    return frozenset(stems(" ".join(place)))


def _is_planned(sentence: Sentence) -> bool:
    """Whether a sentence, the headings over it, or a short line before it says that a release is not out."""
    said = (sentence.article.title, *sentence.block.path, readable(sentence.text))
    status = [
        one
        for one in before(sentence)
        if len(one.split()) <= _STATUS_WORDS
        and not any("." in match["number"] for match in _NUMBER.finditer(one))
    ]
    return any(_PLANNED.search(one) and not _OUT.search(one) for one in (*said, *status))


def _numbered(
    items: Sequence[Evidence], named: frozenset[str], *, by_name: bool
) -> list[tuple[Number, Evidence]]:
    """The items with a release number, each with its highest; those after the name, or after “version”. What
    has none has that of the heading over it.
    """
    found = []
    for item in items:
        heading = item.sentence.block.kind == "heading"
        over = [one for one in item.sentence.block.path[::-1] if is_release(one)]
        own = _numbers(readable(item.sentence.text), named, by_name=by_name, heading=heading)
        if numbers := own or (_numbers(over[0], named, by_name=by_name, heading=True) if over else []):
            found.append((max(numbers), item))
    return found


def _numbers(text: str, named: frozenset[str], *, by_name: bool, heading: bool) -> list[Number]:
    return [
        tuple(map(int, match["number"].split(".")))
        for match in _NUMBER.finditer(text)
        if (_follows_name(match, named, heading) if by_name else _is_kind((match["before"] or "").lower()))
    ]


def _follows_name(match: re.Match[str], named: frozenset[str], heading: bool) -> bool:
    """Whether a number stands after a name or begins a heading; with a point: “Atlas 10” may be anything."""
    before = (match["before"] or "").lower()
    return "." in match["number"] and (
        stem(before) in named if before else heading and match["begins"] is not None
    )
