"""The measure of documents: it finds what is there, and sees what is missing or broken."""

from bench.documents import read, units
from rag.articles.parse import read_article

TEXT = (
    "# The weir\n\nThe weir is old.\nIt was built by *monks*.[^1]\n\n1. Do not swim here.\n\n"
    "| Eel | Price |\n|---|---|\n| Small | 4 euros |\n\n[^1]: They came from [Aln](https://example.org).\n"
)


def test_units_are_the_lines_of_a_text_without_marks() -> None:
    found = list(units(TEXT))
    assert [unit.words for unit in found if unit.sentence] == [
        "the weir is old",
        "it was built by monks",
        "do not swim here",
        "they came from aln",
    ]
    assert "small 4 euros" in [unit.words for unit in found]


def test_what_is_missing_or_broken_is_seen() -> None:
    good = "The weir\n\nThe weir is old. It was built by monks.\n\n- Do not swim here.\n"
    rest = "\nEel Price\n\nSmall 4 euros\n\nThey came from Aln.\n"
    whole = read(list(units(TEXT)), read_article("a.txt", (good + rest).encode()))
    assert (whole.found, whole.whole) == (1.0, 1.0)
    part = read(list(units(TEXT)), read_article("a.txt", good.replace("not swim", "not\n\nswim").encode()))
    assert 0.3 < part.found < 0.9
    assert [unit.words for unit in part.broken] == ["do not swim here", "they came from aln"]
