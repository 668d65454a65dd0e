"""From evidence to answer sentences: a model's reply, checked sentence by sentence, or quotes.

A sentence leaves here only after its check, so that even a streamed answer never shows what the
articles do not say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.answer.citations import Claim, read_claims
from rag.answer.prompts import NOT_IN_ARTICLES
from rag.answer.verify import Check, check
from rag.corpus.facts import facts
from rag.corpus.words import stems
from rag.search.evidence import expected_kind, holds_kind
from rag.types import AnswerSentence, Citation, Evidence, Sentence, readable

_QUOTE_MARGIN = 0.35  # a quote this far below the best one is left out
_NEARLY_AS_GOOD = 0.05
_MISSED_FROM = 6
_MAX_TOGETHER = 3


@dataclass(slots=True)
class Draft:
    """What an answer holds so far; `dropped` are sentences that did not pass the check."""

    sentences: list[AnswerSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[AnswerSentence] = field(default_factory=list)
    refused: bool = False

    def cite(self, sentence: Sentence) -> int:
        """The citation number of a source sentence, a new one at its first use."""
        for citation in self.citations:
            if (citation.source, citation.start) == (sentence.article.source, sentence.start):
                return citation.n
        self.citations.append(Citation.of(len(self.citations) + 1, sentence))
        return len(self.citations)

    def quote(self, sentence: Sentence) -> AnswerSentence:
        """Add a source sentence word for word."""
        number = self.cite(sentence)
        self.sentences.append(AnswerSentence(readable(sentence.text), (number,), "supported"))
        return self.sentences[-1]

    def quotes(self, sentence: Sentence) -> bool:
        """Whether a source sentence stands in the draft word for word."""
        return any(shown.text == readable(sentence.text) for shown in self.sentences)

    @property
    def text(self) -> str:
        return " ".join(with_markers(sentence) for sentence in self.sentences)


def with_markers(sentence: AnswerSentence) -> str:
    """An answer sentence as text, its citation numbers behind it: “It rained. [1][3]”"""
    return f"{sentence.text} {''.join(f'[{n}]' for n in sentence.citations)}".strip()


def quote_best(draft: Draft, evidence: Sequence[Evidence]) -> Iterator[AnswerSentence]:
    """Fill `draft` with the evidence, word for word, best first; yields each sentence."""
    for item in evidence:
        if item.score < evidence[0].score - _QUOTE_MARGIN:
            break
        yield draft.quote(item.sentence)


def quote_missed(draft: Draft, ranked: Sequence[Evidence], question: str) -> Iterator[AnswerSentence]:
    """Add a quote of what a model's reply passed over; yields it.

    That is the best evidence if nothing nearly as good is cited, or, where no sentence holds the
    kind of thing that was asked for (a number for “how many”), the best evidence that does.
    """
    cited = {(citation.source, citation.start) for citation in draft.citations}
    unused = [e for e in ranked if (e.sentence.article.source, e.sentence.start) not in cited]
    used = [e.score for e in ranked if e not in unused]
    if unused and unused[0].score > max(used, default=0.0) + _NEARLY_AS_GOOD:
        yield draft.quote(unused[0].sentence)
    kind, asked = expected_kind(question), frozenset(stems(question))
    if not any(holds_kind(kind, sentence.text, asked) for sentence in draft.sentences):
        for item in unused[:_MISSED_FROM]:
            if holds_kind(kind, readable(item.sentence.text), asked):
                yield draft.quote(item.sentence)
                return


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
    draft.refused = NOT_IN_ARTICLES.casefold() in reply.casefold()


def _check_claims(
    draft: Draft, claims: Sequence[Claim], evidence: Sequence[Evidence], question: str
) -> Iterator[AnswerSentence]:
    for claim in claims:
        if NOT_IN_ARTICLES.casefold() in claim.text.casefold():
            continue
        proof, result = _best_support(claim, evidence, question)
        if result.verdict == "supported":
            numbers = tuple(draft.cite(sentence) for sentence in proof)
            draft.sentences.append(AnswerSentence(claim.text, numbers, result.verdict))
            yield draft.sentences[-1]
            continue
        draft.dropped.append(AnswerSentence(claim.text, (), result.verdict, result.reason))
        if result.verdict == "partly" and not draft.quotes(proof[0]):
            yield draft.quote(proof[0])


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
