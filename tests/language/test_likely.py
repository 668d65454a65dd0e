"""The index of a text's words finds every word that a comparison with each of them would."""

from itertools import islice

from rag.language.align import likeness
from rag.language.lexicon import akin, relatives
from rag.language.likely import WordIndex
from rag.language.reading import Token, read

SAMPLED = "agreement bought cheap decide empty ferry grew hostel idea judge kinder lasting moved".split()
NAMED = [
    "Saint Brannoc's Mill opened.",
    "St Brannoc Mill opened.",
    "Beijing and the Chinese signed with France.",
    "The French and China signed.",
    "The European Union met the Danes.",
    "The EU met Denmark.",
]


def test_every_word_that_is_akin_is_found() -> None:
    related = [word for one in SAMPLED for word in islice(sorted(relatives(one)), 25)]
    words = sorted({*SAMPLED, *related, "frobnicate", "frobnicated", "frobnicator", "stork", "bird"})
    index = WordIndex(enumerate(words))
    found = 0
    for word in words:
        likely = index.likely(word)
        akin_to = {n for n, other in enumerate(words) if akin(word, other)}
        assert akin_to <= likely, word
        assert len(likely) < len(words) / 2, word
        found += len(akin_to)
    assert found > 2 * len(words)


def test_every_form_of_a_name_is_found() -> None:
    texts = [*NAMED, *map(str.lower, NAMED)]  # in lower case, a name counts as a word
    tokens = [token for text in texts for token in read(text).tokens if token.part != "mark"]
    index = WordIndex((n, token.lower) for n, token in enumerate(tokens))
    for token in tokens:
        matched = {
            n for n, other in enumerate(tokens) if _one_is_no_name(token, other) and likeness(token, other)
        }
        assert matched <= index.likely(token.lower), token.lower


def _one_is_no_name(token: Token, other: Token) -> bool:
    return "name" not in (token.part, other.part) or token.part != other.part
