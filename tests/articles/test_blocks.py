"""Blocks: the kind of each part of a text, and the headings above it."""

from rag.articles.parse import read_article
from rag.types import Article, Sentence
from tests.articles.told import told


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


def test_headings_are_underlined_with_other_signs_too() -> None:
    text = (
        "The pier\n========\n\nIt is long.\n\nIts repair\n~~~~~~~~~~\n\nIt took a year. It was dear.\n\n"
        "Its end\n^^^^^^^\n\nIt burned.\n"
    )
    assert told(text, "a.rst")[1:] == [
        ("paragraph", "It is long."),
        ("heading", "Its repair"),
        ("paragraph", "It took a year."),
        ("paragraph", "It was dear."),
        ("heading", "Its end"),
        ("paragraph", "It burned."),
    ]
    fenced = "# Set up\n\nDo this on the server:\n~~~\nrun --all\n~~~\n\nThen wait.\n"
    assert ("code", "run --all") in told(fenced)


def test_a_line_that_ends_with_a_question_asks_only_that() -> None:
    text = (
        "Help\n\nWe lend boats to members. Who may borrow one?\n\nMembers may.\n\n"
        "Boats lie at the pier. Who has the keys?\n\nAnn has.\n"
    )
    assert ("paragraph", "Boats lie at the pier.") in told(text, "a.txt")


def test_a_quotation_of_several_lines_is_shown_without_their_marks() -> None:
    text = (
        "# Letter\n\n> The wall of the mill, which had stood for\n> Ragna's whole life, fell on a Sunday.\n"
    )
    whole = "The wall of the mill, which had stood for Ragna's whole life, fell on a Sunday."
    assert told(text)[1:] == [("paragraph", whole)]


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


def test_the_rules_of_a_grid_table_are_not_shown() -> None:
    rule = "+------+--------+\n"
    head = f"{rule}| Boat | Length |\n+======+========+\n"
    rows = f"| Gull | 9 m    |\n{rule}| Tern | 7 m    |\n{rule}"
    assert told(f"Boats\n\n{head}{rows}\nAll are old.\n", "a.rst")[1:] == [
        ("heading", "| Boat | Length |"),
        ("row", "Boat: Gull; Length: 9 m"),
        ("row", "Boat: Tern; Length: 7 m"),
        ("paragraph", "All are old."),
    ]


def test_a_grid_of_rules_alone_is_layout() -> None:
    assert told("Boats\n\n" + "+---+---+\n" * 4 + "\nAll are old.\n")[1:] == [("paragraph", "All are old.")]


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


def test_a_time_in_brackets_after_a_name_is_no_part_of_it() -> None:
    found = told("Talk\n\nIda Holm (10:31): It sinks.\nPer Lind (10:32): When?\nIda Holm (10:40): Now.\n")
    assert ("speech", "Ida Holm, 10:40: Now.") in found


def test_emphasis_and_links_are_not_shown_but_their_words_are() -> None:
    prose = "The **Kolb prize** went to [Ida](http://a.org/b) in *May*, __not__ in _June_."
    text = f"# Prize\n\n{prose}\n\n- **Sum:** 5\n"
    assert told(text)[1:] == [
        ("paragraph", "The Kolb prize went to Ida in May, not in June."),
        ("item", "Sum: 5"),
    ]
    kept = "Call f(*args, **options) with snake_case or 3 * 4 * 5 [sic]."
    assert told(f"# Code\n\n{kept}\n")[1:] == [("paragraph", kept)]


def test_a_table_of_two_columns_keeps_its_header() -> None:
    found = told("Towns\n\nTown\tPeople\nAln\t1200\nLund\t900\nVik\t40\n", "a.txt")
    assert ("row", "Town: Aln; People: 1200") in found


def test_a_date_alone_under_a_heading_is_the_date_of_its_section() -> None:
    for line in ("*4 March 2021*", "4 March 2021", "_2021-03-04_", "**March 4, 2021**", "(4 March 2021)"):
        text = f"# Pump notes\n\n## 1.2\n\n{line}\n\nIda Holm took over.\n\n## 1.1\n\nIt ran.\n"
        article = read_article("a.md", text.encode())
        found = {Sentence(article, *span).text: Sentence(article, *span) for span in _spans(article)}
        assert found["Ida Holm took over."].block.path[0] == "1.2"
        assert "2021" in found["Ida Holm took over."].block.path[1]
        assert found["It ran."].block.path == ("1.1",)
        dated = next(one for text, one in found.items() if "2021" in text)
        assert dated.display_text.startswith("1.2: ")
        assert "*" not in dated.display_text


def test_a_role_in_brackets_stays_whole_in_a_speakers_name() -> None:
    text = "The quay\n\nIda Holm (pilot)\nIt sinks.\n\nPer Lind\nWhen?\n\nIda Holm (pilot)\nNow, I fear.\n"
    assert ("speech", "Ida Holm (pilot): It sinks.") in told(text, "a.txt")


def test_a_sentence_of_verse_runs_over_the_ends_of_lines() -> None:
    verse = (
        "The Keeper\n\n"
        "The keeper of Aln had a lamp and a bell,\n"
        "And he polished them both till the evening fell;\n"
        "  But the lamp was put out by the wing of a gull\n"
        "  As it passed in the dark on its way to the hull.\n\n"
        "He mended the bell. He went down to the sand\n"
        "With a rope and a knife and a hook for a hand,\n"
        "And he hung up the lamp by the door of the inn\n"
        "Where it shines on the barrels of herring and gin.\n\n"
        'The skipper said to him, "What will you take\n'
        'For the bell and the rope and the bread that you bake?"\n'
    )
    found = [words for _, words in told(verse, "a.txt")]
    assert any("put out by the wing of a gull As it passed in the dark" in words for words in found)
    assert "He mended the bell." in found
    assert any("What will you take For the bell" in words for words in found)
    assert any(words.startswith("He went down to the sand With a rope") for words in found)


def test_lines_that_each_stand_for_themselves_are_no_verse() -> None:
    text = "The shed\n\nBring a lamp and a rope\nWash your boots by the door\nThe key is under a stone\n"
    assert len(told(text, "a.txt")) == 4
    names = "The crew\n\nIda Holm, skipper of the boat\nPer Lind, cook\nAnn Berg, mate\n"
    assert len(told(names, "a.txt")) == 4


def test_a_relative_clause_is_not_cut_from_what_it_tells_of() -> None:
    line = " ".join(
        f"and on day {n} we lent the pump to the yard which is kept by keeper {n} at the pier"
        for n in range(20)
    )
    assert any(
        "day 7 we lent the pump to the yard which is kept by keeper 7" in words
        for _, words in told(line, "a.txt")
    )


def _spans(article: Article) -> list[tuple[int, int]]:
    return [(article.spans[at], article.spans[at + 1]) for at in range(0, len(article.spans), 2)]


def test_lines_in_capitals_and_numbered_lines_alone_are_headings() -> None:
    capitals = "ALDER HUT\n\nIt has 12 beds.\n\nBIRCH HUT\n\nIt has 30 beds.\n"
    assert ("heading", "BIRCH HUT") in told(capitals, "a.txt")
    numbered = "Huts\n\n1. Alder hut\n\nIt has 12 beds.\n\n2. Birch hut\n\nIt has 30 beds.\n"
    assert ("heading", "2. Birch hut") in told(numbered, "a.txt")
    listed = "Shopping\n\n1. Flour\n\n2. Milk\n\nThen go home.\n"
    assert ("item", "Milk") in told(listed, "a.txt")


def test_a_question_may_stand_before_its_answer_on_one_line() -> None:
    text = "Help\n\nHow do I pay? In cash only.\n\nWhere is the hut? By the mill, on the left.\n"
    assert told(text, "a.txt")[1:] == [
        ("question", "How do I pay?"),
        ("answer", "In cash only."),
        ("question", "Where is the hut?"),
        ("answer", "By the mill, on the left."),
    ]
    prose = "Help\n\nWhat then? We went home.\n\nIt rained. Nobody came.\n\nIt was late, and dark.\n"
    assert {kind for kind, _ in told(prose, "a.txt")[1:]} == {"paragraph"}


def test_speakers_in_other_forms() -> None:
    for text in (
        "The quay\n\nMR HOLM. It sinks. We must act.\n\nTHE CHAIR. When?\n\nMR HOLM. Now.\n",
        "The quay\n\n**Mr Holm** (pilot): It sinks. We must act.\n\n**Per**: When?\n\n"
        "**Mr Holm** (pilot): Now.\n",
        "The quay\n\nMr Holm\n10:31\nIt sinks. We must act.\n\nPer\n10:32\nWhen?\n\nMr Holm\n10:33\nNow.\n",
    ):
        found = [words for kind, words in told(text, "a.txt") if kind == "speech"]
        assert any(one.lower().startswith("mr holm") and one.endswith("We must act.") for one in found)
        assert len(found) == 4
