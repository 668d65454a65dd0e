"""Questions made from statements: grammatical, about the statement's fact, and none where it is not plain."""

from pathlib import Path

import pytest

from rag import Chatbot
from rag.search.fact_questions import facts_asked
from tests.conftest import make_settings, write_articles


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("The lighthouse at Cape Sorrow was repaired in 1998 and July 2001.", None),
        (
            "The lighthouse at Cape Sorrow was repaired in July.",
            "When was the lighthouse at Cape Sorrow repaired?",
        ),
        ("Wages in Norland fell 3% in May.", "How much did wages in Norland fall in May?"),
        ("On Friday, the Kestrel sank off Malta.", "When did the Kestrel sink off Malta?"),
        ("The Orchard Museum has 40 clocks.", "How many clocks does the Orchard Museum have?"),
        ("The keeper of the Orchard Museum is Ada Finch.", "Who is the keeper of the Orchard Museum?"),
        ("Greta Olin painted the ceiling of the chapel.", "Who painted the ceiling of the chapel?"),
        ("He was elected in May.", None),
        ("It has 40 clocks.", None),
        ("The minister announced on Monday that the bridge is closed.", None),
        ("The Orchard Museum has more than 40 clocks.", None),
        ("Was the bridge opened in May?", None),
    ],
)
def test_a_question_is_made_of_a_plain_statement_only(statement: str, question: str | None) -> None:
    asked = list(facts_asked(statement))
    assert (question in asked) if question else not asked


def test_first_questions_ask_facts_that_the_articles_answer_with_that_very_sentence(tmp_path: Path) -> None:
    stated = {
        "Who painted the ceiling of the Aldon chapel?": "Greta Olin painted the ceiling of the Aldon chapel.",
        "How many clocks does the Orchard Museum have?": "The Orchard Museum has 40 clocks.",
        "When was the Malden lighthouse repaired?": "The Malden lighthouse was repaired in July.",
    }
    texts = {f"{n}.txt": f"Note {n}\n\n{one}" for n, one in enumerate(stated.values())}
    write_articles(tmp_path / "articles", texts)
    with Chatbot(make_settings(tmp_path)) as bot:
        asked = bot.suggest()
        assert set(asked) == set(stated)
        for question in asked:
            assert bot.ask(question).sentences[0].text == stated[question]
