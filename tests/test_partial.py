"""Between an answer and a refusal: the nearest sentences, which may not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Chatbot
from rag.parts import wording_for
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "quarry.txt": "The quarry\n\nIda Thorne opened the slate quarry at Penrath in 1871. It employed 140 men.",
    "school.txt": "The school\n\nIda Thorne gave the school at Penrath a library with 900 books.",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder: Path = tmp_path_factory.mktemp("partial")
    write_articles(folder / "articles", ARTICLES)
    with Chatbot(make_settings(folder)) as bot:
        bot.sync(progress=lambda *_: None)
        yield bot


def test_an_answer_is_answered_and_says_nothing_of_the_nearest(bot: Chatbot) -> None:
    answer = bot.ask("When did Ida Thorne open the slate quarry at Penrath?")
    assert (answer.status, answer.notice) == ("answered", "")


def test_what_is_only_near_the_question_is_partial_and_marked_as_such(bot: Chatbot) -> None:
    answer = bot.ask("How did Thorne paint?")
    assert (answer.status, answer.notice) == ("partial", wording_for(answer.question)("nearest_only"))
    assert answer.sentences
    assert answer.conflicts == ()
