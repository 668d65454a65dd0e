"""The newest or the first of numbered releases, by its number and not by the order of words or letters."""

from pathlib import Path

import pytest

from tests.conftest import ask

NOTES = {
    f"notes-{number.replace('.', '-')}.md": f"# Quince {number}\n\n*{day}*\n\nQuince {number} has arrived. "
    f"{leader} looks after this one. Files made with version {old} open as before."
    for number, day, leader, old in (
        ("2.9", "4 March 2018", "Ulla Brandt", "1"),
        ("2.10", "9 May 2020", "Timo Falk", "2"),
        ("3.1", "1 October 2023", "Rosa Ibarra", "2"),
    )
}
CHANGES = (
    "# Changes of Pampas\n\n## 1.12 (7 June 2024)\n\nThe export works again.\n\n## 1.9 (2 May 2023)\n\n"
    "The import is faster.\n\n## 1.2 (3 April 2021)\n\nThe first public one, 2.5 metres of cable in "
    "the box.\n"
)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("latest version of quince", "3.1"),
        ("What is the newest release of Quince?", "3.1"),
        ("What was the first version of Quince?", "2.9"),
    ],
)
def test_the_release_asked_for_comes_first(tmp_path: Path, question: str, number: str) -> None:
    assert number in ask(tmp_path, NOTES, question).sentences[0].text


def test_the_headings_of_a_list_of_changes_are_releases(tmp_path: Path) -> None:
    answer = ask(tmp_path, {"changes.md": CHANGES}, "What is the latest version of Pampas?")
    assert "1.12" in answer.sentences[0].marked


def test_a_line_that_is_only_a_date_answers_no_other_question(tmp_path: Path) -> None:
    answer = ask(tmp_path, NOTES, "Who looked after Quince in 2020?")
    assert "Timo Falk" in answer.text
    assert "*9 May 2020*" not in [one.text for one in answer.sentences]


PLANS = {
    "lutra.md": "# Changelog of Lutra\n\n## 4.0 (unreleased)\n\nA dark theme.\n\n## 3.2\n\n9 June 2025\n\n"
    "Search is quicker.\n\n## 3.1\n\nIcons are smaller.\n\n## 3.0\n\n2 May 2023\n\nA parser of its own.\n",
    "sula.md": "# Road map of Sula\n\nSula 5.0 is scheduled for the autumn and will have tabs. Sula 4.6 was "
    "released in April with another font. Sula 4.5 came out a year ago with syncing.\n",
    "morus-2.md": "# Morus 2.0\n\nRelease date: TBD\n\nMorus 2.0 gets a map.\n",
    "morus-1.md": "# Morus 1.8\n\n*5 May 2025*\n\nMorus 1.8 gets a compass.\n",
    "morus-0.md": "# Morus 1.7\n\nMorus 1.7 gets a lens.\n",
}


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is the latest version of Lutra?", "3.2"),
        ("What is new in the latest version of Lutra?", "Search is quicker"),
        ("What is the newest release of Sula?", "4.6"),
        ("What is the latest planned version of Sula?", "5.0"),
        ("What is the latest release of Morus?", "1.8"),
        ("What was the first version of Morus?", "1.7"),
    ],
)
def test_a_planned_release_is_not_the_newest(tmp_path: Path, question: str, first: str) -> None:
    assert first in ask(tmp_path, PLANS, question).sentences[0].marked


@pytest.mark.xfail(strict=True, reason="the words for a plan are a list, which these are not in")
@pytest.mark.parametrize("plan", ["is due in the autumn", "is in the works", "remains a prototype"])
def test_a_plan_in_other_words_is_not_the_newest(tmp_path: Path, plan: str) -> None:
    notes = f"# Road map of Alca\n\nAlca 7.0 {plan}. Alca 6.2 was released in April with another font.\n"
    answer = ask(tmp_path, {"alca.md": notes}, "What is the newest release of Alca?")
    assert "6.2" in answer.sentences[0].text


def test_a_release_without_a_date_is_neither_newer_nor_older(tmp_path: Path) -> None:
    answer = ask(tmp_path, PLANS, "How large are the icons in the latest version of Lutra?")
    undated = [one for one in (*answer.sentences, *answer.more) if "Icons" in one.text]
    assert undated
    assert not any(one.label.startswith(("Newer", "Older")) for one in (*answer.sentences, *answer.more))


def test_a_corrected_number_is_not_the_newest(tmp_path: Path) -> None:
    text = (
        "The Larus tool\n\nThe latest version of Larus is version 7.3. Larus version 6.4 was the version "
        "before.\n\nCorrection: the latest version of Larus is version 6.9, not 7.3.\n"
    )
    answer = ask(tmp_path, {"larus.txt": text}, "What is the latest version of Larus?")
    assert "6.9" in answer.sentences[0].text
    shown = {one.text: one.label for one in (*answer.sentences, *answer.more)}
    assert shown.get("The latest version of Larus is version 7.3.", "Corrected") == "Corrected"
    assert shown.get("Larus version 6.4 was the version before.", "") == ""
