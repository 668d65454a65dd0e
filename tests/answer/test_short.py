"""The short answer is part of a cited quote, shown where the reader is sure of it, and nowhere else."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import Answer, Chatbot
from rag.models.reader import ReaderInput, ReaderOutput, shared_reader
from tests.conftest import make_settings, write_articles
from tests.fakes.models import ScriptedModel

ARTICLES = {
    "kiln.md": "# The kiln\n\nOld bricks were dear.\n\nThe kiln of Ravnsborg was lit by *Marte Lund* in the"
    " spring of 1784. It burned for nine days.",
    "tools.csv": "Tool,Owner,Weight\nAdze,Per Vik,2 kg\nAuger,Ida Moe,3 kg\n",
}


class Pointing:
    """A reader that finds the same words wherever they occur."""

    sure_from = 0.5

    def __init__(self, words: str, likely: float = 0.9) -> None:
        self.words, self.likely = words, likely
        self.asked, self.questions = list[ReaderInput](), set[str]()

    def read(self, question: str, candidates: Sequence[ReaderInput]) -> list[ReaderOutput]:
        self.asked += candidates
        self.questions.add(question)
        found = [one.text.find(self.words) for one in candidates]
        return [
            ReaderOutput(3.0, at, at + len(self.words), self.likely)
            if at >= 0
            else ReaderOutput(3.0, 0, 0, 0.0)
            for at in found
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kiln")
    write_articles(folder / "articles", ARTICLES)
    return folder


def asked(folder: Path, question: str, reader: Pointing) -> Answer:
    with Chatbot(make_settings(folder), reader=reader) as bot:
        return bot.ask(question)


def test_it_is_the_words_of_the_article_at_their_place(folder: Path) -> None:
    reader = Pointing("spring of 1784")
    answer = asked(folder, "When was the kiln of Ravnsborg lit?", reader)
    assert answer.short is not None
    assert answer.short.text == "spring of 1784"
    [cited] = [one for one in answer.citations if one.n == answer.short.citation]
    assert cited.start <= answer.short.start < answer.short.end <= cited.end
    assert ARTICLES["kiln.md"][answer.short.start : answer.short.end] == "spring of 1784"
    assert answer.sentences[0].short is not None
    assert answer.sentences[0].text[slice(*answer.sentences[0].short)] == "spring of 1784"
    [read] = [one for one in reader.asked if "1784" in one.text]
    assert (read.title, read.before) == ("The kiln", "Old bricks were dear.")
    assert "**" not in answer.text  # a quote is given word for word


def test_it_is_in_the_row_of_a_table_as_readers_see_it(folder: Path) -> None:
    with Chatbot(make_settings(folder), reader=Pointing("2 kg")) as bot:
        answer = bot.ask("What is the weight of the adze?")
        assert answer.short is not None
        assert bot.article("tools.csv").text[answer.short.start : answer.short.end] == "2 kg"


@pytest.mark.parametrize(
    ("question", "words", "likely"),
    [
        ("When was the kiln of Ravnsborg lit?", "spring of 1784", 0.49),  # not sure
        ("Was the kiln of Ravnsborg lit in 1784?", "spring of 1784", 0.9),  # yes or no
        ("When was the kiln of Ravnsborg lit?", "no such words", 0.9),
        ("Who lit the kiln of Ravnsborg and what is the weight of the adze?", "2 kg", 0.9),  # two questions
        ("How do I bake bread?", "spring of 1784", 0.9),  # refused
        ("When was the kiln lit?", "The kiln of Ravnsborg was lit by Marte Lund in the spring", 0.9),
    ],
)
def test_where_it_would_mislead_there_is_none(folder: Path, question: str, words: str, likely: float) -> None:
    answer = asked(folder, question, Pointing(words, likely))
    assert answer.short is None
    assert all(one.short is None for one in answer.sentences)


def test_words_that_stand_twice_are_marked_where_they_were_read(tmp_path: Path) -> None:
    text = "The fee of 1810 at Vikholm was 10 crowns, and that of boats 10 pence."
    write_articles(tmp_path / "articles", {"fees.txt": f"Fees\n\n{text}"})

    class Second(Pointing):
        def read(self, question: str, candidates: Sequence[ReaderInput]) -> list[ReaderOutput]:
            found = [one.text.rfind(self.words) for one in candidates]
            return [ReaderOutput(3.0, at, at + len(self.words), self.likely) for at in found]

    places = []
    for reader, words in ((Pointing("10 c"), "10 c"), (Second("10"), "10"), (Pointing("10"), "10")):
        with Chatbot(make_settings(tmp_path), reader=reader) as bot:
            short = bot.ask("What was the fee at Vikholm?").short
        places.append(short and short.start - len("Fees\n\n"))
        assert short is None or short.text == words
    # Part of a word is no answer; the reader that points into “1810” is taken to the next “10”.
    assert places == [None, text.rindex("10"), text.index("10 crowns")]


def test_a_follow_up_is_read_alone(folder: Path) -> None:
    reader = Pointing("spring of 1784")
    turns = [
        {"role": "user", "content": "Who lit the kiln of Ravnsborg?"},
        {"role": "assistant", "content": "Marte Lund lit the kiln."},
    ]
    with Chatbot(make_settings(folder), reader=reader) as bot:
        answer = bot.ask("When did she light it?", history=turns)
    assert "Ravnsborg" in answer.standalone_question
    assert reader.questions == {"When did she light it?"}
    assert answer.short is not None


def test_what_is_not_written_as_it_is_shown_has_no_place(folder: Path) -> None:
    answer = asked(folder, "Who lit the kiln of Ravnsborg?", Pointing("by Marte Lund"))
    assert answer.status == "answered"
    assert answer.short is None  # the article has *Marte Lund*


def test_a_model_s_sentence_has_the_short_answer_of_what_it_cites(folder: Path) -> None:
    said = ScriptedModel(["Marte Lund lit the kiln of Ravnsborg in the spring of 1784. [1]"])
    with Chatbot(make_settings(folder), reader=Pointing("spring of 1784"), model=said) as bot:
        answer = bot.ask("When was the kiln of Ravnsborg lit?")
    assert answer.mode == "custom"
    assert answer.short is not None
    assert ARTICLES["kiln.md"][answer.short.start : answer.short.end] == "spring of 1784"


def test_the_packaged_reader_finds_the_year_and_the_name(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"a.txt": "The Sorrel bridge was opened by Anne Holt in 1911."})
    with Chatbot(make_settings(tmp_path)) as bot:
        found = [
            bot.ask(f"{asks} the Sorrel bridge opened?").short for asks in ("When was", "In which year was")
        ]
        assert {one.text for one in found if one} == {"1911"}
        off = bot.variant(reader="off").ask("When was the Sorrel bridge opened?")
    assert off.short is None
    assert off.sentences


def test_a_damaged_reader_is_reported_and_the_answer_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("rag.models.reader.packaged_folder", lambda: tmp_path)
    shared_reader.cache_clear()
    write_articles(tmp_path / "articles", {"a.txt": "The Sorrel bridge was opened by Anne Holt in 1911."})
    with Chatbot(make_settings(tmp_path)) as bot:
        for _ in range(2):
            answer = bot.ask("When was the Sorrel bridge opened?")
            assert answer.sentences
            assert answer.short is None
    shared_reader.cache_clear()
    assert caplog.text.count("no short answers") == 1


def test_a_reader_of_ones_own_can_be_switched_off(folder: Path) -> None:
    with Chatbot(make_settings(folder), reader=Pointing("spring of 1784")) as bot:
        question = "When was the kiln of Ravnsborg lit?"
        assert bot.variant(quotes=1).ask(question).short is not None
        assert bot.variant(reader="off").ask(question).short is None
