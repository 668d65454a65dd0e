"""The training loop: steps until the time is up, snapshots along the way, and resuming.

    FOLDER/state.pt             everything a later call needs to resume
    FOLDER/snapshots/012000.pt  the mean of the last weights after 12,000 lists
    FOLDER/log.jsonl            {"step": …, "lists": …, "seconds": …, "list_loss": …, …}

The learning rate decays with the share of the time that is spent, so that a run on a slow, shared machine
still ends. Which examples are drawn depends on the step alone.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from eval.train.batches import step_of
from eval.train.lists import Lists
from eval.train.losses import Losses, losses
from eval.train.network import ReaderNetwork
from eval.train.spans import Spans
from rag.models.reader import PairTokenizer

_NOTED = 25  # steps between two log lines


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long, how much per step, how fast (AdamW)."""

    minutes: float
    lists: int = 5
    spans: int = 14
    rate: float = 8e-5
    output_rate: float = 1e-3  # of what is new, not the encoder's
    warmup: float = 0.05  # of the time
    decay: float = 0.01
    smoothing: float = 0.99  # of the mean of weights
    snapshot_minutes: float = 6.0
    threads: int = 2
    seed: int = 7


class Training:
    """A resumable run in a folder."""

    def __init__(
        self,
        network: ReaderNetwork,
        tokenizer: PairTokenizer,
        lists: Lists,
        spans: Spans,
        recipe: Recipe,
        folder: Path,
    ) -> None:
        self._network, self._tokenizer, self._recipe, self._folder = network, tokenizer, recipe, folder
        self._lists, self._spans = lists, spans
        self._trained = network.trained()
        body = [one for name, one in self._trained.items() if name.startswith("body.")]
        outputs = [one for name, one in self._trained.items() if not name.startswith("body.")]
        self._rates = (recipe.rate, recipe.output_rate)
        self._optimizer = torch.optim.AdamW(
            [{"params": body}, {"params": outputs}], weight_decay=recipe.decay, fused=True
        )
        self._mean = {name: one.detach().clone() for name, one in self._trained.items()}
        self._step, self._seconds = 0, 0.0
        if (folder / "state.pt").is_file():
            self._go_on()

    def run(self, report: Callable[[str], None]) -> None:
        """Train until the recipe's minutes are spent, over all calls together."""
        recipe = self._recipe
        (self._folder / "snapshots").mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(recipe.threads)
        self._network.train()
        last, saved = time.monotonic(), self._seconds
        sums, summed = np.zeros(2), 0
        while self._seconds < recipe.minutes * 60:
            found = self._one_step(self._seconds / (recipe.minutes * 60))
            sums += [one.item() for one in (found.answers, found.span)]
            summed += 1
            now = time.monotonic()
            self._seconds += now - last
            last = now
            self._step += 1
            if self._step % _NOTED == 0:
                self._note(sums / summed, report)
                sums, summed = np.zeros(2), 0
            if self._seconds - saved > recipe.snapshot_minutes * 60:
                saved = self._seconds
                self._save()
        self._save()

    def _one_step(self, spent: float) -> Losses:
        recipe = self._recipe
        rng = random.Random(f"{recipe.seed} {self._step}")  # noqa: S311
        torch.manual_seed(recipe.seed * 1_000_003 + self._step)
        step = step_of(
            self._tokenizer,
            [self._lists.draw(rng) for _ in range(recipe.lists)],
            [self._spans.draw(rng) for _ in range(recipe.spans)],
        )
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * min(spent / recipe.warmup, 1.0) * (1.02 - spent)
        found = losses(self._network, step)
        loss = found.answers + found.span
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._trained.values(), 1.0)
        self._optimizer.step()
        # Early weights would dominate the mean for long: at first it follows quickly.
        kept = min(recipe.smoothing, (1 + self._step) / (10 + self._step))
        with torch.no_grad():
            for name, one in self._trained.items():
                self._mean[name].lerp_(one, 1 - kept)
        return found

    def _note(self, mean: npt.NDArray[np.float64], report: Callable[[str], None]) -> None:
        seconds, whole = self._seconds, self._recipe.minutes * 60
        row = {
            "step": self._step,
            "lists": self._step * self._recipe.lists,
            "spans": self._step * self._recipe.spans,
            "seconds": round(seconds),
            "list_loss": round(float(mean[0]), 4),
            "span_loss": round(float(mean[1]), 4),
        }
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        report(
            f"{row['lists']} lists, {row['lists'] / seconds:.1f}/s, losses {row['list_loss']:.3f}"
            f" {row['span_loss']:.3f}, {(whole - seconds) / 60:.0f} min left"
        )

    def _save(self) -> None:
        torch.save(self._mean, self._folder / "snapshots" / f"{self._step * self._recipe.lists:06}.pt")
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
        self._network.load(state["weights"])
        self._mean = dict(state["mean"])
        self._optimizer.load_state_dict(state["optimizer"])
