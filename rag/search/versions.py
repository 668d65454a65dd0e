"""Of several versions of one thing, the one that is asked for first.

“What is the latest fee?” → “The fee was set at 110 euros.” of the meeting of 2025; those of 2021 and 2023
stand behind it, as older ones. A correction comes before what it corrects.

The scores of the versions change places: what was the best score is that of the one asked for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from rag.language.compare import differing
from rag.language.facts import facts
from rag.language.grammar import MODALS
from rag.language.periods import Period, in_text, period, written
from rag.language.places import before, place
from rag.language.quantities_read import quantities
from rag.language.words import stems
from rag.search.evidence import expected_kind, is_heading, values_of_kind
from rag.search.times import TimeAsked, time_asked
from rag.search.wanted import wanted
from rag.types import Article, Evidence, Sentence, readable

_COMPARED = 20  # of the best sentences
_MARGIN = 0.35  # a version this far below the best is of another thing
_COVERS = 0.7  # of what the best covers of the question
_NAMED = re.compile(r"\b[A-Z\d][\w’'.,-]*")  # each word of a name, or number
_UNIT_CHARS = 20
_SINCE = re.compile(r"\bsince\b.{1,30}", re.I)
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.](0[1-9]|1[0-2])(?:[-_.](0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_PRESENT = frozenset("is are has have".split()) | MODALS
# How newspapers head a correction; “update” and “erratum” are the other usual words for it.
_CORRECTS = re.compile(
    r"\W{0,4}(?:corrections?|corrected|corrigend(?:um|a)|errat(?:um|a)|clarification|updated?"
    r"|editor['’]s note)\b[^.:\n]{0,40}:|[^.\n]{0,80}\bearlier version of (?:this|the|our) ",
    re.I,
)
_LABEL_CHARS, _PARAGRAPH_CHARS = 140, 1000


def by_time(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence, versions in the order in which the question asks for them.

    `version` says of the others how they stand to the first.
    """
    if not evidence:
        return []
    ranked = _corrected(question, evidence)
    compared = ranked[:_COMPARED]
    asked = time_asked(question)
    if not asked and (len(compared) < 2 or time_of(compared[0].sentence) is None):
        return ranked
    times = [time_of(item.sentence) for item in compared]
    asked = _settled(asked, compared, times)
    pool = _of_one_thing(question, compared) if asked else _successive(question, compared, times)
    known = {n: time for n in pool if (time := times[n])}
    if 0 not in known or len(set(known.values())) < 2:
        return ranked
    order = _order(known, asked)
    first = known[order[0]]
    if not asked.holds(first):
        return ranked  # none is of the time that is asked for
    exchanged = dict(zip(order, (ranked[n].score for n in sorted(known)), strict=True))
    source = compared[order[0]].sentence.article.source
    told = list(ranked)
    for n, item in enumerate(compared):
        a_version = n in known or (bool(asked) and item.sentence.article.source != source)
        standing = _standing(times[n], first) if a_version else ""
        told[n] = replace(item, score=exchanged.get(n, item.score), version=standing or item.version)
    return sorted(told, key=lambda item: -item.score)


def form(text: str) -> frozenset[str]:
    """What sentences of one form share: their stems without names and numbers."""
    return frozenset(stems(_NAMED.sub(" ", text)))


def time_of(sentence: Sentence) -> Period | None:
    """When it was as a sentence says: by its own date, its headings, its article's, or the sentences before.

    An old date in a sentence on the present is not its time, where the article has one: “The mill, which was
    built in 1890, has 12 rooms.”
    """
    article, text = sentence.article, readable(sentence.text)
    own = _latest(_SINCE.sub("", text))
    written_at = period(article.date)
    if own and not (written_at and _PRESENT & frozenset(text.lower().split())):
        return own
    over = next(filter(None, map(_latest, sentence.block.path[::-1])), None)
    of_article = written_at or _latest(article.title) or _of_name(article)
    return over or of_article or next(filter(None, map(_latest, before(sentence)[::-1])), None)


def _latest(text: str) -> Period | None:
    """The last of the dates of a readable text, as narrow as it is told."""
    found = in_text(text)
    return max(found, key=lambda one: (one.last.year, one.first, -one.last.toordinal()), default=None)


def _of_name(article: Article) -> Period | None:
    """The date in a file's name: board-2025.txt, 2024-03-01-notes.md."""
    match = _IN_NAME.search(article.source.rpartition("/")[2])
    return period("-".join(filter(None, match.groups()))) if match else None


def _settled(asked: TimeAsked, compared: Sequence[Evidence], times: Sequence[Period | None]) -> TimeAsked:
    """With the day of an event, or the year of a month, as far as the evidence tells it."""
    if asked.month:
        newest = max((time.last for time in times if time), default=None)
        if newest is None:
            return TimeAsked()
        return asked.bounded(Period.of(newest.year - (asked.month > newest.month), asked.month))
    if not asked.event:
        return asked
    event = frozenset(stems(asked.event))
    for item in compared:
        if event and event.issubset(stems(item.sentence.told)) and (day := _latest(item.sentence.told)):
            return asked.bounded(day)
    return TimeAsked()


def _of_one_thing(question: str, compared: Sequence[Evidence]) -> list[int]:
    """The places of those that are as near to the question as the best, and hold what it asks for."""
    return [n for n, item in enumerate(compared) if _alike(question, compared[0], item)]


def _alike(question: str, best: Evidence, item: Evidence) -> bool:
    """Whether it may be a version of the best: of its form, or as near, with what is asked for."""
    if item is best:
        return True
    if is_heading(item.sentence) or item.score < best.score - _MARGIN:
        return False
    one, other = readable(best.sentence.text), readable(item.sentence.text)
    names = facts(question).names
    if names & _near(best.sentence) > _near(item.sentence) & names:
        return False  # of another of the things that are named
    if form(one) == form(other):
        return True
    measured = _measures(one) & _measures(other)
    near = item.coverage >= _COVERS * best.coverage or bool(measured)
    return near and _answers(question, item)


def _near(sentence: Sentence) -> frozenset[str]:
    said = (sentence.article.title, *sentence.block.path, *before(sentence), readable(sentence.text))
    return frozenset(stems(" ".join(said)))


def _measures(text: str) -> frozenset[str]:
    """What its amounts are amounts of: metre, crown."""
    return frozenset(
        unit
        for one in quantities(text)
        if not one.of_time
        for unit in (one.measures, *stems(text[one.end : one.end + _UNIT_CHARS])[:1])
        if unit
    )


def _successive(question: str, compared: Sequence[Evidence], times: Sequence[Period | None]) -> list[int]:
    """The places of what would contradict the best, if the texts did not tell of each when it was so.

    The dates of the articles do not count: of what does not change, two articles of two days differ.
    """
    if wanted(question).number != "one" or period(compared[0].sentence.article.date):
        return []  # all that differ are asked for, or none is known to be older
    best, here = compared[0], place(compared[0].sentence)

    def succeeds(n: int, item: Evidence) -> bool:
        article = item.sentence.article
        if item.score < best.score - _MARGIN or not times[n] or times[n] == times[0]:
            return False
        if article is best.sentence.article or period(article.date):
            return False
        found = differing(here, place(item.sentence))
        return found is not None and found.about != "wording"

    return [0, *(n for n, item in enumerate(compared) if n and succeeds(n, item))]


def _order(times: Mapping[int, Period], asked: TimeAsked) -> list[int]:
    """The places by their times; of equal times, as a year and a day of it may be, the better ones first."""
    within = {n: time for n, time in times.items() if asked.holds(time)} or times
    if asked.end == "oldest":
        end = min(within.values(), key=lambda time: time.first)
    elif asked.since is not None and asked.since == asked.until:
        end = asked.since
    else:
        end = max(within.values(), key=lambda time: time.last)

    def key(n: int) -> tuple[bool, int, int]:
        behind = 0 if _overlap(times[n], end) else date.max.toordinal() - times[n].last.toordinal()
        return n not in within, behind, n

    return sorted(times, key=key)


def _overlap(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last


def _standing(time: Period | None, first: Period) -> str:
    """How a version of another time is told."""
    if time is None or _overlap(time, first):
        return ""
    return f"{'Older' if time.last < first.first else 'Newer'} ({written(time)})"


def _corrected(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """With a correction before what it corrects."""
    best = evidence[0]
    near = [
        item
        for item in evidence[:_COMPARED]
        if item.sentence.article is best.sentence.article and _alike(question, best, item)
    ]
    correction = next((item for item in near if _corrects(item.sentence)), None)
    if correction is None:
        return list(evidence)
    others = [
        replace(item, version="Corrected") if _is_corrected(question, item, correction) else item
        for item in evidence
        if item is not correction
    ]
    return [replace(correction, score=best.score), *others]


def _corrects(sentence: Sentence) -> bool:
    """Whether it, its paragraph, or its section is headed as a correction."""
    article, block = sentence.article, sentence.block
    begin = article.text.rfind("\n\n", max(block.start, sentence.start - _PARAGRAPH_CHARS), sentence.start)
    heads = [readable(sentence.text), *(f"{part}:" for part in block.path)]
    if begin >= 0:
        heads.append(readable(article.text[begin : begin + _LABEL_CHARS]))
    return any(_CORRECTS.match(head[:_LABEL_CHARS]) for head in heads)


def _is_corrected(question: str, item: Evidence, correction: Evidence) -> bool:
    if item.sentence.article is not correction.sentence.article or _corrects(item.sentence):
        return False
    values, others = _values(question, item), _values(question, correction)
    same_form = form(readable(item.sentence.text)) == form(readable(correction.sentence.text))
    return bool(values and others and values != others) or (same_form and not values)


def _answers(question: str, item: Evidence) -> bool:
    """Whether it holds the kind of thing that is asked for."""
    return expected_kind(question) == "any" or bool(_values(question, item))


def _values(question: str, item: Evidence) -> frozenset[str]:
    """What in it may be the answer."""
    kind, asked = expected_kind(question), frozenset(stems(question))
    return values_of_kind(kind, readable(item.sentence.text), asked) - values_of_kind(kind, question, asked)
