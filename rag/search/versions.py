"""Versions of one fact, ordered by the time that the question asks for.

“What is the latest fee?” → “The fee was set at 110 euros.”, from the meeting of 2025; those of 2021 and 2023
come after it, labelled as older. A correction comes before what it corrects.

Versions exchange their scores: the one asked for gets the best.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from rag.language.compare import differing
from rag.language.facts import facts
from rag.language.grammar import MODALS
from rag.language.periods import Period, in_text, period, spans, written
from rag.language.places import before, place
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stems, words
from rag.search.corrections import CORRECTED, corrected, form
from rag.search.evidence import expected_kind, is_date_line, is_heading, new_values
from rag.search.mentions import KINDS, mentions
from rag.search.releases import by_release, is_release
from rag.search.times import TimeAsked, time_asked
from rag.search.wanted import wanted
from rag.types import Article, Evidence, Sentence, readable

_COMPARED = 20  # of the best sentences
_MARGIN = 0.35  # a sentence this far below the best one is about something else
_UNIT_CHARS = 20
_MOST_HEADINGS = 200  # of an article
_SECTION_BLOCKS = 50  # between a sentence and the heading over it
_DATE_LINE_CHARS, _DATE_LINE_WORDS = 80, 6
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.](0[1-9]|1[0-2])(?:[-_.](0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_PRESENT = frozenset("is are has have".split()) | MODALS


def by_time(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence, with the version that the question asks for first and the others labelled."""
    if not evidence:
        return []
    ranked = by_release(question, corrected(question, evidence))
    compared = ranked[:_COMPARED]
    asked = time_asked(question)
    if not asked and (len(compared) < 2 or time_of(compared[0].sentence) is None):
        return ranked
    times = [time_of(item.sentence) for item in compared]
    alike = _of_one_thing(question, compared) if asked else []
    asked = _settled(asked, compared, [times[n] for n in alike])
    pool = alike if asked else _successive(question, compared, times)
    known = {n: time for n in pool if (time := times[n])}
    if 0 not in known or len(set(known.values())) < 2:
        return ranked
    order = _order(known, asked)
    first = known[order[0]]
    if not asked.overlaps(first):
        return ranked  # no version is of the time asked for
    exchanged = dict(zip(order, (ranked[n].score for n in sorted(known)), strict=True))
    labelled = list(ranked)
    for n, item in enumerate(compared):
        label = _label(times[n], first, asked) if n in known else ""
        labelled[n] = replace(item, score=exchanged.get(n, item.score), version=label or item.version)
    return sorted(labelled, key=lambda item: -item.score)


def time_of(sentence: Sentence) -> Period | None:
    """The time of a sentence: its own date, that of its headings or article, or of the sentences before it.

    In a dated article, a date in a sentence in the present tense is not its time: “The mill, built in 1890,
    has 12 rooms.”
    """
    article, text = sentence.article, readable(sentence.text)
    own = _open(text) or _latest(text)
    published = period(article.date)
    if own and not (published and _PRESENT & frozenset(text.lower().split())):
        return own
    over = next(filter(None, map(_latest, sentence.block.path[::-1])), None) or _of_section(sentence)
    if any(map(is_release, sentence.block.path)) and _has_dated_releases(article):
        return over  # the article's date is that of another release
    of_article = published or _latest(article.title) or _of_name(article)
    return over or of_article or next(filter(None, map(_latest, before(sentence)[::-1])), None)


def _has_dated_releases(article: Article) -> bool:
    """Whether an article lists releases with their dates; numbered sections have none."""
    headings = [block for block in article.blocks if block.kind == "heading"][:_MOST_HEADINGS]
    return any(
        is_release(text) and (_latest(text) or _line_below(article, block.end))
        for block in headings
        if (text := readable(article.text[block.start : block.end]))
    )


def _line_below(article: Article, end: int) -> Period | None:
    """The date in the line below a heading that ends at a character, if the line is short."""
    line = readable(article.text[end : end + _DATE_LINE_CHARS].strip().partition("\n")[0])
    return _latest(line) if len(line.split()) <= _DATE_LINE_WORDS else None


def _of_section(sentence: Sentence) -> Period | None:
    """The date in the line below the heading over a sentence, if that is short: “Released 14 May 2025”."""
    article, block = sentence.article, sentence.block
    if not block.path:
        return None
    at = bisect_right(article.blocks, sentence.start, key=lambda one: one.start) - 1
    first = max(at - _SECTION_BLOCKS, 0)
    heading = next((n for n in range(at, first - 1, -1) if article.blocks[n].kind == "heading"), None)
    if heading is None or heading == at:
        return None
    return _line_below(article, article.blocks[heading].end)


def _open(text: str) -> Period | None:
    """The time of a sentence that holds since a year or until one."""
    found = [one for one in spans(text) if one.first == date.min or one.last == date.max]
    return max(found, key=lambda one: one.last, default=None)


def _latest(text: str) -> Period | None:
    """The last date of a readable text, as precise as it is given."""
    found = in_text(text)
    return max(found, key=lambda one: (one.last.year, one.first, -one.last.toordinal()), default=None)


def _of_name(article: Article) -> Period | None:
    """The date in a file's name: board-2025.txt, 2024-03-01-notes.md."""
    match = _IN_NAME.search(article.source.rpartition("/")[2])
    return period("-".join(filter(None, match.groups()))) if match else None


def _settled(asked: TimeAsked, compared: Sequence[Evidence], times: Sequence[Period | None]) -> TimeAsked:
    """Resolve an event to its date, and a month to its year, if the evidence gives them."""
    if asked.month:
        newest = max((time.last for time in times if time), default=None)
        if newest is None:
            return TimeAsked()
        return asked.bounded(Period.of(newest.year - (asked.month > newest.month), asked.month))
    if not asked.event:
        return asked
    event = frozenset(stems(asked.event))
    for item in compared:
        if (
            event
            and event.issubset(stems(item.sentence.display_text))
            and (day := _latest(item.sentence.display_text))
        ):
            return asked.bounded(day)
    return TimeAsked()


def _of_one_thing(question: str, compared: Sequence[Evidence]) -> list[int]:
    """Indices of the sentences that may be versions of the best one."""
    best = compared[0]
    alike = form(readable(best.sentence.text))
    return [
        n
        for n, item in enumerate(compared)
        if _alike(question, best, item)
        # Sentences of one article rather continue each other.
        and (
            item.sentence.article is not best.sentence.article or form(readable(item.sentence.text)) == alike
        )
    ]


def _alike(question: str, best: Evidence, item: Evidence) -> bool:
    """Whether a sentence may be a version of the best one: of its form, of its measure, or as relevant."""
    if item is best:
        return True
    if is_heading(item.sentence) or item.score < best.score - _MARGIN:
        return False
    if expected_kind(question) != "date" and is_date_line(item.sentence):
        return False
    one, other = readable(best.sentence.text), readable(item.sentence.text)
    names = facts(question).names
    if names & set(stems(_around(best.sentence))) > names & set(stems(_around(item.sentence))):
        return False  # about something else than the question names
    if form(one) == form(other):
        return True
    if not _answers(question, item):
        return False
    if _measures(one) & _measures(other):
        return True
    if expected_kind(question) == "number":
        return False
    said, near = words(one), words(" ".join((item.sentence.article.title, *item.sentence.block.path, other)))
    return all(
        mentions(near, word, KINDS)
        for word in words(question)
        if word not in STOPWORDS and mentions(said, word, KINDS)
    )


def _around(sentence: Sentence) -> str:
    return " ".join(
        (sentence.article.title, *sentence.block.path, *before(sentence), readable(sentence.text))
    )


def _measures(text: str) -> frozenset[str]:
    """The units of a text's amounts: metre, crown."""
    return frozenset(
        unit
        for one in quantities(text)
        if not one.of_time
        for unit in (one.measures, *stems(text[one.end : one.end + _UNIT_CHARS])[:1])
        if unit
    )


def _successive(question: str, compared: Sequence[Evidence], times: Sequence[Period | None]) -> list[int]:
    """Indices of sentences that would contradict the best one if their texts did not give different times.

    Publication dates do not count: articles of two days may contradict each other about a fixed fact.
    """
    if wanted(question).number != "one" or period(compared[0].sentence.article.date):
        return []  # a list asks for all, and a publication date makes no version
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
    """The indices by time; those whose times overlap, as a year and a day of it do, by score."""
    within = {n: time for n, time in times.items() if asked.overlaps(time)} or times
    if asked.end == "oldest":
        end = min(within.values(), key=lambda time: time.first)
    elif asked.since is not None and asked.since == asked.until:
        end = asked.since
    else:
        end = max(within.values(), key=lambda time: time.last)

    def key(n: int) -> tuple[bool, int, bool, int]:
        behind = 0 if times[n].overlaps(end) else date.max.toordinal() - times[n].last.toordinal()
        ended = asked.end == "newest" and times[n].last < date.max
        return n not in within, behind, ended, n

    return sorted(times, key=key)


def possible_labels(sentence: Sentence) -> frozenset[str]:
    """Every label that an answer may put before a quote of the sentence; see `AnswerSentence.label`."""
    time = time_of(sentence)
    times = [f"{age} ({written(time)})" for age in ("Older", "Newer")] if time else []
    things = readable(sentence.article.title), sentence.context
    return frozenset(["", CORRECTED, *things, *times])


def _label(time: Period | None, first: Period, asked: TimeAsked) -> str:
    """The label of a version of another time; all within the bounds that are asked for are of its time."""
    if time is None or time.overlaps(first) or (asked.is_bounded and asked.overlaps(time)):
        return ""
    return f"{'Older' if time.last < first.first else 'Newer'} ({written(time)})"


def _answers(question: str, item: Evidence) -> bool:
    """Whether a sentence has the kind of thing that is asked for."""
    kind = expected_kind(question)
    return kind == "any" or bool(new_values(kind, readable(item.sentence.text), question))


def is_of_time(question: str, best: Evidence) -> bool:
    """Whether the best sentence is of the time that the question asks about."""
    bounds, time = time_asked(question), time_of(best.sentence)
    return bounds.is_bounded and time is not None and bounds.covers(time)
