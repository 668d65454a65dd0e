"""Compose an answer from evidence: quotes, and related sentences from other articles.

Each function returns the answer with something added: always source sentences, word for word. What a language
model writes is added by `rag.answer.reply`.
"""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.conflicts import Dispute
from rag.answer.said import Said
from rag.answer.shown import in_full, of_another, whose, within
from rag.answer.sought import Sought
from rag.language.relation import place, relation
from rag.language.words import stems
from rag.search.budget import varied
from rag.search.evidence import expected_kind, holds_kind, near_best
from rag.text import readable
from rag.types import AnswerSentence, Conflict, Evidence, Sentence

_QUOTE_MARGIN = 0.35  # a quote this far below the best one is left out
_NEARLY_AS_GOOD = 0.05
# Lead in score over the next sentence at which one answers alone. On 220 questions of SQuAD 2.0 dev, shown
# sentences contain the answer for .882 at 0, .900 at .1, .905 without folding (2.3, 2.5, 2.7 sentences).
_LEADS = 0.1
_MISSED_FROM = 6
_OTHERS = 5  # maximum quotes of other articles besides the best ones
_OTHERS_MARGIN = 0.5
_COVERS = 0.75  # of the best one's coverage, for a question without names
_OF_ONE_ARTICLE = 2
_MORE_OF_AN_OVERVIEW = 2


def quote(said: Said, item: Evidence, *, beside: bool = False) -> Said:
    """Add a source sentence, with the articles that say the same.

    A sentence in `more` for one question may answer the next: then it moves, so that it is shown once.
    """
    if said.cites(item) and said.quotes(item.sentence):
        stands_beside = [one for one in said.more if one.text == item.sentence.display_text]
        if beside or not stands_beside:
            return said
        said = replace(said, more=tuple(one for one in said.more if one not in stands_beside))
    also = also_proved(item.sentence.display_text, [item])
    return said.quoting(item.sentence, also, beside=beside, label=item.version)


def quote_best(said: Said, ranked: Sequence[Evidence], limit: int, question: str) -> Said:
    """Add the best evidence, at most `limit` sentences; and to `more`, what other articles may answer.

    A plain fact (who, when, where, how many) is answered by the sentences up to the first that has a value of
    that kind and clearly leads, and those that add to what they have of the question; the rest go to `more`.
    Headings are left out.
    """
    sought = Sought.by(question)
    ranked = [item for item in ranked if not sought.names_only(item.sentence)] or ranked
    near = near_best(ranked, _OTHERS_MARGIN)
    answering: list[Evidence] = []
    answered = False
    for found, following in zip(near[:limit], [*near[1:], None], strict=False):
        item = in_full(found)
        if item.score < ranked[0].score - _QUOTE_MARGIN or within(item, answering):
            continue
        beside = bool(item.version) or sought.passes_over(item, answering)
        beside = bool(answering) and (beside or (answered and not sought.adds(item, answering)))
        answering += [] if beside else [item]
        leads = following is None or item.score >= following.score + _LEADS
        answered = answered or (leads and sought.answered_by(answering))
        said = quote(said, item, beside=beside)
    return _quote_others(said, near, limit, sought)


def _quote_others(said: Said, near: Sequence[Evidence], limit: int, sought: Sought) -> Said:
    """Add to `more` what other articles say about the same thing, if they have a value not shown yet."""
    for item in near[limit:]:
        if len(said.sentences) + len(said.more) >= limit + _OTHERS:
            break
        text, source = readable(item.sentence.text), item.sentence.article.source
        shown = (*said.sentences, *said.more)
        known = frozenset().union(*(sought.values(one.text) for one in shown))
        about = sought.names & frozenset(stems(f"{item.sentence.article.title}. {text}"))
        covers = item.term_coverage >= _COVERS * near[0].term_coverage
        if (
            (2 * len(about) >= len(sought.names) if sought.names else covers)
            and (sought.kind == "any" or sought.values(text) - known)
            and sum(citation.source == source for citation in said.citations) < _OF_ONE_ARTICLE
        ):
            said = quote(said, item, beside=True)
    return said


def say_whose(said: Said, ranked: Sequence[Evidence], question: str) -> Said:
    """Put before each quote the heading or title that it is about, where others say the like of others."""
    found = {(item.sentence.article.source, item.sentence.start): item for item in reversed(ranked)}
    asked = frozenset(stems(question))

    def labelled(one: AnswerSentence) -> AnswerSentence:
        first = said.citations[one.citations[0] - 1] if one.citations else None
        item = found.get((first.source, first.start)) if first else None
        if item is None or one.label or one.grade != "verbatim":
            return one
        return replace(one, label=whose(item, ranked, asked))

    return replace(said, sentences=tuple(map(labelled, said.sentences)), more=tuple(map(labelled, said.more)))


def quote_overview(said: Said, ranked: Sequence[Evidence], limit: int) -> Said:
    """Add at most `limit` sentences that say different things about a topic, and put a few into `more`."""
    for n, item in enumerate(varied(ranked, limit + _MORE_OF_AN_OVERVIEW)):
        said = quote(said, item, beside=n >= limit)
    return said


def quote_missed(said: Said, ranked: Sequence[Evidence], question: str) -> Said:
    """Quote in `more` what a model's sentences miss.

    That is the best evidence, if nothing nearly as good is cited; or, if no sentence has the kind of value
    asked for (a number for “how many”), the best evidence that does.
    """
    unused = [item for item in ranked if not said.cites(item)]
    used = [item.score for item in ranked if said.cites(item)]
    if unused and unused[0].score > max(used, default=0.0) + _NEARLY_AS_GOOD:
        said = quote(said, unused[0], beside=True)
    kind, asked = expected_kind(question), frozenset(stems(question))
    if not any(holds_kind(kind, one.text, asked) for one in (*said.sentences, *said.more)):
        for item in unused[:_MISSED_FROM]:
            if holds_kind(kind, readable(item.sentence.text), asked):
                return quote(said, item, beside=True)
    return said


def quote_beside(said: Said, ranked: Sequence[Evidence], most: int) -> Said:
    """Add the best evidence that is not cited yet to `more`, at most `most` sentences."""
    uncited = [item for item in near_best(ranked, _QUOTE_MARGIN) if not said.cites(item)]
    for item in uncited[:most]:
        said = quote(said, item, beside=True)
    return said


def show_disputes(said: Said, disputes: Sequence[Dispute], question: str) -> Said:
    """Add the conflicts that involve a cited sentence, and quote their other sides in `more`.

    A side about another thing than the question names, and an article on that thing says, is none.
    """
    asked = frozenset(stems(question))
    for every in disputes:
        sides = [
            side for side in every.sides if not any(of_another(side[1], one, asked) for _, one in every.sides)
        ]
        dispute = replace(every, sides=sides)
        if len(sides) < 2 or not any(said.cites(item) for _, item in sides):
            continue
        for _, item in dispute.sides:
            if not said.cites(item):
                said = quote(said, item, beside=True)
        conflict = Conflict(dispute.about, dispute.cited(said.number_of))
        said = replace(said, conflicts=(*said.conflicts, conflict))
    return said


def also_proved(text: str, items: Sequence[Evidence], question: str = "") -> list[Sentence]:
    """The sentences of other articles that repeat the evidence and also prove `text`."""
    twins = [twin for item in items for twin in item.also]
    return [twin for twin in twins if relation(text, [place(twin)], question).kind == "says"]
