"""A complete run: rows, held-out split, network, training."""

from collections.abc import Callable
from pathlib import Path

import torch

from eval.train.leak import question_leak
from eval.train.lists import Lists
from eval.train.loop import Recipe, Training
from eval.train.network import from_encoder
from eval.train.rows import question_rows, share_of
from eval.train.spans import Spans
from rag.models.reader import PairTokenizer, encoder_folder

_HELD_OUT = 0.04  # of the articles


def train(data: Path, folder: Path, recipe: Recipe, report: Callable[[str], None]) -> None:
    """Train in `folder`, or resume a run that was started there."""
    rows = question_rows(data / "questions.jsonl.gz")
    kept = [row for row in rows if share_of(row.article) >= _HELD_OUT]
    lists = Lists(kept)
    report(f"AUC of near misses by the form alone: {question_leak(lists):.3f}")
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    encoder = encoder_folder()
    network, tokenizer = from_encoder(encoder), PairTokenizer(encoder)
    Training(network, tokenizer, lists, Spans(kept), recipe, folder).run(report)
