"""A complete run: rows, held-out split, network, training."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from eval.train.claims import Claims
from eval.train.leak import claim_leak, question_leak
from eval.train.lists import Lists
from eval.train.loop import Recipe, Training
from eval.train.network import from_encoder
from eval.train.rows import ClaimRow, QuestionRow, claim_rows, question_rows, share_of
from rag.models.reader import PairTokenizer, encoder_folder

_HELD_OUT = 0.04  # of the articles, and of the sources of each set of claims
# More of these sets is held out, as another kind of text.
_HELD_OUT_CLAIMS = {"foolmetwice": 0.25, "semiauto-base": 1.0}


@dataclass(frozen=True, slots=True)
class Rows:
    """Questions and claims."""

    questions: list[QuestionRow]
    claims: list[ClaimRow]


def split(data: Path) -> tuple[Rows, Rows]:
    """Return rows to train on, and rows held out by article and by source."""
    questions = question_rows(data / "questions.jsonl.gz")
    claims = claim_rows(data / "claims.jsonl.gz")
    out = [share_of(row.article) < _HELD_OUT for row in questions]
    claims_out = [share_of(row.source) < _HELD_OUT_CLAIMS.get(row.set, _HELD_OUT) for row in claims]
    return (
        Rows(
            [row for row, held in zip(questions, out, strict=True) if not held],
            [row for row, held in zip(claims, claims_out, strict=True) if not held],
        ),
        Rows(
            [row for row, held in zip(questions, out, strict=True) if held],
            [row for row, held in zip(claims, claims_out, strict=True) if held],
        ),
    )


def train(data: Path, folder: Path, recipe: Recipe, report: Callable[[str], None]) -> None:
    """Train in `folder`, or resume a run that was started there."""
    kept, _ = split(data)
    lists, claims = Lists(kept.questions), Claims(kept.claims, kept.questions)
    report(f"AUC by the form alone: near misses {question_leak(lists):.3f}, claims {claim_leak(claims):.3f}")
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    encoder = encoder_folder()
    network, tokenizer = from_encoder(encoder), PairTokenizer(encoder)
    Training(network, tokenizer, lists, claims, recipe, folder).run(report)
