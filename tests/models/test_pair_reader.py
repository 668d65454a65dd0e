"""The served reader: what it says of candidates, and what it does with a file that is not its own."""

from pathlib import Path

import numpy as np
import pytest
import torch

from rag.errors import ReaderError
from rag.models.reader import Candidate, OnnxReader, asked_states, best_span, said_states, side_by_side
from tests.fakes.tiny_reader import SplittingEncoder, tiny_head, write_tiny_reader

CANDIDATES = [
    Candidate("The ferry Bergit was launched at Turku in 2006.", "Ferries of the Baltic"),
    Candidate("It carries 310 passengers, and a dog.", "Ferries of the Baltic", "The Bergit is small."),
    Candidate("Rain.", ""),
    *(Candidate(f"Line {n} was closed for the winter of 19{n}." * (n % 4 + 1)) for n in range(60, 69)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    write_tiny_reader(folder)
    return folder


@pytest.fixture
def reader(folder: Path) -> OnnxReader:
    return OnnxReader(folder, SplittingEncoder())


def test_readings_come_in_the_order_of_the_candidates(reader: OnnxReader) -> None:
    forwards = reader.read("Where was the Bergit built?", CANDIDATES)
    backwards = reader.read("Where was the Bergit built?", CANDIDATES[::-1])
    turned = [one.answers for one in backwards[::-1]]
    assert [one.answers for one in forwards] == pytest.approx(turned, abs=1e-3)
    assert len({round(one.answers, 2) for one in forwards}) > 6


def test_what_is_served_agrees_with_the_network_it_was_made_of(reader: OnnxReader) -> None:
    encoder, head = SplittingEncoder(), tiny_head()
    for candidate, reading in zip(CANDIDATES, reader.read("Who built it?", CANDIDATES), strict=True):
        pair = asked_states(encoder, "Who built it?"), said_states(encoder, candidate)
        batch = side_by_side([pair])
        given = (batch.asked, batch.asked_ids, batch.said, batch.said_ids)
        with torch.no_grad():
            answers = head(*map(torch.from_numpy, given))[0]
        assert reading.answers == pytest.approx(answers.item(), abs=1e-3)


def test_the_span_is_in_the_sentence_and_keeps_words_whole(reader: OnnxReader) -> None:
    for reading, candidate in zip(reader.read("How many go aboard?", CANDIDATES), CANDIDATES, strict=True):
        words = SplittingEncoder().word_pieces(candidate.text).spans
        assert reading.start in [start for start, _ in words]
        assert reading.end in [end for _, end in words]
        assert reading.start < reading.end


def test_no_candidates_have_no_readings(reader: OnnxReader) -> None:
    assert reader.read("Where?", []) == []


def test_an_empty_sentence_or_question_is_read_without_a_fault(reader: OnnxReader) -> None:
    [reading] = reader.read("Where?", [Candidate("")])
    assert (reading.start, reading.end) == (0, 0)
    assert len(reader.read("", CANDIDATES)) == len(CANDIDATES)


@pytest.mark.parametrize(
    ("claim", "source"), [("", ""), ("Short.", "Long words here. " * 900), ("Ω " * 5000, "€"), ("a", "")]
)
def test_a_claim_has_a_probability_whatever_its_length(reader: OnnxReader, claim: str, source: str) -> None:
    assert 0 <= reader.says(claim, source) <= 1


def test_a_sentence_is_encoded_once_for_many_questions(folder: Path) -> None:
    encoder = SplittingEncoder()
    reader = OnnxReader(folder, encoder)
    reader.read("Who came?", CANDIDATES)
    before = len(encoder.read)
    reader.read("Who left?", CANDIDATES)
    assert len(encoder.read) == before + 1  # the question


def test_a_long_context_keeps_its_title_and_its_last_words() -> None:
    encoder = SplittingEncoder()
    said = said_states(encoder, Candidate("a b c", "t " * 50, "x " * 500))
    assert said.ids.tolist() == encoder.word_pieces("a b c").ids.tolist()
    assert said.states == pytest.approx(encoder.token_states(said.ids))
    assert encoder.read[0] < 60


def test_the_likeliest_span_never_ends_before_it_starts_nor_grows_past_an_answer() -> None:
    start, end = np.array([0, 0, 5, 0], np.float32), np.array([6, 0, 0, 1], np.float32)
    assert best_span(start, end) == (0, 0) or best_span(start, end) == (2, 3)
    far = np.zeros(60, np.float32)
    far[[0, 59]] = 9
    first, last = best_span(far, far)
    assert last - first < 30


@pytest.mark.parametrize("kept", [0, 1000, -1])
def test_a_truncated_file_is_named_in_the_error(folder: Path, tmp_path: Path, kept: int) -> None:
    (tmp_path / "reader.json").write_bytes((folder / "reader.json").read_bytes())
    (tmp_path / "reader.onnx").write_bytes((folder / "reader.onnx").read_bytes()[:kept])
    with pytest.raises(ReaderError, match=r"reader\.onnx is truncated or not the reader's own"):
        OnnxReader(tmp_path, SplittingEncoder())


def test_a_missing_file_or_an_empty_description_is_a_clear_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="describes no reader"):
        OnnxReader(tmp_path, SplittingEncoder())
    (tmp_path / "reader.json").write_text("[]")
    with pytest.raises(ReaderError, match="describes no reader"):
        OnnxReader(tmp_path, SplittingEncoder())
    (tmp_path / "reader.json").write_bytes((folder / "reader.json").read_bytes())
    with pytest.raises(ReaderError, match=r"cannot read .*reader\.onnx"):
        OnnxReader(tmp_path, SplittingEncoder())


def test_an_encoder_that_the_reader_was_not_trained_on_is_refused(folder: Path) -> None:
    other = SplittingEncoder()
    other.fingerprint = "another-1"
    with pytest.raises(ReaderError, match="trained on another encoder than another-1"):
        OnnxReader(folder, other)
