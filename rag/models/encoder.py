"""The embedding model: one pass over a chunk yields its vector and one vector for each sentence.

A sentence vector is the mean of the chunk's token states over that sentence. It ranks answering sentences
as well as encoding each sentence alone, at half the cost, and it reflects their context.

`OnnxEncoder` serves an ONNX export without importing torch. `rag.models.export` creates the export once,
and serves models that cannot be exported through sentence-transformers. encoder.json describes an export:

    {"fingerprint": "53aa51172d142c89-2-int8", "dimension": 384, "max_tokens": 256,
     "sha256": {"model.onnx": "9b1c…", "tokenizer.json": "da0e…", "description": "0c47…"}}
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderDamaged, EncoderError
from rag.models.hashes import hashes, sha256_of
from rag.shortage import shortage

Vectors = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]
Pieces = Sequence[str]
"""A text split into pieces that are read as one: a title, then sentences, each with its leading space."""
_AHEAD = 8  # texts queued per thread before the first result is awaited
_KEPT_PIECES = 5000
_FILES = ("model.onnx", "tokenizer.json")
_REST = "description"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Unit vectors of a text: `chunk` (dim,) and `sentences` (one row for each piece except the title)."""

    chunk: Vectors
    sentences: Vectors


class Encoder(Protocol):
    """Maps texts to unit vectors of `dimension` numbers; reads at most `max_tokens` of a text."""

    fingerprint: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces in each text, without the special tokens at both ends."""

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of a question, (dimension,)."""

    def encode_chunks(self, texts: Iterable[Pieces]) -> Iterator[Encoded]:
        """Yield the vectors of each text and of its sentences, in the order of the texts."""


@dataclass(frozen=True, slots=True)
class Described:
    """What an export's description contains: the original `sha256` of each file and of the other fields."""

    fingerprint: str
    dimension: int
    max_tokens: int
    sha256: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path, fingerprint: str, dimension: int, max_tokens: int) -> "Described":
        """Describe the files in `folder`; raises OSError if they cannot be read."""
        files = hashes(folder, _FILES)
        return cls(
            fingerprint, dimension, max_tokens, files | {_REST: _hash((fingerprint, dimension, max_tokens))}
        )

    def write(self, folder: Path) -> None:
        (folder / "encoder.json").write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> "Described":
        """
        Raises:
            OSError: if it cannot be read.
            ValueError, TypeError, KeyError: if it is damaged, or was written by an older version.
        """
        found = cls(**json.loads((folder / "encoder.json").read_bytes()))
        if found.sha256[_REST] != _hash((found.fingerprint, found.dimension, found.max_tokens)):
            raise ValueError("it has changed since it was written")
        return found

    def changed(self, folder: Path) -> list[str]:
        """Return the files in `folder` that no longer match the description; raises OSError."""
        return [
            name
            for name in _FILES
            if not (folder / name).is_file() or sha256_of(folder / name) != self.sha256[name]
        ]


def _hash(values: tuple[str | int, ...]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


class OnnxEncoder:
    """A mean-pooling model served by onnxruntime and tokenizers."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            EncoderDamaged: if a file of the export has changed since it was created.
            EncoderError: if it is intact, but cannot be loaded.
        """
        self._folder = folder
        try:
            described = self._checked()
            self._session, self._tokenizer = open_session(folder), open_tokenizer(folder)
        except EncoderError:
            raise
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception types
            raise self._failed("load", error) from error
        self.fingerprint = described.fingerprint
        self.dimension = described.dimension
        self.max_tokens = described.max_tokens - 2
        self._begin, self._end = self._tokenizer.encode("").ids
        self._tokens: dict[str, Tokens] = {}

    def _checked(self) -> Described:
        """Verify all files against the description and return it."""
        folder = self._folder
        try:
            described = Described.read(folder)
        except (ValueError, TypeError, KeyError, FileNotFoundError) as error:
            raise EncoderDamaged(f"the exported encoder in {folder} is damaged (encoder.json)") from error
        # Hashing releases the GIL, so the slower import hides its cost.
        with ThreadPoolExecutor(1) as pool:
            comparing = pool.submit(described.changed, folder)
            import onnxruntime  # noqa: F401
        if names := comparing.result():
            raise EncoderDamaged(f"the exported encoder in {folder} is damaged ({', '.join(names)})")
        return described

    def _failed(self, step: str, error: Exception) -> EncoderError:
        reason = shortage(error, self._folder, writing=False) or f"{type(error).__name__}: {error}"
        return EncoderError(f"cannot {step} the exported encoder in {self._folder}: {reason}")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens) for tokens in self._tokenized(texts)]

    def encode_query(self, text: str) -> Vectors:
        return self._encode([text]).chunk

    def encode_chunks(self, texts: Iterable[Pieces]) -> Iterator[Encoded]:
        from joblib import cpu_count  # respects quotas and affinity; takes 0.2 s that no question needs

        # One text per run, as many concurrent runs as cores: nothing is padded, and the scales that int8
        # derives from its input do not depend on other texts.
        threads = cpu_count(only_physical_cores=True)
        with ThreadPoolExecutor(threads, "encoder") as pool:
            running: deque[Future[Encoded]] = deque()
            for text in texts:
                running.append(pool.submit(self._encode, text))
                if len(running) > _AHEAD * threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()

    def _tokenized(self, pieces: Pieces) -> list[Tokens]:
        """Return the tokens of each piece. Tokens counted while splitting a passage are reused to encode
        it.
        """
        known = self._tokens
        if len(known) > _KEPT_PIECES:
            known = self._tokens = {}
        if new := [piece for piece in dict.fromkeys(pieces) if piece not in known]:
            valid = [piece.encode(errors="replace").decode() for piece in new]  # no lone surrogates
            encodings = self._tokenizer.encode_batch_fast(valid, add_special_tokens=False)
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
        """Return the states of the word pieces and both special tokens, (pieces + 2, dimension)."""
        ids = np.concatenate([[self._begin], ids, [self._end]])[None, :]
        try:
            [states] = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        except Exception as error:  # as above; mostly out of memory
            raise self._failed("run", error) from error
        return np.asarray(states, np.float32)


def open_session(folder: Path) -> Any:
    """Open the model in a folder with one thread per run; onnxruntime raises bare exceptions."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])


def open_tokenizer(folder: Path) -> Any:
    """Return the tokenizer in a folder, with padding and truncation off; raises bare exceptions."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _pooled(states: Vectors, ends: npt.NDArray[np.int64]) -> Vectors:
    """Return the mean token state of each piece but the first; zeros for pieces beyond what was read."""
    pooled = np.zeros((len(ends) - 1, states.shape[1]), dtype=np.float32)
    for row, (start, end) in enumerate(pairwise(ends)):
        if start < min(end, len(states)):
            pooled[row] = _unit(states[start:end].mean(axis=0))
    return pooled


def _unit(vector: Vectors) -> Vectors:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
