"""Answers that a reader disliked: material for the question set (`python -m eval review`).

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

_PASSAGES = 5  # stored with each answer
_MAX_BYTES = 20_000_000  # a public page must not fill the disk
_WORD_CHARS, _TURNS, _TURN_CHARS = 200, 20, 4000  # limits on what a reader sends along
_WAIT_S = 10


@dataclass(frozen=True, slots=True)
class Disliked:
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


def keep_disliked(path: Path, answer: Answer, history: Sequence[Mapping[str, str]], word: str = "") -> None:
    """Append a disliked answer to the file, once; `word` is what the reader says is wrong.

    A long `word` or history is truncated.

    Raises:
        FeedbackError: if the file is full or cannot be written.
    """
    disliked = Disliked(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        question=answer.question,
        history=tuple(
            {name: str(text)[:_TURN_CHARS] for name, text in turn.items()} for turn in history[-_TURNS:]
        ),
        answer=answer.text,
        status=answer.status,
        mode=answer.mode,
        passages=tuple(
            {"source": p.source, "start": p.start, "end": p.end, "text": p.text}
            for p in answer.passages[:_PASSAGES]
        ),
        word=word[:_WORD_CHARS],
    )
    line = _line(disliked)
    with _locked(path):
        rows = _rows(path)
        if sum(len(row) + 1 for row in rows) + len(line) > _MAX_BYTES:
            raise FeedbackError(f"{path} is full: `python -m eval review` empties it")
        asked = {(one.question, one.answer) for one in filter(None, map(_parsed, rows))}
        if (disliked.question, disliked.answer) not in asked:
            with path.open("ab") as file:
                file.write(b"\n" + line if rows and rows[-1] else line)  # the last row may be cut off


def read_disliked(path: Path) -> list[Disliked]:
    """Return the disliked answers in a file, empty if it does not exist; unreadable rows are skipped.

    Raises:
        FeedbackError: if the file cannot be read.
    """
    try:
        return [one for one in map(_parsed, _rows(path)) if one is not None]
    except OSError as error:
        raise FeedbackError(f"cannot read the disliked answers in {path}: {error}") from error


def drop_disliked(path: Path, disliked: Disliked) -> None:
    """Remove one of them from the file, to which others may have been added in the meantime."""
    with _locked(path):
        kept = [row + b"\n" for row in _rows(path) if row and _parsed(row) != disliked]
        new = path.with_suffix(".new")
        new.write_bytes(b"".join(kept))
        new.replace(path)


def _rows(path: Path) -> list[bytes]:
    """Return the lines of a file; the last one is empty if the file is complete.

    JSON ends a line only at a line feed: a text may contain other characters that Python splits lines at.
    """
    return path.read_bytes().split(b"\n") if path.exists() else []


def _parsed(row: bytes) -> Disliked | None:
    try:
        return _DISLIKED.validate_json(row)
    except ValidationError:
        return None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold exclusive access to the file; disk errors are raised as `FeedbackError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=_WAIT_S):
            yield
    except (OSError, Timeout) as error:
        raise FeedbackError(f"cannot write to {path}: {error}") from error


def _line(disliked: Disliked) -> bytes:
    """Encode a row; a lone surrogate, which UTF-8 cannot encode, becomes a question mark."""
    return (json.dumps(asdict(disliked), ensure_ascii=False) + "\n").encode("utf-8", "replace")


_DISLIKED = TypeAdapter(Disliked)
