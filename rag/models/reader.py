"""The reader: a small network that reads a question together with a sentence.

    model.onnx       the network, int8
    tokenizer.json   its word pieces
    reader.json      {"sha256": {"model.onnx": "9b1c…", "tokenizer.json": "da0e…"}, "sure_from": 0.4, …}

It finds the words of a sentence that answer a question, and estimates whether the sentence answers it. No
torch is imported. `python -m eval train` creates the files; reader.md is the model card.
"""

import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag.errors import ReaderError
from rag.models.encoder import Tokens, Vectors, open_session, open_tokenizer
from rag.models.export import DEFAULT_ENCODER, model_folder, to_int8
from rag.models.hashes import hashes

__all__ = ["to_int8"]

# Word pieces read of each part. A context keeps its title and its last words.
_ASKED, _TITLE, _BEFORE, _SENTENCE = 48, 10, 20, 96
_LONGEST = 24  # word pieces in a short answer
_BATCH = 8  # pairs of similar length
_THREADS = 2  # batches in parallel
FILES = ("model.onnx", "tokenizer.json")
PAD = 0
OTHER, ASKED, SAID = 0, 1, 2
"""Parts of a pair: word pieces of the question, of the sentence, and any others."""


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """A sentence that may answer, the title (or path) it belongs to, and the preceding sentence."""

    text: str
    title: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """The reader's output for a candidate.

    `answers` is a logit on the scale of “none of these”: above 0 the sentence is more likely to answer than
    none is. `start` and `end` are character offsets in its text: where the answer would be; `likely` is the
    probability that it begins and ends there.
    """

    answers: float
    start: int
    end: int
    likely: float = 0.0


class Reader(Protocol):
    """Scores how well sentences answer a question, and finds the words that do.

    Words less likely than `sure_from` are not shown.
    """

    sure_from: float

    def read(self, question: str, candidates: Sequence[ReaderInput]) -> list[ReaderOutput]:
        """Return one reading per candidate, in order."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts as one: [CLS] asked [SEP] title, before [SEP] sentence [SEP].

    The pieces of the sentence begin at `first`; `spans` are the characters of it that each one covers.
    """

    ids: tuple[int, ...]
    asked: int
    first: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Padded pairs: ids, and the part that each piece is of, (pairs, pieces)."""

    ids: Tokens
    parts: Tokens


class PairTokenizer:
    """Lays out two texts as one for the network."""

    def __init__(self, folder: Path) -> None:
        """Load tokenizer.json; the library raises bare exceptions."""
        self._tokenizer = open_tokenizer(folder)
        self._begin, self._end = self._tokenizer.encode("").ids

    def pair(self, asked: str, candidate: ReaderInput) -> Pair:
        """Return a question laid out with a sentence in its context."""
        asked_ids = self._encoded(asked).ids[:_ASKED]
        context = self._encoded(candidate.title).ids[:_TITLE] + self._encoded(candidate.before).ids[-_BEFORE:]
        said = self._encoded(candidate.text)
        ids, spans = said.ids[:_SENTENCE], said.offsets[:_SENTENCE]
        before = [self._begin, *asked_ids, self._end, *context, self._end]
        return Pair((*before, *ids, self._end), len(asked_ids), len(before), tuple(spans))

    def _encoded(self, text: str) -> Any:
        valid = text.encode(errors="replace").decode()  # no lone surrogates
        return self._tokenizer.encode(valid, add_special_tokens=False)


class OnnxReader:
    """The reader served by onnxruntime: a `Reader`. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Load the files that reader.json describes.

        Raises:
            ReaderError: if one is missing, truncated or does not match.
        """
        hashed, self.sure_from = _described(folder)
        try:
            self._session, self._tokenizer = open_session(folder), PairTokenizer(folder)
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception types
            raise ReaderError(f"{folder / 'model.onnx'} cannot be loaded") from error
        self.fingerprint = f"reader-{hashed['model.onnx'][:16]}"
        self._pool = ThreadPoolExecutor(_THREADS, "reader")

    def read(self, question: str, candidates: Sequence[ReaderInput]) -> list[ReaderOutput]:
        """Return one reading per candidate, in order."""
        pairs = [self._tokenizer.pair(question, one) for one in candidates]
        readings: list[ReaderOutput] = [ReaderOutput(0.0, 0, 0)] * len(pairs)
        for places, [answers, starts, ends] in self._run(pairs):
            for row, place in enumerate(places):
                spans, first = pairs[place].spans, pairs[place].first
                own = slice(first, first + len(spans))
                begin, last, likely = best_span(starts[row, own], ends[row, own])
                start, end = (spans[begin][0], spans[last][1]) if spans else (0, 0)
                readings[place] = ReaderOutput(float(answers[row]), start, end, likely)
        return readings

    def _run(self, pairs: Sequence[Pair]) -> list[tuple[list[int], list[Vectors]]]:
        """Return the outputs for batches of pairs of similar length, with the indices of the pairs."""

        def run(places: list[int]) -> list[Vectors]:
            batch = side_by_side([pairs[place] for place in places])
            outputs: list[Vectors] = self._session.run(None, {"ids": batch.ids, "parts": batch.parts})
            return outputs

        batches = by_length(pairs, _BATCH)
        return list(zip(batches, self._pool.map(run, batches), strict=True))


@cache
def shared_reader() -> OnnxReader | None:
    """Return the packaged reader, one for a process; None, after one warning, if it cannot be loaded."""
    try:
        return packaged_reader()
    except ReaderError as error:
        logging.getLogger(__name__).warning("no short answers: %s", error)
        return None


def packaged_reader() -> OnnxReader:
    """Load the reader that is part of this package.

    Raises:
        ReaderError: if one of its files is missing, truncated or does not match.
    """
    return OnnxReader(packaged_folder())


def packaged_folder() -> Path:
    return Path(str(files("rag.models") / "packaged"))


def encoder_folder() -> Path:
    """Return the folder of the encoder that the reader is trained from.

    Raises:
        EncoderError: if it is not installed.
    """
    return Path(model_folder(DEFAULT_ENCODER))


def by_length(pairs: Sequence[Pair], size: int) -> list[list[int]]:
    """Return the indices of the pairs in batches of similar length."""
    ordered = sorted(range(len(pairs)), key=lambda place: len(pairs[place].ids))
    return [ordered[first : first + size] for first in range(0, len(ordered), size)]


def side_by_side(pairs: Sequence[Pair]) -> PairBatch:
    """Build one batch of pairs, padded to the longest."""
    width = max(len(one.ids) for one in pairs)
    ids, parts = np.full((len(pairs), width), PAD, np.int64), np.full((len(pairs), width), OTHER, np.int64)
    for row, one in enumerate(pairs):
        ids[row, : len(one.ids)] = one.ids
        parts[row, 1 : 1 + one.asked] = ASKED
        parts[row, one.first : one.first + len(one.spans)] = SAID
    return PairBatch(ids, parts)


def best_span(start: Vectors, end: Vectors) -> tuple[int, int, float]:
    """Return the first and last piece of the most likely span of at most `_LONGEST` pieces, and how likely
    both are.
    """
    if not len(start):
        return 0, 0, 0.0
    joint = start[:, None] + end[None, :]
    allowed = np.tril(np.triu(np.ones(joint.shape, bool)), _LONGEST - 1)
    first, last = divmod(int(np.where(allowed, joint, -np.inf).argmax()), len(end))
    likely = float(joint[first, last]) - float(np.logaddexp.reduce(start)) - float(np.logaddexp.reduce(end))
    return first, last, float(np.exp(likely))


def describe(folder: Path, made: dict[str, float | str]) -> None:
    """Write reader.json for the files in `folder`, with other facts on how they were `made`."""
    described = {"sha256": hashes(folder, FILES), **made}
    (folder / "reader.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def _described(folder: Path) -> tuple[dict[str, str], float]:
    """Return the hash of each file, which it has, and how likely a span must be to be sure."""
    try:
        described = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        expected = {name: str(described["sha256"][name]) for name in FILES}
        sure_from = float(described["sure_from"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderError(f"{folder / 'reader.json'} describes no reader") from error
    try:
        found = hashes(folder, FILES)
    except OSError as error:
        raise ReaderError(f"cannot read {error.filename}: {error.strerror}") from error
    for name in FILES:
        if found[name] != expected[name]:
            raise ReaderError(f"{folder / name} is truncated or not the reader's own")
    return expected, sure_from
