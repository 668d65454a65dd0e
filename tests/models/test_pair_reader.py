"""The served reader: what it says of candidates, and what it does with a file that is not its own."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from rag.errors import ReaderError
from rag.models.reader import (
    SAID,
    OnnxReader,
    PairTokenizer,
    ReaderInput,
    best_span,
    describe,
    encoder_folder,
    side_by_side,
)
from tests.fakes.tiny_reader import tiny_network, write_tiny_reader

CANDIDATES = [
    ReaderInput("The ferry Bergit was launched at Turku in 2006.", "Ferries of the Baltic"),
    ReaderInput("It carries 310 passengers, and a dog.", "Ferries of the Baltic", "The Bergit is small."),
    ReaderInput("Rain.", ""),
    *(ReaderInput(f"Line {n} was closed for the winter of 19{n}." * (n % 4 + 1)) for n in range(60, 69)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    write_tiny_reader(folder)
    return folder


@pytest.fixture(scope="module")
def reader(folder: Path) -> OnnxReader:
    return OnnxReader(folder)


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(encoder_folder())


def test_readings_come_in_the_order_of_the_candidates(reader: OnnxReader) -> None:
    forwards = reader.read("Where was the Bergit built?", CANDIDATES)
    backwards = reader.read("Where was the Bergit built?", CANDIDATES[::-1])
    turned = [one.answers for one in backwards[::-1]]
    assert [one.answers for one in forwards] == pytest.approx(turned, abs=1e-3)
    assert len({round(one.answers, 2) for one in forwards}) > 6


def test_what_is_served_agrees_with_the_network_it_was_made_of(
    reader: OnnxReader, tokenizer: PairTokenizer
) -> None:
    network, served = tiny_network(), reader.read("Who built it?", CANDIDATES)
    for candidate, reading in zip(CANDIDATES, served, strict=True):
        batch = side_by_side([tokenizer.pair("Who built it?", candidate)])
        with torch.no_grad():
            answers = network(torch.from_numpy(batch.ids), torch.from_numpy(batch.parts))[0]
        assert reading.answers == pytest.approx(answers.item(), abs=0.3)  # int8


def test_padding_changes_no_output(tokenizer: PairTokenizer) -> None:
    pairs = [tokenizer.pair("Who built it?", candidate) for candidate in CANDIDATES]
    alone, together = side_by_side(pairs[2:3]), side_by_side(pairs)
    with torch.no_grad():
        [one], [_, _, other, *_] = (
            tiny_network()(torch.from_numpy(batch.ids), torch.from_numpy(batch.parts))[0]
            for batch in (alone, together)
        )
    assert one.item() == pytest.approx(other.item(), abs=1e-4)


def test_the_span_is_in_the_sentence_and_keeps_word_pieces_whole(
    reader: OnnxReader, tokenizer: PairTokenizer
) -> None:
    for reading, candidate in zip(reader.read("How many go aboard?", CANDIDATES), CANDIDATES, strict=True):
        pieces = tokenizer.pair("", candidate).spans
        assert reading.start in [start for start, _ in pieces]
        assert reading.end in [end for _, end in pieces]
        assert reading.start < reading.end


def test_no_candidates_have_no_readings(reader: OnnxReader) -> None:
    assert reader.read("Where?", []) == []


def test_an_empty_sentence_or_question_is_read_without_a_fault(reader: OnnxReader) -> None:
    [reading] = reader.read("Where?", [ReaderInput("")])
    assert (reading.start, reading.end) == (0, 0)
    assert len(reader.read("", CANDIDATES)) == len(CANDIDATES)


@pytest.mark.parametrize(
    ("claim", "source"), [("", ""), ("Short.", "Long words here. " * 900), ("Ω " * 5000, "€"), ("a", "")]
)
def test_a_claim_has_a_probability_whatever_its_length(reader: OnnxReader, claim: str, source: str) -> None:
    assert 0 <= reader.says(claim, source) <= 1


def test_a_long_context_keeps_its_title_and_its_last_words(tokenizer: PairTokenizer) -> None:
    long = tokenizer.pair("Who?", ReaderInput("a b c", "t " * 50, "x " * 500 + "z"))
    short = tokenizer.pair("Who?", ReaderInput("a b c", "t " * 10, "x " * 19 + "z"))
    assert long == short


def test_the_parts_of_a_pair_are_told_apart(tokenizer: PairTokenizer) -> None:
    pair = tokenizer.pair("Who sang?", ReaderInput("Ada sang.", "Choirs", "It rained."))
    batch = side_by_side([pair, tokenizer.pair("Who?", ReaderInput("No."))])
    said = batch.ids[0][batch.parts[0] == SAID].tolist()
    assert said == list(tokenizer.pair("", ReaderInput("Ada sang.")).ids[3:-1])
    assert [pair.spans[0], pair.spans[-1]] == [(0, 3), (8, 9)]


def test_the_likeliest_span_never_ends_before_it_starts_nor_grows_past_an_answer() -> None:
    start, end = np.array([0, 0, 5, 0], np.float32), np.array([6, 0, 0, 1], np.float32)
    assert best_span(start, end) == (0, 0) or best_span(start, end) == (2, 3)
    far = np.zeros(60, np.float32)
    far[[0, 59]] = 9
    first, last = best_span(far, far)
    assert last - first < 30


@pytest.mark.parametrize("kept", [0, 1000, -1])
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_truncated_file_is_named_in_the_error(folder: Path, tmp_path: Path, name: str, kept: int) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).write_bytes((folder / name).read_bytes()[:kept])
    with pytest.raises(ReaderError, match=rf"{re.escape(name)} is truncated or not the reader's own"):
        OnnxReader(tmp_path)


def test_a_missing_file_or_an_empty_description_is_a_clear_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="describes no reader"):
        OnnxReader(tmp_path)
    (tmp_path / "reader.json").write_text("[]")
    with pytest.raises(ReaderError, match="describes no reader"):
        OnnxReader(tmp_path)
    shutil.copyfile(folder / "reader.json", tmp_path / "reader.json")
    with pytest.raises(ReaderError, match=r"cannot read .*model\.onnx"):
        OnnxReader(tmp_path)


def test_a_file_that_is_no_model_is_a_clear_error(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.onnx").write_bytes(b"no model")
    describe(tmp_path, {})
    with pytest.raises(ReaderError, match=r"model\.onnx cannot be loaded"):
        OnnxReader(tmp_path)
