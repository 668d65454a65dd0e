"""Whether a sentence lacks the kind of value that a question asks for, and so is unlikely to answer it.

lacks_value("How old is the goat?", "The goat lives behind the mill.") → True

A sign of a near miss, no proof: “a toddler” is an age too. Questions that ask for no such kind lack nothing.
"""

import re

from rag.language.facts import facts
from rag.language.lexicon import is_kind_of
from rag.language.measures import measure_asked
from rag.language.quantities_read import quantities
from rag.language.words import words
from rag.search.evidence import expected_kind
from rag.search.values import is_of_another
from rag.search.wanted import wanted

_COUNTED = re.compile(r"\bhow many\b", re.IGNORECASE)
_COLOUR = re.compile(r"\b(?:what|which) colou?rs?\b", re.IGNORECASE)
# Times told in words. Which events date a thing cannot be listed: what precedes them is (“after the flood”,
# “at high tide”), which also precedes places and other things.
_TIME = re.compile(
    r"\b(?:morning|afternoon|evening|noon|dawn|dusk|tomorrow|\w{0,9}(?:day|night)s?|weeks?|months?|years?|hours?"
    r"|century|centuries|daily|weekly|monthly|yearly|spring|summer|autumn|winter|when|after|before|at|during|until|since|while|always|never)\b",
    re.IGNORECASE,
)


def lacks_value(question: str, text: str, *, listed: bool = False) -> bool:
    """Whether a readable question asks for a quantity, a time or a colour, and a readable text has none.

    `listed`: the text is one item, field or row of several, which may be counted.
    """
    if _COLOUR.search(question):
        return not any(is_kind_of(word, "color") or is_kind_of("color", word) for word in words(text))
    number = wanted(question).number
    counted = _COUNTED.search(question) is not None
    # “Which is the longest?” asks for a thing.
    measure = measure_asked(question) if number == "one" and not counted else None
    if measure is not None:
        measured = {one.measures for one in quantities(text) if not is_of_another(one, text, measure)}
        # “How high were the tariffs?” is answered by a percentage, what a thing costs only by money, and a
        # bare number counts things.
        fitting = measured & measure.kinds if measure.is_telling else measured - {""}
        return not (fitting or measure.is_named(text) or (measure.of_numbers and measured))
    kind = "number" if counted else expected_kind(question)
    if kind == "number" and number in ("one", "count"):
        return not (listed or quantities(text))
    return kind == "date" and not (facts(text).times or quantities(text) or _TIME.search(text))
