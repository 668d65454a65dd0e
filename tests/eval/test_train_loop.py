"""A run of training: it learns, it can be left and gone on with, and the best snapshot is kept."""

from pathlib import Path

import pytest
import torch

from eval.dataset.samples import QuestionSetError
from eval.train.batches import step_of
from eval.train.claims import ClaimPair, Claims
from eval.train.lists import AnswerList, Labelled, Lists
from eval.train.loop import Recipe, Training
from eval.train.losses import losses
from eval.train.network import ReaderNetwork
from eval.train.rows import ClaimRow, QuestionRow, question_rows
from rag.models.reader import PairTokenizer, ReaderInput, encoder_folder, side_by_side
from tests.fakes.tiny_reader import tiny_network

SENTENCES = ("The keeper was Oline Berg.", "A storm broke the lantern in 1902.", "Herring was sold there.")
ROWS = [QuestionRow("selqa", "Who was the keeper?", "Skagen", SENTENCES, (0,), ((15, 25),))]
CLAIMS = [ClaimRow("conjnli", "Herring was sold.", SENTENCES[2], "", "supported")]


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(encoder_folder())


def training(
    tokenizer: PairTokenizer, folder: Path, minutes: float, network: ReaderNetwork | None = None
) -> Training:
    recipe = Recipe(minutes=minutes, lists=2, claims=2, snapshot_minutes=99, threads=1)
    network = network or tiny_network()
    return Training(network, tokenizer, Lists(ROWS), Claims(CLAIMS, ROWS), recipe, folder)


def test_a_run_goes_on_where_it_was_left(tokenizer: PairTokenizer, tmp_path: Path) -> None:
    training(tokenizer, tmp_path, 0.02).run(lambda _: None)
    [first] = (tmp_path / "snapshots").iterdir()
    training(tokenizer, tmp_path, 0.02).run(lambda _: None)  # its time is spent
    assert list((tmp_path / "snapshots").iterdir()) == [first]
    training(tokenizer, tmp_path, 0.04).run(lambda _: None)
    counts = sorted(int(path.stem) for path in (tmp_path / "snapshots").iterdir())
    assert len(counts) == 2
    assert counts[1] > counts[0] > 0


def test_a_resumed_run_has_the_weights_that_it_was_left_with(
    tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    network = tiny_network()
    before = network.judge.weight.clone()
    training(tokenizer, tmp_path, 0.02, network).run(lambda _: None)
    other = tiny_network()
    training(tokenizer, tmp_path, 0.02, other)
    assert not torch.equal(before, other.judge.weight)
    for name, one in other.named_parameters():
        assert torch.equal(one, network.get_parameter(name)), name


def test_an_untrained_network_ranks_by_the_cosine_between_its_texts(tokenizer: PairTokenizer) -> None:
    network = tiny_network()
    torch.nn.init.zeros_(network.judge.weight)
    same, other = (tokenizer.pair("keeper", one) for one in (ReaderInput("keeper"), ReaderInput("herring")))
    batch = side_by_side([same, other])
    with torch.no_grad():
        answers = network(torch.from_numpy(batch.ids), torch.from_numpy(batch.parts))[0]
    assert answers[0] > answers[1]


def test_the_pieces_of_a_span_are_those_of_its_words(tokenizer: PairTokenizer) -> None:
    one = AnswerList("Who?", (Labelled("", SENTENCES[0], True, (15, 25)), Labelled("", SENTENCES[1])))
    step = step_of(tokenizer, [one], [])
    [(pair, first, last)] = step.spans
    assert pair == 0
    assert step.pairs[0].ids[first : last + 1] == tokenizer.pair("", ReaderInput("Oline Berg")).ids[3:-1]
    assert step.answers == (True, False)
    assert step.sizes == (2,)


def test_a_list_without_an_answer_asks_for_low_logits_only(tokenizer: PairTokenizer) -> None:
    network = tiny_network()
    bare = AnswerList("Who?", (Labelled("", SENTENCES[0]), Labelled("", SENTENCES[1])), "removed")
    step = step_of(tokenizer, [bare], [ClaimPair("A b.", "C d.", False)])
    found = losses(network, step)
    network.judge.bias.data[0] -= 5
    lower = losses(network, step)
    assert lower.answers < found.answers
    assert lower.says == found.says
    assert found.span == 0


def test_a_file_that_is_no_training_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl.gz").write_text("no gzip")
    with pytest.raises(QuestionSetError, match=r"questions\.jsonl\.gz is no file of training rows"):
        question_rows(tmp_path / "questions.jsonl.gz")
