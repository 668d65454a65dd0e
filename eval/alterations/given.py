"""Claims that people or models wrote: free-form gold answers, and files of claims with their truth.

claims   {"claim": "…", "article": "phones.md", "sentence": "Weight: 131 g", "true": true, "question": "…"}
replies  {"question": "…", "sentence": "…", "true": true, "style": "close",
          "cites": [{"source": "002_….txt", "snippet": "only a fraction of"}]}
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.alterations.claims import Claim
from eval.alterations.draw import ALTERATIONS
from eval.alterations.material import Material, Tagged
from eval.alterations.words import shape, tagged
from eval.dataset.samples import QuestionSetError, Sample
from rag import Article, readable
from rag.parts import Sentence, split_sentences

_MIN_WORDS = 6
_MAX_EVIDENCE = 8  # sentences: trying all sets of three from more would take long
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _ClaimRow:
    claim: str
    article: str
    sentence: str
    true: bool
    question: str


@dataclass(frozen=True, slots=True)
class _Cite:
    source: str
    snippet: str


@dataclass(frozen=True, slots=True)
class _ReplyRow:
    question: str
    sentence: str
    true: bool
    style: str
    cites: tuple[_Cite, ...]


def gold_claims(found: Material, samples: Sequence[Sample], seed: int) -> Iterator[Claim]:
    """Yield the sentences of free-form gold answers, true, and each altered in every way.

    Any evidence may prove them.

    What it cannot know: whether the set's evidence states everything the answer does.
    """
    rng = random.Random(f"{seed} gold")  # noqa: S311  a draw that can be repeated
    by_source = {article.source: article for article in found.articles}
    for sample in samples:
        evidence = [
            Sentence(article, at, at + len(words))
            for article in (by_source[source] for source in sample.sources if source in by_source)
            for words in sample.evidence
            if (at := article.text.find(words)) >= 0
        ][:_MAX_EVIDENCE]
        proofs = tuple(proof for n in (1, 2, 3) for proof in combinations(evidence, n))
        reference = readable(sample.reference)
        for start, end in split_sentences(reference) if proofs else ():
            text = reference[start:end]
            if len(text.split()) >= _MIN_WORDS:
                yield Claim("people's wording", True, text, proofs, sample.question)
                yield from _altered(text, proofs, sample.question, found, rng)


def _altered(
    text: str, proofs: tuple[tuple[Sentence, ...], ...], question: str, found: Material, rng: random.Random
) -> Iterator[Claim]:
    words = tagged(text)
    one = Tagged(proofs[0][0], text, words, shape(words))
    for kind, change in ALTERATIONS.items():
        if (other := change(one, rng, found)) and other != text:
            yield Claim(f"people's wording, {kind}", False, other, proofs, question)


def read_claims(path: Path, articles: Sequence[Article]) -> list[Claim]:
    """Return the claims of a file, each with the sentence that it cites.

    Raises:
        QuestionSetError: if the file cannot be read, or cites text that no article contains.
    """

    def claim(row: _ClaimRow) -> Claim:
        cited = _located(articles, row.article, row.sentence)
        return Claim("given claim", row.true, row.claim, ((cited,),), row.question)

    return _read(path, TypeAdapter(_ClaimRow), claim)


def read_replies(path: Path, articles: Sequence[Article]) -> list[Claim]:
    """Return the sentences of a model's replies, each with all the sentences it cites; the style is its
    kind.

    Raises:
        QuestionSetError: if the file cannot be read, or cites text that no article contains.
    """

    def claim(row: _ReplyRow) -> Claim:
        cited = tuple(_located(articles, cite.source, cite.snippet) for cite in row.cites)
        return Claim(f"reply, {row.style}", row.true, row.sentence, (cited,), row.question)

    return _read(path, TypeAdapter(_ReplyRow), claim)


def _read(path: Path, adapter: TypeAdapter[T], claim: Callable[[T], Claim]) -> list[Claim]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"cannot read the claims in {path}: {error}") from error
    claims = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            claims.append(claim(adapter.validate_json(line)))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise QuestionSetError(f"{path}:{number}: {faults}") from error
        except QuestionSetError as error:
            raise QuestionSetError(f"{path}:{number}: {error}") from error
    if not claims:
        raise QuestionSetError(f"{path} holds no claims")
    return claims


def _located(articles: Sequence[Article], source: str, words: str) -> Sentence:
    """Return the sentence of an article with exactly these words, or else the first that contains them."""
    article = next((article for article in articles if article.source == source), None)
    if article is None:
        raise QuestionSetError(f"there is no article {source!r}")
    spans = [*split_sentences(article.text, article.body_start), *split_sentences(article.text)]
    said = {span: readable(article.text[slice(*span)]) for span in spans}
    wanted = readable(words)
    holding: Mapping[tuple[int, int], str] = {span: text for span, text in said.items() if wanted in text}
    if not holding:
        raise QuestionSetError(f"no sentence of {source} holds {words!r}")
    start, end = next((span for span, text in holding.items() if text == wanted), next(iter(holding)))
    return Sentence(article, start, end)
