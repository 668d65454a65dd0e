"""Fitting the confidence: a logistic model of “the articles answer this”, from question sets.

    python -m eval fit DIR [DIR …]     each with articles/ and questions.jsonl

Every set weighs the same. The printed AUC of a set is that of a model fitted on the others only.
`refuse_below` is where at most 2 % of the answerable questions of every set are refused.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.samples import load_samples
from rag import Chatbot, Settings

_MAX_WRONG_REFUSALS = 0.02


def fit(
    folders: Sequence[Path], limit: int | None, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """The model as `rag/answer/confidence.json` holds it, with each set's held-out AUC."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    names, sets = _features(folders, limit, progress)

    def fitted(parts: Sequence[int]) -> LogisticRegression:
        x = np.concatenate([sets[i][0] for i in parts])
        y = np.concatenate([sets[i][1] for i in parts])
        weights = np.concatenate([np.full(len(sets[i][1]), 1 / len(sets[i][1])) for i in parts])
        return LogisticRegression(C=10.0, max_iter=5000).fit(
            x, y, sample_weight=weights * len(y) / len(parts)
        )

    held_out = {}
    for i, folder in enumerate(folders):
        others = [j for j in range(len(sets)) if j != i] or [i]
        x, y = sets[i]
        probability = fitted(others).predict_proba(x)[:, 1]
        held_out[folder.name] = {"auc": round(float(roc_auc_score(y, probability)), 4), "n": len(y)}
    model = fitted(range(len(sets)))
    floors = [np.quantile(model.predict_proba(x[y == 1])[:, 1], _MAX_WRONG_REFUSALS) for x, y in sets]
    return {
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": {name: round(float(w), 4) for name, w in zip(names, model.coef_[0], strict=True)},
        "refuse_below": round(float(min(floors)), 4),
        "held_out": held_out,
        "command": "python -m eval fit " + " ".join(folder.name for folder in folders),
    }


def _features(
    folders: Sequence[Path], limit: int | None, progress: Callable[[str, int, int], None]
) -> tuple[list[str], list[tuple[Any, Any]]]:
    names: list[str] = []
    sets = []
    for folder in folders:
        chatbot = Chatbot(Settings.load(articles=folder / "articles", llm="none"))
        # A follow-up's features also depend on how well its history was read.
        samples = [s for s in load_samples(folder / "questions.jsonl", limit) if not s.history]
        x, y = [], []
        for done, sample in enumerate(samples, start=1):
            features = chatbot.explain(sample.question).features
            if not features:
                continue
            names = names or list(features)
            x.append([features[name] for name in names])
            y.append(int(sample.answerable))
            progress(folder.name, done, len(samples))
        sets.append((np.array(x), np.array(y)))
    return names, sets


def save(model: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(model, indent=1) + "\n")
