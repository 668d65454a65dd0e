"""Check any text, sentence by sentence: which sentence of the articles proves it, if any.

“Exports fell in May. They will rise.” → the sentence that states the first, and why none states the second.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.answer.citations import Claim, read_claims
from rag.answer.reply import Checked
from rag.index.generation import Generation
from rag.language.relation import PairModel, Relation, place, relation
from rag.models.encoder import Encoder
from rag.search.evidence import find_evidence
from rag.search.retrieve import make_query, retrieve
from rag.search.scope import EVERYTHING, Scope, part_of
from rag.types import CheckedSentence, Citation, Evidence, Sentence

_PASSAGES = 12  # searched for a proof
_TRIED = 24  # their nearest sentences, compared with the claim
_TOGETHER = 3  # sentences of one article that may prove a claim together


def proofread(
    text: str,
    generation: Generation,
    encoder: Encoder,
    lexical_weight: float,
    *,
    scope: Scope = EVERYTHING,
    pair: PairModel | None = None,
) -> Iterator[Checked]:
    """The best proof of each sentence of `text`, over the articles of `scope`.

    Raises:
        ScopeError: if the scope names an article or folder that does not exist.
        IndexFault: if the generation turns out to be damaged.
    """
    part = part_of(scope, generation)
    for claim in read_claims(text):
        query = make_query(generation if part is None else part, encoder, claim.text)
        hits = retrieve(generation, query, lexical_weight, part=part)[:_PASSAGES]
        with generation.damage():
            evidence = find_evidence(generation, query, hits)[:_TRIED]
        yield _best(claim, evidence, pair)


def _best(claim: Claim, evidence: Sequence[Evidence], pair: PairModel | None) -> Checked:
    """The nearest sentence that states the claim; if none does, the one that comes closest to it."""
    best = Checked(claim, (), Relation("none", vetoed=True, reason="no article has a similar sentence"))
    for sentences in [*([item.sentence] for item in evidence), *_together(evidence)]:
        found = relation(claim.text, [place(one) for one in sentences], pair=pair)
        if found.kind == "says":
            return Checked(claim, tuple(sentences[n] for n in found.places) or tuple(sentences), found)
        if not best.proof or found.score > best.found.score:
            best = Checked(claim, tuple(sentences), found)
    return best


def _together(evidence: Sequence[Evidence]) -> Iterator[list[Sentence]]:
    """The best sentences of each article that has several: together they may prove a claim."""
    near = sorted(evidence[: 2 * _TOGETHER], key=lambda item: item.sentence.article.source)
    for _, items in groupby(near, key=lambda item: item.sentence.article.source):
        if len(sentences := [item.sentence for item in items][:_TOGETHER]) > 1:
            yield sentences


def checked_sentence(checked: Checked) -> CheckedSentence:
    """A checked claim as readers see it."""
    citations = tuple(Citation.of(n, one) for n, one in enumerate(checked.proof, start=1))
    reason = "" if checked.grade else checked.found.reason
    return CheckedSentence(checked.claim.text, checked.grade, reason, citations)
