"""The losses that a training step minimizes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from eval.train.batches import Step
from eval.train.head import ReaderHead
from rag.models.reader import TextStates, side_by_side

_BATCH = 20  # pairs of similar length


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over a step's lists, spans and claims."""

    answers: torch.Tensor
    span: torch.Tensor
    says: torch.Tensor


def losses(head: ReaderHead, step: Step) -> Losses:
    """Return the log loss of the right sentence or “none” of each list, of both ends of each span, of each
    claim.
    """
    answers, says = torch.zeros(2, len(step.pairs))
    span_of = {pair: (first, last) for pair, first, last in step.spans}
    edges: list[torch.Tensor] = []
    for places, (one_answers, one_says, start, end) in _read(head, step.pairs):
        answers = answers.index_put((torch.tensor(places),), one_answers)
        says = says.index_put((torch.tensor(places),), one_says)
        for row, place in enumerate(places):
            if place in span_of:
                first, last = span_of[place]
                edges.append(start[row].logsumexp(0) - start[row, first])
                edges.append(end[row].logsumexp(0) - end[row, last])
    sizes = list(step.sizes)
    ranked = sum(sizes)
    right = torch.tensor(step.answers, dtype=torch.bool)
    of_lists = [
        _list_loss(logits, answering)
        for logits, answering in zip(_split(answers[:ranked], sizes), _split(right, sizes), strict=True)
    ]
    supported = torch.tensor(step.supported, dtype=torch.float32)
    nothing = torch.zeros(())
    return Losses(
        torch.stack(of_lists).mean() if of_lists else nothing,
        torch.stack(edges).mean() if edges else nothing,
        nn.functional.binary_cross_entropy_with_logits(says[ranked:], supported)
        if len(supported)
        else nothing,
    )


def _read(
    head: ReaderHead, pairs: Sequence[tuple[TextStates, TextStates]]
) -> Iterator[tuple[list[int], tuple[torch.Tensor, ...]]]:
    """Yield the outputs for batches of pairs of similar length, with the indices of the pairs."""
    by_length = sorted(range(len(pairs)), key=lambda place: len(pairs[place][1].ids))
    for first in range(0, len(by_length), _BATCH):
        places = by_length[first : first + _BATCH]
        batch = side_by_side([pairs[place] for place in places])
        given = (batch.asked, batch.asked_ids, batch.said, batch.said_ids)
        yield places, head(*map(torch.from_numpy, given))


def _list_loss(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    whole = torch.cat((logits, logits.new_zeros(1))).logsumexp(0)  # “none” is at 0
    return whole - (logits[right].logsumexp(0) if right.any() else 0.0)


def _split(values: torch.Tensor, sizes: list[int]) -> Sequence[torch.Tensor]:
    parts: Sequence[torch.Tensor] = torch.split(values, sizes)
    return parts
