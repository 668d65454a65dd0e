"""Candidates for follow-up questions: names that occur near what was cited.

`Chatbot.suggest` shows only those that the articles say something about.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from rag.language.words import STOPWORDS, words

# Two or more capitalised words: a single one is often just the first of a sentence.
_NAME = re.compile(r"(?<![\w’'])[A-Z][\w’'-]+(?: (?:of|the|and|de|von|van) [A-Z][\w’'-]+| [A-Z][\w’'-]+)+")
_MAX_NAME_WORDS = 5


def names_near(texts: Iterable[str], asked: str) -> Iterator[str]:
    """Names in the texts that are not in the question, most frequent first."""
    said = set(words(asked))
    found: Counter[str] = Counter()
    for text in texts:
        for match in _NAME.findall(text):
            name = re.sub(r"[’']s$", "", match)
            parts = [word for word in words(name) if word not in STOPWORDS]
            if 2 <= len(parts) <= _MAX_NAME_WORDS and not said & set(parts):
                found[name] += 1
    for name, _ in found.most_common():
        if not any(name != other and name in other for other in found):
            yield name
