"""Detect what a question names that the articles do not have, though they have others of its kind.

“When does the Eastgate branch open?” → “Eastgate”, if the passages are about the Northgate and Southgate
branches. What they say about those is not an answer, however similar the wording.
"""

import itertools
import re
from collections.abc import Container, Iterable
from functools import lru_cache

from rag.language.lexicon import country, is_known
from rag.language.numbered import asked_by_number, numbered
from rag.language.words import STOPWORDS, stem, words

_WORD = re.compile(r"[^\W\d_][\w’']*")
_POSSESSIVE = re.compile(r"[’']s?$")
_SOON = 60  # characters
_Pair = tuple[str, str]


def stranger(question: str, texts: Iterable[str], nowhere: Container[str]) -> str:
    """The name or numbered thing in a readable question for which the texts have only others; else "".

    `nowhere` are the question's stems that no article has, except those of misspelt words.
    """
    texts = list(texts)
    return _numbered_stranger(question, texts) or _named_stranger(question, texts, nowhere)


def _numbered_stranger(question: str, texts: list[str]) -> str:
    """“day 140”, if days are numbered but none is 140. Years do not count: a text mentions only a few."""
    for (word, year), numbers in asked_by_number(question).items():
        found = [number for text in texts for number in numbered(text).get((word, year), ())]
        if found and not year and not numbers & set(found):
            return f"{word} {min(numbers)}"
    return ""


def _named_stranger(question: str, texts: list[str], nowhere: Container[str]) -> str:
    """A name beside a word that the texts have only with other names there: “Eliza” in “Eliza Finch”."""
    pairs = [pair for text in texts for pair in _pairs(text)]
    for name, noun in _pairs(question):
        before = {other for other, same in pairs if same == noun}
        with_noun = {same for other, same in pairs if other == name}
        # “Alma Penn”, if there is an Alma Strand and no article has a Penn.
        last = noun[0].isupper() and not _is_common(noun) and stem(noun.lower()) in nowhere
        if last and any(other[0].isupper() for other in with_noun):
            return noun
        # A noun is a kind of thing if it follows several names: the Northgate and the Southgate branch.
        if len(before) < (1 if noun[0].isupper() else 2) or name in before or _is_common(name):
            continue
        strange = stem(name.lower()) in nowhere
        # Somebody else's given name: “Ruth Penn”, if there are Ruth Calloway and Idris Penn.
        crossed = noun[0].isupper() and bool(with_noun)
        if (strange or crossed) and not any(_together(name, noun, text) for text in texts):
            return name
    return ""


def _together(name: str, noun: str, text: str) -> bool:
    """Whether the noun follows the name closely in a sentence: “Ruth and Idris Penn”."""
    for piece in text.split("."):
        read = list(_WORD.finditer(piece))
        ends = [match.end() for match in read if match[0] == name]
        starts = [match.start() for match in read if match[0] == noun]
        at = 0
        for end in ends:
            while at < len(starts) and starts[at] < end:
                at += 1
            if at < len(starts) and starts[at] - end <= _SOON:
                return True
    return False


def _is_common(name: str) -> bool:
    """Whether it is a country, which has many names, or a dictionary word, such as a title: “President”."""
    return country(name) is not None or country(name.lower()) is not None or is_known(name.lower())


@lru_cache(maxsize=2000)  # passages of many questions
def _pairs(text: str) -> tuple[_Pair, ...]:
    """Each capitalised word with the content word right after it, without possessive endings."""
    found = []
    for one, following in itertools.pairwise(_WORD.finditer(text)):
        if not one[0][0].isupper() or text[one.end() : following.start()].strip():
            continue
        name, noun = _POSSESSIVE.sub("", one[0]), _POSSESSIVE.sub("", following[0])
        if not STOPWORDS.issuperset(words(name)) and not STOPWORDS.issuperset(words(noun)):
            found.append((name, noun))
    return tuple(found)
