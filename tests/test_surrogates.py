"""Half a surrogate pair, which JSON can carry and no encoding can, in every text that others hand in."""

from pathlib import Path

import pytest

from rag import Chatbot
from rag.errors import CorpusError
from rag.feedback import read_disliked
from tests.conftest import make_settings, write_articles

HALF = "\ud83d"


def test_a_question_and_its_history_are_answered_without_it(chatbot: Chatbot) -> None:
    turns = [{"role": "user", "content": f"Which {HALF}bridge?"}, {"role": "assistant", "content": HALF}]
    answer = chatbot.ask(f"What did {HALF}repairs cost?", history=turns)
    assert "4.2 million" in answer.text
    answer.text.encode()


def test_a_dislike_is_kept_and_can_be_read_again(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    bot = Chatbot(chatbot.settings.model_copy(update={"feedback": path}))
    turns = [{"role": "user", "content": HALF}, {"role": "assistant", "content": "Yes."}]
    bot.dislike(bot.ask("What did repairs cost?"), history=turns, word=f"wrong {HALF}")
    assert [one.word for one in read_disliked(path)] == ["wrong ?"]


def test_an_article_with_it_is_refused_and_none_is_called_so(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"a.txt": "One article."})
    bot = Chatbot(make_settings(tmp_path))
    with pytest.raises(CorpusError, match=r"new\.txt"):
        bot.add_article("new.txt", f"Text {HALF} here.")
    for name in (f"{HALF}.txt", "a\0.txt"):
        with pytest.raises(CorpusError, match="no article"):
            bot.remove_article(name)
    assert [path.name for path in (tmp_path / "articles").iterdir()] == ["a.txt"]
