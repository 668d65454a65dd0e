"""The cache of exported encoders: damage is found by hash, and what is missing is reported."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag import Chatbot, Settings
from rag.errors import EncoderDamaged, EncoderError, IndexFault
from rag.models.encoder import OnnxEncoder
from rag.models.export import DEFAULT_ENCODER, exported, load_encoder
from tests.conftest import ARTICLES, make_settings, write_articles

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
CACHE = make_settings(Path("unused")).cache
ROOT = Path(__file__).parents[2]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """The folder of a copy of the export, in a cache of its own."""
    whole = load_encoder(DEFAULT_ENCODER, "int8", CACHE)  # makes it, if it is missing or damaged
    assert isinstance(whole, OnnxEncoder)
    folder = exported(DEFAULT_ENCODER, "int8", CACHE)
    assert folder is not None
    copy = tmp_path / "cache" / "encoders" / folder.name
    shutil.copytree(folder, copy)
    return copy


def flip(path: Path) -> None:
    """Change one bit in the middle, and nothing that a listing shows."""
    info = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "encoder.json"])
@pytest.mark.parametrize("damage", [flip, empty, cut, Path.unlink])
def test_a_file_that_is_not_what_was_exported_is_found(
    export: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(export / name)
    with pytest.raises(EncoderDamaged, match=name):
        OnnxEncoder(export)


def test_a_description_that_says_something_else_is_damage(export: Path) -> None:
    path = export / "encoder.json"
    path.write_text(path.read_text().replace("256", "255", 1))
    with pytest.raises(EncoderDamaged):
        OnnxEncoder(export)


@pytest.mark.parametrize("described", ["[]", "null", "{}", '{"fingerprint": 1}', '"text"', '{"sha256": {}}'])
def test_a_description_of_another_form_is_damage(export: Path, described: str) -> None:
    (export / "encoder.json").write_text(described)
    with pytest.raises(EncoderDamaged):
        OnnxEncoder(export)


def test_a_damaged_export_is_rebuilt_and_encodes_as_before(export: Path) -> None:
    expected = OnnxEncoder(export).encode_query("How long did repairs take?")
    flip(export / "model.onnx")
    mended = load_encoder(DEFAULT_ENCODER, "int8", export.parents[1])
    assert np.array_equal(mended.encode_query("How long did repairs take?"), expected)
    assert np.array_equal(OnnxEncoder(export).encode_query("How long did repairs take?"), expected)
    assert [path.name for path in export.parent.iterdir()] == [export.name]


def test_an_export_can_be_read_by_whoever_may_read_the_cache(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        load_encoder(DEFAULT_ENCODER, "float32", tmp_path)
    finally:
        os.umask(before)
    [folder] = (tmp_path / "encoders").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("cache", ["a-file", "a-file/below", "/proc/nowhere"])
def test_a_cache_that_cannot_be_written_is_a_typed_error_that_says_so(tmp_path: Path, cache: str) -> None:
    (tmp_path / "a-file").write_text("mine")
    with pytest.raises(EncoderError, match="RAG_CACHE"):
        load_encoder(DEFAULT_ENCODER, "int8", tmp_path / cache)
    assert (tmp_path / "a-file").read_text() == "mine"


WITHOUT = """
import sys
for name in ("torch", "sentence_transformers", "transformers", "gradio", "mcp", "matplotlib", "scipy"):
    sys.modules[name] = None
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if sys.modules.get(name, 1) is None else find(name, *rest)
"""
ASK = """
from pathlib import Path
from rag import Chatbot
from rag.errors import RagError
from tests.conftest import make_settings
try:
    bot = Chatbot(make_settings(Path(sys.argv[1]), cache=Path(sys.argv[2])))
    print(bot.ask("What did repairs to the bridge over the Aln cost?").text)
except RagError as error:
    print(type(error).__name__, error)
"""


def without_extras(folder: Path, cache: Path) -> str:
    """What a question prints where only the base of the package is installed."""
    write_articles(folder / "articles", ARTICLES)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + ASK, folder, cache],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_quotes_answer_without_the_extras_once_an_encoder_is_exported(export: Path, tmp_path: Path) -> None:
    assert "$4.2 million" in without_extras(tmp_path / "there", export.parents[1])


def test_a_missing_export_without_what_makes_one_says_which_command_to_run(tmp_path: Path) -> None:
    told = without_extras(tmp_path / "there", tmp_path / "cache")
    assert told.startswith("EncoderError")
    assert "pip install 'article-qa[export]'" in told


def test_a_damaged_export_without_what_makes_one_says_both(export: Path, tmp_path: Path) -> None:
    flip(export / "model.onnx")
    told = without_extras(tmp_path / "there", export.parents[1])
    assert told.startswith("EncoderError")
    assert "model.onnx" in told
    assert "pip install 'article-qa[export]'" in told


def test_a_changed_precision_is_named_by_its_setting(settings: Settings) -> None:
    Chatbot(settings).sync(progress=lambda *_: None)
    changed = Chatbot(settings.changed(precision="float32"))
    with pytest.raises(IndexFault, match=r"precision changed from int8 to float32 \(RAG_PRECISION\)"):
        changed.ask("What did repairs cost?")
    assert "RAG_PRECISION" in changed.sync(progress=lambda *_: None, dry_run=True).rebuilt


def test_an_export_that_another_process_mended_meanwhile_is_left_alone(export: Path) -> None:
    before = (export / "model.onnx").stat().st_ino
    assert exported(DEFAULT_ENCODER, "int8", export.parents[1], rebuild=True) == export
    assert (export / "model.onnx").stat().st_ino == before
