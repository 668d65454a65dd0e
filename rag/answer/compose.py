"""From evidence to answer sentences: a model's reply, checked sentence by sentence, or quotes.

A sentence leaves here only after its check, so that even a streamed answer never shows what the
articles do not say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.answer.citations import Claim, read_claims
from rag.answer.conflicts import Dispute
from rag.answer.prompts import NOT_IN_ARTICLES
from rag.language.facts import facts
from rag.language.verify import Check, check
from rag.language.words import stems
from rag.search.evidence import expected_kind, holds_kind, values_of_kind
from rag.types import AnswerSentence, Citation, Conflict, Evidence, Sentence, readable

_QUOTE_MARGIN = 0.35  # a quote this far below the best one is left out
_NEARLY_AS_GOOD = 0.05
_MISSED_FROM = 6
_OTHERS = 5  # quotes of other articles behind the best ones, at most
_OTHERS_MARGIN = 0.5
_COVERS = 0.75  # of what the best one covers of a question without names
_OF_ONE_ARTICLE = 2
_MAX_TOGETHER = 3
_REFUSES = re.compile(r"\s{0,20}no(?:[.,:]|\s{0,20}$)", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """What an answer holds so far; `dropped` are sentences that did not pass the check.

    `reply` is what the model wrote, `unmarked` whether a sentence of it cites nothing that was
    shown, `refused` whether it says that the articles do not say.
    """

    sentences: list[AnswerSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[AnswerSentence] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    reply: str = ""
    unmarked: bool = False
    refused: bool = False

    def cite(self, sentence: Sentence) -> int:
        """The citation number of a source sentence, a new one at its first use."""
        for citation in self.citations:
            if (citation.source, citation.start) == (sentence.article.source, sentence.start):
                return citation.n
        self.citations.append(Citation.of(len(self.citations) + 1, sentence))
        return len(self.citations)

    def add(self, text: str, proof: Sequence[Sentence]) -> AnswerSentence:
        """Add a supported sentence with the source sentences that prove it."""
        numbers = tuple(dict.fromkeys(self.cite(sentence) for sentence in proof))
        self.sentences.append(AnswerSentence(text, numbers, "supported"))
        return self.sentences[-1]

    def quote(self, item: Evidence) -> AnswerSentence:
        """Add a source sentence word for word, with the articles that say the same."""
        text = item.sentence.told
        return self.add(text, [item.sentence, *_also_proved(text, [item])])

    def quotes(self, sentence: Sentence) -> bool:
        """Whether a source sentence stands in the draft word for word."""
        return any(shown.text == sentence.told for shown in self.sentences)

    def cites(self, item: Evidence) -> bool:
        """Whether a source sentence is cited."""
        place = (item.sentence.article.source, item.sentence.start)
        return any((citation.source, citation.start) == place for citation in self.citations)

    @property
    def text(self) -> str:
        return " ".join(with_markers(sentence) for sentence in self.sentences)


def with_markers(sentence: AnswerSentence) -> str:
    """An answer sentence as text, its citation numbers behind it: “It rained. [1][3]”"""
    return f"{sentence.text} {''.join(f'[{n}]' for n in sentence.citations)}".strip()


def quote_best(
    draft: Draft, ranked: Sequence[Evidence], limit: int, question: str
) -> Iterator[AnswerSentence]:
    """Fill `draft` with the best evidence, word for word; yields each sentence.

    Behind the `limit` best ones stand sentences of other articles that are about the same and
    hold another value than those before, so that a reader sees all that may be the answer.
    """
    near = [item for item in ranked if item.score >= ranked[0].score - _OTHERS_MARGIN]
    for item in near[:limit]:
        if item.score >= ranked[0].score - _QUOTE_MARGIN:
            yield draft.quote(item)
    kind, asked = expected_kind(question), frozenset(stems(question))
    names = facts(question).names
    for item in near[limit:]:
        if len(draft.sentences) >= limit + _OTHERS:
            break
        text, source = readable(item.sentence.text), item.sentence.article.source
        values = values_of_kind(kind, text, asked)
        known = frozenset().union(*(values_of_kind(kind, shown.text, asked) for shown in draft.sentences))
        about = names & frozenset(stems(f"{item.sentence.article.title}. {text}"))
        covers = item.coverage >= _COVERS * ranked[0].coverage
        if (
            (2 * len(about) >= len(names) if names else covers)
            and (kind == "any" or values - known)
            and sum(citation.source == source for citation in draft.citations) < _OF_ONE_ARTICLE
        ):
            yield draft.quote(item)


def quote_missed(draft: Draft, ranked: Sequence[Evidence], question: str) -> Iterator[AnswerSentence]:
    """Add a quote of what a model's reply passed over; yields it.

    That is the best evidence if nothing nearly as good is cited, or, where no sentence holds the
    kind of thing that was asked for (a number for “how many”), the best evidence that does.
    """
    unused = [item for item in ranked if not draft.cites(item)]
    used = [item.score for item in ranked if draft.cites(item)]
    if unused and unused[0].score > max(used, default=0.0) + _NEARLY_AS_GOOD:
        yield draft.quote(unused[0])
    kind, asked = expected_kind(question), frozenset(stems(question))
    if not any(holds_kind(kind, sentence.text, asked) for sentence in draft.sentences):
        for item in unused[:_MISSED_FROM]:
            if holds_kind(kind, readable(item.sentence.text), asked):
                yield draft.quote(item)
                return


def quote_beside(draft: Draft, ranked: Sequence[Evidence], most: int) -> Iterator[AnswerSentence]:
    """Add the best evidence that is not cited yet, at most `most` sentences; yields each."""
    near = [item for item in ranked if item.score >= ranked[0].score - _QUOTE_MARGIN]
    for item in [item for item in near if not draft.cites(item)][:most]:
        yield draft.quote(item)


def show_disputes(draft: Draft, disputes: Sequence[Dispute]) -> Iterator[AnswerSentence]:
    """Set beside a cited sentence what other articles say differently; yields each quote added."""
    for dispute in disputes:
        if not any(draft.cites(item) for _, item in dispute.sides):
            continue
        for _, item in dispute.sides:
            if not draft.cites(item):
                yield draft.quote(item)
        draft.conflicts.append(Conflict(dispute.about, dispute.cited(draft.cite)))


def check_reply(
    draft: Draft, pieces: Iterator[str], evidence: Sequence[Evidence], question: str
) -> Iterator[AnswerSentence]:
    """Fill `draft` from a model's reply as it comes; yields each sentence that passed its check.

    A claim that is only partly supported is replaced by the sentence that comes nearest to it.
    """
    reply, done = "", 0
    for piece in pieces:
        reply += piece
        if any(char.isspace() for char in piece):
            # The last claim may still grow, or get its markers after the full stop.
            claims = read_claims(reply)
            yield from _check_claims(draft, claims[done:-1], evidence, question)
            done = max(done, len(claims) - 1)
    yield from _check_claims(draft, read_claims(reply)[done:], evidence, question)
    draft.reply = reply
    draft.refused = bool(_REFUSES.match(reply)) or NOT_IN_ARTICLES.casefold() in reply.casefold()


def _check_claims(
    draft: Draft, claims: Sequence[Claim], evidence: Sequence[Evidence], question: str
) -> Iterator[AnswerSentence]:
    for claim in claims:
        if NOT_IN_ARTICLES.casefold() in claim.text.casefold():
            continue
        if not any(1 <= n <= len(evidence) for n in claim.numbers):
            draft.unmarked = True
        proof, result = _best_support(claim, evidence, question)
        if result.verdict == "supported":
            retold = [item for item in evidence if item.sentence in proof]
            yield draft.add(claim.text, [*proof, *_also_proved(claim.text, retold, question)])
            continue
        draft.dropped.append(AnswerSentence(claim.text, (), result.verdict, result.reason))
        if result.verdict == "partly" and not draft.quotes(proof[0]):
            yield draft.add(readable(proof[0].text), proof[:1])


def _also_proved(text: str, items: Sequence[Evidence], question: str = "") -> list[Sentence]:
    """The sentences of other articles that say the same as the evidence, and prove `text` as well."""
    twins = [twin for item in items for twin in item.also]
    return [twin for twin in twins if check(text, [twin], question).verdict == "supported"]


def _best_support(claim: Claim, evidence: Sequence[Evidence], question: str) -> tuple[list[Sentence], Check]:
    """The claim's own citations if they hold; else the one shown sentence that proves it best.

    A small model often says what is right and points to the sentence beside it. Several citations
    count together only if they are few and of one article: over sentences of different articles
    the words of an invented claim can all be found.
    """
    cited = [evidence[n - 1].sentence for n in claim.numbers if 1 <= n <= len(evidence)]
    if len(cited) > _MAX_TOGETHER or len({sentence.article.source for sentence in cited}) > 1:
        cited = []
    names = frozenset().union(*(facts(readable(item.sentence.text)).names for item in evidence))
    own = check(claim.text, cited, question, names)
    if own.verdict == "supported":
        return cited, own
    others = [([item.sentence], check(claim.text, [item.sentence], question, names)) for item in evidence]
    return max([(cited, own), *others], key=lambda pair: pair[1].rank)
