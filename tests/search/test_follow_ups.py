"""Follow-up questions: a list, a comparison or a checklist answers only what has that form itself."""

from pathlib import Path

import pytest

from rag import Answer, Chatbot
from rag.search.history import is_phrase
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "organ.md": "# Mending the organ\n\nWilla keeps this list.\n\n- [ ] Glue the bellows\n"
    "- [x] Oil the pedals\n- [ ] Tune the reeds\n",
    "bells.txt": "Bells of Ardmoor\n\nThe bell Gloriosa weighs 4,300 kg. It was cast in Lugau in 1712. "
    "The bell Clara weighs 950 kg. Its clapper broke in a frost.",
}


def follow_up(folder: Path, before: str, question: str) -> Answer:
    write_articles(folder / "articles", ARTICLES)
    history = [{"role": "user", "content": before}, {"role": "assistant", "content": "Quoted."}]
    return Chatbot(make_settings(folder)).ask(question, history=history)


@pytest.mark.parametrize(
    ("before", "question", "shown"),
    [
        ("Which is heavier, the Gloriosa or the Clara?", "Where was it cast?", "cast in Lugau"),
        ("What is still to be done on the organ?", "Who keeps that list?", "Willa keeps this list"),
        ("What is still to be done on the organ?", "And what of it has been done?", "Oil the pedals"),
    ],
)
def test_a_follow_up_is_not_answered_by_the_form_of_the_question_before(
    tmp_path: Path, before: str, question: str, shown: str
) -> None:
    assert shown in follow_up(tmp_path, before, question).sentences[0].text


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("and the pulpit?", True),
        ("What about the second bell?", True),
        ("Who cast it?", False),
        ("And when?", False),
        ("Does it ring?", False),
    ],
)
def test_only_a_phrase_takes_its_form_from_the_question_before(question: str, phrase: bool) -> None:
    assert is_phrase(question) is phrase
