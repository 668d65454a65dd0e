"""A generation is never taken for another one, whatever becomes of the index folder under a page."""

import shutil
from pathlib import Path

import pytest

from rag import Chatbot, Settings
from tests.conftest import write_articles
from tests.torture.processes import SYNC, child, finished

WALRUS = "Walrus\n\nThe walrus of the harbour weighs 900 kilograms."
QUESTION = "How much does the walrus of the harbour weigh?"


def quiet(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def page(settings: Settings) -> Chatbot:
    """A chatbot that has answered from an index with the walrus in it."""
    write_articles(settings.articles, {"walrus.txt": WALRUS})
    page = Chatbot(settings)
    page.sync(progress=quiet)
    assert "900" in page.ask(QUESTION).text
    return page


def test_a_page_quotes_no_deleted_article_after_another_process_made_the_index_anew(
    page: Chatbot, settings: Settings, tmp_path: Path
) -> None:
    shutil.rmtree(settings.index_folder)
    (settings.articles / "walrus.txt").unlink()
    finished(child(SYNC, tmp_path))
    assert "900" not in page.ask(QUESTION).text
    assert "walrus.txt" not in page.sources()


def test_no_generation_is_called_like_one_before_it(page: Chatbot, settings: Settings) -> None:
    names = set()
    for _ in range(5):
        names |= {path.name for path in settings.index_folder.glob("gen-*")}
        shutil.rmtree(settings.index_folder)
        page.sync(progress=quiet)
    names |= {path.name for path in settings.index_folder.glob("gen-*")}
    assert len(names) == 6


def test_an_index_that_is_removed_under_a_page_is_built_at_the_next_question(
    page: Chatbot, settings: Settings
) -> None:
    for _ in range(2):
        shutil.rmtree(settings.index_folder)
        assert "900" in page.ask(QUESTION).text


def test_an_index_that_is_renamed_under_a_page_is_built_anew_and_may_come_back(
    page: Chatbot, settings: Settings
) -> None:
    index, away = settings.index_folder, settings.index_folder.with_name("away")
    index.rename(away)
    write_articles(settings.articles, {"walrus.txt": WALRUS.replace("900", "950")})
    assert "950" in page.ask(QUESTION).text
    shutil.rmtree(index)
    away.rename(index)
    assert "900" in page.ask(QUESTION).text
    page.sync(progress=quiet)
    assert "950" in page.ask(QUESTION).text


def test_a_page_that_has_the_index_open_serves_others_questions_over_a_new_one(
    page: Chatbot, settings: Settings
) -> None:
    shutil.rmtree(settings.index_folder)
    other = Chatbot(settings)
    assert "900" in other.ask(QUESTION).text
    assert "900" in page.ask(QUESTION).text


@pytest.mark.parametrize("name", [".DS_Store", ".nfs000000000001", "lost+found", "._CURRENT", "Thumbs.db"])
def test_what_systems_leave_in_the_index_folder_is_passed_over(
    page: Chatbot, settings: Settings, name: str
) -> None:
    left = settings.index_folder / name
    left.mkdir() if name == "lost+found" else left.write_bytes(b"\0")
    assert "900" in page.ask(QUESTION).text
    (settings.articles / "walrus.txt").unlink()
    assert page.sync(progress=quiet).removed == ("walrus.txt",)
    assert left.exists()
