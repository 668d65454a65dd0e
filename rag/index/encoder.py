"""The embedding model: one pass over a chunk gives its vector and one for each sentence.

A sentence vector is the mean of the chunk's token states over that sentence. It ranks answering
sentences as well as encoding each sentence alone, at half the cost, and it knows its context.

`load_encoder` serves the model from an ONNX export, without importing torch. The export is made
once by `rag.index.export`; a model that cannot be exported runs in sentence-transformers.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderError

if TYPE_CHECKING:
    from rag.settings import Precision


Vectors = npt.NDArray[np.float32]
Spans = Sequence[tuple[int, int]]
_AHEAD = 8  # texts for each thread, before the first of them is waited for


@dataclass(frozen=True, slots=True)
class Encoded:
    """Unit vectors of a text: `chunk` (dim,) and `sentences` (one row a span)."""

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

    def encode_chunks(self, texts: Iterable[tuple[str, Spans]]) -> Iterator[Encoded]:
        """Vectors of every text and of the character spans in it, in the order of the texts."""


def load_encoder(name: str, precision: "Precision", cache: Path) -> Encoder:
    """The encoder called `name`, exported first if it never was (which imports torch).

    One whose vectors int8 would spoil is served in float32.

    Raises:
        EncoderError: if there is no such model, or it cannot be loaded.
    """
    from rag.index import export  # it looks models up; torch is imported only to export one

    precisions: tuple[Precision, ...] = ("int8", "float32") if precision == "int8" else ("float32",)
    for one in precisions:
        if folder := export.exported(name, one, cache):
            return OnnxEncoder(folder)
    return export.load_unexported(name)


class OnnxEncoder:
    """A mean-pooling model served by onnxruntime and tokenizers."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            described = json.loads((folder / "encoder.json").read_text())
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                folder / "model.onnx", options, providers=["CPUExecutionProvider"]
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
        return self._encode(text, ()).chunk

    def encode_chunks(self, texts: Iterable[tuple[str, Spans]]) -> Iterator[Encoded]:
        from joblib import cpu_count  # knows quotas and affinity; 0.2 s that no question needs

        # One text a run, as many runs at once as there are cores: nothing is padded, and the scales
        # that int8 takes from its input depend on no other text.
        threads = cpu_count(only_physical_cores=True)
        with ThreadPoolExecutor(threads, "encoder") as pool:
            running: deque[Future[Encoded]] = deque()
            for text, spans in texts:
                running.append(pool.submit(self._encode, text, spans))
                if len(running) > _AHEAD * threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()

    def _encode(self, text: str, spans: Spans) -> Encoded:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        encoding.truncate(self.max_tokens)
        encoding = self._tokenizer.post_process(encoding)  # adds the marks of begin and end
        ids = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        [states] = self._session.run(None, inputs)[0]
        return Encoded(_unit(states.mean(axis=0)), _pool_spans(states, encoding.offsets, spans))


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
