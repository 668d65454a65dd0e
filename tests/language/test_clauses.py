"""Claims of several clauses, and what several places prove of them together."""

import pytest

from rag.language.relation import Place, Relation, relation


def proved(claim: str, *sources: str) -> Relation:
    return relation(claim, [Place(source) for source in sources])


def test_each_clause_may_be_proved_by_a_place_of_its_own() -> None:
    sources = ("Okafor leads the talks on fishing.", "Renner, a lawyer, leads the talks on timber.")
    whole = proved("Okafor leads the talks on fishing, while Renner leads the talks on timber.", *sources)
    assert whole.kind == "says"
    assert whole.places == (0, 1)
    crossed = proved("Okafor leads the talks on timber, while Renner leads the talks on fishing.", *sources)
    assert crossed.kind != "says"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The tug sank in May.", "says"),
        ("The grey tug sank in May.", "near"),
        ("The ferry sank in May.", "near"),
    ],
)
def test_another_cited_sentence_may_describe_what_the_place_only_names(text: str, kind: str) -> None:
    described = "Mira Holt had built the wooden tug in Lund."
    assert proved("The wooden tug sank in May.", text, described).kind == kind


def test_no_other_cited_sentence_describes_what_the_place_says_of_another_kind() -> None:
    sources = ("Ferry owners paint their boats.", "Wooden ferries are rare.")
    assert proved("Wooden ferry owners paint their boats.", *sources).kind != "says"
    assert proved("Wooden ferries paint their boats.", *sources).kind != "says"


def test_clauses_in_a_row_are_proved_each_by_its_place() -> None:
    sources = ("Okafor paints.", "Okafor is a nurse in Lund.", "Okafor writes the songs of a choir.")
    assert (
        proved("Okafor paints, writes the songs of a choir and is a nurse in Lund.", *sources).kind == "says"
    )


def test_a_clause_made_of_two_places_is_not_proved() -> None:
    sources = ("The mayor of Lund signed the treaty.", "The bishop burned the letter in June.")
    assert proved("The mayor of Lund burned the letter in June.", *sources).kind != "says"


@pytest.mark.parametrize(
    ("claim", "sources", "true"),
    [
        ("The chapel burned, and it was rebuilt by monks.",
         ("The chapel burned in May.", "The chapel was rebuilt by monks."), True),
        ("The chapel burned, and it was rebuilt by monks.",
         ("The chapel burned in May.", "The barn was rebuilt by monks."), False),
        ("The chapel burned, and its keeper escaped.",
         ("The chapel burned in May.", "The chapel's keeper escaped."), True),
        ("The chapel burned, and its keeper escaped.",
         ("The chapel burned in May.", "The barn's keeper escaped."), False),
        ("Ruth tuned the harps, and she resigned.", ("Ruth tuned the harps in May.", "Ruth resigned."), True),
        ("Peru mines these metals, and its tolls have slowed trade.",
         ("Peru mines these metals in Puno.", "Peru's tolls have slowed trade."), True),
        ("Ruth praised Ivo, and he resigned.", ("Ruth praised Ivo.", "Ruth resigned."), False),
        ("The school outgrew the chapel, and its roof leaked.",
         ("The school outgrew the chapel.", "The school's roof leaked."), False),
    ],
)  # fmt: skip
def test_a_pronoun_stands_for_the_subject_before_it_if_for_nothing_else(
    claim: str, sources: tuple[str, ...], true: bool
) -> None:
    assert (proved(claim, *sources).kind == "says") == true, proved(claim, *sources)


def test_he_is_not_she() -> None:
    assert (
        proved("Ruth phoned Ivo, and he refused.", "Ruth phoned Ivo, and he refused to pay.").kind == "says"
    )
    assert proved("Ruth phoned Ivo, and he refused.", "Ruth phoned Ivo, and she refused.").kind != "says"


@pytest.mark.parametrize(
    ("first", "second", "proves"),
    [
        ("The clinic in Vik opened in May.", "The clinic in Moss moved in June.", False),
        ("The clinic of Vik opened in May.", "The clinic of Moss moved in June.", False),
        ("The new clinic opened in May.", "The clinic moved in June.", False),
        ("The clinic opened in May.", "The clinic moved in June.", True),
    ],
)
def test_places_that_prove_a_claim_together_are_about_one_thing(
    first: str, second: str, proves: bool
) -> None:
    found = proved("The clinic opened in May and moved in June.", first, second)
    assert (found.kind == "says") == proves, found
