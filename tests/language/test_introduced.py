"""Names that an article introduces in full prove their full form where it shortens them."""

import pytest

from rag.language.introduced import introduced
from rag.language.relation import Place, relation

ARTICLE = "The governor Martha Velling opened the yard. Velling then sold the mill to Harlan Crewe in 1911."
SHORT = "Velling then sold the mill."


def says(claim: str, article: str, text: str) -> bool:
    place = Place(text, full_names=introduced(article, text))
    return relation(claim, [place]).kind == "says"


def test_a_full_name_is_proved_where_the_article_introduces_it() -> None:
    assert says("Martha Velling then sold the mill.", ARTICLE, SHORT)


@pytest.mark.parametrize("name", ["Harlan Velling", "Judith Velling"])
def test_another_given_name_is_not(name: str) -> None:
    assert not says(f"{name} then sold the mill.", ARTICLE, SHORT)


def test_a_last_name_shared_by_two_people_refers_to_neither() -> None:
    article = f"{ARTICLE} Oskar Velling was her brother."
    assert not says("Martha Velling then sold the mill.", article, SHORT)


def test_what_distinguishes_two_places_is_not_a_given_name() -> None:
    article = "He left New York for York. York has walls and York has a river."
    assert not says("New York has walls.", article, "York has walls and York has a river.")


def test_a_remark_in_brackets_may_be_left_out_but_not_a_denial() -> None:
    told = "The valve should be opened by hand."
    assert says(told, "", "The valve (a brass one, see below) should be opened by hand.")
    assert not says(told, "", "The valve should (not) be opened by hand.")


def test_what_is_said_of_something_else_is_not_said_of_the_heading() -> None:
    place = Place("Delivery is free in Norway.", path=("Quill Lamp",))
    assert relation("The Quill Lamp is free in Norway.", [place]).kind != "says"
