"""Lay out examples as pairs of texts: the input of one training step."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.train.claims import ClaimPair
from eval.train.lists import AnswerList
from eval.train.rows import Span
from rag.models.reader import Pair, PairTokenizer, ReaderInput


@dataclass(frozen=True, slots=True)
class Step:
    """Pairs of lists, list after list, then pairs of claims.

    `sizes` has the number of pairs in each list, `answers` says for each of them whether it answers, and
    `spans` has (pair, first piece, last piece) for those whose answer is known.
    """

    pairs: tuple[Pair, ...]
    sizes: tuple[int, ...]
    answers: tuple[bool, ...]
    spans: tuple[tuple[int, int, int], ...]
    supported: tuple[bool, ...]


def step_of(tokenizer: PairTokenizer, lists: Sequence[AnswerList], claims: Sequence[ClaimPair]) -> Step:
    """Return one training step."""
    pairs: list[Pair] = []
    spans: list[tuple[int, int, int]] = []
    for one in lists:
        for candidate in one.candidates:
            laid = tokenizer.pair(
                one.question, ReaderInput(candidate.sentence, candidate.title, candidate.before)
            )
            if candidate.span is not None and (held := _pieces_of(candidate.span, laid)):
                spans.append((len(pairs), held[0], held[-1]))
            pairs.append(laid)
    pairs += [tokenizer.pair(one.claim, ReaderInput(one.source)) for one in claims]
    return Step(
        tuple(pairs),
        tuple(len(one.candidates) for one in lists),
        tuple(candidate.answers for one in lists for candidate in one.candidates),
        tuple(spans),
        tuple(claim.supported for claim in claims),
    )


def _pieces_of(span: Span, pair: Pair) -> list[int]:
    """Return the pieces of a pair that contain the characters of a span of its sentence."""
    start, end = span
    return [pair.first + n for n, (a, b) in enumerate(pair.spans) if a < end and b > start]
