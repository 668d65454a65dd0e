"""Blocks: the kind of each part of a text, and the headings above it."""

from rag.articles.parse import read_article
from rag.types import Sentence


def told(text: str, name: str = "a.md") -> list[tuple[str, str]]:
    article = read_article(name, text.encode())
    starts = range(0, len(article.spans), 2)
    found = [Sentence(article, article.spans[at], article.spans[at + 1]) for at in starts]
    return [(sentence.block.kind, sentence.display_text) for sentence in found]


def test_items_are_shown_with_their_heading_and_prose_is_not() -> None:
    text = (
        "# Sheds\n\n## North shed\n\nIt is red.\n\n- Doors: 2\n- Key: here\n\n## South shed\n\n- Doors: 4\n"
    )
    assert told(text)[1:] == [
        ("heading", "North shed"),
        ("paragraph", "It is red."),
        ("item", "North shed: Doors: 2"),
        ("item", "North shed: Key: here"),
        ("heading", "South shed"),
        ("item", "South shed: Doors: 4"),
    ]


def test_headings_without_marks_are_seen_by_what_is_under_them() -> None:
    text = "Two sheds\n\nNorth shed\n\n- Doors: 2\n\nSOUTH SHED\n==========\n\nIt is far away.\n"
    kinds = dict(reversed(pair) for pair in told(text, "a.txt"))
    assert kinds["North shed: Doors: 2"] == "item"
    assert kinds["SOUTH SHED"] == "heading"


def test_a_row_is_shown_with_the_names_of_its_columns() -> None:
    table = "# Boats\n\n| Boat | Length |\n|---|---:|\n| Gull | 9 m |\n| Tern |  |\n\nAll are old."
    assert told(table)[2:] == [
        ("row", "Boat: Gull; Length: 9 m"),
        ("row", "Boat: Tern"),
        ("paragraph", "All are old."),
    ]
    spaced = "Boats\n\nBoat    Length   Crew\nGull    9 m      2\nTern    7 m      1\n"
    assert told(spaced, "a.txt")[2:] == [
        ("row", "Boat: Gull; Length: 9 m; Crew: 2"),
        ("row", "Boat: Tern; Length: 7 m; Crew: 1"),
    ]


def test_questions_are_distinguished_from_their_answers() -> None:
    labelled = "Help\n\nQ: Is it free?\nA: Yes. It always was.\n\nQ: Who pays?\nA: The city.\n"
    plain = "Help\n\nIs it free?\nYes. It always was.\n\nWho pays?\nThe city.\n"
    marked = "# Help\n\n## Is it free?\n\nYes. It always was.\n\n## Who pays?\n\nThe city.\n"
    for text in (labelled, plain, marked):
        assert told(text)[1:] == [
            ("question", "Is it free?"),
            ("answer", "Yes."),
            ("answer", "It always was."),
            ("question", "Who pays?"),
            ("answer", "The city."),
        ]


def test_words_are_shown_with_their_speaker() -> None:
    for text in (
        "The quay\n\nIDA: It sinks. We must act.\n\nPER: When?\n\nIDA: Now.\n",
        "The quay\nIda: It sinks. We must act.\nPer: When?\nIda: Now.\n",
        "The quay\n\nIDA\nIt sinks. We must act.\n\nPER\nWhen?\n\nIDA\nNow.\n",
        "The quay\n\n**Ida:** It sinks. We must act.\n\n**Per:** When?\n\n**Ida:** Now.\n",
    ):
        found = [(kind, words.casefold()) for kind, words in told(text, "a.txt")]
        assert ("speech", "ida: it sinks.") in found
        assert ("speech", "ida: we must act.") in found
        assert ("speech", "ida: now.") in found


def test_a_chat_keeps_time_and_speaker() -> None:
    found = told(
        "[10:31] Ida: The mast broke.\n[10:32] Per: Which one?\n[10:40] Ida: The old one.\n", "a.txt"
    )
    assert ("speech", "Ida, 10:40: The old one.") in found


def test_fields_are_not_speakers_and_are_shown_with_their_record() -> None:
    text = "Contacts\n\nName: Ida Holm\nPhone: 555\nTown: Lund\n\nName: Per Lind\nPhone: 777\nTown: Aln\n"
    found = told(text, "a.txt")
    assert ("item", "Ida Holm: Phone: 555") in found
    assert ("item", "Per Lind: Phone: 777") in found


def test_code_is_whole_and_its_comments_are_no_headings() -> None:
    commands = "# stop the pump\npumpctl stop --all \\\n  --wait\n\n# start it\npumpctl start"
    text = f"# Setup\n\n```sh\n{commands}\n```\n"
    assert told(text)[1:] == [("code", "pumpctl stop --all \\ --wait"), ("code", "pumpctl start")]


def test_boxes_stay_with_their_items_and_parents_stand_over_children() -> None:
    found = told("# Work\n\n- [x] Paint\n- [ ] Sweep\n- Tools\n  - Broom\n  - Brush\n")
    assert ("item", "[ ] Sweep") in found
    assert ("item", "Tools: Brush") in found


def test_a_text_without_stops_is_cut_into_clauses_that_a_reader_sees_at_once() -> None:
    text = " ".join(
        f"and on day {n} the keeper saw {n} seals on the rocks by the old pier" for n in range(30)
    )
    pieces = [words for _, words in told(text, "a.txt")]
    assert max(len(words.split()) for words in pieces) <= 60
    assert any("day 17 the keeper saw 17 seals" in words and "day 18" not in words for words in pieces)


def test_stops_of_other_scripts_end_sentences() -> None:
    assert [words for _, words in told("桥很旧。它建于1887年。", "a.txt")] == ["桥很旧。", "它建于1887年。"]
    assert len(told("هل الجسر قديم؟ نعم هو قديم.", "a.txt")) == 2
    assert len(told("पुल पुराना है। यह 1887 में बना था।", "a.txt")) == 2


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
