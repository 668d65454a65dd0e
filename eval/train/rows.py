"""The rows that the reader is trained on, from a file of JSON lines.

questions.jsonl.gz: {"id": "…", "set": "…", "question": "…", "article": "…", "sentences": ["…"], "gold": [2],
                     "answer": [[26, 55]], "answerable": true}

Rows of one article are kept together: many of them share a text.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.dataset.samples import QuestionSetError

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question, the sentences of its paragraph in order, and which of them answer it, and where."""

    set: str
    question: str
    article: str
    sentences: tuple[str, ...]
    gold: tuple[int, ...]
    spans: tuple[Span | None, ...]


def question_rows(path: Path) -> list[QuestionRow]:
    """Raises: QuestionSetError if the file cannot be read or a row is malformed."""
    return [_question(row) for row in _rows(path)]


def share_of(key: str) -> float:
    """Return a number from 0 to 1 for a text, the same in every process, which decides what is held out."""
    return zlib.crc32(key.encode()) / 2**32


def _question(row: Mapping[str, Any]) -> QuestionRow:
    spans = tuple(None if span is None else (span[0], span[1]) for span in row["answer"])
    # Names like "Amazon Reviews 2030" and "wikipedia:16016" belong to a file, not to a text.
    named = row["set"] not in ("squadshifts-amazon", "squadshifts-reddit", "qamr", "scitail-questions")
    return QuestionRow(
        row["set"], row["question"], row["article"] if named else f"\0{row['article']}",
        tuple(row["sentences"]), tuple(row["gold"]), spans,
    )  # fmt: skip


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise QuestionSetError(f"{path} is no file of training rows: {error}") from error
