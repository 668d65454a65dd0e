"""Names that an article introduces in full and later shortens: “Robert Dinwiddie”, then “Dinwiddie”.

    introduced(text, "Dinwiddie ordered it.") → ("Robert Dinwiddie",)

A last name is expanded only where the article is unambiguous: nobody else in it has that last name, and the
words before it are not part of a place name (“New York” is not York).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from rag.language import grammar
from rag.language.lexicon import is_known, noun_share

# Far longer than most articles; names introduced after it are missed.
_READ_CHARS = 200_000
_MOST_WORDS = 6
_WORD = r"[^\W\d_a-zß-ÿ][^\W\d_]*(?:[-’'][^\W\d_]+)*\.?"
_CAPITAL = re.compile(rf"(?P<word>{_WORD})(?P<joined>[ \t]|\n(?!\s))?")
_OWNER = re.compile(r"['’]s?$")


def introduced(article: str, sentence: str) -> tuple[str, ...]:
    """The article's full names whose last word occurs in one of its readable sentences."""
    known = _full_names(article[:_READ_CHARS])
    lasts = dict.fromkeys(_bare(match["word"]) for match in _CAPITAL.finditer(sentence))
    return tuple(known[last] for last in lasts if last in known)


@lru_cache(maxsize=512)
def _full_names(text: str) -> Mapping[str, str]:
    """The longest full name for each last name that is unambiguous."""
    full: dict[str, list[tuple[str, ...]]] = {}
    alone: set[str] = set()
    for run in _runs(text):
        last = run[-1]
        if len(run) > 1:
            full.setdefault(last, []).append(run[:-1])
        elif last not in full:
            alone.add(last)
    names = {}
    for last, forms in full.items():
        longest = max(forms, key=len)
        agreeing = all(set(form) & set(longest) for form in forms)
        if agreeing and _is_of_a_person(longest, last in alone):
            names[last] = " ".join((*longest, last))
    return names


def _is_of_a_person(before: tuple[str, ...], alone_first: bool) -> bool:
    """Whether the words before a last name are given names or titles, not part of a place name.

    A dictionary word (“Lord”, “Fort”) may be either: it is a title if the name did not occur alone before.
    """
    common = [word for word in before if is_known(word.lower())]
    if len(common) < len(before):
        return True
    return not alone_first and any(noun_share(word.lower()) > 0.5 for word in common)


def _runs(text: str) -> list[tuple[str, ...]]:
    """Runs of capitalised words on one line, without the function words that begin a sentence."""
    runs: list[list[str]] = []
    end, going = -1, False
    for match in _CAPITAL.finditer(text):
        word = match["word"]
        opens = not going or match.start() != end
        if opens:
            runs.append([])
        if word.lower() not in grammar.FUNCTION and not word.isupper():
            runs[-1].append(_bare(word))
        owner = word != _OWNER.sub("", word)
        end, going = match.end(), match["joined"] is not None and not owner and not _ends(word)
    return [tuple(run[-_MOST_WORDS:]) for run in runs if run]


def _ends(word: str) -> bool:
    """Whether a word ends a sentence; a full stop after a single letter or a short title does not."""
    return word.endswith(".") and len(word) > 4


def _bare(word: str) -> str:
    return _OWNER.sub("", word.rstrip("."))
