"""Examples as word pieces, side by side: what one step of training reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from eval.train.claims import ClaimPair
from eval.train.lists import AnswerList, Candidate
from rag.models.pairs import Limits, Pair, lay_out

# The longest tenth costs a third of the time.
_LIMITS = Limits(sentence=96)


@dataclass(frozen=True, slots=True)
class Step:
    """Pairs of lists, list after list, then pairs of claims.

    `sizes` counts the pairs of each list, `answers` says of each of them whether it answers, and `spans`
    gives (pair, first token, last token) for those whose answer is known.
    """

    pairs: tuple[Pair, ...]
    sizes: tuple[int, ...]
    answers: tuple[bool, ...]
    spans: tuple[tuple[int, int, int], ...]
    supported: tuple[bool, ...]


class Reading:
    """Texts to pairs by an encoder's word pieces."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        begin, end = tokenizer.encode("").ids
        self._frame = (begin, end)
        self._known: dict[str, list[int]] = {}

    def step(self, lists: Sequence[AnswerList], claims: Sequence[ClaimPair]) -> Step:
        """One step of training."""
        pairs: list[Pair] = []
        spans: list[tuple[int, int, int]] = []
        for one in lists:
            for candidate in one.candidates:
                pair = self.answer_pair(one.question, one.title, candidate)
                if (span := self._span(candidate, pair)) is not None:
                    spans.append((len(pairs), *span))
                pairs.append(pair)
        pairs += [self.claim_pair(claim.claim, claim.source) for claim in claims]
        return Step(
            tuple(pairs),
            tuple(len(one.candidates) for one in lists),
            tuple(candidate.answers for one in lists for candidate in one.candidates),
            tuple(spans),
            tuple(claim.supported for claim in claims),
        )

    def answer_pair(self, question: str, title: str, candidate: Candidate) -> Pair:
        """A question with a sentence that may answer it."""
        return lay_out(
            self._frame,
            self._ids(question),
            self._ids(candidate.sentence),
            self._ids(title),
            self._ids(candidate.before),
            _LIMITS,
        )

    def claim_pair(self, claim: str, source: str) -> Pair:
        """A claim with what may state it."""
        return lay_out(self._frame, self._ids(claim), self._ids(source), limits=_LIMITS)

    def _span(self, candidate: Candidate, pair: Pair) -> tuple[int, int] | None:
        if candidate.span is None:
            return None
        start, end = candidate.span
        offsets = self._tokenizer.encode(candidate.sentence, add_special_tokens=False).offsets
        held = [n for n, (a, b) in enumerate(offsets) if a < end and b > start]
        last = len(pair.ids) - 2
        if not held or pair.sentence_at + held[-1] > last:
            return None
        return pair.sentence_at + held[0], pair.sentence_at + held[-1]

    def _ids(self, text: str) -> list[int]:
        if len(self._known) > 200_000:
            self._known = {}
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return self._known[text]
