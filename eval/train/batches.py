"""Batch examples as encoder states: the input of one training step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.train.claims import ClaimPair
from eval.train.lists import AnswerList, Candidate
from eval.train.rows import Span
from rag.models.reader import Candidate as Said
from rag.models.reader import TextStates, TokenEncoder, asked_states, said_states

_KEPT = 60_000  # texts whose states are cached: about 1.5 GB


@dataclass(frozen=True, slots=True)
class Step:
    """Pairs of lists, list after list, then pairs of claims.

    `sizes` has the number of pairs in each list, `answers` says for each of them whether it answers, and
    `spans` has (pair, first piece, last piece) for those whose answer is known.
    """

    pairs: tuple[tuple[TextStates, TextStates], ...]
    sizes: tuple[int, ...]
    answers: tuple[bool, ...]
    spans: tuple[tuple[int, int, int], ...]
    supported: tuple[bool, ...]


class Reading:
    """Encodes texts to states, each once while it is cached."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._known: dict[Said | str, TextStates] = {}

    def step(self, lists: Sequence[AnswerList], claims: Sequence[ClaimPair]) -> Step:
        """Return one training step."""
        pairs: list[tuple[TextStates, TextStates]] = []
        spans: list[tuple[int, int, int]] = []
        for one in lists:
            asked = self._asked(one.question)
            for candidate in one.candidates:
                said = self._said(_laid(one.title, candidate))
                if candidate.span is not None and (held := _pieces_of(candidate.span, said)):
                    spans.append((len(pairs), held[0], held[-1]))
                pairs.append((asked, said))
        pairs += [(self._asked(one.claim), self._said(Said(one.source))) for one in claims]
        return Step(
            tuple(pairs),
            tuple(len(one.candidates) for one in lists),
            tuple(candidate.answers for one in lists for candidate in one.candidates),
            tuple(spans),
            tuple(claim.supported for claim in claims),
        )

    def _asked(self, text: str) -> TextStates:
        if text not in self._known:
            self._keep(text, asked_states(self._encoder, text))
        return self._known[text]

    def _said(self, said: Said) -> TextStates:
        if said not in self._known:
            self._keep(said, said_states(self._encoder, said))
        return self._known[said]

    def _keep(self, key: Said | str, read: TextStates) -> None:
        if len(self._known) >= _KEPT:
            self._known = {}
        # Half precision is finer than what int8 quantization leaves of the states.
        self._known[key] = TextStates(read.ids, read.states.astype(np.float16), read.spans)


def _laid(title: str, candidate: Candidate) -> Said:
    return Said(candidate.sentence, title, candidate.before)


def _pieces_of(span: Span, said: TextStates) -> list[int]:
    """Return the word pieces that contain the characters of a span."""
    start, end = span
    return [n for n, (a, b) in enumerate(said.spans) if a < end and b > start]
