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
        "PAGE 12\n\nBoat . . . . Grey Heron\nBuilder . . . . I. Holm\nLength . . 9 m\nSold for . . . . £75\n",
        "LEDGER 12\n\nBoat      Grey Heron\nBuilder   I. Holm\nLength    9 m\nSold for  £75\n",
        "LEDGER 12\n\nBoat\tGrey Heron\nBuilder\tI. Holm\nLength\t9 m\nSold for\t£75\n",
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


def test_a_field_with_a_dash_is_shown_as_it_is_written() -> None:
    for dash in "–-—":
        text = f"LEDGER 12\n\nBoat {dash} Grey Heron\nBuilder {dash} I. Holm\nSold for {dash} £75\n"
        assert told(text, "a.txt")[1:] == [
            ("item", f"Boat {dash} Grey Heron"),
            ("item", f"Grey Heron: Builder {dash} I. Holm"),
            ("item", f"Grey Heron: Sold for {dash} £75"),
        ]


def test_fields_may_be_paragraphs_with_bold_keys() -> None:
    text = "# Heron 3\n\n**Boat:** Grey Heron\n\n**Builder:** I. Holm\n\n**Length**: 9 m\n"
    assert ("item", "Grey Heron: Length: 9 m") in told(text)


def test_a_table_without_a_header_has_keys_and_values() -> None:
    assert ("row", "Builder: I. Holm") in told("# Boat\n\n| | |\n|---|---|\n| Builder | I. Holm |\n")


@pytest.mark.parametrize(
    "prose",
    [
        "The yard - once a farm - closed in May.\nIda Holm .. who ran it .. moved away.",
        "He looked up ... and then down.\nShe waited.",
        "It has  two sheds.\nBoth  are red and stand by the road to the quay.",
        "Father slept - it was noon - on the pier\nPer rowed on - slowly now - to the weir\n"
        "Ann kept watch - as ever - from the roof",
        "The gate stood open – nobody had shut it,\nthe dog was gone – the lead lay there –\n"
        "and a bell rang – far off.",
        "The first winter ..... I shall say nothing of it\nThe second one ..... we shall see",
        "Leave it cold . . . . . or warm it up\nKeep them dry . . . . . . and dark",
        "The fog  came up the bay\nThe sun  went down at six\nThe men  sat in the boat",
        "It snowed.  We stayed in.\nBread ran out.  Ann went for more.\nAll slept.  Nobody woke.",
        "F = ma\nE = mc²\nV = RI",
        "The race ended\n: nobody cheered\n\nThe crowd left\n: it was cold",
    ],
)
def test_prose_has_no_fields_and_is_shown_as_it_is_written(prose: str) -> None:
    found = told(f"The yard\n\n{prose}\n", "a.txt")[1:]
    assert {kind for kind, _ in found} == {"paragraph"}
    assert " ".join(words for _, words in found) == " ".join(prose.split())


@pytest.mark.parametrize("gap", ["\t", "     "])
def test_two_columns_are_keys_and_values_unless_the_first_line_names_them(gap: str) -> None:
    def columns(*pairs: tuple[str, str]) -> str:
        wide = max(len(key) for key, _ in pairs)
        lines = (f"{key}\t{value}" if gap == "\t" else f"{key:{wide}}   {value}" for key, value in pairs)
        return "Club house\n\n" + "\n".join(lines) + "\n"

    for first, *rest in (
        (("Friday", "closed"), ("Saturday", "9-17"), ("Sunday", "10-14")),
        (("Friday", "Holiday"), ("Saturday", "9-17"), ("Sunday", "10-14")),
        (("Juniors", "Free"), ("Guests", "5 euros"), ("Boats over 9 m", "40 euros")),
    ):
        found = told(columns(first, *rest), "a.txt")
        assert found[1:] == [("item", f"{key}: {value}") for key, value in (first, *rest)]
    for key, value, number in (("Hut", "Beds", "12"), ("Hut", "Height (m)", "900"), ("Hut", "Built", "1931")):
        found = told(columns((key, value), ("Alder", number), ("Larch", number), ("Elm", number)), "a.txt")
        assert ("item", f"{key}: {value}") not in found
        if gap == "\t":
            assert ("row", f"{key}: Larch; {value}: {number}") in found


def test_a_table_of_two_columns_that_are_not_named_has_no_header() -> None:
    found = told("Club house\n\n1 May\tclosed\n2 May\t9-17\n3 May\t10-14\n", "a.txt")
    assert found[1:] == [("row", "1 May: closed"), ("row", "2 May: 9-17"), ("row", "3 May: 10-14")]


def test_the_name_above_an_address_is_that_of_its_fields_and_of_no_others() -> None:
    text = (
        "Members\n\nEva Krog\n3 Pond Lane\n7012 Vang\nMobile: 811\n\nTor Sand\n9 High Street\nMobile: 822\n"
        "Boat: Teal\n\nShed: North\nKeys: 4\n"
    )
    found = told(text, "a.txt")
    for shown in ("Eva Krog: Mobile: 811", "Tor Sand: Mobile: 822", "Tor Sand: Boat: Teal", "Keys: 4"):
        assert ("item", shown) in found, shown


def test_a_title_right_above_its_fields_is_shown_once() -> None:
    text = "Hut\n\nBeds: 4\nStove: none\n\nBoat shed\nDoors: 2\nKeys: 3\n"
    assert ("item", "Boat shed: Doors: 2") in told(text, "a.txt")


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


def test_each_definition_of_a_term_is_shown_with_it() -> None:
    text = "# Birds\n\n**Heron**\n: Grey\n: Fishes at dawn\n\nCrane\n\n: White\n\n: Dances\n"
    assert told(text)[1:] == [
        ("item", "Heron: Grey"),
        ("item", "Heron: Fishes at dawn"),
        ("item", "Crane: White"),
        ("item", "Crane: Dances"),
    ]
