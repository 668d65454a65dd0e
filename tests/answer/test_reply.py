"""A claim is checked against what it cites, then with what stands beside it in the same article."""

from rag.answer.citations import Claim
from rag.answer.reply import Checked, check_claim
from rag.articles.parse import read_article
from rag.articles.sentences import split_sentences
from rag.types import Chunk, Evidence, Hit, Sentence

CLAIM = Claim("The chapel burned in 1902, and it was rebuilt by monks.", (1,))
BURNED, REBUILT = "The chapel burned in 1902.", "The chapel was rebuilt by monks."


def checked(*articles: str) -> Checked:
    """The claim, which cites the first sentence, checked against each sentence of these articles."""
    found = []
    for n, text in enumerate(articles):
        article = read_article(f"{n}.txt", text.encode())
        sentences = tuple(Sentence(article, *span) for span in split_sentences(article.text))
        hit = Hit(Chunk(article, sentences), 0, 1.0, 1.0, 1.0)
        found += [Evidence(one, hit, 1.0, 1.0, 1.0) for one in sentences]
    return check_claim(CLAIM, found, "What became of the chapel?")


def test_two_sentences_of_an_article_prove_a_claim_that_cites_one() -> None:
    found = checked(f"{BURNED} The bells were saved. {REBUILT}")
    assert found.grade == "restated", found.found
    assert [sentence.text for sentence in found.proof] == [BURNED, REBUILT]


def test_a_sentence_of_another_article_or_thing_proves_no_clause_of_it() -> None:
    assert checked(BURNED, REBUILT).grade is None
    assert checked(f"{BURNED} The barn was rebuilt by monks.").grade is None
