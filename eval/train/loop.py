"""The training loop: steps until the time is up, snapshots on the way, and where it was left off.

    FOLDER/state.pt             all that a later call needs to go on
    FOLDER/snapshots/00012.pt   the mean of the last weights after 12,000 lists, in half precision
    FOLDER/log.jsonl            {"step": …, "lists": …, "seconds": …, "list_loss": …, …}

The learning rate falls with the share of the time that is spent, so that a machine that others slow
down still ends its run. Which examples are drawn depends on the step alone.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from eval.train.batches import Reading, Step
from eval.train.claims import Claims
from eval.train.lists import Lists
from eval.train.network import ReaderNetwork
from rag.models.pairs import Batch, Pair, side_by_side


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long, how much a step, how fast; rates are AdamW's, for the body and for what is on top."""

    minutes: float
    lists: int = 5
    claims: int = 14
    body_rate: float = 1.2e-4
    head_rate: float = 8e-4
    warmup: float = 0.03  # of the time
    decay: float = 0.01
    span_weight: float = 0.25
    smoothing: float = 0.99  # of the mean of weights
    snapshot_minutes: float = 6.0
    bfloat16: bool = True
    threads: int = 2
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over a step's lists, spans and claims."""

    answers: torch.Tensor
    span: torch.Tensor
    says: torch.Tensor


def read_pairs(
    network: Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, ...]],
    pairs: tuple[Pair, ...],
    size: int,
) -> Iterator[tuple[list[int], tuple[torch.Tensor, ...]]]:
    """Places and outputs of `size` pairs at a time, of about one length."""
    by_length = sorted(range(len(pairs)), key=lambda n: len(pairs[n].ids))
    for first in range(0, len(by_length), size):
        places = by_length[first : first + size]
        batch: Batch = side_by_side([pairs[n] for n in places])
        yield places, network(torch.from_numpy(batch.ids), torch.from_numpy(batch.parts))


def losses(network: ReaderNetwork, step: Step, size: int = 13) -> Losses:
    """Log loss of the right sentence or “none” of each list, of both ends of each span, and of each claim."""
    answers = torch.zeros(len(step.pairs))
    says = torch.zeros(len(step.pairs))
    span_of = {pair: (first, last) for pair, first, last in step.spans}
    edges: list[torch.Tensor] = []
    for places, (one_answers, one_says, start, end) in read_pairs(network, step.pairs, size):
        answers = answers.index_put((torch.tensor(places),), one_answers.float())
        says = says.index_put((torch.tensor(places),), one_says.float())
        for row, place in enumerate(places):
            if place in span_of:
                first, last = span_of[place]
                edges.append(start[row].float().logsumexp(0) - start[row, first])
                edges.append(end[row].float().logsumexp(0) - end[row, last])
    sizes = list(step.sizes)
    ranked = sum(sizes)
    of_lists = [
        _list_loss(logits, right)
        for logits, right in zip(
            torch.split(answers[:ranked], sizes),
            torch.split(torch.tensor(step.answers, dtype=torch.bool), sizes),
            strict=True,
        )
    ]
    nothing = torch.zeros(())
    return Losses(
        torch.stack(of_lists).mean() if of_lists else nothing,
        torch.stack(edges).mean() if edges else nothing,
        nn.functional.binary_cross_entropy_with_logits(says[ranked:], torch.tensor(step.supported).float())
        if step.supported
        else nothing,
    )


def _list_loss(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    whole = torch.cat((logits, logits.new_zeros(1))).logsumexp(0)  # “none” stands at 0
    return whole - (logits[right].logsumexp(0) if right.any() else 0.0)


class Training:
    """A run in a folder, that can be left and gone on with."""

    def __init__(
        self,
        network: ReaderNetwork,
        reading: Reading,
        lists: Lists,
        claims: Claims,
        recipe: Recipe,
        folder: Path,
    ) -> None:
        self._network, self._reading, self._recipe, self._folder = network, reading, recipe, folder
        self._lists, self._claims = lists, claims
        trained = {name: one for name, one in network.named_parameters() if one.requires_grad}
        body = [one for name, one in trained.items() if name.startswith("body.")]
        head = [one for name, one in trained.items() if not name.startswith("body.")]
        self._optimizer = torch.optim.AdamW(
            [{"params": body, "lr": recipe.body_rate}, {"params": head, "lr": recipe.head_rate}],
            weight_decay=recipe.decay,
        )
        self._rates = (recipe.body_rate, recipe.head_rate)
        self._trained = trained
        self._mean = {name: one.detach().clone() for name, one in trained.items()}
        self._step, self._seconds = 0, 0.0
        if (folder / "state.pt").is_file():
            self._go_on()

    def run(self, report: Callable[[str], None]) -> None:
        """Train until the recipe's minutes are spent, all calls together."""
        recipe = self._recipe
        (self._folder / "snapshots").mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(recipe.threads)
        self._network.train()
        last, saved = time.monotonic(), self._seconds
        sums, summed = np.zeros(3), 0
        while self._seconds < recipe.minutes * 60:
            found = self._one_step(self._seconds / (recipe.minutes * 60))
            sums += [one.item() for one in (found.answers, found.span, found.says)]
            summed += 1
            now = time.monotonic()
            self._seconds += now - last
            last = now
            self._step += 1
            if self._step % 20 == 0:
                self._note(sums / summed, report)
                sums, summed = np.zeros(3), 0
            if self._seconds - saved > recipe.snapshot_minutes * 60:
                saved = self._seconds
                self._save()
        self._save()

    def _one_step(self, spent: float) -> Losses:
        recipe = self._recipe
        rng = random.Random(f"{recipe.seed} {self._step}")  # noqa: S311
        torch.manual_seed(recipe.seed * 1_000_003 + self._step)
        step = self._reading.step(
            [self._lists.draw(rng) for _ in range(recipe.lists)],
            [self._claims.draw(rng) for _ in range(recipe.claims)],
        )
        slope = min(spent / recipe.warmup, 1.0) * (1.02 - spent)
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * slope
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            found = losses(self._network, step)
        loss = found.answers + recipe.span_weight * found.span + found.says
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._trained.values(), 1.0)
        self._optimizer.step()
        # Early weights would stay in the mean for long: at first it follows quickly.
        kept = min(recipe.smoothing, (1 + self._step) / (10 + self._step))
        with torch.no_grad():
            torch._foreach_mul_(list(self._mean.values()), kept)
            torch._foreach_add_(list(self._mean.values()), list(self._trained.values()), alpha=1 - kept)
        return found

    def _note(self, mean: npt.NDArray[np.float64], report: Callable[[str], None]) -> None:
        seconds, whole = self._seconds, self._recipe.minutes * 60
        row = {
            "step": self._step,
            "lists": self._step * self._recipe.lists,
            "claims": self._step * self._recipe.claims,
            "seconds": round(seconds),
            "list_loss": round(float(mean[0]), 4),
            "span_loss": round(float(mean[1]), 4),
            "says_loss": round(float(mean[2]), 4),
        }
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        report(
            f"{row['lists']} lists, {row['lists'] / seconds:.1f}/s, losses {row['list_loss']:.3f}"
            f" {row['span_loss']:.3f} {row['says_loss']:.3f}, {(whole - seconds) / 60:.0f} min left"
        )

    def _save(self) -> None:
        halves = {name: one.half() for name, one in self._mean.items()}
        torch.save(halves, self._folder / "snapshots" / f"{self._step * self._recipe.lists:06}.pt")
        state = {
            "recipe": asdict(self._recipe),
            "step": self._step,
            "seconds": self._seconds,
            "weights": self._trained,
            "mean": self._mean,
            "optimizer": self._optimizer.state_dict(),
        }
        part = self._folder / "state.part"
        torch.save(state, part)
        part.replace(self._folder / "state.pt")

    def _go_on(self) -> None:
        state = torch.load(self._folder / "state.pt", weights_only=True)
        self._step, self._seconds = state["step"], state["seconds"]
        load_weights(self._network, state["weights"])
        self._mean = dict(state["mean"])
        self._optimizer.load_state_dict(state["optimizer"])


def load_weights(network: ReaderNetwork, weights: Mapping[str, torch.Tensor]) -> None:
    """Put trained weights into a network; those that are never trained are not among them."""
    own = dict(network.named_parameters())
    with torch.no_grad():
        for name, value in weights.items():
            own[name].copy_(value)
