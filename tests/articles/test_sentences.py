"""Sentence spans and chunks: right on hard text, exact on any text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.chunks import Chunking, cut_chunks, embedded_pieces
from rag.articles.clauses import short_enough
from rag.articles.sentences import split_sentences
from rag.models.tokens import count_tokens
from rag.types import Article, readable

WORDS = [
    "Xi",
    "U.S.",
    "$28.8",
    "billion.",
    "“Go.”",
    "the",
    "call.",
    "\n",
    "\n\n",
    "- ",
    "# ",
    "\u202e",
    "é",
    "5 p.m.",
]


def sentences(text: str) -> list[str]:
    return [readable(text[start:end]) for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. economy grew. It did.", ["The U.S. economy grew.", "It did."]),
        ("It cost $28.8 billion. Then more.", ["It cost $28.8 billion.", "Then more."]),
        ("He said, “It goes well.” Then he left.", ["He said, “It goes well.”", "Then he left."]),
        ("He made the call. Xi answered.", ["He made the call.", "Xi answered."]),
        ("They met at 5 p.m. Thursday. Mr. Li came.", ["They met at 5 p.m. Thursday.", "Mr. Li came."]),
        ("A heading\nThe text begins. It ends.", ["A heading", "The text begins.", "It ends."]),
        ("- one item\n- two items. Three.\n", ["one item", "two items.", "Three."]),
        ("# Head\n\n1. First\n2. Second", ["Head", "First", "Second"]),
        (
            "This paragraph was wrapped by hand at a fixed\n"
            "width of columns, as mail programs do. It has\n"
            "three lines.",
            [
                "This paragraph was wrapped by hand at a fixed width of columns, as mail programs do.",
                "It has three lines.",
            ],
        ),
        ("Supper is served at 7 p.m. Guests wash up.", ["Supper is served at 7 p.m.", "Guests wash up."]),
        ("The bell rings at 6 a.m. It is loud.", ["The bell rings at 6 a.m.", "It is loud."]),
        ("They sail at 9 a.m. Eastern Time. Be early.", ["They sail at 9 a.m. Eastern Time.", "Be early."]),
        ("At 9 a.m. Guests were let in.", ["At 9 a.m. Guests were let in."]),
        ("The wall fell.3 Nobody saw it.", ["The wall fell.3", "Nobody saw it."]),
        ("The wall fell.[3] Nobody saw it.", ["The wall fell.[3]", "Nobody saw it."]),
        ("The wall fell. [3]_ Nobody saw it.", ["The wall fell. [3]_", "Nobody saw it."]),
        ("It fell in 1702.[12] Nobody saw it.", ["It fell in 1702.[12]", "Nobody saw it."]),
        ("The wall fell.[^a] Nobody saw it.", ["The wall fell.[^a]", "Nobody saw it."]),
        (
            "> The wall of the mill, which had stood for\n> Ragna's whole life, fell on a Sunday.",
            ["The wall of the mill, which had stood for > Ragna's whole life, fell on a Sunday."],
        ),
        ("See version 3.11 Beta. It is new.", ["See version 3.11 Beta.", "It is new."]),
        ("[3] The wall is the western one.", ["[3] The wall is the western one."]),
        (
            "The keepers of the three lighthouses met every spring at the inn of\nVadheim. They ate eel.",
            [
                "The keepers of the three lighthouses met every spring at the inn of Vadheim.",
                "They ate eel.",
            ],
        ),
        (
            "The keepers of the three lighthouses met every spring in the old\nVadheim inn. They ate eel.",
            [
                "The keepers of the three lighthouses met every spring in the old Vadheim inn.",
                "They ate eel.",
            ],
        ),
        ("One line.\r\nAnother line.", ["One line.", "Another line."]),
        ("", []),
    ],
)
def test_boundaries_are_right(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=40).map(" ".join))
def test_spans_are_ordered_tight_and_lose_no_letter(text: str) -> None:
    spans = split_sentences(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end] or not text[start:end].strip()
        at = end
    inside = "".join(text[start:end] for start, end in spans)
    assert [c for c in inside if c.isalpha()] == [c for c in text if c.isalpha()]


def article(text: str) -> Article:
    return Article("a.txt", "A title", text, 0, "0" * 64)


def count_words(texts):
    return [len(text.split()) for text in texts]


def test_chunks_keep_to_both_budgets_and_repeat_the_last_sentence() -> None:
    text = " ".join(f"Sentence number {n} says that item {n} is here." for n in range(40))
    chunks = cut_chunks(article(text), Chunking(60, 1), encoder_limit=40, encoder_tokens=count_words)
    for chunk in chunks:
        assert count_tokens(["".join(embedded_pieces(chunk))])[0] <= 60
        assert count_words(["".join(embedded_pieces(chunk))])[0] <= 40
    for before, after in pairwise(chunks):
        assert after.overlap == 1
        assert after.sentences[0] == before.sentences[-1]
    own = [sentence for chunk in chunks for sentence in chunk.sentences[chunk.overlap :]]
    assert [(s.start, s.end) for s in own] == split_sentences(text)


def test_a_sentence_too_long_for_a_chunk_is_cut_at_spaces_and_nothing_is_lost() -> None:
    text = " ".join(f"word{n}" for n in range(500))
    chunks = cut_chunks(article(text), Chunking(60, 1), encoder_limit=40, encoder_tokens=count_words)
    own = [sentence.text for chunk in chunks for sentence in chunk.sentences[chunk.overlap :]]
    assert " ".join(own) == text
    assert max(count_words(["".join(embedded_pieces(chunk)) for chunk in chunks])) <= 40


def test_the_encoder_reads_the_title_and_then_the_sentences() -> None:
    [chunk] = cut_chunks(article("One \u202efact. Two facts."), Chunking(60, 1), 40, count_words)
    assert embedded_pieces(chunk) == ["A title", " One fact.", " Two facts."]


def test_no_sentence_is_longer_than_a_reader_can_see_whatever_it_is_made_of() -> None:
    for filler in ("\u200b", "x", "no stop here "):
        text = f"The bridge cost 5{filler * 6000} million. It is old."
        spans = list(short_enough(text, split_sentences(text)))
        assert max(end - start for start, end in spans) <= 1000
        assert all(readable(text[start:end]) for start, end in spans)
        assert readable("".join(text[start:end] for start, end in spans)).replace(" ", "") == readable(
            text
        ).replace(" ", "")


def test_a_chunk_holds_no_long_stretch_of_nothing() -> None:
    text = "The bridge is old. " + "\u200b" * 5000 + " The harbour is new."
    chunks = cut_chunks(article(text), Chunking(60, 1), 40, count_words)
    assert [chunk.text for chunk in chunks] == ["The bridge is old.", "The harbour is new."]
