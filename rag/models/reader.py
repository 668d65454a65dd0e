"""The reader: a small network that reads a question or a claim against a sentence.

    reader.onnx   the trained part
    reader.json   {"sha256": "…", "encoder": "53aa51172d142c89", "lists": 12000}

It ranks sentences by how well they answer, locates the answer within them, and estimates how likely a
source states a claim. The encoder reads both texts; the trained part compares them word by word. No torch
is imported. `python -m eval train` creates both files; reader.md is the model card.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from rag.errors import EncoderError, ReaderError
from rag.models.encoder import OnnxEncoder, Tokens, Vectors, WordPieces, open_session
from rag.models.export import DEFAULT_ENCODER, exported

# Word pieces read of each part. A context keeps its title and its last words.
_ASKED, _TITLE, _BEFORE, _SENTENCE = 64, 12, 24, 112
_LONGEST = 24  # word pieces in a short answer
_BATCH = 8  # pairs of similar length
_THREADS = 2  # of the encoder, in parallel
_KEPT = 512  # texts whose states are cached: about 20 MB; follow-ups ask about the same sentences
PAD_ASKED, PAD_SAID = -1, -2  # different from each other: padding never matches as “the same piece”


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, the title (or path) it belongs to, and the preceding sentence."""

    text: str
    title: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's output for a candidate.

    `answers` is a logit on the scale of “none of these”: above 0 the sentence is more likely to answer than
    none is. `start` and `end` are character offsets in its text: where the answer would be.
    """

    answers: float
    start: int
    end: int


class Reader(Protocol):
    """Scores how well sentences answer a question."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """Return one reading per candidate, in order."""


class TokenEncoder(Protocol):
    """What the reader needs from an encoder; `OnnxEncoder` provides it."""

    fingerprint: str

    def word_pieces(self, text: str) -> WordPieces:
        """Return the word pieces of a text."""

    def token_states(self, ids: Tokens) -> Vectors:
        """Return the state of each word piece, (pieces, dimension)."""


@dataclass(frozen=True, slots=True)
class TextStates:
    """A text as the trained part reads it: ids (pieces,) and states (pieces, dimension)."""

    ids: Tokens
    states: Vectors
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PairBatch:
    """A padded batch of pairs: states (pairs, pieces, dimension) and ids (pairs, pieces)."""

    asked: Vectors
    asked_ids: Tokens
    said: Vectors
    said_ids: Tokens


class OnnxReader:
    """The reader served by onnxruntime; a `Reader` and a `rag.parts.PairModel`. Thread-safe."""

    def __init__(self, folder: Path, encoder: TokenEncoder) -> None:
        """Load the reader.onnx that reader.json describes, for the encoder it was trained on.

        Raises:
            ReaderError: if a file is missing, truncated or does not match, or the encoder is a different one.
        """
        model = folder / "reader.onnx"
        described = _described(folder / "reader.json")
        if not encoder.fingerprint.startswith(described["encoder"]):
            raise ReaderError(f"the reader was trained on another encoder than {encoder.fingerprint}")
        if sha256(model) != described["sha256"]:
            raise ReaderError(f"{model} is truncated or not the reader's own")
        try:
            self._session = open_session(model)
        except Exception as error:  # onnxruntime raises bare Exception types
            raise ReaderError(f"{model} cannot be loaded") from error
        self.fingerprint = f"reader-{described['sha256'][:16]}"
        self._encoder = encoder
        self._known: OrderedDict[Candidate, TextStates] = OrderedDict()
        self._pool = ThreadPoolExecutor(_THREADS, "reader")

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """Return one reading per candidate, in order."""
        asked = asked_states(self._encoder, question)
        said = list(self._pool.map(self._said, candidates))
        readings: list[Reading] = [Reading(0.0, 0, 0)] * len(said)
        for places, [answers, _, starts, ends] in self._run([asked] * len(said), said):
            for row, place in enumerate(places):
                spans = said[place].spans
                first, last = best_span(starts[row, : len(spans)], ends[row, : len(spans)])
                start, end = (spans[first][0], spans[last][1]) if spans else (0, 0)
                readings[place] = Reading(float(answers[row]), start, end)
        return readings

    def says(self, claim: str, source: str) -> float:
        """Return the probability that `source` states `claim`."""
        [probability] = self.says_each([(claim, source)])
        return probability

    def says_each(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return `says` for many (claim, source) pairs."""
        asked = [asked_states(self._encoder, claim) for claim, _ in pairs]
        said = list(self._pool.map(self._said, [Candidate(source) for _, source in pairs]))
        logits = np.zeros(len(pairs))
        for places, [_, says, _, _] in self._run(asked, said):
            logits[places] = says
        return [float(one) for one in np.exp(-np.logaddexp(0, -logits))]

    def _said(self, candidate: Candidate) -> TextStates:
        known = self._known.get(candidate)
        if known is None:
            known = self._known[candidate] = said_states(self._encoder, candidate)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

    def _run(
        self, asked: Sequence[TextStates], said: Sequence[TextStates]
    ) -> list[tuple[list[int], list[Vectors]]]:
        """Return the outputs for batches of pairs of similar length, with the indices of the pairs."""
        by_length = sorted(range(len(said)), key=lambda place: len(said[place].ids))
        ran = []
        for first in range(0, len(by_length), _BATCH):
            places = by_length[first : first + _BATCH]
            batch = side_by_side([(asked[place], said[place]) for place in places])
            given = {name: getattr(batch, name) for name in ("asked", "asked_ids", "said", "said_ids")}
            ran.append((places, self._session.run(None, given)))
        return ran


def reader_encoder(cache: Path) -> TokenEncoder:
    """Return the encoder whose states the reader is trained on, as served, exporting it first if needed.

    Raises:
        EncoderError: if it is missing.
    """
    folder = exported(DEFAULT_ENCODER, "int8", cache)
    if folder is None:
        raise EncoderError(f"{DEFAULT_ENCODER} could not be exported to int8, which the reader is trained on")
    return OnnxEncoder(folder)


def asked_states(encoder: TokenEncoder, text: str) -> TextStates:
    """Encode a question or claim for the trained part."""
    pieces = encoder.word_pieces(text)
    ids = pieces.ids[:_ASKED]
    return TextStates(ids, encoder.token_states(ids), pieces.spans[:_ASKED])


def said_states(encoder: TokenEncoder, candidate: Candidate) -> TextStates:
    """Encode a sentence or source: read in context, but only its own word pieces are compared."""
    pieces = encoder.word_pieces(candidate.text)
    ids, spans = pieces.ids[:_SENTENCE], pieces.spans[:_SENTENCE]
    title = encoder.word_pieces(candidate.title).ids[:_TITLE]
    before = encoder.word_pieces(candidate.before).ids[-_BEFORE:]
    states = encoder.token_states(np.concatenate([title, before, ids]))
    return TextStates(ids, states[len(title) + len(before) :], spans)


def side_by_side(pairs: Sequence[tuple[TextStates, TextStates]]) -> PairBatch:
    """Build one batch of (asked, said) pairs, padded to the longest of each."""
    asked, asked_ids = _padded([one for one, _ in pairs], PAD_ASKED)
    said, said_ids = _padded([other for _, other in pairs], PAD_SAID)
    return PairBatch(asked, asked_ids, said, said_ids)


def best_span(start: Vectors, end: Vectors) -> tuple[int, int]:
    """Return the first and last piece of the most likely span of at most `_LONGEST` pieces."""
    if not len(start):
        return 0, 0
    joint = start[:, None] + end[None, :]
    allowed = np.tril(np.triu(np.ones(joint.shape, bool)), _LONGEST - 1)
    first, last = divmod(int(np.where(allowed, joint, -np.inf).argmax()), len(end))
    return first, last


def sha256(path: Path) -> str:
    """Raises: ReaderError if the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReaderError(f"cannot read {path}: {error.strerror}") from error


def _padded(texts: Sequence[TextStates], pad: int) -> tuple[Vectors, Tokens]:
    width, dimension = max(1, *(len(one.ids) for one in texts)), texts[0].states.shape[1]
    states = np.zeros((len(texts), width, dimension), np.float32)
    ids = np.full((len(texts), width), pad, np.int64)
    for row, one in enumerate(texts):
        states[row, : len(one.ids)] = one.states
        ids[row, : len(one.ids)] = one.ids
    return states, ids


def _described(path: Path) -> dict[str, str]:
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        return {"sha256": described["sha256"], "encoder": described["encoder"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderError(f"{path} describes no reader") from error
