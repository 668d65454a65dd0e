"""The embedding model: one pass over a chunk gives its vector and one for each sentence.

A sentence vector is the mean of the chunk's token states over that sentence. It ranks answering
sentences as well as encoding each sentence alone, at half the cost, and it knows its context.

`load_encoder` serves the model from an ONNX export, without importing torch. The export is made
once by `rag.index.export`; a model that cannot be exported runs in sentence-transformers.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderError

Vectors = npt.NDArray[np.float32]
Spans = Sequence[tuple[int, int]]
_WINDOW = 1024
_BATCH = 4  # the fastest of 1, 4, 8, 16 on two cores, with texts sorted by length


@dataclass(frozen=True, slots=True)
class Encoded:
    """Unit vectors of text number `i`: `chunk` (dim,) and `sentences` (one row a span)."""

    i: int
    chunk: Vectors
    sentences: Vectors


class Encoder(Protocol):
    """Texts to unit vectors of `dimension` numbers; reads `max_tokens` of a text at most."""

    fingerprint: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the two that mark begin and end."""

    def encode_query(self, text: str) -> Vectors:
        """The vector of a question, (dimension,)."""

    def encode_chunks(self, texts: Sequence[str], spans: Sequence[Spans]) -> Iterator[Encoded]:
        """Vectors of every text and of the `spans` in it, in whatever order is fastest."""


def load_encoder(name: str, cache: Path) -> Encoder:
    """The encoder called `name`, exported first if it never was (which imports torch).

    Raises:
        EncoderError: if there is no such model, or it cannot be loaded.
    """
    from rag.index import export  # it looks models up; torch is imported only to export one

    folder = export.exported(name, cache)
    if folder is None:
        return export.load_unexported(name)
    return OnnxEncoder(folder)


class OnnxEncoder:
    """A mean-pooling model served by onnxruntime and tokenizers."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            described = json.loads((folder / "encoder.json").read_text())
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                folder / "model.onnx", providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception types
            raise EncoderError(
                f"the exported encoder in {folder} is damaged: delete that folder and try again"
            ) from error
        self.fingerprint: str = described["fingerprint"]
        self.dimension: int = described["dimension"]
        self.max_tokens: int = described["max_tokens"] - 2
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [
            len(encoding.ids)
            for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        ]

    def encode_query(self, text: str) -> Vectors:
        return next(self.encode_chunks([text], [()])).chunk

    def encode_chunks(self, texts: Sequence[str], spans: Sequence[Spans]) -> Iterator[Encoded]:
        # Tokens of a window at a time: those of a whole corpus would fill the memory.
        for start in range(0, len(texts), _WINDOW):
            encodings = self._tokenizer.encode_batch(
                list(texts[start : start + _WINDOW]), add_special_tokens=False
            )
            for i, encoding in enumerate(encodings):
                encoding.truncate(self.max_tokens)
                encodings[i] = self._tokenizer.post_process(encoding)  # adds the marks of begin and end
            order = np.argsort([len(encoding.ids) for encoding in encodings], kind="stable").tolist()
            for first in range(0, len(order), _BATCH):
                batch = order[first : first + _BATCH]
                states = self._token_states([encodings[i].ids for i in batch])
                for i, padded in zip(batch, states, strict=True):
                    token_states = padded[: len(encodings[i].ids)]
                    pooled = _pool_spans(token_states, encodings[i].offsets, spans[start + i])
                    yield Encoded(start + i, _unit(token_states.mean(axis=0)), pooled)

    def _token_states(self, ids: Sequence[Sequence[int]]) -> Vectors:
        """(batch, longest, dimension) states of token ids, padded with zeros."""
        padded = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        mask = np.zeros_like(padded)
        for row, tokens in enumerate(ids):
            padded[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        inputs = {"input_ids": padded, "attention_mask": mask}
        return self._session.run(None, inputs)[0]  # type: ignore[no-any-return]


def _pool_spans(states: Vectors, offsets: Sequence[tuple[int, int]], spans: Spans) -> Vectors:
    """Mean token state over each character span; zeros for a span past what was read."""
    pooled = np.zeros((len(spans), states.shape[1]), dtype=np.float32)
    ends = np.array([end for _, end in offsets[1:-1]])  # without the begin and end marks
    for row, (start, end) in enumerate(spans):
        first = int(np.searchsorted(ends, start, side="right")) + 1
        last = int(np.searchsorted(ends, end, side="right")) + 1
        if last > first:
            pooled[row] = _unit(states[first:last].mean(axis=0))
    return pooled


def _unit(vector: Vectors) -> Vectors:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
