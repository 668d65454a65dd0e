"""What a question asks after that stands in no article: a name, a code, a year, a thing that can be touched.

“Which bar contains sugar?” → “sugar”, where no article has the word, one of its forms, another word for it, or
one for a kind of it.

Most words of a question may be missing from the sentence that answers it: “How long did it take?” is answered by
“90 minutes”. Only those count here that have hardly another wording: of 20,000 answerable questions on texts of
public sets, one in a thousand has such a word that its article lacks, half of these by a slip of the pen.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from rapidfuzz.distance import DamerauLevenshtein

from rag.language.facts import facts, unmatched
from rag.language.lexicon import akin, country, government, is_known, names_thing, relatives
from rag.language.reading import Token, read
from rag.language.words import stem, words
from rag.search.times import time_asked

_CODE = re.compile(r"\b[A-Z]{1,8}-?\d{1,8}[A-Za-z\d]{0,8}\b")
_FEWEST_DIGITS = 3  # shorter numbers count things, and are worded in many ways
_MOST_ACRONYM = 5  # letters
_LONG = 8  # letters
_FEWEST_LETTERS = 4  # of what is looked for: a slip makes any shorter word another one
_MOST_WORDS = 5000  # of the passages, in which a kind of a thing is looked for
_KIND_OF = frozenset("kind type sort brand".split())


def unheard(question: str, texts: Sequence[str], vocabulary: Collection[str]) -> str:
    """The first word of a readable question that rules an answer out, else "".

    `texts` are the passages found, `vocabulary` the stems of all articles.
    """
    found = (
        *_codes(question, texts),
        *_numbers(question, texts),
        *_names(question, vocabulary),
        *_things(question, texts, vocabulary),
    )
    return next(iter(found), "")


def _codes(question: str, texts: Sequence[str]) -> Iterator[str]:
    """“XK4” where there are QL7 and VB2: a code is written in one way only."""
    asked = {code for code in _CODE.findall(question) if not any(_holds(text, code) for text in texts)}
    if asked:
        shapes = {_shape(code) for text in texts for code in _CODE.findall(text)}
        yield from sorted(code for code in asked if _shape(code) in shapes)


def _holds(text: str, code: str) -> bool:
    return code.casefold() in text.casefold()


def _shape(code: str) -> str:
    return "".join("9" if char.isdigit() else "A" for char in code)


def _numbers(question: str, texts: Sequence[str]) -> Iterator[str]:
    """Years and long numbers; of a time between two years, each year may be missing."""
    time = time_asked(question)
    if time.is_bounded and time.since != time.until:
        return
    asked = [
        one
        for one in facts(question).numbers
        if sum(map(str.isdigit, one.text)) >= _FEWEST_DIGITS and one.text[-1] not in "sthdS"
    ]
    for number in unmatched(asked, [one for text in texts for one in facts(text).numbers]) if asked else ():
        yield number.text


def _names(question: str, vocabulary: Collection[str]) -> Iterator[str]:
    """Names of which no article has a word of about the same letters.

    One that is partly heard is another matter: of “Mariah Carey” the articles may say “Carey”. Acronyms stand
    for what may be spelt out.
    """
    run: list[Token] = []
    for token in (*read(question).tokens[1:], None):
        if token is not None and token.part == "name":
            run.append(token)
            continue
        if run and all(_is_strange(one, vocabulary) for one in run):
            yield " ".join(one.text for one in run)
        run = []


def _is_strange(name: Token, vocabulary: Collection[str]) -> bool:
    word = name.lower
    if not word.isalpha() or len(word) < _FEWEST_LETTERS or (name.text.isupper() and len(word) <= _MOST_ACRONYM):
        return False
    known = country(word) is not None or government(word) is not None
    known = known or (is_known(word) and not name.text.isupper())
    return not known and not _is_heard(word, vocabulary) and not _misspelt(word, vocabulary)


def _misspelt(word: str, vocabulary: Collection[str]) -> bool:
    """Whether a slip of the pen behind its first letter, of a long word two, make it a word of the articles."""
    form = stem(word)
    slips = 2 if len(form) >= _LONG else 1
    near = (one for one in vocabulary if one[:1] == form[0] and abs(len(one) - len(form)) <= slips)
    return any(DamerauLevenshtein.distance(form, one, score_cutoff=slips) <= slips for one in near)


def _things(question: str, texts: Sequence[str], vocabulary: Collection[str]) -> Iterator[str]:
    """Nouns that name things alone, and the things that are counted; not what the answer is a kind of."""
    tokens = read(question).tokens
    for at, token in enumerate(tokens):
        before = [one.lower for one in tokens[max(at - 2, 0) : at]]
        if token.part != "matter" or token.verbal or _is_kind(tokens, at) or len(token.text) < _FEWEST_LETTERS:
            continue
        counted = before == ["how", "many"]
        if names_thing(token.lower, counted=counted) and not _is_heard(token.lower, vocabulary):
            if not _misspelt(token.lower, vocabulary) and not _has_kind(token.lower, texts):
                yield token.text


def _is_kind(tokens: Sequence[Token], at: int) -> bool:
    """Whether the answer is one of a kind that a noun names: “which hotel”, “what kind of metal”."""
    before = [one.lower for one in tokens[:at]]
    for back in range(len(before) - 1, -1, -1):
        if before[back] in ("which", "what") or before[back] in _KIND_OF:
            return True
        if tokens[back].part == "function" and before[back] not in ("of", "a", "an", "the"):
            return False
    return False


def _is_heard(word: str, vocabulary: Collection[str]) -> bool:
    """Whether any article has one of its forms, or another word for it."""
    return any(stem(one) in vocabulary for one in relatives(word))


def _has_kind(word: str, texts: Sequence[str]) -> bool:
    """Whether a passage names one of its kinds, or has a word of its root."""
    read_words = {one for text in texts for one in words(text)}
    return any(akin(word, one) for one in sorted(read_words)[:_MOST_WORDS])
