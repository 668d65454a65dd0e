"""Fitting the confidence: logistic models of “the articles answer this”, from question sets.

    python -m eval fit DIR [DIR …]     each with articles/ and questions.jsonl

`quotes` is fitted on what search found, for every question; `judged` also on how sure the embedded
language model is that its evidence states the answer, for the first `judged` answerable and
unanswerable questions of each set. Every set weighs the same. The AUC of a set is that of a model
fitted on the other sets only.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.samples import Sample, load_samples
from rag import Chatbot, Settings

# Of the answerable questions of the set that suffers most.
_MAX_WRONG_REFUSALS = {"quotes": 0.03, "judged": 0.06}
_HOPELESS = 0.01

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Features:
    """Of one question set: a row of feature values for each question, and what is true of it."""

    folder: str
    names: tuple[str, ...]
    values: Any
    answerable: Any


def fit(folders: Sequence[Path], judged: int, progress: Progress) -> dict[str, Any]:
    """The models as `rag/answer/confidence.json` holds them, with each set's held-out AUC."""
    quotes = [measure(folder, "none", None, progress) for folder in folders]
    model = _fitted(quotes, "quotes")
    found: dict[str, Any] = {"quotes": model, "hopeless_below": _floor(quotes, model, _HOPELESS)}
    held_out = {"quotes": _held_out(quotes)}
    if judged:
        sets = [measure(folder, "local", judged, progress) for folder in folders]
        found["judged"], held_out["judged"] = _fitted(sets, "judged"), _held_out(sets)
    command = f"python -m eval fit --judged {judged} " + " ".join(folder.name for folder in folders)
    return found | {"held_out": held_out, "command": command}


def measure(folder: Path, llm: str, each: int | None, progress: Progress) -> Features:
    """The features of every question, or of the first `each` answerable and unanswerable ones."""
    settings = Settings.load(articles=folder / "articles", llm=llm, max_answer_tokens=1, min_confidence=0)
    chatbot = Chatbot(settings)
    chatbot.warm_up()
    # A follow-up's features also depend on how well its history was read.
    samples = [sample for sample in load_samples(folder / "questions.jsonl") if not sample.history]
    if each is not None:
        samples = [s for s in samples if s.answerable][:each] + [s for s in samples if not s.answerable][
            :each
        ]
    rows: list[tuple[Sample, dict[str, float]]] = []
    for done, sample in enumerate(samples, start=1):
        features = dict(chatbot.explain(sample.question).features)
        if features and (llm == "none" or "yes" in features):
            rows.append((sample, features))
        progress(f"{folder.name}, {llm}", done, len(samples))
    names = tuple(rows[0][1])
    return Features(
        folder.name,
        names,
        np.array([[features[name] for name in names] for _, features in rows]),
        np.array([sample.answerable for sample, _ in rows], dtype=int),
    )


def _fitted(sets: Sequence[Features], name: str) -> dict[str, Any]:
    regression = _regression(sets)
    model = {
        "intercept": round(float(regression.intercept_[0]), 4),
        "weights": {
            feature: round(float(weight), 4)
            for feature, weight in zip(sets[0].names, regression.coef_[0], strict=True)
        },
    }
    return model | {"refuse_below": _floor(sets, model, _MAX_WRONG_REFUSALS[name])}


def _regression(sets: Sequence[Features]) -> Any:
    from sklearn.linear_model import LogisticRegression

    x, y = (np.concatenate([getattr(one, part) for one in sets]) for part in ("values", "answerable"))
    weights = np.concatenate([np.full(len(one.answerable), 1 / len(one.answerable)) for one in sets])
    return LogisticRegression(C=10.0, max_iter=5000).fit(x, y, sample_weight=weights * len(y) / len(sets))


def _floor(sets: Sequence[Features], model: dict[str, Any], share: float) -> float:
    """The confidence below which at most `share` of the answerable questions of every set are."""
    floors = []
    for one in sets:
        logits = model["intercept"] + one.values @ np.array(list(model["weights"].values()))
        floors.append(np.quantile(1 / (1 + np.exp(-logits[one.answerable == 1])), share))
    return round(float(min(floors)), 4)


def _held_out(sets: Sequence[Features]) -> dict[str, dict[str, float]]:
    from sklearn.metrics import roc_auc_score

    result = {}
    for one in sets:
        others = [other for other in sets if other is not one] or [one]
        probability = _regression(others).predict_proba(one.values)[:, 1]
        area = float(roc_auc_score(one.answerable, probability))
        result[one.folder] = {"auc": round(area, 4), "n": len(one.answerable)}
    return result


def save(model: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(model, indent=1) + "\n")
