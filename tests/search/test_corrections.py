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


# Corrections without the usual heading: by a remark before them, or by denying what was said.
UNLABELLED = {
    "choir.txt": """Choir outing

The coach for the choir leaves at seven from the corn exchange, the organist told us. That was wrong.
The coach leaves at half past six.

Bring a cushion, for the seats are hard, and a song for the way home.
""",
    "tram.md": """# Line 4 diverted

From Friday the tram turns round in Salt Lane because of the fair.

We got this the wrong way about: the tram turns round in Hay Lane, not in Salt Lane. Tickets keep their price.
""",
    "clock.md": """# Label 12

The long-case clock was made in Ludlow about 1790 by Silas Orme.

Note from the keeper: the clock was not made by Silas Orme but by his pupil Martha Kyte.

The case is of walnut, and the bell is cracked.
""",
    "report.txt": """Angling report

The cup went to Rolf Stane for a pike of nine pounds.

Correction from the committee: the cup went to Rolf Stane for a pike of six pounds.

The lake has since been restocked with tench.
""",
    "vestry.txt": """Vestry meeting, 3 March

1. The warden reported a debt of 340 crowns.
2. The bell rope is to be spliced.

Amendment: in item 1, for "340 crowns" read "34 crowns". The rest stands.
""",
    "bees.txt": """Bee-keepers' prize

The honey prize was taken by the farmer Jorun Vik with a jar of heather honey.

CORRECTION: In our piece on the prize we named Jorun Vik as the winner. The winner was the smith Halvard Moen.
""",
    "cup.txt": """The rowing cup

In May the rowing cup went to Tarvin. In June the rowing cup went not to Tarvin but to Osset.
""",
    "soup.txt": """Leek soup

The soup needs three leeks and a pint of milk. It is not a thick soup.

The bread is wrong for children, some say. The soup needs an hour on a low flame.
""",
}


@pytest.fixture(scope="module")
def unlabelled(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("unlabelled")
    write_articles(folder / "articles", UNLABELLED)
    return Chatbot(make_settings(folder)).ask


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("When does the coach for the choir leave?", "half past six"),
        ("Where does the tram turn round during the fair?", "Hay Lane"),
        ("Who made the long-case clock?", "Martha Kyte"),
        ("How heavy was the pike that won the cup?", "six pounds"),
        ("What debt did the warden report to the vestry?", "34 crowns"),
        ("Who won the honey prize of the bee-keepers?", "Halvard Moen"),
    ],
)
def test_a_correction_needs_no_usual_heading(unlabelled: Ask, question: str, right: str) -> None:
    assert right in unlabelled(question).sentences[0].text


def test_a_denial_or_a_remark_of_something_else_corrects_nothing(unlabelled: Ask) -> None:
    shown = unlabelled("What does the leek soup need?")
    assert "three leeks" in shown.sentences[0].text
    assert not [one for one in (*shown.sentences, *shown.more) if one.label == "Corrected"]


def test_another_time_is_no_correction(unlabelled: Ask) -> None:
    shown = unlabelled("Who got the rowing cup in May?")
    assert "In May" in shown.sentences[0].text
    assert not [one for one in (*shown.sentences, *shown.more) if one.label == "Corrected"]
