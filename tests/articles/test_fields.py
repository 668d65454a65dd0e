"""Fields: a key and its value, in any form, under the record that they are of."""

import pytest

from tests.articles.told import told


def test_fields_are_not_speakers_and_are_shown_with_their_record() -> None:
    text = "Contacts\n\nName: Ida Holm\nPhone: 555\nTown: Lund\n\nName: Per Lind\nPhone: 777\nTown: Aln\n"
    found = told(text, "a.txt")
    assert ("item", "Ida Holm: Phone: 555") in found
    assert ("item", "Per Lind: Phone: 777") in found


@pytest.mark.parametrize(
    "text",
    [
        "LEDGER 12\n\nBoat ........ Grey Heron\nBuilder ..... I. Holm\nLength ...... 9 m\nSold for .. £75\n",
        "LEDGER 12\n\nBoat . . . Grey Heron\nBuilder . . . I. Holm\nLength . . 9 m\nSold for . . . £75\n",
        "LEDGER 12\n\nBoat      Grey Heron\nBuilder   I. Holm\nLength    9 m\nSold for  £75\n",
        "LEDGER 12\n\nBoat\tGrey Heron\nBuilder\tI. Holm\nLength\t9 m\nSold for\t£75\n",
        "LEDGER 12\n\nBoat – Grey Heron\nBuilder – I. Holm\nLength – 9 m\nSold for – £75\n",
        "LEDGER 12\n\nBoat = Grey Heron\nBuilder = I. Holm\nLength = 9 m\nSold for = £75\n",
        "LEDGER 12\n\nBoat: Grey Heron\nBuilder: I. Holm\nLength: 9 m\nSold for: £75\n",
        "# Ledger 12\n\n**Boat:** Grey Heron\n**Builder:** I. Holm\n**Length:** 9 m\n**Sold for:** £75\n",
        "Ledger 12\n\nBoat\n: Grey Heron\n\nBuilder\n: I. Holm\n\nLength\n: 9 m\n\nSold for\n: £75\n",
    ],
)
def test_a_field_is_one_line_under_its_record_however_it_is_set(text: str) -> None:
    assert told(text, "a.txt")[1:] == [
        ("item", "Boat: Grey Heron"),
        ("item", "Grey Heron: Builder: I. Holm"),
        ("item", "Grey Heron: Length: 9 m"),
        ("item", "Grey Heron: Sold for: £75"),
    ]


def test_fields_may_be_paragraphs_with_bold_keys() -> None:
    text = "# Heron 3\n\n**Boat:** Grey Heron\n\n**Builder:** I. Holm\n\n**Length**: 9 m\n"
    assert ("item", "Grey Heron: Length: 9 m") in told(text)


def test_a_table_without_a_header_has_keys_and_values() -> None:
    assert ("row", "Builder: I. Holm") in told("# Boat\n\n| | |\n|---|---|\n| Builder | I. Holm |\n")


def test_prose_with_dashes_dots_and_gaps_has_no_fields() -> None:
    for text in (
        "The yard\n\nThe yard - once a farm - closed in May.\nIda Holm .. who ran it .. moved away.\n",
        "The yard\n\nHe looked up ... and then down.\nShe waited.\n",
        "The yard\n\nIt has  two sheds.\nBoth  are red and stand by the road to the quay.\n",
    ):
        assert {kind for kind, _ in told(text, "a.txt")[1:]} == {"paragraph"}


def test_a_first_field_names_its_record_only_if_it_is_a_name_and_no_heading_does() -> None:
    headed = "# Courses\n\n## Knots\n\nDay: Monday\nHall: 3\n\n## Sails\n\nDay: Friday\nHall: 1\n"
    assert ("item", "Knots: Hall: 3") in told(headed)
    dated = "Rota\n\nDate: 3 May 2024\nCook: Per Lind\nHall: 2\n"
    assert ("item", "Cook: Per Lind") in told(dated, "a.txt")
    plain = "Rota\n\nStatus: open\nCook: Per Lind\nHall: 2\n"
    assert ("item", "Cook: Per Lind") in told(plain, "a.txt")
    memo = "MEMO 7\n\nTo: All members\nFrom: Per Lind\nHall: 2\n"
    assert ("item", "From: Per Lind") in told(memo, "a.txt")
    post = "Post 12: second gatekeeper\n\nEmployer: Canal Trust\nHours: 30\nPay: £14\n"
    assert ("item", "Hours: 30") in told(post, "a.txt")
    titled = "Grey Heron\n\nBuilder: Per Lind\nLength: 9 m\nYear: 1931\n"
    assert ("item", "Length: 9 m") in told(titled, "a.txt")
    two = "Pump X\n\nWeight: 4 kg\nPower: 300 W\n\nPump Y\n\nWeight: 6 kg\nPower: 500 W\n"
    assert ("item", "Power: 300 W") in told(two, "a.txt")
    assert ("item", "Pump Y: Power: 500 W") in told(two, "a.txt")


def test_a_term_with_several_definitions_is_a_heading_of_items() -> None:
    text = "# Birds\n\n**Heron**\n: Grey\n: Fishes at dawn\n\n**Crane**\n: White\n: Dances\n"
    assert ("item", "Crane: Dances") in told(text)
