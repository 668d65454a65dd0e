"""The embedding model as sentence-transformers serves it: the source of exports and their reference."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import EncoderError
from rag.models.encoder import Encoded, Pieces, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NOT_INSTALLED = "is not installed: run `pip install 'article-qa[export]'` (`make setup` does)"
_BATCH = 32


@cache
def load_reference(name: str) -> "SentenceTransformer":
    """Return the model in a folder, or by its name on the hub; loaded once.

    Raises:
        EncoderError: if there is none, or sentence-transformers is not installed.
    """
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise EncoderError(f"sentence-transformers, needed for {name!r}, {NOT_INSTALLED}") from error

    # Its progress bar would overwrite ours.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # the library raises OSError, ValueError and the hub client's types
        raise EncoderError(
            f"no embedding model {name!r}: neither a folder nor a name that could be loaded"
            f" ({type(error).__name__}); set RAG_ENCODER"
        ) from error


class SentenceTransformerEncoder:
    """Any sentence-transformers model; sentences are encoded one by one."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        self._model = model
        self.fingerprint = f"sentence-transformers:{name}:{_sha256_of_weights(model)[:16]}"
        self.dimension: int = model.get_embedding_dimension() or 0
        self.max_tokens: int = (model.max_seq_length or 512) - 2

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        tokenizer = self._model.tokenizer
        return [len(tokenizer.encode(text, add_special_tokens=False)) for text in texts]

    def encode_query(self, text: str) -> Vectors:
        return np.asarray(self._model.encode_query(text, normalize_embeddings=True), np.float32)

    def encode_chunks(self, texts: Iterable[Pieces]) -> Iterator[Encoded]:
        remaining = iter(texts)
        while batch := list(islice(remaining, _BATCH)):
            parts = [["".join(pieces), *pieces[1:]] for pieces in batch]
            encoded = self._model.encode_document(
                [text for part in parts for text in part], normalize_embeddings=True, show_progress_bar=False
            )
            vectors = iter(np.asarray(encoded, np.float32))
            for part in parts:
                rows = np.stack([next(vectors) for _ in part])
                yield Encoded(rows[0], rows[1:])


def _sha256_of_weights(model: "SentenceTransformer") -> str:
    """Hash what the vectors depend on: a name on the hub may refer to other weights tomorrow."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
