"""Sentences that decide a yes/no question by a range or a class: of months, of days of the week, of ages.

“Is the pool open on Sundays in March?” → “From October to April the pool is shut at weekends.”
“Can a nine-year-old go in alone?”      → “Children under twelve need a grown-up.”

What the question names, Sunday and nine, stands in neither. Whether the answer is yes or no is left to the
reader.
"""

from collections.abc import Sequence

from rag.language import grammar
from rag.language.lexicon import akin, is_known, noun_share
from rag.language.places import before
from rag.language.quantities_read import quantities
from rag.language.reading import read
from rag.language.recurring import age_asked, ages, months, weekdays
from rag.language.words import STOPWORDS, words
from rag.types import Evidence, Sentence, readable

_MARGIN = 0.4  # a sentence this far below the best one is about something else
_MOST = 2
_NOUN = 0.3  # share of a word's uses from which on it is taken for a noun
_PERSONS = ("child", "person", "adult", "boy", "girl")
# “Did it open in March?” asks about an event, and is answered by a date.
_OF_A_RULE = grammar.MODALS | frozenset("is are do does am".split())


def deciding(question: str, evidence: Sequence[Evidence]) -> tuple[Sentence, ...]:
    """The sentences that decide a readable yes/no question about a month, a day of the week, an age or an
    amount; those whose range or class has it come first.
    """
    begins = words(question)[:1]
    month, day, age = months(question), weekdays(question), age_asked(question)
    amounts = frozenset(one.measures for one in quantities(question) if one.measures and not one.of_time)
    amounts = amounts if age is None else frozenset()
    if not begins or begins[0] not in _OF_A_RULE or not (month or day or age or amounts):
        return ()
    said = [
        token
        for token in read(question).matter
        if token.part not in ("date", "quantity") and token.lower not in STOPWORDS
    ]
    things = [token.lower for token in said if not token.verbal and _names_a_thing(token.lower)]
    named = [token.lower for token in said]
    found: list[tuple[int, Evidence]] = []
    for item in evidence:
        if item.score < evidence[0].score - _MARGIN or not _is_about(item.sentence, named, things):
            continue
        text = readable(item.sentence.text)
        bounds = ages(text)
        stated = [
            (here, asked) for here, asked in ((months(text), month), (weekdays(text), day)) if here and asked
        ]
        if age is not None and bounds is not None:
            stated.append((frozenset(bounds), frozenset([age])))
        bounded = frozenset(one.measures for one in quantities(text) if one.bound in ("more", "less"))
        if amounts & bounded:
            stated.append((frozenset(), frozenset()))
        if stated:
            found.append((sum(bool(here & asked) for here, asked in stated), item))
    found.sort(key=lambda pair: (-pair[0], -pair[1].score))
    return tuple(item.sentence for _, item in found[:_MOST])


def _names_a_thing(word: str) -> bool:
    """Whether a word is a noun, and none for the person whose age is given."""
    if any(akin(one, word) for one in _PERSONS):
        return False
    return not is_known(word) or noun_share(word) >= _NOUN


def _is_about(sentence: Sentence, said: Sequence[str], things: Sequence[str]) -> bool:
    """Whether a sentence says something of what is asked about: all the things that the question names are in
    it or around it, and one word of the question in the sentence itself.
    """
    own = words(readable(sentence.text))
    around = words(" ".join((sentence.article.title, *sentence.block.path, *before(sentence)))) + own
    return any(_has(own, word) for word in said) and all(_has(around, thing) for thing in things)


def _has(text: Sequence[str], word: str) -> bool:
    return any(akin(word, one) in ("form", "derived", "sense") for one in text)
