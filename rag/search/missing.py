"""What a question is about and no article has: names, codes, years, things, kinds of value.

It rules an answer out.

“Which bar contains sugar?” → “sugar”, if no article has the word, a form, a synonym or a hyponym of it.

Most words of a question need not occur in its answer: “How long did it take?” is answered by “90 minutes”.
These have hardly any paraphrase; what is left to go wrong are mostly misspellings, which `meant` catches.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from rag.index.lexical import LexicalIndex
from rag.language.facts import Number, facts, unmatched
from rag.language.grammar import ARTICLES, AUXILIARIES, BE, DO
from rag.language.lexicon import (
    akin,
    concrete,
    country,
    government,
    is_kind_of,
    is_known,
    relatives,
    verb_share,
)
from rag.language.measures import MEASURES, measure_asked
from rag.language.periods import within
from rag.language.quantities_read import quantities
from rag.language.reading import Token, read
from rag.language.words import STOPWORDS, stem, words
from rag.search.bounds import without_bounds
from rag.search.times import time_asked

_CODE = re.compile(r"\b[A-Z]{1,8}-?\d{1,8}[A-Za-z\d]{0,8}\b")
_SPELLED = re.compile(r"\b[A-Z]{1,8}[ -]?\d{1,8}[A-Z\d]{0,8}\b", re.I)
_DIGITS = re.compile(r"\d+")
_FEWEST_DIGITS = 3  # shorter numbers are counts, which are worded in many ways
_MOST_ACRONYM = 5  # letters
_FEWEST_LETTERS = 4  # of a name: a misspelling of a shorter word is mostly another word
_FEWEST_OF_NOUN = 3
_MOST_WORDS = 5000  # of the passages, searched for hyponyms
_KIND_NOUNS = frozenset("kind type sort brand".split())
_CURRENCIES = {
    "dollars": frozenset("$"),
    "euros": frozenset("€"),
    "pounds": frozenset(["£", "pound"]),
    "yen": frozenset("¥"),
}
_ASKED_IN = re.compile(rf"\bin (?:US |Canadian |Australian )?({'|'.join(_CURRENCIES)})\b", re.IGNORECASE)


_CHARGES = re.compile(
    r"\b(?:how much|what (?:do|does|did|will))\b.{1,60}\b(?:pay|paid|charged?)\b", re.IGNORECASE
)
_HOUR = re.compile(r"\b(?:what|which) time\b(?! of year)", re.IGNORECASE)
# Times of day that are not read as a clock's: they may be what is asked for.
_PART_OF_DAY = re.compile(
    r"\b(?:noon|midday|midnight|dawn|dusk|sun(?:rise|set)|morning|evening|o.clock|\d{1,2}[.:]\d\d"
    r"|(?:past|to) (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))",
    re.IGNORECASE,
)


def missing_word(question: str, texts: Sequence[str], index: LexicalIndex) -> str:
    """The first such word of a readable question, else "".

    `texts` are the retrieved passages, `index` has the words of all articles.
    """
    found = itertools.chain(
        _codes(question, texts),
        _numbers(question, texts),
        _names(question, texts, index),
        _values(question, texts),
        _nouns(question, texts, index),
    )
    return next(found, "")


def _codes(question: str, texts: Sequence[str]) -> Iterator[str]:
    """Codes that no passage has, though it has others of their shape: XK4, where there are QL7 and VB2."""
    asked = set(_CODE.findall(question))
    if not any(_holds(text, code) for text in texts for code in asked):
        shapes = {_shape(code) for text in texts for code in _CODE.findall(text)}
        yield from sorted(code for code in asked if _shape(code) in shapes)


def _holds(text: str, code: str) -> bool:
    """Whether a text has a code, in any spelling: LH452, LH 452, LH-452."""
    return _compact(code) in map(_compact, _SPELLED.findall(text))


def _compact(code: str) -> str:
    return code.replace("-", "").replace(" ", "").casefold()


def _shape(code: str) -> str:
    return "".join("9" if char.isdigit() else "A" for char in code)


def _numbers(question: str, texts: Sequence[str]) -> Iterator[str]:
    """Years and long numbers. Bounds, and years within a period, need not be mentioned."""
    time = time_asked(question)
    if time.is_bounded and time.since != time.until:
        return
    asked = [
        one
        for one in facts(without_bounds(question)).numbers
        if sum(map(str.isdigit, one.text)) >= _FEWEST_DIGITS and one.text[-1] not in "sthdS"
    ]
    for number in unmatched(asked, [one for text in texts for one in facts(text).numbers]) if asked else ():
        if not any(_has_number(text, number) for text in texts):
            yield number.text


def _has_number(text: str, number: Number) -> bool:
    """Whether a text has a number within a code or in words, or a year within a period."""
    return (
        number.text in _DIGITS.findall(text)
        or any(one.value == number.value for one in quantities(text))
        or (number.is_year and within(text, int(number.value)))
    )


def _values(question: str, texts: Sequence[str]) -> Iterator[str]:
    """Kinds of value that no passage may have: a price, an hour, dollars.

    A word for the kind is enough to have it, since the value may be in a unit that we do not know.
    """
    measured = {one.measures for text in texts for one in quantities(text)}
    measure = MEASURES["cheap"] if _CHARGES.search(question) else measure_asked(question)
    known = measure is None or bool(measured & measure.kinds) or any(map(measure.is_named, texts))
    if measure is not None and measure.is_telling and not known:
        yield f"a {measure.name}"
    if _HOUR.search(question) and "clock" not in measured and not any(map(_PART_OF_DAY.search, texts)):
        yield "a time of day"
    for match in _ASKED_IN.finditer(question):
        if not measured & _CURRENCIES[match[1].lower()]:
            yield match[1]


def _names(question: str, texts: Sequence[str], index: LexicalIndex) -> Iterator[str]:
    """Names of which no article has any part: “Mariah Carey” may be called “Carey”.

    An acronym may be spelled out in a passage.
    """
    run: list[Token] = []
    for token in (*read(question).tokens[1:], None):
        if token is not None and token.part == "name":
            run.append(token)
            continue
        if run and all(_is_missing_name(one, texts, index) for one in run):
            yield " ".join(one.text for one in run)
        run = []


def _is_missing_name(name: Token, texts: Sequence[str], index: LexicalIndex) -> bool:
    word = name.lower
    acronym = name.text.isupper() and len(word) <= _MOST_ACRONYM
    if not word.isalpha() or len(word) < (_FEWEST_OF_NOUN if acronym else _FEWEST_LETTERS):
        return False
    if acronym and any(_spells_out(text, word) for text in texts):
        return False
    known = is_known(word) and (acronym or not name.text.isupper())
    return _is_name(name) and not known and not _is_mentioned(word, index)


def _is_name(token: Token) -> bool:
    """Whether a token is a name that is always written alike; that of a country is not."""
    word = token.lower
    return token.part == "name" and country(word) is None and government(word) is None


def _spells_out(text: str, acronym: str) -> bool:
    """Whether words in a row begin with its letters, small words left out."""
    initials = "".join(word[0] for word in words(text) if word not in STOPWORDS)
    return acronym in initials


def _nouns(question: str, texts: Sequence[str], index: LexicalIndex) -> Iterator[str]:
    """The only noun that no article has, if it is concrete; a name, if no article has any of the nouns.

    A question with several such words is probably a paraphrase. Verbs are worded in many ways.
    """
    tokens = read(question).tokens
    deed = _deed(tokens)
    nouns = [
        at
        for at, token in enumerate(tokens)
        if token.part in ("matter", "name")
        and not token.verbal
        and at != deed
        and token.text.isalpha()
        and not _is_kind(tokens, at)
    ]
    missing = [at for at in nouns if not _is_mentioned(tokens[at].lower, index)]
    for at in missing if len(missing) == 1 else ():
        word = tokens[at].lower
        said = [*dict.fromkeys(itertools.chain.from_iterable(map(words, texts)))][:_MOST_WORDS]
        # What is said of a class of it, “animals” for a dog, may decide.
        held = _has_kind(word, said) or (_decided(tokens) and any(is_kind_of(word, one) for one in said))
        if len(word) >= _FEWEST_OF_NOUN and _is_literal(tokens, at) and not held:
            yield tokens[at].text
    # With nothing else to go by, a name need not be one of no dictionary: “the CEO of Apple”.
    if missing == nouns:
        yield from (tokens[at].text for at in missing if _is_name(tokens[at]))


def _deed(tokens: Sequence[Token]) -> int | None:
    """Where the verb of a question with “do” is, if it is mostly a noun: “What time did Hera clock?”."""
    at = next((at for at, token in enumerate(tokens) if token.lower in DO), None)
    if at is None or any(token.verbal for token in tokens[at + 1 :]):
        return None
    for n in range(at + 2, len(tokens)):  # a subject of at least one word comes first
        if tokens[n].part == "matter" and verb_share(tokens[n].lower):
            return n
        if tokens[n].part not in ("name", "matter"):
            return None
    return None


def _decided(tokens: Sequence[Token]) -> bool:
    """Whether a question asks for yes or no."""
    return bool(tokens) and tokens[0].lower in AUXILIARIES


def _is_literal(tokens: Sequence[Token], at: int) -> bool:
    """Whether a noun means the thing itself: in “factories object”, it means people."""
    sort = concrete(tokens[at].lower)
    counted = [one.lower for one in tokens[max(at - 2, 0) : at]] == ["how", "many"]
    single = at > 0 and tokens[at - 1].lower in ("a", "an")
    acts = at + 1 < len(tokens) and tokens[at + 1].part == "matter"
    if counted or sort == "natural":
        return bool(sort)
    return not acts and (sort == "artifact" or (single and bool(sort)))


def _is_kind(tokens: Sequence[Token], at: int) -> bool:
    """Whether the answer is an instance of the noun: “which hotel”, “what kind of metal”."""
    back = at - 1
    while back >= 0 and tokens[back].part not in ("function", "mark"):
        back -= 1
    if back > 0 and tokens[back].lower == "of" and tokens[back - 1].lower in _KIND_NOUNS:
        return True
    while back > 0 and tokens[back].lower in ARTICLES | BE:
        back -= 1
    return back >= 0 and tokens[back].lower in ("which", "what")


def _is_mentioned(word: str, index: LexicalIndex) -> bool:
    """Whether any article has the word, a form or synonym of it, or what it may be a misspelling of."""
    stems = {stem(one) for one in relatives(word)}
    return stems != index.absent(stems) or index.meant(stem(word)) is not None


def _has_kind(word: str, said: Sequence[str]) -> bool:
    """Whether some words have a hyponym of the word, its hypernym, or a word with the same root."""
    return any(akin(word, one) or akin(one, word) or is_kind_of(one, word) for one in said)
