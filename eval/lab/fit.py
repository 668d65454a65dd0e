"""Fit the confidence: logistic models of “this answer is right”, from question sets.

    python -m eval fit DIR [DIR …]     each with articles/ and questions.jsonl

`quotes` is fitted on the features of search and the reader's logit, for every question, `unread` without
that logit; `judged` on the features of search and how sure the embedded language model is that its evidence
states the answer, for the first `judged` answerable and unanswerable questions of each set. An answer is
right if it contains the gold answers, or cites gold evidence if there are none. Every set has the same
weight. The AUC of a set, answerable questions against the others, is that of a model fitted on the other sets
only.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.dataset.samples import Sample, load_samples
from eval.report.record import write
from eval.scoring.scorers import score
from rag import Chatbot, Explanation, Settings

# Of the answerable questions of the worst affected set. Rules refuse some more of those that quotes answer.
_MAX_WRONG_REFUSALS = {"quotes": 0.02, "judged": 0.06}
_HOPELESS = 0.01
# Share of the right answers of the worst affected set that may be shown as partial.
_MOST_UNSURE = 0.25

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Features:
    """One question set: a row of feature values for each question, and its labels."""

    folder: str
    names: tuple[str, ...]
    values: Any
    right: Any
    answerable: Any

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        arrays = {name: getattr(self, name).tolist() for name in ("values", "right", "answerable")}
        return {"folder": self.folder, "names": self.names, **arrays}


def fit(folders: Sequence[Path], judged: int, seen_file: Path, progress: Progress) -> dict[str, Any]:
    """Return the models as stored in `rag/answer/confidence.json`, with each set's held-out AUC.

    Without `judged` questions there is no such model, and `save` leaves the stored one as it is. All features
    are written to `seen_file`, for trying other models on them.
    """
    quotes = [measure(folder, "none", None, progress) for folder in folders]
    seen = {"quotes": [one.to_dict() for one in quotes]}
    model = _fitted(quotes, "quotes")
    unread = [_unread(one) for one in quotes]
    found: dict[str, Any] = {
        "quotes": model,
        "unread": _fitted(unread, "quotes"),
        "hopeless_below": _floor(quotes, model, _HOPELESS),
    }
    held_out = {"quotes": _held_out(quotes), "unread": _held_out(unread)}
    command = f"python -m eval fit --judged {judged} " + " ".join(folder.name for folder in folders)
    commands = {"quotes": command}
    if judged:
        sets = [_unread(measure(folder, "local", judged, progress)) for folder in folders]
        seen["judged"] = [one.to_dict() for one in sets]
        found["judged"], held_out["judged"] = _fitted(sets, "judged"), _held_out(sets)
        commands["judged"] = command
    write(seen_file, json.dumps(seen))
    return found | {"held_out": held_out, "commands": commands}


def measure(folder: Path, llm: str, each: int | None, progress: Progress) -> Features:
    """Return the features of every question, or of the first `each` answerable and unanswerable ones."""
    settings = Settings.load(articles=folder / "articles", llm=llm, max_answer_tokens=1, min_confidence=0)
    chatbot = Chatbot(settings)
    chatbot.sync(progress=progress)
    chatbot.warm_up()
    # A follow-up's features also depend on how well its history was interpreted.
    samples = [sample for sample in load_samples(folder / "questions.jsonl") if not sample.history]
    if each is not None:
        samples = [s for s in samples if s.answerable][:each] + [s for s in samples if not s.answerable][
            :each
        ]
    rows: list[tuple[dict[str, float], bool, bool]] = []
    for done, sample in enumerate(samples, start=1):
        explanation = chatbot.explain(sample.question)
        found = explanation.to_dict()["features"]
        features = {name: float(value) for name, value in found.items() if value is not None}
        # A question about a topic is not read.
        if "answers" in features and (llm == "none" or "yes" in features):
            rows.append((features, _right(sample, explanation), sample.answerable))
        progress(f"{folder.name}, {llm}", done, len(samples))
    values, right, answerable = zip(*rows, strict=True)
    names = tuple(values[0])
    return Features(
        folder.name,
        names,
        np.array([[features[name] for name in names] for features in values]),
        np.array(right, dtype=int),
        np.array(answerable, dtype=int),
    )


def _unread(one: Features) -> Features:
    kept = [n for n, name in enumerate(one.names) if name != "answers"]
    return replace(one, names=tuple(one.names[n] for n in kept), values=one.values[:, kept])


def _right(sample: Sample, explanation: Explanation) -> bool:
    found = score(sample, explanation)
    return sample.answerable and (
        found.grade == "correct" or (not sample.answers and bool(found.evidence_cited))
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
    right = [replace(one, answerable=one.right) for one in sets]
    return model | {
        "refuse_below": _floor(sets, model, _MAX_WRONG_REFUSALS[name]),
        "answered_from": _floor(right, model, _MOST_UNSURE),
    }


def _regression(sets: Sequence[Features]) -> Any:
    from sklearn.linear_model import LogisticRegression

    x, y = (np.concatenate([getattr(one, part) for one in sets]) for part in ("values", "right"))
    weights = np.concatenate([np.full(len(one.answerable), 1 / len(one.answerable)) for one in sets])
    return LogisticRegression(C=10.0, max_iter=5000).fit(x, y, sample_weight=weights * len(y) / len(sets))


def _floor(sets: Sequence[Features], model: dict[str, Any], share: float) -> float:
    """Return the confidence below which at most `share` of the answerable questions of every set fall."""
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
    stored = json.loads(path.read_text())
    for part in ("held_out", "commands"):
        model[part] = stored[part] | model[part]
    path.write_text(json.dumps(stored | model, indent=1) + "\n")
