"""The names in some sentences, and which of them may be people's.

A tagger recognizes a name, but not its type. A name that follows “in” somewhere is taken for a place, one
with “the” for a thing, one that does something for a person. What that cannot know: a country that acts and
is never “in”, a team or a firm; for a claim that attributes one's deed to another it makes no difference.
"""

from calendar import day_name, month_name
from collections.abc import Iterable, Iterator, Sequence

from eval.alterations.wordnet import is_common
from eval.alterations.words import Word

_LOCATIVE = ("in", "at", "near", "across", "throughout", "outside")
_FINITE = ("VVD", "VVZ", "VM0", "VBD", "VBZ", "VHD", "VHZ")


def name_spans(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the spans of names in the text: consecutive words tagged as names form one name."""
    for run in _runs(words):
        yield run[0].start, run[-1].end


def names_in(sentences: Iterable[Sequence[Word]]) -> set[str]:
    """Return every name in these sentences."""
    return {_joined(run) for words in sentences for run in _runs(words)}


def places_in(sentences: Iterable[Sequence[Word]]) -> set[str]:
    """Return the words of every name that follows “in” or “at” somewhere."""
    found: set[str] = set()
    for words in sentences:
        for run in _runs(words):
            n = words.index(run[0])
            if n and words[n - 1].text.lower() in _LOCATIVE:
                found.update(word.text for word in run)
    return found


def people_in(sentences: Sequence[Sequence[Word]], places: set[str]) -> list[str]:
    """Return names that do something in these sentences, and are not of a place, thing or day."""
    found: dict[str, None] = {}
    things: set[str] = set()
    for words in sentences:
        for run in _runs(words):
            first, last = words.index(run[0]), words.index(run[-1])
            if first and words[first - 1].tag == "AT0":
                things.update(word.text for word in run)
            elif last + 1 < len(words) and words[last + 1].tag in _FINITE:
                found[_joined(run)] = None
    return [name for name in found if not set(name.split()) & (places | things) and _is_proper(name)]


def _is_proper(name: str) -> bool:
    last = name.split()[-1]
    return not (name.isupper() or is_common(last) or last in (*day_name, *month_name))


def _joined(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _runs(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    run: list[Word] = []
    for word in words:
        if word.tag == "NP0" and word.text[0].isupper():
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run
