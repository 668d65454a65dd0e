"""A count is of the things that are asked for, and of nothing else."""

from pathlib import Path

from rag import Chatbot
from tests.conftest import make_settings, write_articles

FLEET = """# The fleet of Sundvik

| Barge | Tons |
|---|---|
| Plover | 40 |
| Curlew | 55 |
| Dunlin | 60 |
| Total | 155 |
"""
HUTS = "Hut,Beds,Stove\nRavna,12,yes\nKvist,8,none\nTorve,20,–\nSkar,6,wood\n"
WORKSHOP = "Workshop\n\nAnna has done 14 repairs this week.\n\nBerit has done 11 repairs this week.\n"


def test_the_last_row_of_a_table_that_sums_it_up_is_no_thing(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"fleet.md": FLEET})
    with Chatbot(make_settings(tmp_path)) as bot:
        answer = bot.ask("How many barges are there?")
    assert answer.sentences[0].text == "3 in all, each cited:"
    assert "Total" not in answer.text


def test_the_sides_of_a_comparison_are_not_counted(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"workshop.txt": WORKSHOP})
    with Chatbot(make_settings(tmp_path)) as bot:
        answer = bot.ask("How many more repairs are done by Anna than by Berit?")
    assert "14 repairs" in answer.text
    assert "in all" not in answer.text
    assert [one for one in answer.sentences if one.origin == "count"] == []


def test_a_row_whose_cell_says_no_is_not_counted(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"huts.csv": HUTS})
    with Chatbot(make_settings(tmp_path)) as bot:
        answer = bot.ask("How many huts have a stove?")
    assert answer.sentences[0].text == "2 in all, each cited:"
    assert "Kvist" not in answer.text
    assert "Torve" not in answer.text
