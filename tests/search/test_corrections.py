"""An article that corrects itself: the corrected value first, the old one labelled."""

from collections.abc import Callable

import pytest

from rag import Answer, Chatbot
from tests.conftest import make_settings, write_articles

REGATTA = (
    "Regatta off Palmer Quay\n\nThe regatta was won by the ketch Morwenna, and the cup was handed "
    "over by the "
    "harbour master, Piers Lund. Forty boats took part. A mast broke because of a rusty bolt.\n\n"
    "Spectators lined the quay until dusk, and the band played.\n\n"
    "CORRECTION (8 August). Several details in an earlier version of this article were wrong. The mast broke "
    "because of a split seam and not a rusty bolt. The harbour master is Petra Lund; Piers Lund is "
    "her father. "
    "We apologise."
)
NOTICE = (
    "Flower show\n\nThe flower show takes place on 3 June in the drill hall. Tickets cost 5 crowns "
    "at the gate."
    "\n\nErratum: the date above is a mistake. The flower show takes place on 10 June. Tickets cost "
    "5 crowns, as "
    "printed."
)
MINUTES = {
    "may.txt": "Minutes of the allotment society, May\n\nThe rent of a plot was fixed at 45 crowns. "
    "The gate is "
    "locked at nine.",
    "june.txt": "Minutes of the allotment society, June\n\nAmendment: the rent of a plot was fixed "
    "at 54 crowns, "
    "not 45 crowns. The hose was mended.",
}

Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("corrections")
    articles = {"regatta.txt": REGATTA, "show.txt": NOTICE, **MINUTES}
    write_articles(folder / "articles", articles)
    return Chatbot(make_settings(folder)).ask


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Why did the mast break?", "split seam"),
        ("Who is the harbour master of Palmer Quay?", "Petra Lund"),
        ("When is the flower show?", "10 June"),
        ("What is the rent of a plot at the allotment society?", "54 crowns"),
    ],
)
def test_the_corrected_value_comes_first(ask: Ask, question: str, right: str) -> None:
    assert right in ask(question).sentences[0].text


def test_what_is_corrected_is_labelled(ask: Ask) -> None:
    shown = [one.marked for one in ask("When is the flower show?").shown if "3 June" in one.text]
    assert all(one.startswith("Corrected: ") for one in shown)


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How many boats took part in the regatta?", "Forty boats"),
        ("Who won the regatta off Palmer Quay?", "Morwenna"),
        ("What do tickets to the flower show cost?", "5 crowns"),
    ],
)
def test_what_the_correction_does_not_touch_stays(ask: Ask, question: str, right: str) -> None:
    assert right in ask(question).sentences[0].text


def test_a_remark_about_mistakes_is_no_answer(ask: Ask) -> None:
    for question in ("Why did the mast break?", "Who is the harbour master?", "When is the flower show?"):
        assert not any(
            "earlier version" in one.text or "mistake" in one.text for one in ask(question).sentences
        )
