"""The short answer: the words of the first sentence that answer the question, found by the reader.

It adds nothing to what is shown: the words are part of a quote that is cited. A yes/no question has none;
nor has one whose sentences answer by their form, such as a list.
"""

from collections.abc import Iterator
from dataclasses import replace

from rag.answer.said import Said
from rag.language.grammar import AUXILIARIES
from rag.models.reader import Reader
from rag.search.find import Found
from rag.search.reading import read_evidence
from rag.types import ShortAnswer

_MOST_WORDS = 12  # more is the sentence again
_MOST_SHARE = 0.6  # of the sentence


def with_short(said: Said, question: str, found: Found, reader: Reader) -> Said:
    """Return an answer with the short answer within its first sentence, if the reader is sure of one."""
    if not said.sentences or question.split(maxsplit=1)[0].lower() in AUXILIARIES:
        return said
    first = said.sentences[0]
    item = next((one for one in found.evidence if said.number_of(one.sentence) in first.citations), None)
    number = said.number_of(item.sentence) if item else None
    if item is None or number is None or first.grade == "listed" or first.origin == "count":
        return said
    read = found.read if item is found.evidence[0] else None
    [read] = [read] if read else read_evidence(reader, question, [item])
    shown = item.sentence.display_text
    text = shown[read.start : read.end].strip()
    if read.likely < reader.sure_from or not text or not _is_short(text, shown):
        return said
    at, marked = (_same_place(text, shown, read.start, other) for other in (item.sentence.text, first.text))
    if at is None:
        return said
    start = item.sentence.start + at
    short = ShortAnswer(text, number, start, start + len(text))
    if marked is not None:
        first = replace(first, short=(marked, marked + len(text)))
    return replace(said, short=short, sentences=(first, *said.sentences[1:]))


def _is_short(text: str, sentence: str) -> bool:
    return len(text.split()) <= _MOST_WORDS and len(text) <= _MOST_SHARE * len(sentence)


def _same_place(words: str, shown: str, at: int, other: str) -> int | None:
    """Where words that begin at or soon after `at` of what is shown stand in another form of it; None
    if that writes them otherwise (with a line feed, with emphasis) or not as often.
    """
    here, there = (list(_places(words, text)) for text in (shown, other))
    if len(here) != len(there):
        return None
    return next((place for own, place in zip(here, there, strict=True) if own >= at), None)


def _places(words: str, text: str) -> Iterator[int]:
    """Where words stand in a text, and not as a part of longer ones."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not (text[max(at - 1, 0) : at].isalnum() or text[end : end + 1].isalnum()):
            yield at
        at = text.find(words, at + 1)
