"""A short real run of the embedded language model (`make test-llm`)."""

from pathlib import Path

import pytest

from rag import Chatbot, Settings
from rag.answer.prompts import answer_messages
from rag.models.choose import gguf_path, open_model
from tests.conftest import SEEDS, make_settings

pytestmark = pytest.mark.llm


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    bot = Chatbot(
        make_settings(tmp_path_factory.mktemp("local"), articles=SEEDS, llm="local", deadline_s=120)
    )
    bot.sync(progress=lambda *_: None)
    return bot


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("By how much did Chinese exports to the U.S. drop in May?", "12.7"),
        ("Which country hosts the talks?", "UK"),
        ("What value of Chinese goods did the Geneva rollback of tariffs cover?", "300 billion"),
        ("Who is the Prime Minister of Canada?", "Carney"),
    ],
)
def test_it_answers_with_checked_citations(bot: Chatbot, question: str, expected: str) -> None:
    answer = bot.ask(question)
    assert expected in answer.text
    assert answer.mode in ("local", "quotes")
    shown = {(passage.source, passage.start, passage.end) for passage in answer.passages}
    for sentence in answer.sentences:
        assert sentence.grade in ("verbatim", "restated")
        assert sentence.citations
    for citation in answer.citations:
        assert any(s == citation.source and a <= citation.start and citation.end <= e for s, a, e in shown)
        assert bot.article(citation.source).text[citation.start : citation.end] == citation.quote


def test_most_answers_are_the_models_own_words(bot: Chatbot) -> None:
    questions = (
        "Which newspaper reported that sales were paused?",
        "Who initiated the call?",
        "When is the China-EU summit?",
    )
    modes = [bot.ask(question).mode for question in questions]
    assert modes.count("local") >= 2


def test_what_the_articles_do_not_say_is_refused(bot: Chatbot) -> None:
    assert bot.ask("What is the capital of Australia?").status == "not_in_articles"


def test_what_it_has_read_of_the_prompt_is_found_again(tmp_path: Path) -> None:
    model = gguf_path(Settings.load())
    settings = make_settings(tmp_path, llm="local", local_model=str(model), cache=tmp_path, deadline_s=300)
    for _ in range(2):
        assert open_model(settings, answer_messages("", []))
    assert len(list((tmp_path / "prompts").glob("*.json"))) == 1
