"""The losses that a training step minimizes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from eval.train.batches import Step
from eval.train.network import ReaderNetwork
from rag.models.reader import Pair, by_length, side_by_side

_BATCH = 8  # pairs of similar length; of 16, the padding takes a tenth more time


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over a step's lists and spans."""

    answers: torch.Tensor
    span: torch.Tensor


def losses(network: ReaderNetwork, step: Step) -> Losses:
    """Return the log loss of the right sentence or “none” of each list, and of both ends of each span."""
    answers = torch.zeros(len(step.pairs))
    span_of = {pair: (first, last) for pair, first, last in step.spans}
    edges: list[torch.Tensor] = []
    for places, (logits, start, end) in _read(network, step.pairs):
        answers = answers.index_put((torch.tensor(places),), logits)
        for row, place in enumerate(places):
            if place in span_of:
                first, last = span_of[place]
                edges.append(start[row].logsumexp(0) - start[row, first])
                edges.append(end[row].logsumexp(0) - end[row, last])
    sizes = list(step.sizes)
    right = torch.tensor(step.answers, dtype=torch.bool)
    of_lists = [
        _list_loss(logits, answering)
        for logits, answering in zip(_split(answers[: sum(sizes)], sizes), _split(right, sizes), strict=True)
    ]
    nothing = torch.zeros(())
    return Losses(
        torch.stack(of_lists).mean() if of_lists else nothing,
        torch.stack(edges).mean() if edges else nothing,
    )


def _read(
    network: ReaderNetwork, pairs: Sequence[Pair]
) -> Iterator[tuple[list[int], tuple[torch.Tensor, ...]]]:
    """Yield the outputs for batches of pairs of similar length, with the indices of the pairs."""
    for places in by_length(pairs, _BATCH):
        batch = side_by_side([pairs[place] for place in places])
        yield places, network(torch.from_numpy(batch.ids), torch.from_numpy(batch.parts))


def _list_loss(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    whole = torch.cat((logits, logits.new_zeros(1))).logsumexp(0)  # “none” is at 0
    return whole - (logits[right].logsumexp(0) if right.any() else 0.0)


def _split(values: torch.Tensor, sizes: list[int]) -> Sequence[torch.Tensor]:
    parts: Sequence[torch.Tensor] = torch.split(values, sizes)
    return parts
