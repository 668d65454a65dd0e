"""Bylines: who wrote the words of an article, and when."""

import pytest

from rag.articles.parse import read_article


def test_author_and_date_come_from_a_byline() -> None:
    article = read_article(
        "a.txt", b"The mast breaks\n\nBy Ida Holm, 3 January 2025\n\nThe mast of the Gull broke."
    )
    assert (article.author, article.date) == ("Ida Holm", "2025-01-03")
    other = read_article(
        "a.txt",
        b"The mast breaks\n\nOn 3 January 2025 the mast of the Gull, built by Ida Holm, broke in two.",
    )
    assert (other.author, other.date) == ("", "")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Words: Ida Holm", "Ida Holm"),
        ("Words by Ida Holm. Photos by Per Lind", "Ida Holm"),
        ("Photos: Per Lind | Text: Ida Holm", "Ida Holm"),
        ("Words and pictures by Ida Holm", "Ida Holm"),
        ("TEXT: IDA HOLM / PHOTO: PER LIND", "IDA HOLM"),
        ("*Reporting: Ida Holm and J. P. Lind*", "Ida Holm and J. P. Lind"),
        ("Reporting by Ida Holm; editing by Per Lind", "Ida Holm"),
        ("Story by Ida Holm, 3 January 2025", "Ida Holm"),
        ("By Ida Holm. Photos by Per Lind", "Ida Holm"),
        ("By Ida St. Holm Jr.", "Ida St. Holm Jr."),
        ("Photos by Per Lind", ""),
        ("Illustration: Per Lind", ""),
        ("Translated by Per Lind", ""),
        ("Text: The Holm Letters", ""),
        ("Interview: Grey Heron", ""),
        ("Portrait: Ida Holm", ""),
        ("Words: Ida Holm said no more", ""),
    ],
)
def test_the_author_is_who_wrote_the_words(line: str, author: str) -> None:
    text = f"The mast breaks\n\n{line}\n\nThe mast of the Gull broke in a storm. Nobody was hurt.\n"
    assert read_article("a.txt", text.encode()).author == author


def test_a_title_is_no_byline() -> None:
    text = "Interview: Ida Holm\n\nThe mast of the Gull broke in a storm. Nobody was hurt.\n"
    assert read_article("a.txt", text.encode()).author == ""
