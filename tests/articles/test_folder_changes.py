"""The folder from the page: what may be added and removed, and that the index follows."""

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import Chatbot, Settings
from rag.articles.library import add_article, safe_name
from rag.errors import CorpusError, SettingsError
from rag.types import Evidence
from tests.conftest import make_settings
from tests.fakes import openai_server as fake


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a b.MD", "a b.md"),
        (".hidden.txt", "hidden.txt"),
        ("a\x00b<script>.txt", "a_b_script.txt"),
        ("ü" * 200 + ".txt", "ü" * 120 + ".txt"),
    ],
)
def test_a_name_is_made_safe(name: str, source: str) -> None:
    assert safe_name(name) == source


@pytest.mark.parametrize("name", ["", "a", "a.exe", ".txt", "..", "a.txt/"])
def test_what_is_no_text_file_is_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="is not a"):
        safe_name(name)


def test_a_name_goes_to_one_of_those_who_take_it_at_the_same_time(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    added: list[bytes] = []

    def add(name: str, data: bytes) -> None:
        together.wait(5)
        with contextlib.suppress(CorpusError):
            add_article(tmp_path, name, data, 1000)
            added.append(data)

    for n in range(20):
        added.clear()
        threads = [threading.Thread(target=add, args=[f"{n}.txt", b"text %d" % i]) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [(tmp_path / f"{n}.txt").read_bytes()] == added
    assert len(list(tmp_path.iterdir())) == 20


def test_an_added_article_answers_after_the_next_sync_and_a_removed_one_no_more(settings: Settings) -> None:
    bot = Chatbot(settings)
    bot.sync(progress=lambda *_: None)
    source = bot.add_article("ferry.txt", "Ferry news\n\nThe ferry captain is Tomas Berg.")
    assert bot.sync(progress=lambda *_: None).added == (source,)
    assert "Tomas Berg" in bot.ask("Who is the ferry captain?").text
    with pytest.raises(CorpusError, match="already"):
        bot.add_article("ferry.txt", "other")
    bot.add_article("ferry.txt", "Ferry news\n\nThe ferry captain is Ida Holm.", replace=True)
    bot.remove_article("library.md")
    report = bot.sync(progress=lambda *_: None)
    assert (report.changed, report.removed) == ((source,), ("library.md",))
    assert "Ida Holm" in bot.ask("Who is the ferry captain?").text
    assert not [path for path in settings.articles.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "source",
    [
        "../index/CURRENT",
        "a\0.txt",
        "a" * 5000 + ".txt",
        "nowhere.txt",
        "",
        ".",
        "bridge.txt/../../secret.txt",
    ],
)
def test_only_articles_of_the_folder_can_be_removed(settings: Settings, source: str) -> None:
    secret = settings.articles.parent / "secret.txt"
    secret.write_text("secret")
    with pytest.raises(CorpusError, match="no article"):
        Chatbot(settings).remove_article(source)
    assert secret.exists()


def test_empty_and_large_articles_and_read_only_are_refused(tmp_path: Path, settings: Settings) -> None:
    small = Chatbot(settings.model_copy(update={"max_file_mb": 0.001}))
    with pytest.raises(CorpusError, match="RAG_MAX_FILE_MB"):
        small.add_article("a.txt", "x" * 2000)
    with pytest.raises(CorpusError, match="empty"):
        small.add_article("a.txt", "  \n")
    public = Chatbot(settings.model_copy(update={"read_only": True}))
    for change in (lambda: public.add_article("a.txt", "x"), lambda: public.remove_article("bridge.txt")):
        with pytest.raises(CorpusError, match="RAG_READ_ONLY"):
            change()
    assert (settings.articles / "bridge.txt").exists()


def test_suggestions_are_questions_that_the_articles_answer(seeds_chatbot: Chatbot) -> None:
    answer = seeds_chatbot.ask("Who represents China at the talks?")
    cited = {citation.quote for citation in answer.citations}
    found = seeds_chatbot.suggest(answer)
    assert 1 <= len(found) <= 3
    for question in found:
        reply = seeds_chatbot.ask(question)
        assert reply.status == "answered"
        assert {citation.quote for citation in reply.citations} - cited
    assert len(seeds_chatbot.suggest(limit=2)) == 2


def test_a_variant_shares_what_was_loaded(chatbot: Chatbot) -> None:
    question = "What did the repairs cost?"
    asked: list[str] = []

    class Ranked:
        def rank(self, question: str, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
            asked.append(question)
            return evidence

    with Chatbot(chatbot.settings, ranker=Ranked()) as own:
        assert own.variant(min_confidence=1.0).ask(question).status == "not_in_articles"
        assert own.ask(question).status == "answered"
    assert asked == [question] * 2
    costs, took = (
        fake.says("Yes. Repairs cost $4.2 million [1]."),
        fake.says("Yes. Repairs took 90 days [1]."),
    )
    with fake.serving(costs) as one, fake.serving(took) as other:
        for server in (one, other):  # the same model's name, but two endpoints
            chatbot.variant(llm="openai", openai_base_url=server.base_url).ask(question)
        assert (len(one.requests), len(other.requests)) == (1, 1)
    with pytest.raises(SettingsError, match="RAG_QUOTES"):
        chatbot.variant(quotes=0)


def test_search_gives_the_passages_of_an_answer(chatbot: Chatbot) -> None:
    question = "What did the repairs cost?"
    assert chatbot.search(question) == chatbot.ask(question).passages


def test_choices_are_what_could_answer(tmp_path: Path) -> None:
    api = Chatbot(make_settings(tmp_path, openai_base_url="http://127.0.0.1:9/v1"))
    assert next(iter(api.choices())) == "openai"
    assert list(api.choices())[-1] == "none"
