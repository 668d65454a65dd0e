"""Answers made of several parallel sentences: lists, counts, superlatives, and fields that say yes or no.

“Which huts have a stove?” → a sentence for each hut that has one. “Which hut is the highest?” → the row of
the highest, with the others in `more`. Each line names the thing it is about.
"""

from collections.abc import Sequence

from rag.answer.naming import is_named, shared_title, with_names
from rag.answer.parallel import Line, form_of, labels
from rag.answer.said import Said
from rag.answer.superlatives import quote_extreme
from rag.language.boxes import state_asked
from rag.language.facts import facts
from rag.language.quantities_read import quantities
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.bounds import bound_asked, kept
from rag.search.by_form import ByForm
from rag.search.evidence import is_heading, near_best
from rag.search.mentions import mentions
from rag.search.releases import asks_for_release
from rag.search.things import kind_asked, things_asked
from rag.search.values import all_alike, cells_of, field_of
from rag.search.wanted import Wanted, asks_who, negated, wanted
from rag.types import Chunk, Evidence, Sentence, readable

_MOST_LISTED = 30
_MARGIN = 0.5  # a sentence this far below the best one does not answer
_HOW_MANY, _NEAR = "how many", 30  # characters between a number and what it counts
_READ_FIRST = 5
_FEWEST_OF_SERIES = 3
_MADE = frozenset(map(stem, "make makes made".split()))
_COMMANDS = frozenset(map(stem, "list name give show enumerate tell".split()))
_ANYBODY = frozenset("everybody everyone anybody anyone somebody people".split())
_YES = frozenset("yes true ja oui sí si sim да 是 はい ✓ ✔ x".split())
_NO = frozenset("no false nein non não nao нет 否 いいえ ✗ ✘ – -".split())


def quote_listed(said: Said, ranked: Sequence[Evidence], question: str, asks: Wanted, *, whole: bool) -> Said:
    """Add everything that the question `asks` for; nothing if that is one thing, or only one is found.

    `whole`: `ranked` has every sentence in the index that shares a word with the question.
    """
    if not ranked or asks_for_release(question):
        return said  # the newest release is first already
    if asks.number == "one":
        return _who(said, ranked, question, whole=whole) if asks_who(question) else said
    lines = [
        Line(sentence, item.score, bool(item.also))
        for item in near_best(ranked, _MARGIN)
        if not is_heading(item.sentence)
        for sentence in (item.sentence, *item.also)
    ]
    if not lines:
        return said
    sentences, counts = [line.sentence for line in lines], asks.number == "count"
    if (bound := bound_asked(question)) and (within := kept(bound, sentences)).sentences:
        return _listed(said, within.sentences, whole=whole and within.whole, counted=counts)
    states_number = counts and _states_number(lines, question)
    if asks.number in ("all", "count") and not states_number and not negated(question):
        things = things_asked(question, sentences)
        if len(things.sentences) > 1:
            return _listed(said, things.sentences, whole=whole and things.whole, counted=counts)
    if asks.number == "extreme":
        return quote_extreme(said, lines, asks, question)
    decided = _decided(said, lines, question, asks, whole=whole)
    if decided is not said or asks.number == "which":
        return decided
    if asks.number == "count":
        return _counted(said, lines, question, whole=whole)
    chunks = [item.hit.chunk for item in ranked]
    return said if field_of(lines[0].sentence) else _all(said, lines, question, chunks, whole=whole)


def _who(said: Said, ranked: Sequence[Evidence], question: str, *, whole: bool) -> Said:
    """Add every sentence that has all that is asked about somebody, with the ones that say who that is;
    nothing if the best sentence names somebody, or another cannot be told.
    """
    said_of = [word for word in words(question) if word not in STOPWORDS | _ANYBODY]
    names = facts(question).names
    asked = [word for word in said_of if stem(word) not in names | _COMMANDS]
    fitting = [
        one
        for item in near_best(ranked, _MARGIN)
        for one in (item.sentence, *item.also)
        if asked and names.issubset(stems(one.full_text)) and _says_all(one, asked)
    ]
    known = frozenset(stems(question))
    if not fitting or is_named(fitting[0], shared_title(fitting), known):
        return said
    named = with_names(fitting, [item.hit.chunk for item in ranked], known)
    if len(named) == len(fitting):
        return said
    return _listed(said, named, whole=whole, counted=False)


def _says_all(sentence: Sentence, asked: Sequence[str]) -> bool:
    """Whether a sentence has all words asked for, in any form: “grown” for “grows”."""
    said = words(sentence.display_text)
    return all(mentions(said, word) for word in asked)


def quote_answering(said: Said, answering: ByForm, question: str) -> Said:
    """Add sentences that answer by their form, after their number if that is asked."""
    counted = bool(answering.count and wanted(question).number == "count" and state_asked(question))
    return _shown(said, answering.found, answering.count, whole=answering.whole, counted=counted)


def _all(said: Said, lines: Sequence[Line], question: str, chunks: Sequence[Chunk], *, whole: bool) -> Said:
    asked, not_asked = _asked(question), negated(question)
    held = asked.intersection(stems(lines[0].sentence.display_text))
    if not_asked:
        fitting = [line for line in lines if not_asked & negated(readable(line.sentence.text))]
    else:
        fitting = [
            line
            for line in lines
            if held
            and held.issubset(stems(line.sentence.display_text))
            and not held & negated(readable(line.sentence.text))
        ]
        form = form_of(lines[0].sentence)
        formed = [line for line in fitting if form_of(line.sentence) == form]
        kind = kind_asked(question)
        noun = frozenset(stems(kind.noun)) if kind else frozenset[str]()
        if not any(noun & frozenset(stems(line.sentence.full_text)) for line in fitting):
            asked -= noun  # “Which of the boats are at the quay?”, where no sentence on the quay says “boat”
        fitting = fitting if all(_holds_all(line.sentence, asked) for line in fitting) else formed
        fitting = max(fitting, _series(lines, asked), key=len)
    sentences = [line.sentence for line in fitting]
    if len(sentences) < 2 and not (not_asked and sentences):
        return said
    known = frozenset(stems(question))
    shared, repeats = shared_title(sentences), len({readable(one.text) for one in sentences}) == 1
    if repeats and not any(is_named(one, shared, known) for one in sentences):
        return said  # a sentence that all articles repeat is about none of them
    named = with_names(sentences, chunks, known)
    return _listed(said, named, whole=whole, counted=False)


def _asked(question: str) -> frozenset[str]:
    """The question's stems, without the verb of “list all …” or “made of …”."""
    said = stems(question)
    return frozenset(said[1:] if said and said[0] in _COMMANDS else said) - _MADE


def _holds_all(sentence: Sentence, asked: frozenset[str]) -> bool:
    """Whether a sentence has every word asked for: prose, which repeats its topic, lists only if all do."""
    return asked.issubset(stems(sentence.full_text))


def _counted(said: Said, lines: Sequence[Line], question: str, *, whole: bool) -> Said:
    """Count sentences of the same form about different things, fields once for each record, or the articles
    of a series that have what is counted, unless a sentence states the number.
    """
    best, asked = lines[0].sentence, frozenset(stems(_counted_in(question))) - _MADE
    if _states_number(lines, question):
        return said
    form = form_of(best)
    formed = [line for line in lines if form_of(line.sentence) == form]
    if len(form & asked) < 2 and not all(_holds_all(line.sentence, asked) for line in formed):
        formed = []
    fields = [line for line in formed if field_of(line.sentence)]
    formed = [*_one_each(fields), *(line for line in formed if not field_of(line.sentence))]
    things = max(formed, _series(lines, asked), key=lambda some: len({line.thing for line in some}))
    if len({line.thing for line in things}) < 2:
        return said
    counted = {line.thing for line in things}
    # Another thing of which as much is said, in other words, may be one as well.
    whole = whole and all(line.thing in counted or not _holds_all(line.sentence, asked) for line in lines)
    return _listed(said, [line.sentence for line in things], whole=whole, counted=True)


def _one_each(lines: Sequence[Line]) -> list[Line]:
    """The first line about each thing: several fields of a record are about one."""
    first = {line.thing: line for line in reversed(lines)}
    return list(reversed(first.values()))


def _series(lines: Sequence[Line], asked: frozenset[str]) -> list[Line]:
    """A sentence of each article of a series that has all words asked for, there or in its title.

    Articles are a series if their titles share a word asked for: “Stop 3 of the trail: Orm”. A sentence that
    all of them repeat is about none of them.
    """
    found: dict[str, Line] = {}
    series: set[str] = set()
    for line in lines:
        article = line.sentence.article
        own = asked - frozenset(stems(article.title))
        if line.repeated or own == asked:
            continue
        series.add(article.source)
        if own.issubset(stems(line.sentence.display_text)):
            found.setdefault(article.source, line)
    return list(found.values()) if len(series) >= _FEWEST_OF_SERIES else []


def _counted_in(question: str) -> str:
    """What follows “how many”."""
    return question[question.lower().index(_HOW_MANY) + len(_HOW_MANY) :]


def _states_number(lines: Sequence[Line], question: str) -> bool:
    return any(_gives_number(line.sentence, question) for line in lines[:_READ_FIRST])


def _gives_number(sentence: Sentence, question: str) -> bool:
    """Whether it states a number of what is counted: “seats 18,400 people”, or a cell “Cars: 65”."""
    counted = frozenset(stems(_counted_in(question))[:1])
    if sentence.block.kind == "row":
        return any(
            counted & frozenset(stems(label)) and quantities(text) for label, text in cells_of(sentence)
        )
    text = sentence.display_text
    return any(
        not one.of_time and counted & frozenset(stems(text[one.end : one.end + _NEAR]))
        for one in quantities(text)
    )


def _listed(said: Said, sentences: Sequence[Sentence], *, whole: bool, counted: bool) -> Said:
    """Add sentences in the order of the articles, after their number if they are to be `counted`."""
    ordered = sorted(sentences, key=lambda one: (one.article.source, one.start))
    return _shown(said, ordered, len(ordered), whole=whole, counted=counted)


def _shown(said: Said, sentences: Sequence[Sentence], count: int, *, whole: bool, counted: bool) -> Said:
    shown = sentences[:_MOST_LISTED]
    if counted:
        said = said.counting(count, shown, whole=whole)
    for sentence, label in zip(shown, labels(shown), strict=True):
        said = said.quoting(sentence, label=label)
    return said.leaving(count - len(shown), whole=whole)


def _decided(said: Said, lines: Sequence[Line], question: str, asks: Wanted, *, whole: bool) -> Said:
    """Add the fields with the yes or no that is asked for, of all records, after their number if that is
    asked.
    """
    label = field_of(lines[0].sentence)
    if not label or label[1].casefold() not in _YES | _NO:
        return said
    if asks.number == "count" and not frozenset(stems(label[0])) & frozenset(stems(question)):
        return said
    sought = _NO if negated(question) else _YES
    every = all_alike([line.sentence for line in lines if (field_of(line.sentence) or ("",))[0] == label[0]])
    same = [Line(one, 0.0) for one in every.sentences]
    fitting = [one.sentence for one in same if (field_of(one.sentence) or label)[1].casefold() in sought]
    several = fitting and len({line.thing for line in same}) > 1
    if not several:
        return said
    return _listed(said, fitting, whole=whole and every.whole, counted=asks.number == "count")
