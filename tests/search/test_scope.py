"""A scope: a question to some of the articles is answered as by a folder that holds only those."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag import Chatbot, RagError
from rag.errors import ScopeError
from rag.search.scope import Scope, Within
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "alps/hut.md": "---\ntitle: The Sarn hut\ndate: 2021-06-01\n---\n\nThe Sarn hut has 40 beds. "
    "It opens in June.",
    "alps/pass.md": "---\ntitle: The Olm pass\ndate: 2024-02-10\n---\n\nThe Olm pass is 2,310 metres high. "
    "The hut below it has 24 beds.",
    "coast/pier.txt": "The pier\n\nThe pier at Ness was built in 1898. "
    "A café with 60 seats stands at its end.",
    "coast/light.md": "---\ntitle: Ness light\ndate: May 2023\n---\n\nThe lighthouse has 212 steps. "
    "Its keeper is Tove Lund.",
}
QUESTIONS = ["How many beds does the hut have?", "Who keeps the lighthouse?", "How high is the Olm pass?"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("whole")
    write_articles(folder / "articles", ARTICLES)
    with Chatbot(make_settings(folder)) as bot:
        yield bot


@pytest.mark.parametrize(
    ("within", "counting"),
    [
        (Within(folder="alps"), {"alps/hut.md", "alps/pass.md"}),
        (Within(folder="./coast/"), {"coast/pier.txt", "coast/light.md"}),
        (Within(sources=["alps/pass.md", "coast/light.md"]), {"alps/pass.md", "coast/light.md"}),
        (Within(since="2023"), {"alps/pass.md", "coast/light.md"}),
        (Within(until=date(2023, 12, 31)), {"alps/hut.md", "coast/light.md"}),
        (Within(folder="alps", since="2023-06"), {"alps/pass.md"}),
    ],
)
def test_a_scope_answers_as_a_folder_of_its_own(
    whole: Chatbot, tmp_path: Path, within: Within, counting: set[str]
) -> None:
    write_articles(tmp_path / "articles", {name: ARTICLES[name] for name in counting})
    with Chatbot(make_settings(tmp_path)) as alone:
        for question in QUESTIONS:
            there, here = alone.ask(question), whole.ask(question, **within)
            assert (here.sentences, here.more, here.citations) == (
                there.sentences,
                there.more,
                there.citations,
            )
            assert (here.status, here.passages) == (there.status, there.passages)
            assert here.confidence == pytest.approx(there.confidence)
            assert whole.search(question, **within) == alone.search(question)


def test_a_word_is_as_rare_as_the_scope_has_it(tmp_path: Path) -> None:
    """Many articles outside hold the words that would tell the two inside apart."""
    many = {f"out/{n}.txt": f"Note {n}\n\nThe ferry timetable number {n} changed." for n in range(60)}
    inside = {
        "in/a.txt": "Ferry\n\nThe ferry timetable is printed in blue.",
        "in/b.txt": "Bus\n\nThe bus timetable is printed in red.",
    }
    write_articles(tmp_path / "all" / "articles", many | inside)
    write_articles(tmp_path / "few" / "articles", inside)
    with (
        Chatbot(make_settings(tmp_path / "all")) as everything,
        Chatbot(make_settings(tmp_path / "few")) as few,
    ):
        question = "In which colour is the ferry timetable printed?"
        assert everything.search(question, folder="in") == few.search(question)
        assert everything.ask(question, folder="in").sentences == few.ask(question).sentences


def test_a_check_proves_from_the_scope_alone(whole: Chatbot) -> None:
    (inside,) = whole.check("The Sarn hut has 40 beds.", folder="alps")
    (outside,) = whole.check("The Sarn hut has 40 beds.", folder="coast")
    assert (inside.grade, outside.grade) == ("verbatim", None)


@pytest.mark.parametrize(
    ("within", "named"),
    [
        (Within(sources=["alps/gone.md"]), "alps/gone.md"),
        (Within(folder="sea"), "sea"),
        (Within(folder="al"), "al"),
        (Within(since="soon"), "since"),
        (Within(until="2023-13"), "until"),
        (Within(since="2023-02-30"), "since"),
        (Within(scope=Scope(), folder="alps"), "not both"),
    ],
)
def test_what_is_not_there_or_malformed_is_a_typed_error(whole: Chatbot, within: Within, named: str) -> None:
    with pytest.raises(ScopeError, match=named):
        whole.ask(QUESTIONS[0], **within)
    with pytest.raises(RagError):
        whole.search(QUESTIONS[0], **within)


@pytest.mark.parametrize("within", [Within(sources=[]), Within(folder="alps", since="2030")])
def test_an_empty_scope_says_so(whole: Chatbot, within: Within) -> None:
    answer = whole.ask(QUESTIONS[0], **within)
    assert answer.status == "not_in_articles"
    assert "No article is within the scope" in answer.text


def test_a_refusal_names_the_scope(whole: Chatbot) -> None:
    assert "coast" in whole.ask("What is the boiling point of mercury?", folder="coast").text


def test_a_scope_is_kept_with_how_the_answer_came_about(whole: Chatbot) -> None:
    explanation = whole.explain(QUESTIONS[0], folder="alps", since="2023-05")
    assert explanation.asked.scope == Scope(folder="alps", since=date(2023, 5, 1))
    assert explanation.to_dict()["scope"] == {
        "sources": None,
        "folder": "alps",
        "since": "2023-05-01",
        "until": None,
    }


def test_a_scope_can_be_handed_in_whole(whole: Chatbot) -> None:
    scope = Scope.of(folder="alps")
    assert whole.ask(QUESTIONS[0], scope=scope) == whole.ask(QUESTIONS[0], folder="alps")
