"""Answers that a reader disliked: candidates for the question set (`python -m eval review`).

One JSON line each in `Settings.feedback`, a row of a question set with its gold fields left blank:

{"created": "2026-…", "question": "…", "history": [], "answer": "…", "status": "answered", "mode": "quotes",
 "passages": [{"source": "a.txt", "start": 0, "end": 90, "text": "…"}], "word": "incomplete",
 "answers": [], "evidence": []}
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from rag.errors import FeedbackError
from rag.types import Answer, Mode, Status

_PASSAGES = 5  # of an answer, kept with it
_MAX_BYTES = 20_000_000  # a page that is open to many must not fill the disk
_WAIT_S = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A disliked answer; `answers` and `evidence` are for a person to fill in."""

    created: str
    question: str
    history: Sequence[Mapping[str, str]]
    answer: str
    status: Status
    mode: Mode
    passages: Sequence[Mapping[str, str | int]]
    word: str = ""
    answers: Sequence[Sequence[str]] = ()
    evidence: Sequence[str] = ()


def keep_candidate(path: Path, answer: Answer, history: Sequence[Mapping[str, str]], word: str = "") -> None:
    """Add a disliked answer to the file, once; `word` is what the reader says is wrong.

    Raises:
        FeedbackError: if the file is full or cannot be written.
    """
    candidate = Candidate(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        question=answer.question,
        history=tuple(dict(turn) for turn in history),
        answer=answer.text,
        status=answer.status,
        mode=answer.mode,
        passages=tuple(
            {"source": p.source, "start": p.start, "end": p.end, "text": p.text}
            for p in answer.passages[:_PASSAGES]
        ),
        word=word,
    )
    with _locked(path):
        if path.exists() and path.stat().st_size > _MAX_BYTES:
            raise FeedbackError(f"{path} is full: `python -m eval review` empties it")
        asked = {(one.question, one.answer) for one in read_candidates(path)}
        if (candidate.question, candidate.answer) not in asked:
            with path.open("a", encoding="utf-8") as file:
                file.write(_line(candidate))


def read_candidates(path: Path) -> list[Candidate]:
    """The candidates in a file, none if it is not there.

    Raises:
        FeedbackError: if it cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [_CANDIDATE.validate_json(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise FeedbackError(f"cannot read the disliked answers in {path}: {error}") from error


def drop_candidate(path: Path, candidate: Candidate) -> None:
    """Take one candidate out of the file, which others may have added to meanwhile."""
    with _locked(path):
        kept = [one for one in read_candidates(path) if one != candidate]
        new = path.with_suffix(".new")
        new.write_text("".join(map(_line, kept)), encoding="utf-8")
        new.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone with the file; errors of the disk as ours."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=_WAIT_S):
            yield
    except (OSError, Timeout) as error:
        raise FeedbackError(f"cannot write to {path}: {error}") from error


def _line(candidate: Candidate) -> str:
    line = json.dumps(asdict(candidate), ensure_ascii=False)
    return line.encode(errors="replace").decode() + "\n"  # half a surrogate pair has no encoding


_CANDIDATE = TypeAdapter(Candidate)
