"""Question sets: one JSON object per line. QUESTIONS.md documents the fields and how to write them.

    {"id": "fact-01", "kind": "fact", "question": "By how much did …?", "history": [],
     "answerable": true, "answers": [["12.7"]], "not_answers": [], "sources": ["004_….txt"],
     "evidence": ["exports to the U.S. dropped 12.7% in May …"]}

Only `id`, `question` and `answerable` are required. Unknown fields are ignored.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    StrictBool,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from rag import RagError


class QuestionSetError(RagError):
    """A question set that cannot be used; the message names file, line and fault."""


def _turn(turn: dict[str, str]) -> dict[str, str]:
    if set(turn) != {"role", "content"} or turn["role"] not in ("user", "assistant"):
        raise ValueError("a turn has a role, user or assistant, and content")
    return turn


def _group(group: Any) -> Any:
    return (group,) if isinstance(group, str) else group


def _list(value: Any) -> Any:
    return () if value is None else value


_NotEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Strings = Annotated[tuple[_NotEmpty, ...], BeforeValidator(_list)]
_Group = Annotated[tuple[_NotEmpty, ...], BeforeValidator(_group)]
_Turn = Annotated[dict[str, str], AfterValidator(_turn)]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question and what is known about its answer.

    An answer is right if it contains an alternative from every group of `answers`, and none of
    `not_answers`. A question with a false premise is not answerable; its `answers` are the correction,
    which counts as much as a refusal. `first`: the first sentence must contain the answer, as where the
    newest or largest is asked for. `evidence` occurs word for word in a source; `reference` is a
    free-form gold answer.
    """

    id: _NotEmpty
    question: _NotEmpty
    answerable: StrictBool
    kind: str = ""
    history: Annotated[tuple[_Turn, ...], BeforeValidator(_list)] = ()
    answers: Annotated[tuple[_Group, ...], BeforeValidator(_list)] = ()
    not_answers: _Strings = ()
    first: StrictBool = False
    sources: _Strings = ()
    evidence: _Strings = ()
    reference: Annotated[str, BeforeValidator(lambda value: value or "")] = ""

    @property
    def article(self) -> str:
        """The article the question is about, by which intervals are clustered; the sample's id if it has
        none.
        """
        return self.sources[0] if self.sources else f"({self.id})"


_SAMPLE = TypeAdapter(Sample)


def load_samples(path: Path, limit: int | None = None) -> list[Sample]:
    """Return the samples of a file, or the first `limit` of them.

    Raises:
        QuestionSetError: if it cannot be read, is empty, or a row is malformed or repeats an id.
    """
    samples: dict[str, Sample] = {}
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            sample = parse_sample(json.loads(line))
        except ValueError as error:
            raise QuestionSetError(f"{path}:{number}: {error}") from error
        if sample.id in samples:
            raise QuestionSetError(f"{path}:{number}: the id {sample.id!r} is used twice")
        samples[sample.id] = sample
    if not samples:
        raise QuestionSetError(f"{path} holds no questions")
    return list(samples.values())[:limit]


def parse_sample(row: Any) -> Sample:
    """
    Raises:
        ValueError: if a field is missing or has a wrong value; the message names each.
    """
    try:
        return _SAMPLE.validate_python(row)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'row'}: {e['msg']}" for e in error.errors()]
        raise ValueError("; ".join(faults)) from None


def to_line(sample: Sample) -> str:
    """Return a sample as one line of a question set."""
    row = {
        name: value for name, value in asdict(sample).items() if value or name not in ("reference", "first")
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def write_samples(path: Path, samples: Iterable[Sample]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(map(to_line, samples)), encoding="utf-8")


def append_sample(path: Path, sample: Sample) -> None:
    """Append one line to a question set, which need not exist."""
    before = _read(path) if path.exists() else ""
    with path.open("a", encoding="utf-8") as file:
        file.write(("" if before.endswith("\n") or not before else "\n") + to_line(sample))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"cannot read the questions in {path}: {error}") from error
