"""Checklists: the boxes of the state that is asked for, all of them, and no other."""

from pathlib import Path

import pytest

from rag import Answer, Chatbot
from rag.language.boxes import box, state_asked
from tests.conftest import make_settings, write_articles

MOVE = """# Moving the observatory

Paula keeps this list up to date.

## Telescope

- [x] Unscrew the mirror
- [ ] Pack the eyepieces in wool
- [X] Drain the coolant

## Library

- [ ] Number the shelves
- [x] Send back the borrowed atlases
- [ ] Cancel the newspaper
"""
OPEN = ["Pack the eyepieces in wool", "Number the shelves", "Cancel the newspaper"]
DONE = ["Unscrew the mirror", "Drain the coolant", "Send back the borrowed atlases"]


def ask(folder: Path, question: str) -> Answer:
    write_articles(folder / "articles", {"move.md": MOVE, "tea.txt": "Tea\n\nTea is served at four."})
    return Chatbot(make_settings(folder)).ask(question)


@pytest.mark.parametrize(
    ("question", "state"),
    [
        ("Which chores have not been finished?", "open"),
        ("What haven't we packed yet?", "open"),
        ("Show the outstanding jobs", "open"),
        ("what remains", "open"),
        ("What must we still order?", "open"),
        ("which parts are incomplete", "open"),
        ("List the completed steps.", "done"),
        ("What has been repaired?", "done"),
        ("which ones did we already accomplish", "done"),
        ("Who wrote the letter?", ""),
        ("Where is the tea room?", ""),
    ],
)
def test_a_question_asks_for_what_is_done_or_for_what_is_open(question: str, state: str) -> None:
    assert state_asked(question) == state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("[x] Sweep", "done"), ("[✓] Sweep", "done"), ("☑ Sweep", "done"), ("✅ Sweep", "done"),
        ("[ ] Sweep", "open"), ("[] Sweep", "open"), ("☐ Sweep", "open"),
        ("[1] Sweep", ""), ("Sweep [x]", ""), ("[xylophone] Sweep", ""),
    ],
)  # fmt: skip
def test_a_box_is_read_where_the_line_begins_with_it(line: str, state: str) -> None:
    assert box(line) == state


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Which jobs are still to be done?", OPEN),
        ("show me everything that is unfinished please", OPEN),
        ("What has been completed so far?", DONE),
        ("What is left to do in the library?", OPEN[1:]),
        ("which telescope tasks are finished", DONE[:2]),
        ("Is everything done for the telescope?", OPEN[:1]),
        ("How many jobs remain?", OPEN),
    ],
)
def test_all_boxes_of_the_state_that_is_asked_for_are_shown(
    tmp_path: Path, question: str, shown: list[str]
) -> None:
    answer = ask(tmp_path, question)
    assert answer.status == "answered"
    assert [one for one in OPEN + DONE if one in answer.text] == shown
    assert len(answer.citations) == len(shown)


def test_open_boxes_are_counted(tmp_path: Path) -> None:
    assert ask(tmp_path, "How many jobs are not done yet?").sentences[0].text.startswith("3 in all,")


def test_the_box_of_the_task_that_is_named_is_shown(tmp_path: Path) -> None:
    assert "[ ] Cancel the newspaper" in ask(tmp_path, "Has the newspaper been cancelled?").sentences[0].text


@pytest.mark.parametrize(
    "question", ["Has the caretaker been cancelled?", "Which jobs for the greenhouse are still open?"]
)
def test_what_is_not_on_the_list_is_not_answered_by_another_box(tmp_path: Path, question: str) -> None:
    answer = ask(tmp_path, question)
    assert answer.status != "answered" or "[" not in answer.sentences[0].text
