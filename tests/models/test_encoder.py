"""The encoder: the export agrees with sentence-transformers, and any other model still works."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag import Chatbot
from rag.errors import EncoderError
from rag.models.encoder import OnnxEncoder, Pieces
from rag.models.export import DEFAULT_ENCODER, load_encoder, load_unexported
from rag.models.reference import SentenceTransformerEncoder
from rag.settings import Precision
from tests.conftest import make_settings

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
CACHE = make_settings(Path("unused")).cache
ITEMS = [
    ["Exports", " fell."],
    ["A title", " The bridge reopened on Tuesday.", " Repairs cost $4.2 million."],
    ["A title", " x" * 100, " y" * 400, " z" * 50],
]


@pytest.mark.parametrize(("precision", "cosine"), [("float32", 0.9999), ("int8", 0.98)])
def test_the_export_agrees_with_sentence_transformers(precision: Precision, cosine: float) -> None:
    exported = load_encoder(DEFAULT_ENCODER, precision, CACHE)
    assert isinstance(exported, OnnxEncoder)
    reference = load_unexported(DEFAULT_ENCODER).encode_chunks(ITEMS)
    for ours, its in zip(exported.encode_chunks(ITEMS), reference, strict=True):
        assert float(ours.chunk @ its.chunk) > cosine
        assert ours.sentences.shape == its.sentences.shape


def test_a_text_has_the_same_vectors_whatever_is_encoded_beside_it() -> None:
    encoder = load_encoder(DEFAULT_ENCODER, "int8", CACHE)
    [alone] = encoder.encode_chunks(ITEMS[1:2])
    beside = list(encoder.encode_chunks(ITEMS * 20))
    assert len(beside) == 60
    for encoded in beside[1::3]:
        assert np.array_equal(alone.chunk, encoded.chunk)
        assert np.array_equal(alone.sentences, encoded.sentences)


def test_a_text_is_not_asked_for_long_before_it_is_needed() -> None:
    asked = 0

    def items() -> Iterator[Pieces]:
        nonlocal asked
        for item in ITEMS * 1000:
            asked += 1
            yield item

    first = next(load_encoder(DEFAULT_ENCODER, "int8", CACHE).encode_chunks(items()))
    assert first.sentences.shape == (1, 384)
    assert asked < 3000


def test_a_sentence_vector_is_near_that_of_the_sentence_alone() -> None:
    encoder = load_encoder(DEFAULT_ENCODER, "int8", CACHE)
    [encoded] = encoder.encode_chunks(ITEMS[1:2])
    for sentence, vector in zip(ITEMS[1][1:], encoded.sentences, strict=True):
        own = encoder.encode_query(sentence)
        other = encoder.encode_query("Penguins live in the south.")
        assert float(vector @ own) > 0.6 > float(vector @ other)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_sentence_past_what_the_encoder_reads_has_no_vector() -> None:
    encoder = load_encoder(DEFAULT_ENCODER, "int8", CACHE)
    [encoded] = encoder.encode_chunks(ITEMS[2:])
    assert np.linalg.norm(encoded.sentences, axis=1) == pytest.approx([1, 1, 0], abs=1e-5)


def test_pieces_are_read_as_the_text_that_they_make() -> None:
    encoder = load_encoder(DEFAULT_ENCODER, "int8", CACHE)
    for pieces in [*ITEMS, ["", " ☃ naïve", " 漢字 don't", " "], ["", ""]]:
        [encoded] = encoder.encode_chunks([pieces])
        assert np.array_equal(encoded.chunk, encoder.encode_query("".join(pieces)))


@pytest.fixture
def cls_model(tmp_path: Path) -> Path:
    """A tiny model of random weights that pools the first token: it cannot be exported as a mean."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    ]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "bert")
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(tmp_path / "bert")
    transformer = Transformer(str(tmp_path / "bert"), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(16, pooling_mode="cls")], device="cpu").save(
        str(tmp_path / "cls")
    )
    return tmp_path / "cls"


def test_a_model_that_cannot_be_exported_is_served_all_the_same_and_re_indexes(
    chatbot: Chatbot, cls_model: Path, tmp_path: Path
) -> None:
    encoder = load_encoder(str(cls_model), "int8", tmp_path / "cache")
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert load_encoder(str(cls_model), "int8", tmp_path / "cache").fingerprint == encoder.fingerprint
    changed = chatbot.settings.model_copy(update={"encoder": str(cls_model), "cache": tmp_path / "cache"})
    report = Chatbot(changed).sync(dry_run=True, progress=lambda *_: None)
    assert "the encoder changed from all-MiniLM-L6-v2" in report.rebuilt
    elsewhere = changed.model_copy(update={"index": tmp_path / "other"})
    assert Chatbot(elsewhere).ask("Who is the architect of the library?").passages


def test_other_weights_under_the_same_name_are_another_encoder(cls_model: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    other = tmp_path / "other" / cls_model.name
    shutil.copytree(cls_model, other)
    [weights] = other.rglob("model.safetensors")
    changed = {name: array + (array == array.max()) for name, array in load_file(weights).items()}
    save_file(changed, weights, metadata={"format": "pt"})
    one, two = (load_encoder(str(folder), "int8", tmp_path / "cache") for folder in (cls_model, other))
    assert one.fingerprint.rpartition(":")[2] != two.fingerprint.rpartition(":")[2]


def test_another_tokenizer_in_a_models_folder_is_another_export(cls_model: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_encoder(str(cls_model), "int8", cache)
    before = {path.name for path in (cache / "encoders").iterdir()}
    [tokenizer] = cls_model.rglob("tokenizer.json")
    tokenizer.write_text(tokenizer.read_text() + "\n")
    load_encoder(str(cls_model), "int8", cache)
    assert len({path.name for path in (cache / "encoders").iterdir()} - before) == len(before) == 2


def test_a_model_that_is_nowhere_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError, match="RAG_ENCODER"):
        load_encoder(str(tmp_path / "no-such-model"), "int8", tmp_path / "cache")
