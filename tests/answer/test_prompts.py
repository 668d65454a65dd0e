"""Prompts for small and large models, and what is read of a rewritten question."""

import pytest

from rag.answer.prompts import NOT_IN_ARTICLES, answer_messages, read_rewrite, says_not_in_articles
from rag.types import Article, Chunk, Evidence, Hit, Sentence

TEXT = "The ferry sailed. It was late. The crew slept. Nobody was hurt."


def evidence(*picked: int, source: str = "a.txt", date: str = "") -> list[Evidence]:
    article = Article(source, "Ferry news", TEXT, 0, "", date=date)
    ends = [at + 1 for at, char in enumerate(TEXT) if char == "."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    sentences = tuple(Sentence(article, a, b) for a, b in zip(starts, ends, strict=True))
    hit = Hit(Chunk(article, sentences), 0, 1.0, 1.0, 1.0)
    return [Evidence(sentences[n], hit, 1.0, 1.0, 1.0) for n in picked]


def test_a_large_model_gets_no_examples_and_a_shorter_prompt() -> None:
    small = answer_messages("Why?", evidence(0, 1))
    large = answer_messages("Why?", evidence(0, 1), large=True)
    assert [message["role"] for message in large] == ["system", "user"]
    assert len(small) > 4
    assert NOT_IN_ARTICLES in large[0]["content"]


def test_all_messages_before_the_last_are_the_same_for_every_question() -> None:
    """What the embedded model has read of them is kept on disk under their hash."""
    assert answer_messages("", [])[:-1] == answer_messages("Why?", evidence(0, 1))[:-1]


def test_a_large_model_sees_passages_with_their_gaps_and_dates() -> None:
    items = [*evidence(0, 1, 3, date="2025-06-08"), *evidence(2, source="b.txt")]
    lines = answer_messages("Why?", items, large=True)[-1]["content"].splitlines()
    assert lines[1:5] == [
        "Article: Ferry news, 2025-06-08",
        "[1] The ferry sailed.",
        "[2] It was late.",
        "…",
    ]
    assert lines[5:9] == ["[3] Nobody was hurt.", "", "Article: Ferry news", "[4] The crew slept."]


def test_own_instructions_stand_in_place_of_ours_for_a_large_model_too() -> None:
    assert answer_messages("Why?", [], "Be brief.", large=True)[0]["content"] == "Be brief."


@pytest.mark.parametrize(
    ("reply", "rewritten"),
    [
        ("When did the ferry Bergit sail?", "When did the ferry Bergit sail?"),
        ('"When did the ferry Bergit sail?"', "When did the ferry Bergit sail?"),
        ("Rewritten question: When did the ferry sail?", "When did the ferry sail?"),
        ("Sure! Here it is:\n\nWhen did the ferry sail?", "When did the ferry sail?"),
        (f"No. {NOT_IN_ARTICLES}", None),
        (NOT_IN_ARTICLES, None),
        ("Yes. The ferry sailed on Monday [1].", None),
        ("", None),
        ("?", None),
        (f"{'Why, ' * 100}why?", None),
    ],
)
def test_only_a_question_is_used_as_one(reply: str, rewritten: str | None) -> None:
    assert read_rewrite(reply, "When did it sail?") == rewritten


def test_a_question_without_its_mark_is_rewritten_without_one() -> None:
    assert read_rewrite("tell me more about the ferry", "more about it") == "tell me more about the ferry"


@pytest.mark.parametrize(
    ("reply", "refuses"),
    [
        (f"**{NOT_IN_ARTICLES}**", True),
        (f"No. {NOT_IN_ARTICLES.title()}.", True),
        ("**No.** The ferry is not named.", True),
        ("Nobody was hurt [1].", False),
        ("No one was hurt [1].", False),
    ],
)
def test_a_refusal_is_read(reply: str, refuses: bool) -> None:
    assert says_not_in_articles(reply) is refuses
