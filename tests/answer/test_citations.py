"""Reading replies: markers in every shape a model writes them, and the layout around them."""

import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.citations import Claim, ClaimReader, read_claims


def claims_as_they_come(pieces: Iterable[str], count: int) -> Iterator[Claim]:
    reader = ClaimReader(count)
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.close()


def read(reply: str, count: int | None = 9) -> list[tuple[str, tuple[int, ...]]]:
    return [(claim.text, claim.numbers) for claim in read_claims(reply, count)]


@pytest.mark.parametrize(
    ("reply", "claims"),
    [
        ("It rained [1].", [("It rained.", (1,))]),
        ("It rained. [1] It stopped. [2]", [("It rained.", (1,)), ("It stopped.", (2,))]),
        ("It rained [1][3].", [("It rained.", (1, 3))]),
        ("It rained [1, 3-5].", [("It rained.", (1, 3, 4, 5))]),
        ("It rained 【2】.", [("It rained.", (2,))]),
        ("It rained [^2].", [("It rained.", (2,))]),
        ("Answer: It rained [1].", [("It rained.", (1,))]),
        ("Yes. It rained [1].", [("It rained.", (1,))]),
        ("Yes, the rain fell [1].", [("The rain fell.", (1,))]),
        ("No. NOT IN THE ARTICLES", [("NOT IN THE ARTICLES", ())]),
        ("No one was hurt [2].", [("No one was hurt.", (2,))]),
        ("Yes", []),
        ("It rained.", [("It rained.", ())]),
        ("It rained [0][999].", [("It rained.", (0, 999))]),
        ("- It rained [1]\n- It snowed [2]", [("It rained", (1,)), ("It snowed", (2,))]),
        ("[1]", []),
        ("", []),
    ],
)
def test_claims_and_their_numbers_are_read(reply: str, claims: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read(reply, None) == claims


MARKED = [
    "【2†source】", "【2†L4-L9】", "【2:0†news.txt】", "[^2^]", "［2］", "[[2]]", "[ 2 ]",
    "[2](#ref-2)", "**[2]**",
    r"\[2\]", "[Sentence 2]", "[sentence: 2]", "[Source 2]", "[citation:2]", "[ref_2]", "[doc2]", "[S2]",
    "<sup>2</sup>", "<sup>[2]</sup>", "(2)", "(Sentence 2)", "(source: 2)", "(see [2])", "(see 2)", "²",
    "(Source 2, 2)", "— Source 2",
]  # fmt: skip


@pytest.mark.parametrize("marker", MARKED)
def test_every_form_of_a_marker_is_one(marker: str) -> None:
    assert read(f"The ferry sailed {marker}.") == [("The ferry sailed.", (2,))]


@pytest.mark.parametrize(
    "marker", ["[2]", "【2†a】", "(Sentence 2)", "Source: 2", "Sources: [2]", "²", "[2][2]"]
)
def test_a_marker_behind_the_stop_belongs_to_the_sentence_before(marker: str) -> None:
    assert read(f"The ferry sailed. {marker}") == [("The ferry sailed.", (2,))]


@pytest.mark.parametrize(
    "text",
    [
        "She wants (1) bread and (2) milk.",
        "The garden measures 25 km².",
        "A field of 400 metres² was sold.",
        "The war ended (1945).",
        "In [1945] the war ended.",
        "The value f(2) was zero.",
        "He is from Ulm (a city) in the south.",
    ],
)
def test_enumerations_years_and_exponents_are_text(text: str) -> None:
    assert read(text) == [(text, ())]


def test_round_brackets_are_text_where_a_reply_cites_in_square_ones() -> None:
    assert read("Ulm won the match (2) [1].") == [("Ulm won the match (2).", (1,))]


def test_two_raised_digits_are_two_numbers_where_there_are_not_so_many() -> None:
    assert read("The ferry sailed.¹²", count=9) == [("The ferry sailed.", (1, 2))]
    assert read("The ferry sailed.¹²", count=20) == [("The ferry sailed.", (12,))]


def test_markers_in_front_belong_to_what_follows() -> None:
    reply = "[1] The ferry sailed. [3] It came back on Friday."
    assert read(reply) == [("The ferry sailed.", (1,)), ("It came back on Friday.", (3,))]


def test_markers_at_the_end_of_a_paragraph_are_lent_to_all_of_it() -> None:
    claims = read_claims("The ferry sailed. It was late. [1][2]\n\nThe crew slept [3].", 9)
    assert [claim.numbers for claim in claims] == [(1, 2), (1, 2), (3,)]
    assert [claim.borrowed for claim in claims] == [True, False, False]


def test_a_line_of_markers_alone_belongs_to_the_paragraph_before() -> None:
    assert read("The ferry sailed.\n\nSources: 2, 4") == [("The ferry sailed.", (2, 4))]


def test_a_marker_that_is_part_of_the_sentence_goes_with_its_words() -> None:
    reply = "According to [1], the ferry sailed. Sentence [2] says that it was late."
    assert read(reply) == [("The ferry sailed.", (1,)), ("It was late.", (2,))]


def test_what_a_model_says_before_its_answer_is_not_of_the_claim() -> None:
    assert read("Based on the provided articles, the ferry sailed [1].") == [("The ferry sailed.", (1,))]


def test_a_list_keeps_its_form_beside_its_plain_text() -> None:
    listed = "1. **Bergit**, built in 2006 [1]\n2. *Aln* [2]\n   - sold in May [3]"
    claims = read_claims(f"The ferries are:\n\n{listed}\n\nAll sail [4].", 9)
    assert [claim.text for claim in claims] == ["Bergit, built in 2006", "Aln", "sold in May", "All sail."]
    assert [claim.lead for claim in claims] == ["1. ", "\n2. ", "\n  - ", "\n\n"]
    assert claims[0].shown == "**Bergit**, built in 2006"
    assert [claim.under for claim in claims] == ["The ferries are"] * 3 + [""]


def test_headings_are_structure_and_no_claims() -> None:
    claims = read_claims("## Costs\n\nThe ferry cost $9 [1].\n\n**Crew:**\n\nNine people [2].", 9)
    assert [(claim.text, claim.under) for claim in claims] == [
        ("The ferry cost $9.", "Costs"),
        ("Nine people.", "Crew"),
    ]


def test_a_reply_that_is_all_bold_is_a_claim() -> None:
    assert read("**Bergit**") == [("Bergit", ())]


def test_a_table_is_read_row_by_row_with_its_header() -> None:
    reply = "| Ship | Built | Source |\n|:---|---:|---|\n| **Bergit** | 2006 | [1] |\n| Aln | 1999 | 2 |"
    assert read(reply) == [("Ship: Bergit; Built: 2006", (1,)), ("Ship: Aln; Built: 1999", (2,))]


@pytest.mark.parametrize(
    "notes", ["[^1]: Sentence 4", "Sources:\n[1] The ferry sailed.", "## References\n\n- [1] a"]
)
def test_notes_under_an_answer_are_no_claims(notes: str) -> None:
    assert read(f"The ferry sailed[^1].\n\n{notes}") == [("The ferry sailed.", (1,))]


def test_only_text_is_left_of_links_tags_and_emphasis() -> None:
    reply = "The *ferry* <b>Bergit</b> `sailed` to [Ulm](http://evil.example) [1]."
    assert read(reply) == [("The ferry Bergit sailed to Ulm.", (1,))]


def test_bold_spans_are_places_in_the_text_that_is_checked() -> None:
    [claim] = read_claims("The **ferry  Bergit** sailed on __Monday__ [1].")
    assert [claim.text[start:end] for start, end in claim.bold] == ["ferry Bergit", "Monday"]


def test_the_last_words_of_a_reply_that_was_cut_are_not_whole() -> None:
    claims = read_claims("The ferry sailed [1]. The captain of")
    assert [claim.whole for claim in claims] == [True, False]


REPLIES = [
    "The ferry sailed [1]. It was late. It came back on Friday [2][3].\n\n- **One**: a storm [1]\n- Two [2]",
    "| Ship | Built |\n|---|---|\n| Aln | 1999 [2] |\n\nThe U.S. ferry sailed.¹ It cost $4.2 million.²",
    "Yes. [1] The ferry sailed. [2] It was late.\nSource: 3",
]


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("size", [1, 3, 8, 50])
def test_a_reply_in_pieces_is_read_as_the_whole(reply: str, size: int) -> None:
    pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
    assert list(claims_as_they_come(pieces, 9)) == read_claims(reply, 9)


def test_a_sentence_with_its_markers_is_read_when_the_next_one_begins() -> None:
    def pieces() -> object:
        yield "The ferry sailed [1]. "
        yield "It was late, as it had been "
        raise AssertionError("asked for more than it needs")

    first = next(claims_as_they_come(pieces(), 9))  # type: ignore[arg-type]
    assert first == Claim("The ferry sailed.", (1,))


@pytest.mark.parametrize(
    "piece",
    ["It cost $4 [1]. ", "x", "[1] ", "<b>", "| a ", "- ", "**", "x y ", "\n", "# ", "(1)", "[", "¹", "1. "],
)
def test_reading_takes_linear_time(piece: str) -> None:
    """Four times the text must not take sixteen times as long; a busy machine gets some room."""
    seconds = []
    for chars in (10_000, 40_000):
        reply = piece * (chars // len(piece))
        started = time.process_time()
        for _ in claims_as_they_come([reply[at : at + 7] for at in range(0, chars, 7)], 9):
            pass
        seconds.append(time.process_time() - started)
    assert seconds[1] < 9 * seconds[0] + 0.2


@given(st.text(alphabet="[]【】^()0123456789,-–; .abA*_|#<>\n¹²", max_size=80), st.integers(1, 9))
def test_any_reply_is_read_in_any_pieces_and_absurd_ranges_stay_small(reply: str, size: int) -> None:
    for claim in claims_as_they_come([reply[at : at + size] for at in range(0, len(reply), size)], 9):
        assert len(claim.numbers) <= 21 * len(reply)
        assert any(char.isalnum() for char in claim.text)
        assert all(0 <= start < end <= len(claim.text) for start, end in claim.bold)
