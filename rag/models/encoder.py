"""The embedding model: one pass over a chunk gives its vector and one for each sentence.

A sentence vector is the mean of the chunk's token states over that sentence. It ranks answering
sentences as well as encoding each sentence alone, at half the cost, and it knows its context.

`OnnxEncoder` serves an ONNX export without importing torch; `rag.models.export` makes the export once,
and serves what cannot be exported through sentence-transformers.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]
Pieces = Sequence[str]
"""A text in pieces that are read on end: a title, then sentences, each with the space before it."""
_AHEAD = 8  # texts for each thread, before the first of them is waited for
_KEPT_PIECES = 5000


@dataclass(frozen=True, slots=True)
class Encoded:
    """Unit vectors of a text: `chunk` (dim,) and `sentences` (a row for each piece but the title)."""

    chunk: Vectors
    sentences: Vectors


@dataclass(frozen=True, slots=True)
class WordPieces:
    """Numbers of a text's word pieces, and the characters [start, end) that each stands for."""

    ids: Tokens
    spans: tuple[tuple[int, int], ...]


class Encoder(Protocol):
    """Texts to unit vectors of `dimension` numbers; reads `max_tokens` of a text at most."""

    fingerprint: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the two that mark begin and end."""

    def encode_query(self, text: str) -> Vectors:
        """The vector of a question, (dimension,)."""

    def encode_chunks(self, texts: Iterable[Pieces]) -> Iterator[Encoded]:
        """Vectors of every text and of the sentences in it, in the order of the texts."""


def open_session(model: Path) -> "InferenceSession":
    """A model in ONNX, one thread a run; raises what onnxruntime raises, which are bare exceptions."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def open_tokenizer(path: Path) -> "Tokenizer":
    """A tokenizer that neither pads nor cuts; raises what tokenizers raises, which are bare exceptions."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class OnnxEncoder:
    """A mean-pooling model served by onnxruntime and tokenizers."""

    def __init__(self, folder: Path) -> None:
        try:
            described = json.loads((folder / "encoder.json").read_text())
            self._tokenizer = open_tokenizer(folder / "tokenizer.json")
            self._session = open_session(folder / "model.onnx")
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception types
            raise EncoderError(
                f"the exported encoder in {folder} is damaged: delete that folder and try again"
            ) from error
        self.fingerprint: str = described["fingerprint"]
        self.dimension: int = described["dimension"]
        self.max_tokens: int = described["max_tokens"] - 2
        self._begin, self._end = self._tokenizer.encode("").ids
        self._tokens: dict[str, Tokens] = {}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens) for tokens in self._tokenized(texts)]

    def encode_query(self, text: str) -> Vectors:
        return self._encode([text]).chunk

    def encode_chunks(self, texts: Iterable[Pieces]) -> Iterator[Encoded]:
        from joblib import cpu_count  # knows quotas and affinity; 0.2 s that no question needs

        # One text a run, as many runs at once as there are cores: nothing is padded, and the scales
        # that int8 takes from its input depend on no other text.
        threads = cpu_count(only_physical_cores=True)
        with ThreadPoolExecutor(threads, "encoder") as pool:
            running: deque[Future[Encoded]] = deque()
            for text in texts:
                running.append(pool.submit(self._encode, text))
                if len(running) > _AHEAD * threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()

    def word_pieces(self, text: str) -> WordPieces:
        """The word pieces of a text, without the two that mark begin and end."""
        read = self._tokenizer.encode(text, add_special_tokens=False)
        return WordPieces(np.array(read.ids, np.int64), tuple(read.offsets))

    def token_states(self, ids: Tokens) -> Vectors:
        """The state of each of at most `max_tokens` word pieces, (pieces, dimension), read on end."""
        return self._states(ids)[1:-1]

    def _tokenized(self, pieces: Pieces) -> list[Tokens]:
        """The tokens of each piece: what was counted to cut a passage is not read again to encode it."""
        known = self._tokens
        if len(known) > _KEPT_PIECES:
            known = self._tokens = {}
        if new := [piece for piece in dict.fromkeys(pieces) if piece not in known]:
            encodings = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
            known.update(
                (piece, np.array(one.ids, np.int64)) for piece, one in zip(new, encodings, strict=True)
            )
        return [known[piece] for piece in pieces]

    def _encode(self, pieces: Pieces) -> Encoded:
        tokens = self._tokenized(pieces)
        ids = np.concatenate(tokens)[: self.max_tokens]
        states = self._states(ids)
        ends = np.cumsum([len(one) for one in tokens])
        return Encoded(_unit(states.mean(axis=0)), _pooled(states[1:-1], ends))

    def _states(self, ids: Tokens) -> Vectors:
        """Of begin, word pieces and end, (pieces + 2, dimension)."""
        ids = np.concatenate([[self._begin], ids, [self._end]])[None, :]
        [states] = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return np.asarray(states, np.float32)


def _pooled(states: Vectors, ends: npt.NDArray[np.int64]) -> Vectors:
    """Mean token state over each piece but the first; zeros for one past what was read."""
    pooled = np.zeros((len(ends) - 1, states.shape[1]), dtype=np.float32)
    for row, (start, end) in enumerate(pairwise(ends)):
        if start < min(end, len(states)):
            pooled[row] = _unit(states[start:end].mean(axis=0))
    return pooled


def _unit(vector: Vectors) -> Vectors:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
