"""Labels: who speaks, and what only introduces a paragraph."""

import pytest

from tests.articles.told import told


@pytest.mark.parametrize(
    "label", ["Correction", "Update", "Clarification", "Editor's note", "Please remember"]
)
def test_a_word_that_introduces_paragraphs_does_not_speak(label: str) -> None:
    text = (
        f"# Ferry\n\nThe ferry leaves at nine.\n\n{label}: It leaves at ten.\n\nIt carries 12 cars.\n\n"
        f"{label}: It carries 14 cars.\n\nThe bar is shut.\n\n{label}: The bar is open.\n\nDogs are free.\n"
    )
    found = told(text)
    assert {kind for kind, _ in found[1:]} == {"paragraph"}
    assert ("paragraph", "Dogs are free.") in found


def test_two_words_that_introduce_paragraphs_do_not_speak_either() -> None:
    text = "".join(
        f"The ferry leaves at {n}.\n\nIt carries {n} cars.\n\n{label}: It leaves later.\n\n"
        for n, label in enumerate(("Correction", "Addendum", "Correction", "Addendum"), 5)
    )
    assert {kind for kind, _ in told(f"# Ferry\n\n{text}")[1:]} == {"paragraph"}


@pytest.mark.parametrize(
    "names", [("Witness", "Clerk"), ("Mark", "Grace"), ("Fox", "Raven"), ("Ines", "Rose")]
)
def test_words_speak_where_the_text_is_a_conversation(names: tuple[str, str]) -> None:
    one, other = names
    text = (
        f"# The quay\n\nThey met at noon.\n\n{one}: It sinks. We must act.\n\n{other}: When was that?\n\n"
        f"{one}: At six, I think.\n\n{other}: Then we wait.\n"
    )
    assert ("speech", f"{one}: We must act.") in told(text)
    assert ("speech", f"{other}: Then we wait.") in told(text)


def test_a_name_that_is_no_word_speaks_wherever_it_does_again() -> None:
    text = (
        "# The quay\n\nIt was late.\n\nSvensson: It sinks.\n\nThe mast shook.\n\nWe ran.\n\nSvensson: We go."
        "\n\nNobody moved.\n\nAll stood still.\n\nOkoro: Now!\n"
    )
    assert ("speech", "Svensson: We go.") in told(text)
