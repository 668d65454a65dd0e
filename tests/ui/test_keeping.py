"""A kept conversation comes back as it was shown, as far as the articles prove it still."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag import Answer, Chatbot, ShortAnswer
from tests.conftest import make_settings, write_articles
from ui.conversation import Conversation, Turn
from ui.keeping import from_kept, to_kept

TOLLS = {
    "council-2019.md": "---\ntitle: Council of 2019\ndate: 2019-04-02\n---\n\n"
    "The toll of the causeway was set at 4 florins. The mayor thanked the pilots.",
    "council-2024.md": "---\ntitle: Council of 2024\ndate: 2024-04-02\n---\n\n"
    "The toll of the causeway was set at 7 florins. The mayor opened the new quay.",
    "quays.csv": "Quay,Length,Crane\nNorth quay,120 m,yes\nSouth quay,90 m,no\nOld quay,45 m,yes\n",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("tolls")
    write_articles(folder / "articles", TOLLS)
    with Chatbot(make_settings(folder)) as bot:
        yield bot


def came_back(bot: Chatbot, answer: Answer) -> Turn:
    turn = Turn(answer.question, answer=answer)
    kept = from_kept(to_kept(Conversation("c1", (turn,), 0)), bot)
    assert kept is not None
    return kept.turns[0]


@pytest.mark.parametrize(
    "question",
    [
        "What is the current toll of the causeway?",
        "What was the toll of the causeway in 2019?",
        "Summarize the articles",
        "How many articles are there?",
        "Which is the newest article?",
        "Which quays have a crane?",
    ],
)
def test_every_kind_of_answer_comes_back_whole(bot: Chatbot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.sentences
    turn = came_back(bot, answer)
    assert turn.lost == 0
    assert turn.answer is not None
    shown = [(one.label, one.text, one.grade) for one in turn.answer.shown]
    assert shown == [(one.label, one.text, one.grade) for one in answer.shown]


def test_a_short_answer_comes_back_if_the_article_has_it_at_its_place(bot: Chatbot) -> None:
    answer = bot.ask("What is the current toll of the causeway?")
    [cited] = [one for one in answer.citations if one.quote.endswith("7 florins.")]
    at = cited.start + cited.quote.index("7 florins")
    answer = replace(answer, short=ShortAnswer("7 florins", cited.n, at, at + len("7 florins")))
    assert answer.short is not None
    turn = came_back(bot, answer)
    assert turn.answer is not None
    assert turn.answer.short == answer.short
    for forged in (
        replace(answer.short, text="900 m"),
        replace(answer.short, start=0, end=len(answer.short.text)),
        replace(answer.short, citation=9),
    ):
        turn = came_back(bot, replace(answer, short=forged))
        assert turn.answer is not None
        assert turn.answer.short is None


def test_of_a_count_only_the_things_it_cites_come_back(bot: Chatbot) -> None:
    answer = bot.ask("How many quays have a crane?")
    assert answer.sentences[0].text == "2 in all, each cited:"
    turn = came_back(bot, answer)
    assert turn.answer is not None
    assert [one.text for one in turn.answer.shown] == [
        "At least 2, each cited:",
        *(one.text for one in answer.shown[1:]),
    ]


@pytest.mark.parametrize("label", ["Newer (1 May 2031)", "The mayor resigned", "Council of 2031"])
def test_a_label_that_the_articles_do_not_give_does_not_come_back(bot: Chatbot, label: str) -> None:
    answer = bot.ask("What is the current toll of the causeway?")
    forged = replace(answer, sentences=(replace(answer.sentences[0], label=label),), more=())
    turn = came_back(bot, forged)
    assert turn.answer is None
    assert turn.error == "gone"


def test_what_is_said_of_the_folder_is_said_anew(bot: Chatbot) -> None:
    answer = bot.ask("How many articles are there?")
    forged = replace(answer, sentences=(replace(answer.sentences[0], text="There are 900 articles."),))
    turn = came_back(bot, forged)
    assert turn.answer is not None
    assert "There are 3 articles" in turn.answer.text
