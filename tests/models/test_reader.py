"""The served reader: what it says of candidates, and what it does with a file that is not its own."""

from pathlib import Path

import pytest
import torch

from rag.errors import ReaderError
from rag.models.encoder import open_tokenizer
from rag.models.pairs import ASKED, SENTENCE, Limits, lay_out, side_by_side
from rag.models.reader import Candidate, OnnxReader
from tests.fakes.tiny_reader import TOKENIZER, tiny_network, write_tiny_reader

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


@pytest.fixture(scope="module")
def reader(folder: Path) -> OnnxReader:
    return OnnxReader(folder, TOKENIZER)


def test_readings_come_in_the_order_of_the_candidates(reader: OnnxReader) -> None:
    forwards = reader.read("Where was the Bergit built?", CANDIDATES)
    backwards = reader.read("Where was the Bergit built?", CANDIDATES[::-1])
    assert [one.answers for one in forwards] == pytest.approx(
        [one.answers for one in backwards[::-1]], abs=0.2
    )
    assert len({round(one.answers, 2) for one in forwards}) > 3


def test_the_span_stands_in_the_sentence_and_keeps_words_whole(reader: OnnxReader) -> None:
    for reading, candidate in zip(reader.read("How many go aboard?", CANDIDATES), CANDIDATES, strict=True):
        assert 0 <= reading.start < reading.end <= len(candidate.text)
        assert candidate.text[reading.start : reading.end].strip()


def test_no_candidates_have_no_readings(reader: OnnxReader) -> None:
    assert reader.read("Where?", []) == []


def test_an_empty_sentence_is_read_without_a_fault(reader: OnnxReader) -> None:
    [reading] = reader.read("Where?", [Candidate("")])
    assert (reading.start, reading.end) == (0, 0)


def test_a_claim_has_a_probability_whatever_its_length(reader: OnnxReader) -> None:
    for claim, source in (("", ""), ("Short.", "Long. " * 900), ("Ω" * 5000, "€")):
        assert 0 <= reader.says(claim, source) <= 1


def test_what_is_served_agrees_with_the_network_it_was_made_of(reader: OnnxReader) -> None:
    network = tiny_network().eval()
    tokenizer = reader._tokenizer
    tokenizer = open_tokenizer(TOKENIZER)
    claims = [("The Bergit is a ferry.", "The ferry Bergit was launched."), ("Snow fell.", "It rained.")]
    pairs = [
        lay_out((101, 102), *(tokenizer.encode(text, add_special_tokens=False).ids for text in claim))
        for claim in claims
    ]
    for claim, pair in zip(claims, pairs, strict=True):
        batch = side_by_side([pair])
        _, says, _, _ = network(torch.from_numpy(batch.ids), torch.from_numpy(batch.parts))
        assert reader.says(*claim) == pytest.approx(float(says.sigmoid().detach()), abs=0.05)


@pytest.mark.parametrize("kept", [0, 1000, -1])
def test_a_truncated_file_is_named_in_the_error(folder: Path, tmp_path: Path, kept: int) -> None:
    (tmp_path / "reader.json").write_bytes((folder / "reader.json").read_bytes())
    (tmp_path / "reader.onnx").write_bytes((folder / "reader.onnx").read_bytes()[:kept])
    with pytest.raises(ReaderError, match=r"reader\.onnx is truncated or not the reader's own"):
        OnnxReader(tmp_path, TOKENIZER)


def test_a_missing_or_empty_description_is_a_clear_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="describes no reader"):
        OnnxReader(tmp_path, TOKENIZER)
    (tmp_path / "reader.json").write_text("[]")
    with pytest.raises(ReaderError, match="describes no reader"):
        OnnxReader(tmp_path, TOKENIZER)


def test_word_pieces_of_another_model_are_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "tokenizer.json"
    other.write_text(TOKENIZER.read_text() + " ")
    with pytest.raises(ReaderError, match="not the reader's own"):
        OnnxReader(folder, other)


def test_a_long_context_keeps_its_title_and_its_last_words() -> None:
    limits = Limits(asked=2, title=1, before=2, sentence=3)
    pair = lay_out((101, 102), [1, 2, 3], [4, 5, 6, 7], [8, 9], [10, 11, 12], limits)
    assert pair.ids == (101, 1, 2, 102, 8, 11, 12, 102, 4, 5, 6, 102)
    assert [id for id, part in zip(pair.ids, pair.parts, strict=True) if part == ASKED] == [1, 2]
    assert [id for id, part in zip(pair.ids, pair.parts, strict=True) if part == SENTENCE] == [4, 5, 6]
    assert pair.ids[pair.sentence_at] == 4


def test_an_empty_context_takes_no_place() -> None:
    assert lay_out((101, 102), [1], [4]).ids == (101, 1, 102, 4, 102)
