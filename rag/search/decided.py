"""Sentences that decide a yes/no question by a range or a class: of months, of days of the week, of ages.

“Is the pool open on Sundays in March?” → “From October to April the pool is shut at weekends.”
“Can a nine-year-old go in alone?”      → “Children under twelve need a grown-up.”

What the question names, Sunday and nine, stands in neither. Whether the answer is yes or no is left to the
reader.
"""

from collections.abc import Sequence
from typing import Literal

from rag.language import grammar
from rag.language.lexicon import akin, is_known, noun_share
from rag.language.places import before
from rag.language.quantities import Quantity
from rag.language.quantities_read import quantities
from rag.language.reading import read
from rag.language.recurring import age_asked, ages, months, weekdays
from rag.language.words import STOPWORDS, words
from rag.search.evidence import near_best
from rag.search.mentions import SENSES, mentions
from rag.types import Evidence, Sentence, readable

_MARGIN = 0.4  # a sentence this far below the best one is about something else
_MOST = 2
_NOUN = 0.3  # share of a word's uses from which on it is taken for a noun
_PERSONS = ("child", "person", "adult", "boy", "girl")
# “Did it open in March?” asks about an event, and is answered by a date.
_OF_A_RULE = grammar.MODALS | frozenset("is are do does am".split())


def deciding(question: str, evidence: Sequence[Evidence]) -> tuple[Sentence, ...]:
    """The sentences that decide a readable yes/no question about a month, a day of the week, an age or an
    amount: of the thing itself rather than of its article, those whose range or class has it first.
    """
    begins = words(question)[:1]
    month, day, age = months(question), weekdays(question), age_asked(question)
    amounts = [one for one in quantities(question) if one.measures and not one.of_time and age is None]
    if not begins or begins[0] not in _OF_A_RULE or not (month or day or age or amounts):
        return ()
    said = [
        token
        for token in read(question).matter
        if token.part not in ("date", "quantity") and token.lower not in STOPWORDS
    ]
    things = [token.lower for token in said if not token.verbal and _names_a_thing(token.lower)]
    named = [token.lower for token in said]
    found: list[tuple[bool, int, Evidence]] = []
    for item in near_best(evidence, _MARGIN):
        about = _about(item.sentence, named, things)
        if not about:
            continue
        text = readable(item.sentence.text)
        bounds = ages(text)
        stated = [
            bool(here & asked)
            for here, asked in ((months(text), month), (weekdays(text), day))
            if here and asked
        ]
        if age is not None and bounds is not None:
            stated.append(age in bounds)
        stated += _bounded(text, amounts)
        if stated and (about == "itself" or any(stated)):
            found.append((about == "itself", sum(stated), item))
    found.sort(key=lambda each: (-each[0], -each[1], -each[2].score))
    return tuple(item.sentence for itself, _, item in found if itself == found[0][0])[:_MOST]


def _bounded(text: str, amounts: Sequence[Quantity]) -> list[bool]:
    """For each amount, whether a bound of its unit in a text holds it; none without such a bound."""
    bounds = [one for one in quantities(text) if one.bound in ("more", "less")]
    return [
        any(
            one.value <= amount.value if one.bound == "more" else amount.value <= one.value
            for one in bounds
            if one.measures == amount.measures
        )
        for amount in amounts
        if any(one.measures == amount.measures for one in bounds)
    ]


def _names_a_thing(word: str) -> bool:
    """Whether a word is a noun, and none for the person whose age is given."""
    if any(akin(one, word) for one in _PERSONS):
        return False
    return not is_known(word) or noun_share(word) >= _NOUN


def _about(sentence: Sentence, said: Sequence[str], things: Sequence[str]) -> Literal["", "itself", "titled"]:
    """How a sentence says something of what is asked about: one word of the question is in it, and
    all the things that the question names are in it, its headings or the sentences before it; or some of
    them only in the title of its article, which may have rules for much else.
    """
    own = words(readable(sentence.text))
    if not any(mentions(own, word, SENSES) for word in said):
        return ""
    near = own + words(" ".join((*sentence.block.path, *before(sentence))))
    if all(mentions(near, thing, SENSES) for thing in things):
        return "itself"
    title = words(sentence.article.title)
    return "titled" if all(mentions(near + title, thing, SENSES) for thing in things) else ""
