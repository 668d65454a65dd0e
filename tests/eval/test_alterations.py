"""Claims that are put before the check: false ones are false, true ones true, and a draw can be repeated."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.alterations.claims import Claim, Judged
from eval.alterations.draw import ALTERATIONS, FALSE_OF_SEVERAL, REWORDINGS, TRUE_OF_SEVERAL, draw
from eval.alterations.given import gold_claims, read_claims, read_replies
from eval.alterations.material import Material, material
from eval.alterations.measure import by_kind, judged, measure, totals
from eval.dataset.samples import QuestionSetError, Sample
from rag import Article, readable
from rag.articles.read import read_corpus
from rag.types import Sentence
from tests.conftest import SEEDS, write_articles

ARTICLE = """The harbour at Sundvik

Engineer Brit Solheim designed the lighthouse in 1904. Captain Arne Dahl commanded the rescue boat for years.
The council may sell the old lighthouse, and the islanders oppose the sale.

Some islanders reportedly wanted a new school. The storm damaged three warehouses on March 14, 1931.

Repairs cost $4.2 million and took an hour and a half. The boats were not insured against fire.

In 1932, the firm rebuilt the quay with 90% of the money. The harbour also shelters trawlers, ferries, and \
yachts. The second keeper, who arrived later with his large family, kept a diary.

The temperature fell to −12 degrees. The company built the road in May. Solheim praised the crew with warmth.

Dahl thanked the owners for the money. The cook kept the keys of the boat in his coat, which he never lost.
"""
FORM = """# Boats

## Falk

- Length: 12 metres
- Crew: 4

## Terna

- Length: 19 metres
- Crew: 6
"""


def read(tmp_path: Path, **texts: str) -> tuple[Article, ...]:
    folder = write_articles(tmp_path / "a", {f"{name}.md": text for name, text in texts.items()})
    return read_corpus(folder, 10**6).articles


@pytest.fixture
def found(tmp_path: Path) -> Material:
    return material(read(tmp_path, harbour=ARTICLE), 1)


def made(found: Material, kind: str) -> dict[str, str]:
    """Every claim of a kind that a few draws give, with the sentence it was made from."""
    return {one.text: readable(one.proofs[0][0].text) for one in draw(found, 50, 3) if one.kind == kind}


def test_the_same_seed_draws_the_same_claims_and_another_one_others() -> None:
    articles = read_corpus(SEEDS, 10**7).articles
    first, again, other = (
        [one.text for one in draw(material(articles, seed), 20, seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_every_kind_that_an_article_has_sentences_for_is_drawn(tmp_path: Path) -> None:
    kinds = {one.kind for one in draw(material(read(tmp_path, a=ARTICLE, b=FORM), 1), 50, 3)}
    assert kinds >= {*ALTERATIONS, *REWORDINGS, *FALSE_OF_SEVERAL, *TRUE_OF_SEVERAL} - {"ordinal"}


@pytest.mark.parametrize("kind", ["any word", "opposite", "ordinal", "modal and hedge", "date", "name"])
def test_an_altered_sentence_differs_from_its_source_in_one_place(found: Material, kind: str) -> None:
    claims = made(found, kind)
    assert claims
    for claim, source in claims.items():
        new, old = claim.split(), source.split()
        assert claim != source
        assert len(new) - len(old) in range(-3, 4)
        assert len(set(old) - set(new)) <= 4


def test_any_word_is_one_of_the_same_form_from_the_articles(found: Material) -> None:
    text = " ".join(one.text for one in found.all_sentences).lower()
    for claim, source in made(found, "any word").items():
        (new,) = set(claim.lower().split()) - set(source.lower().split()) - {"a", "an"} or {""}
        assert new.strip(".,") in text


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("role swap", "The crew praised Solheim with warmth."),
        ("sign", "The temperature fell to 12 degrees."),
        ("negation", "The boats were insured against fire."),
        ("quantifier", "All islanders reportedly wanted a new school."),
        ("modal and hedge", "Some islanders certainly wanted a new school."),
        ("clause split", "The islanders oppose the sale."),
        ("conjunct dropped", "The harbour also shelters trawlers and yachts."),
        ("passive", "The road was built by the company in May."),
        ("moved", "The firm rebuilt the quay with 90% of the money in 1932."),
        ("shortened", "The cook kept the keys of the boat in his coat."),
        ("contracted", "The boats weren't insured against fire."),
        ("number form", "Repairs cost $4.2 million and took 90 minutes."),
        ("number form", "In 1932, the firm rebuilt the quay with 90 percent of the money."),
        ("number form", "Repairs cost 4.2 million dollars and took an hour and a half."),
        ("number form", "The storm damaged three warehouses on 14 March 1931."),
        ("number form", "The storm damaged 3 warehouses on March 14, 1931."),
        ("name form", "Brit Solheim praised the crew with warmth."),
    ],
)
def test_what_is_made_of_a_sentence(found: Material, kind: str, claim: str) -> None:
    assert claim in made(found, kind)


def test_an_action_is_attributed_to_another_person_of_the_same_article(found: Material) -> None:
    claims = made(found, "attribution")
    assert claims
    for claim, source in claims.items():
        assert claim != source
        assert any(name in claim for name in ("Solheim", "Dahl"))


def test_the_value_of_another_heading_is_false_and_the_own_one_true(tmp_path: Path) -> None:
    claims = list(draw(material(read(tmp_path, form=FORM), 1), 50, 3))
    sections = {(one.kind, one.text, readable(one.proofs[0][0].text)) for one in claims}
    assert ("section", "The length of Falk is 19 metres.", "Length: 19 metres") in sections
    assert ("own section", "The length of Falk is 12 metres.", "Length: 12 metres") in sections
    assert all(one.true == (one.kind == "own section") for one in claims)


def test_the_value_of_another_form_is_false(tmp_path: Path) -> None:
    forms = {
        f"lease{n}": f"Lease of flat {n}\n\nTenant: {who}\nPets: no\n" for n, who in ((3, "Rosa"), (5, "Per"))
    }
    claims = {(one.kind, one.text) for one in draw(material(read(tmp_path, **forms), 1), 50, 3)}
    assert ("section", "The tenant of Lease of flat 5 is Rosa.") in claims
    assert ("own section", "The tenant of Lease of flat 3 is Rosa.") in claims
    assert not any(kind == "section" and "pets" in text.lower() for kind, text in claims)  # they say the same


def test_people_wrote_gold_answers_which_are_true_and_altered_ones_are_not(found: Material) -> None:
    evidence = "The storm damaged three warehouses on March 14, 1931."
    sample = Sample("1", "What did the storm do?", True, sources=("harbour.md",), evidence=(evidence,),
                    reference="Three warehouses were damaged by the storm.")  # fmt: skip
    first, *others = gold_claims(found, [sample], 1)
    assert (first.kind, first.true, first.question) == ("people's wording", True, "What did the storm do?")
    assert [readable(cited.text) for cited in first.proofs[0]] == [evidence]
    assert "people's wording, number" in {one.kind for one in others}
    assert not any(one.true for one in others)


def test_a_false_claim_that_is_shown_has_passed_and_a_true_one_that_is_not_was_dropped(
    found: Material,
) -> None:
    proof = (found.all_sentences[0].sentence,)

    def shown(claim: str, cited: Sequence[Sentence], question: str) -> bool:
        return claim == "shown"

    claims = [
        Claim("number", False, "shown", (proof,)),
        Claim("number", False, "hidden", (proof,)),
        Claim("passive", True, "hidden", (proof,)),
        Claim("verbatim", True, "hidden", (proof,)),
    ]
    found_wrong = judged(claims, shown=shown)
    sums = totals(found_wrong)
    assert (sums["check_false_passed"].value, sums["check_false_passed"].n) == (0.5, 2)
    assert (sums["check_true_dropped"].value, sums["check_true_dropped"].n) == (1.0, 1)
    assert by_kind(found_wrong)["true dropped: verbatim"].value == 1.0
    assert [one.wrong for one in found_wrong] == [True, False, True, True]


def test_one_proof_that_will_do_is_enough(found: Material) -> None:
    first, second = (one.sentence for one in found.all_sentences[:2])
    seen = Judged(Claim("passive", True, "x", ((first,), (second,))), True)
    assert not seen.wrong
    (one,) = judged([seen.claim], shown=lambda claim, cited, question: cited[0] is second)
    assert one.shown


def test_a_check_that_shows_all_passes_all_and_one_that_shows_nothing_drops_all(found: Material) -> None:
    every, none = (
        totals(measure(found.articles, each=5, shown=lambda claim, cited, question, says=says: says))  # type: ignore[misc]
        for says in (True, False)
    )
    assert (every["check_false_passed"].value, every["check_true_dropped"].value) == (1.0, 0.0)
    assert (none["check_false_passed"].value, none["check_true_dropped"].value) == (0.0, 1.0)


def test_files_of_claims_and_replies_are_put_before_the_check(tmp_path: Path) -> None:
    articles = read(tmp_path, harbour=ARTICLE, form=FORM)
    claims = tmp_path / "claims.jsonl"
    claims.write_text(
        json.dumps(
            {"claim": "Falk has a crew of 4.", "article": "form.md", "sentence": "Crew: 4", "true": True,
             "question": "How many are aboard?"}
        )
    )  # fmt: skip
    replies = tmp_path / "replies.jsonl"
    cites = [
        {"source": "harbour.md", "snippet": "designed the"},
        {"source": "form.md", "snippet": "Crew: 6"},
    ]
    replies.write_text(
        json.dumps(
            {
                "question": "Who?",
                "sentence": "Dahl designed it.",
                "true": False,
                "style": "close",
                "cites": cites,
            }
        )
    )
    (claim,) = read_claims(claims, articles)
    assert (claim.true, claim.proofs[0][0].text) == (True, "Crew: 4")
    (reply,) = read_replies(replies, articles)
    assert (reply.true, reply.kind) == (False, "reply, close")
    assert [cited.text for cited in reply.proofs[0]] == [
        "Engineer Brit Solheim designed the lighthouse in 1904.",
        "Crew: 6",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "holds no claims"),
        ("{", "claims.jsonl:1"),
        ('{"claim": "c"}', "article: "),
        (
            '{"claim": "c", "article": "x.md", "sentence": "s", "true": true, "question": ""}',
            "no article 'x.md'",
        ),
        (
            '{"claim": "c", "article": "form.md", "sentence": "s s", "true": true, "question": ""}',
            "no sentence of form.md holds 's s'",
        ),
    ],
)
def test_a_bad_file_of_claims_is_refused_with_line_and_fault(tmp_path: Path, line: str, message: str) -> None:
    articles = read(tmp_path, form=FORM)
    path = tmp_path / "claims.jsonl"
    path.write_text(line)
    with pytest.raises(QuestionSetError) as caught:
        read_claims(path, articles)
    assert message in str(caught.value)


def test_the_command_prints_every_kind_and_the_claims_to_be_read(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "a", {"harbour.md": ARTICLE})
    options = f"--articles {folder} --n 3 --read 1 --json {tmp_path}/o.json"
    done = CliRunner().invoke(app, ["alter", *options.split()])
    assert done.exit_code == 0, done.output
    assert "check_false_passed" in done.output
    assert "false passed: any word" in done.output
    assert "\nfalse: any word\n- " in done.output
    assert set(json.loads((tmp_path / "o.json").read_text())) == {"figures", "misses"}


def test_of_gold_answers_too_no_kind_has_more_claims_than_were_asked_for(found: Material) -> None:
    evidence = "The storm damaged three warehouses on March 14, 1931."
    samples = [
        Sample(str(n), "What?", True, sources=("harbour.md",), evidence=(evidence,),
               reference=f"Three warehouses were damaged by storm {n}.")
        for n in range(5)
    ]  # fmt: skip
    kinds = Counter(one.claim.kind for one in measure(found.articles, samples, each=2))
    assert kinds["people's wording"] == 2
    assert max(kinds.values()) == 2


def test_a_folder_without_sentences_gives_no_claims(tmp_path: Path) -> None:
    assert measure(read(tmp_path, empty="# Nothing\n")) == []
    assert totals([]) == {}


def test_no_change_is_made_of_a_question_set_that_has_no_gold_answers(found: Material) -> None:
    assert list(gold_claims(found, [Sample("1", "What?", True)], 1)) == []
