"""The embedding model: one pass over a chunk gives its vector and one for each sentence.

A sentence vector is the mean of the chunk's token states over that sentence. It ranks answering
sentences as well as encoding each sentence alone, at half the cost, and it knows its context.

`OnnxEncoder` serves an ONNX export without importing torch; `rag.models.export` makes the export once,
and serves what cannot be exported through sentence-transformers. An export says in encoder.json

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
"""A text in pieces that are read on end: a title, then sentences, each with the space before it."""
_AHEAD = 8  # texts for each thread, before the first of them is waited for
_KEPT_PIECES = 5000
_FILES = ("model.onnx", "tokenizer.json")
_REST = "description"


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


@dataclass(frozen=True, slots=True)
class Described:
    """What an export says of itself; `sha256` of its files, and of the rest, from when it was made."""

    fingerprint: str
    dimension: int
    max_tokens: int
    sha256: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path, fingerprint: str, dimension: int, max_tokens: int) -> "Described":
        """The description of the files in `folder`; raises OSError if they cannot be read."""
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
            ValueError, TypeError, KeyError: if it is damaged, or of an older version.
        """
        found = cls(**json.loads((folder / "encoder.json").read_bytes()))
        if found.sha256[_REST] != _hash((found.fingerprint, found.dimension, found.max_tokens)):
            raise ValueError("it is not what it was when it was written")
        return found

    def changed(self, folder: Path) -> list[str]:
        """The files in `folder` that are not those that were described; raises OSError."""
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
            EncoderDamaged: if a file of the export is not what it was when it was made.
            EncoderError: if it is whole, but cannot be loaded.
        """
        self._folder = folder
        try:
            described = self._checked()
            self._session, self._tokenizer = _opened(folder)
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
        """The description, after all files have been compared with it."""
        folder = self._folder
        try:
            described = Described.read(folder)
        except (ValueError, TypeError, KeyError, FileNotFoundError) as error:
            raise EncoderDamaged(f"the exported encoder in {folder} is damaged (encoder.json)") from error
        # Hashing lets other threads run: the import, which takes longer, hides it.
        with ThreadPoolExecutor(1) as pool:
            comparing = pool.submit(described.changed, folder)
            import onnxruntime  # noqa: F401
        if names := comparing.result():
            raise EncoderDamaged(f"the exported encoder in {folder} is damaged ({', '.join(names)})")
        return described

    def _failed(self, step: str, error: Exception) -> EncoderError:
        told = shortage(error, self._folder, writing=False) or f"{type(error).__name__}: {error}"
        return EncoderError(f"cannot {step} the exported encoder in {self._folder}: {told}")

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
            valid = [piece.encode(errors="replace").decode() for piece in new]  # no half surrogate pairs
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
        """Of begin, word pieces and end, (pieces + 2, dimension)."""
        ids = np.concatenate([[self._begin], ids, [self._end]])[None, :]
        try:
            [states] = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        except Exception as error:  # as above; too little memory, most of all
            raise self._failed("run", error) from error
        return np.asarray(states, np.float32)


def open_session(model: Path) -> Any:
    """A model in ONNX, one thread a run; raises what onnxruntime raises, which are bare exceptions."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _opened(folder: Path) -> tuple[Any, Any]:
    """An export's session and tokenizer, which pads and cuts nothing."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return open_session(folder / "model.onnx"), tokenizer


def _pooled(states: Vectors, ends: npt.NDArray[np.int64]) -> Vectors:
    """Mean token state over each piece but the first; zeros for one past what was read."""
    pooled = np.zeros((len(ends) - 1, states.shape[1]), dtype=np.float32)
    for row, (start, end) in enumerate(pairwise(ends)):
        if start < min(end, len(states)):
            pooled[row] = _unit(states[start:end].mean(axis=0))
    return pooled


def _unit(vector: Vectors) -> Vectors:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
