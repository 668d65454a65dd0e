"""Which sentences an answer shows: those that answer, whole, and with what they are about."""

from pathlib import Path

import pytest

from rag import Chatbot
from rag.answer.sought import Sought
from rag.articles.parse import read_article
from rag.types import Article, Sentence
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "moorings.txt": (
        "berth K2: oak pilings, new\nberth K3: steel pilings, rusty\nberth L1: mooring rings\n"
        "berth L4: a ladder, left side\n"
    ),
    "grant.md": (
        "# The Halder prize went to the weaver Sunniva Kolb\n\n"
        "Many people pass the hall without looking in. The caretaker sweeps it on Mondays.\n"
    ),
    "inns.md": (
        "# Inns on the Ketter road\n\nThree inns, in the order in which we came to them.\n\n"
        "## Grey Mare\n\nThe landlord is Odd Brekke. Breakfast is at eight and costs 9 crowns.\n\n"
        "## Old Weir\n\nThe landlord is Tora Lund. There is no breakfast. Goats are welcome.\n"
    ),
    "talk.txt": (
        "Radio Aln, morning talk\n\n"
        "HOST: With me is Dr Vera Ness, who counts otters, and the miller Knut Rud.\n\n"
        "RUD: They are everywhere. I lost thirty trout last winter.\n\n"
        "NESS: Hardly. The number of otters on the Aln has not changed since 2011.\n\n"
        "RUD: I see them every day.\n\n"
        "HOST: And what would you do, Vera?\n\n"
        "NESS: Count again.\n"
    ),
    "organist.txt": (
        "Two climbers\n\nElsa Thoma and Jakob Reier climbed together for ten years. They were very careful. "
        "She taught at a school in the valley. Her compass hangs in the chapel. He built bridges.\n"
    ),
    "choir.txt": (
        "The choir\n\nMaren Holt leads the choir, and Mari Holm turns the pages. They are not related. "
        "Mari Holt sells the tickets on Fridays.\n"
    ),
    "pump.md": "# Pump 2.1 is out\n\n*7 May 2020*\n\nPump 2.1 is ready. Its keeper is Ida Voss.\n",
    "pump-old.md": "# Pump 1.9 is out\n\n*3 May 2018*\n\nPump 1.9 is ready. Its keeper is Per Dahl.\n",
    "upper.txt": (
        "Boats to hire: Upper Lake\n\nAnybody may hire a boat on the Upper Lake. "
        "A boat costs 12 crowns a day, and the oars are with Anna Moe at the mill.\n"
    ),
    "lower.txt": (
        "Boats to hire: Lower Lake\n\nAnybody may hire a boat on the Lower Lake. "
        "A boat costs 15 crowns a day, and the oars are with Jens Bye at the inn.\n"
    ),
    "stars.txt": (
        "The observatory\n\nThe observatory at Vik was given to the town by Berta Krog, a baker's widow. "
        "It opened in 1934, on a cloudy night. Tea is served in the dome at nine.\n"
    ),
    "log.md": (
        "# Changes to the Gannet app\n\n## 5.2\n\n_14 May 2023_\n\nKept by Rolf Aune.\n\n"
        "## 5.1\n\n_2 February 2022_\n\nKept by Greta Moll.\n"
    ),
    "news-1.txt": (
        "Talks on the harbour wall begin in Aln\n\nMayor Arne Vik and Governor Siri Dahl also discussed the "
        "price of herring. The wall is old.\n"
    ),
    "news-2.txt": (
        "Fishing fleet stays at home\n\nMinister Olav Tun also discussed the price of herring. It rained.\n"
    ),
    "path.md": "# Fishers' Path\n\n## Fishers' Path\n\nIt is nine miles long. Walkers may camp on it.\n",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    folder: Path = tmp_path_factory.mktemp("shown")
    write_articles(folder / "articles", ARTICLES)
    bot = Chatbot(make_settings(folder))
    bot.sync(progress=lambda *_: None)
    return bot


def shown(bot: Chatbot, question: str) -> str:
    return " ".join(one.marked for one in bot.ask(question).sentences)


def test_of_fields_only_that_with_the_key_asked_for_answers(bot: Chatbot) -> None:
    text = shown(bot, "what is at berth K2")
    assert "oak pilings" in text
    assert "steel" not in text


def test_a_title_that_is_a_statement_answers(bot: Chatbot) -> None:
    assert "Sunniva Kolb" in shown(bot, "Who won the Halder prize?")


def test_a_bare_heading_is_no_answer(bot: Chatbot) -> None:
    for question in ("How long is the Fishers' Path?", "Can I camp on the Fishers' Path?"):
        assert all(one.text != "Fishers' Path" for one in bot.ask(question).shown)


def test_a_date_under_a_heading_answers_when_and_nothing_else(bot: Chatbot) -> None:
    assert "Per Dahl" in shown(bot, "Who was the keeper of Pump in 2018?")
    assert all("3 May 2018" not in one.text for one in bot.ask("Who was the keeper of Pump 1.9?").sentences)
    assert "Pump 1.9 is out: 3 May 2018" in shown(bot, "On what day was Pump 1.9 ready?")


def test_a_sentence_with_others_like_it_says_of_which_it_is(bot: Chatbot) -> None:
    assert "Old Weir: There is no breakfast." in shown(bot, "Which of the inns has no breakfast?")
    assert "Old Weir: Goats are welcome." in shown(bot, "Where are goats welcome?")
    assert "Grey Mare: The landlord is Odd Brekke." in shown(bot, "Who is the landlord of the Grey Mare?")


def test_what_a_section_of_a_changelog_says_is_shown_with_its_version_and_date(bot: Chatbot) -> None:
    assert shown(bot, "Who kept Gannet in 2022?").startswith("5.1 › 2 February 2022: Kept by Greta Moll.")


def test_a_few_words_in_a_turn_are_shown_with_what_follows(bot: Chatbot) -> None:
    text = shown(bot, "What does Dr Ness say about the number of otters?")
    assert "has not changed since 2011" in text
    assert "NESS: Hardly. [" not in text


def test_a_sentence_with_more_of_the_question_is_not_put_beside(bot: Chatbot) -> None:
    assert "hangs in the chapel" in shown(bot, "Where is Elsa Thoma's compass?")


def test_somebody_of_a_similar_name_is_not_the_answer(bot: Chatbot) -> None:
    text = shown(bot, "What does Mari Holm do for the choir?")
    assert "turns the pages" in text
    assert "sells the tickets" not in text


def test_articles_on_two_things_are_no_conflict_about_one(bot: Chatbot) -> None:
    answer = bot.ask("Who has the oars of the boats on the Upper Lake?")
    assert "Boats to hire: Upper Lake: A boat costs 12 crowns" in answer.text
    assert not answer.conflicts


@pytest.mark.parametrize(
    ("heading", "question", "answers"),
    [
        ("The bench of the net-maker Olga Strand by gate 7", "Whose bench is by gate 7?", True),
        ("Skerry light, keeper Ida Holm", "What is Ida Holm at Skerry light?", True),
        ("Ferry to Vik every 40 minutes", "How often does the ferry to Vik go?", True),
        ("Closed from 3 May 2021", "When was it closed?", True),
        ("3.1", "When was 3.1 released?", False),
        ("Post 12: second gatekeeper", "What is the wage of the second gatekeeper?", False),
        ("Ferry to Vik", "How often does the ferry to Vik go?", False),
        ("Part 3", "How many parts are there?", False),
        ("Aln Rowing Club Annual Report", "Who runs the Aln Rowing Club?", False),
        ("Inns on the Ketter road, a list", "Which inns have no breakfast?", False),
    ],
)
def test_a_heading_answers_if_it_gives_what_is_asked_for(heading: str, question: str, answers: bool) -> None:
    article = read_article("a.md", f"# Notes\n\n## {heading}\n\nSome words stand here.\n".encode())
    [sentence] = [one for one in sentences_of(article) if one.text == heading]
    assert Sought.by(question).names_only(sentence) is not answers


def sentences_of(article: Article) -> list[Sentence]:
    spans = article.spans
    return [Sentence(article, spans[at], spans[at + 1]) for at in range(0, len(spans), 2)]


def test_a_question_for_two_kinds_of_value_is_not_answered_by_one(bot: Chatbot) -> None:
    text = shown(bot, "Who gave the observatory to the town and when did it open?")
    assert "Berta Krog" in text
    assert "1934" in text


def test_a_question_in_an_article_is_no_answer_unless_it_is_asked_for(bot: Chatbot) -> None:
    assert "what would you do" not in shown(bot, "What would you do, Vera?")
    assert "what would you do" in shown(bot, "What did the host ask Vera?")


def test_articles_on_different_matters_do_not_put_their_titles_before_quotes(bot: Chatbot) -> None:
    assert shown(bot, "What do Arne Vik and Siri Dahl discuss?").startswith("Mayor Arne Vik and")


def test_a_question_that_gives_a_value_may_answer() -> None:
    text = "Take this case: is there a road of at most 2000 miles through all the towns?"
    article = read_article("a.md", f"# Roads\n\n{text} It is hard to say.\n".encode())
    sentence = next(one for one in sentences_of(article) if one.text == text)
    assert not Sought.by("How many miles may the road have?").names_only(sentence)


HUTS = """# Huts of the Brenn valley

## Falcon hut

Sledges are lent free of charge. The stove burns peat.

## Marten hut

The warden keeps goats.
"""


def test_what_is_said_of_another_thing_than_the_question_names_carries_its_heading(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"huts.md": HUTS})
    bot = Chatbot(make_settings(tmp_path))
    lent = bot.ask("Are sledges lent free of charge at the Marten hut?").sentences
    assert [one.label for one in lent if one.text.startswith("Sledges")] == ["Falcon hut"]
    assert bot.ask("Are sledges lent at the Falcon hut?").sentences[0].label == ""
