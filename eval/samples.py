"""Question sets: one JSON object a line.

    {"id": "fact-01", "kind": "fact", "question": "By how much did …?", "history": [],
     "answerable": true, "answers": [["12.7"]], "not_answers": [], "sources": ["004_….txt"],
     "evidence": ["exports to the U.S. dropped 12.7% in May …"]}

An answer is right when every group of `answers` has an alternative in it, and none of
`not_answers`. A question with a false premise is not answerable; its `answers` are the
correction, which is as good as a refusal. `evidence` stands word for word in a source.
`reference` is a gold answer in free words.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import RagError


class QuestionSetError(RagError):
    """A question set that cannot be used; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question with what is known about its answer."""

    id: str
    kind: str
    question: str
    history: tuple[dict[str, str], ...]
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    not_answers: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: tuple[str, ...]
    reference: str = ""


def load_samples(path: Path, limit: int | None = None) -> list[Sample]:
    """The samples of a file, the first `limit` of them.

    Raises:
        QuestionSetError: if it cannot be read, is empty, or a row is malformed or repeats an id.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"cannot read the questions in {path}: {error}") from error
    samples: dict[str, Sample] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            sample = _sample(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionSetError(f"{path}:{number}: {type(error).__name__}: {error}") from error
        if sample.id in samples:
            raise QuestionSetError(f"{path}:{number}: the id {sample.id!r} is used twice")
        samples[sample.id] = sample
    if not samples:
        raise QuestionSetError(f"{path} holds no questions")
    return list(samples.values())[:limit]


def _sample(row: dict[str, Any]) -> Sample:
    if not isinstance(row["answerable"], bool) or not str(row["question"]).strip():
        raise ValueError("`answerable` must be true or false, `question` not empty")
    history = tuple(row.get("history") or ())
    for turn in history:
        if turn["role"] not in ("user", "assistant") or not isinstance(turn["content"], str):
            raise ValueError(f"history holds {turn!r:.60}, no turn of user or assistant")
    groups = tuple((group,) if isinstance(group, str) else tuple(group) for group in row.get("answers") or ())
    return Sample(
        id=str(row["id"]),
        kind=str(row.get("kind", "")),
        question=str(row["question"]),
        history=history,
        answerable=row["answerable"],
        answers=groups,
        not_answers=tuple(row.get("not_answers") or ()),
        sources=tuple(row.get("sources") or ()),
        evidence=tuple(row.get("evidence") or ()),
        reference=str(row.get("reference") or ""),
    )
