"""Things that a number tells from others of their kind: gate 14, Section 3, fiscal year 2024.

numbered("Which way is gate number 14?") → {"gate": {"14"}}

A sentence that says “gate 15” and never “gate 14” is about another gate, however alike it is worded.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from rag.corpus.words import STOPWORDS, stem

Numbered = Mapping[str, frozenset[str]]
# A word and a bare number behind it: no amount with a unit, no beginning of a range or a list.
_NUMBERED = re.compile(
    r"\b([^\W\d_]{2,})\s+(?:(?:number|no\.?)\s+|#)?(\d+(?:\.\d+)*)"
    r"(?!\w|[.,]\d|\s?%|[\s-](?:hundred|thousand|million|billion|trillion|per\s?cent)\b"
    r"|(?:\s?[-–—/&]\s?|,\s|\s(?:and|or|to)\s)\d{1,3}\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def numbered(text: str) -> Numbered:
    """The numbers that stand behind each word of a readable text, by the word's stem."""
    found = defaultdict(set)
    for word, number in _NUMBERED.findall(text):
        if word.lower() not in STOPWORDS:
            found[stem(word.lower())].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def names_another(wanted: Numbered, *texts: str) -> bool:
    """Whether of what is `wanted` by number the texts name others only; the first that names any counts."""
    for word, numbers in wanted.items():
        found = next((found[word] for found in map(numbered, texts) if word in found), numbers)
        if numbers.isdisjoint(found):
            return True
    return False
