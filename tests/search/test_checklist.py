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
        ("✗ Sweep", "open"), ("[✗] Sweep", "open"), ("❌ Sweep", "open"),
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


def test_a_box_far_down_a_long_list_is_found(tmp_path: Path) -> None:
    lines = [f"- [{'x' if n == 430 else ' '}] Label crate {n}" for n in range(1, 451)]
    write_articles(tmp_path / "articles", {"crates.md": "# Crates\n\n" + "\n".join(lines)})
    bot = Chatbot(make_settings(tmp_path))
    assert [one.text for one in bot.ask("Which crates have already been labelled?").sentences] == [
        "[x] Label crate 430"
    ]
    first, *shown = bot.ask("How many crates are still to be labelled?").sentences
    assert first.text == f"449 in all, {len(shown)} of them cited:"


def test_the_boxes_of_every_list_are_counted(tmp_path: Path) -> None:
    lists = {
        f"cabin-{n}.md": f"# Cabin {n}\n\n- [ ] Air the bunks\n- [x] Count the keys {n}" for n in range(8)
    }
    write_articles(tmp_path / "articles", lists)
    first, *lines = Chatbot(make_settings(tmp_path)).ask("How many jobs are unfinished?").sentences
    assert first.text == "8 in all, each cited:"
    assert len(lines) == len(first.citations) == 8


def test_a_count_of_boxes_claims_no_whole_that_was_not_searched(tmp_path: Path) -> None:
    lists = {
        f"cabin-{n}.md": f"# Cabin {n}\n\n- [ ] Air bunk number {n}\n\nThe stove of cabin {n} smokes."
        for n in range(120)
    }
    write_articles(tmp_path / "articles", lists)
    answer = Chatbot(make_settings(tmp_path)).ask("How many bunks still have to be aired?")
    assert answer.sentences[0].text.startswith("At least ")
    assert "there may be more" in answer.notice


KIT = """# What goes into the rucksack

- [x] Whistle
- [ ] Sunhat
- ✗ Umbrella
"""


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What should I put into the rucksack?", ["Whistle", "Sunhat", "Umbrella"]),
        ("What do we need to take in the rucksack?", ["Whistle", "Sunhat", "Umbrella"]),
        ("What do we still need to put into the rucksack?", ["Sunhat", "Umbrella"]),
        ("Which things are not packed in the rucksack?", ["Sunhat", "Umbrella"]),
    ],
)
def test_what_one_should_do_is_all_that_is_listed(tmp_path: Path, question: str, shown: list[str]) -> None:
    write_articles(tmp_path / "articles", {"kit.md": KIT})
    answer = Chatbot(make_settings(tmp_path)).ask(question)
    assert [one for one in ("Whistle", "Sunhat", "Umbrella") if one in answer.text] == shown


NOTED = """# Choir outing

- [x] Reserve the coach (Petra)
- [x] Tune the harmonium – done by Ivo on 9 August
- [ ] Copy the scores
"""


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Who reserved the coach?", "(Petra)"),
        ("When was the harmonium tuned?", "9 August"),
        ("Who tuned the harmonium?", "Ivo"),
    ],
)
def test_who_did_a_task_and_when_is_answered_by_the_note_in_its_box(
    tmp_path: Path, question: str, shown: str
) -> None:
    write_articles(tmp_path / "articles", {"outing.md": NOTED})
    assert shown in Chatbot(make_settings(tmp_path)).ask(question).text


@pytest.mark.parametrize("question", ["Who copies the scores?", "When was the coach reserved?"])
def test_who_did_a_task_and_when_is_refused_where_its_box_does_not_say(tmp_path: Path, question: str) -> None:
    write_articles(tmp_path / "articles", {"outing.md": NOTED})
    assert Chatbot(make_settings(tmp_path)).ask(question).status == "not_in_articles"


@pytest.mark.parametrize("question", ["What has been welded?", "What do we still need to photograph?"])
def test_a_verb_alone_does_not_make_a_list_of_things_the_answer(tmp_path: Path, question: str) -> None:
    write_articles(tmp_path / "articles", {"kit.md": KIT})
    answer = Chatbot(make_settings(tmp_path)).ask(question)
    assert answer.status != "answered"
