"""Things identified by a number: gate 14 is not gate 15; Section 3, fiscal year 2024.

asked_by_number("How wide is gate number 14?") → {("gate", False): {"14"}}

A sentence that says “gate 15” and never “gate 14” is about another gate, however similar its wording.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rag.language.facts import UNIT_WORDS
from rag.language.words import STOPWORDS, stem

Numbered = Mapping[tuple[str, bool], frozenset[str]]
"""Numbers by (stem of the word before them, whether they have four digits, as years do)."""
# A word followed by a bare number that is neither an amount nor the start of a range or list.
_NUMBERED = re.compile(
    r"\b([^\W\d_]{2,})\s+(?:(?:number|no\.?)\s+|#)?(\d+(?:\.\d+)*)"
    rf"(?!\w|[.,]\d|\s?%|[\s-](?:hundred|thousand|million|billion|trillion|per\s?cent|{UNIT_WORDS})s?\b"
    r"|(?:\s?[-–—/&]\s?|,\s|\s(?:and|or|to)\s)\d{1,3}\b)",
    re.IGNORECASE,
)
_LONGEST_WORD = 50  # characters, with the spaces after it
# These precede a noun. After a noun the word may be a verb: “who won 3”, “did the call last 60”.
_BEFORE_A_NOUN = frozenset(
    (
        "the a an this that any each every is are was were do does did has have had will would can could"
        " should of in for on at about from by with within under between after before since until than"
        " and or per"
    ).split()
)


def asked_by_number(question: str) -> Numbered:
    """What a readable question identifies by number."""
    found = []
    for match in _NUMBERED.finditer(question):
        before = question[max(match.start() - _LONGEST_WORD, 0) : match.start()].split()
        a_noun = not before or before[-1].lower() in _BEFORE_A_NOUN or before[-1][-1] in ",;:"
        if a_noun or match[1][0].isupper() or match[1].lower() == "year":
            found.append(match.group(1, 2))
    return _by_word(found)


@lru_cache(maxsize=20_000)
def numbered(text: str) -> Numbered:
    """All numbers in a readable text that follow a word."""
    return _by_word(_NUMBERED.findall(text))


def _by_word(pairs: Iterable[Sequence[str]]) -> Numbered:
    found = defaultdict(set)
    for word, number in pairs:
        if word.lower() not in STOPWORDS:
            found[stem(word.lower()), len(number) == 4 and number.isdigit()].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def names_another(asked: Numbered, *texts: str) -> bool:
    """Whether the texts name only others of what the question identifies by number.

    For each kind of thing, the first text that names any of it decides.
    """
    for word, numbers in asked.items():
        found = next((found[word] for found in map(numbered, texts) if word in found), numbers)
        if not any(_within(one, other) for one in numbers for other in found):
            return True
    return False


def _within(one: str, other: str) -> bool:
    """Whether the numbers are the same, or one is a subdivision of the other, as section 3.2 is of 3."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
