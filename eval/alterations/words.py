"""Words with part of speech and lemma, from a tagger that is independent of the check.

HanTa (Wartena, 2019) with its English model; tags are those of the British National Corpus (CLAWS 5): NN1 a
noun, NN2 a plural, NP0 a name, AJ0 an adjective, VVD a past tense, VVN a participle, CRD a number, VM0 a
modal, XX0 “not”. About one tag in twenty is wrong; a claim made from a wrong tag reads badly, but is as
false as anything else that the source does not say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from eval.alterations.wordnet import is_common

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|[A-Z][a-z]{0,3}\.(?= [A-Z])"  # U.S., Mr.
    r"|\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?\b|[^\W\d_]+(?=n['’]t\b)|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b"
    r"|[^\W_]+(?:-[^\W_]+)*|\S"
)
# One letter per tag, so that a regular expression can match a phrase.
_LETTERS = {
    "AT0": "d", "DPS": "d", "DT0": "d", "AJ0": "a", "AJC": "a", "AJS": "a", "ORD": "a", "CRD": "a",
    "NN0": "n", "NN1": "n", "NN2": "n", "NP0": "N", "POS": "s", "VVD": "v", "VVZ": "v", "VVB": "w",
    "VVI": "i", "VVN": "e", "VVG": "g", "VM0": "m", "XX0": "x", "PRP": "t", "PRF": "f", "TO0": "T",
    "CJC": "c", "CJS": "C", "CJT": "C", "DTQ": "q", "PNQ": "q", "AVQ": "q", "PNP": "P", "AV0": "r",
    "AVP": "r", "PNI": "I", "PNX": "I", "EX0": "E",
}  # fmt: skip
NOUN_PHRASE = "d?a*(?:[nN]s?)*[nN]"
FINITE = "[vmbhow]"


@dataclass(frozen=True, slots=True)
class Word:
    """A word or punctuation mark with its span in the text."""

    text: str
    start: int
    end: int
    tag: str
    lemma: str


def tagged(text: str) -> tuple[Word, ...]:
    """Return the words and punctuation marks of one sentence, in order."""
    return _tagged(text)


@lru_cache(maxsize=20_000)
def _tagged(text: str) -> tuple[Word, ...]:
    tokens = list(_TOKEN.finditer(text))
    found = _tagger().tag_sent([token[0].replace("’", "'") for token in tokens])
    words = [
        Word(token[0], token.start(), token.end(), tag, lemma)
        for token, (_, lemma, tag) in zip(tokens, found, strict=True)
    ]
    for n in range(len(words)):
        if _is_name(words, n):
            words[n] = replace(words[n], tag="NP0", lemma=words[n].text)
    return tuple(words)


def _is_name(words: Sequence[Word], n: int) -> bool:
    """Whether a word is capitalized for a reason other than its position in the sentence."""
    word = words[n]
    alone = ("NN0", "NN1", "NN2", "UNC", "VVB", "VVD", "VVI", "VVG", "VVN", "VVZ")
    if not word.text[0].isupper() or word.text == "I":
        return False
    if n == 0:
        return word.tag in alone and not is_common(word.text)
    if not words[n - 1].text[-1].isalnum():
        return False
    return word.tag in alone or (words[n - 1].tag == "NP0" and word.tag[0] != "C")


@lru_cache(maxsize=1)
def _tagger() -> Any:
    from HanTa.HanoverTagger import HanoverTagger  # it loads a model of 2 MB

    return HanoverTagger("morphmodel_en.pgz")


def shape(words: tuple[Word, ...]) -> str:
    """Return the sentence as one letter per word: `NOUN_PHRASE` and `FINITE` are patterns over it.

    d determiner, a adjective or number, n noun, N name, s possessive, v finite verb, w base form of a verb,
    i infinitive, e participle, g -ing, m modal, b be, h have, o do, x not, t preposition, f “of”, T “to”, c
    conjunction, C subordinating one, q relative, P personal pronoun, r adverb; commas and full stops as
    they are, other punctuation as quotes, anything else as ?.
    """
    return "".join(map(_letter, words))


def _letter(word: Word) -> str:
    if word.tag in _LETTERS:
        return _LETTERS[word.tag]
    if word.tag.startswith("V"):
        return {"B": "b", "H": "h", "D": "o"}.get(word.tag[1], "?")
    if word.text in (",", ".", ";", ":", "(", ")"):
        return word.text
    return '"' if not word.text[0].isalnum() else "?"


def replaced(text: str, start: int, end: int, new: str) -> str:
    """Replace part of the text, keeping its capitalization and choosing “a” or “an” as needed."""
    if text[start:end][:1].isupper() and start == 0:
        new = new[:1].upper() + new[1:]
    before = text[:start]
    if match := re.search(r"\b([Aa])n? $", before):
        before = f"{before[: match.start()]}{match[1]}{'n' if new[:1].lower() in 'aeiou' else ''} "
    return before + new + text[end:]


def sentence_case(text: str) -> str:
    """Return the text with an initial capital."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str, first: Word) -> str:
    """Return a phrase that began a sentence as it is written in the middle of one; a name keeps its
    capital.
    """
    keeps = first.tag == "NP0" or first.text == "I" or not is_common(first.text)
    return text if keeps else text[:1].lower() + text[1:]
