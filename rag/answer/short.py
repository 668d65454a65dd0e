"""The short answer: the words of the first sentence that answer the question, found by the reader.

It adds nothing to what is shown: the words are part of a quote that is cited. A yes/no question has none;
nor has one whose sentences answer by their form, such as a list.
"""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.said import Said
from rag.language.grammar import AUXILIARIES
from rag.models.reader import Reader
from rag.search.reading import read_evidence
from rag.types import AnswerSentence, Evidence, ShortAnswer

_MOST_WORDS = 12  # more is the sentence again
_MOST_SHARE = 0.6  # of the sentence


def with_short(said: Said, question: str, evidence: Sequence[Evidence], reader: Reader) -> Said:
    """Return an answer with the short answer within its first sentence, if the reader is sure of one."""
    if not said.sentences or question.split(maxsplit=1)[0].lower() in AUXILIARIES:
        return said
    first = said.sentences[0]
    item = next((one for one in evidence if said.number_of(one.sentence) in first.citations), None)
    if item is None or first.grade == "listed" or first.origin == "count":
        return said
    [found] = read_evidence(reader, question, [item])
    text = item.sentence.display_text[found.start : found.end].strip()
    number, at = said.number_of(item.sentence), item.sentence.text.find(text)
    words = len(text.split())
    if found.likely < reader.sure_from or not text or at < 0 or number is None:
        return said
    if words > _MOST_WORDS or len(text) > _MOST_SHARE * len(item.sentence.display_text):
        return said
    start = item.sentence.start + at
    short = ShortAnswer(text, number, start, start + len(text))
    return replace(said, short=short, sentences=(_marked(first, text), *said.sentences[1:]))


def _marked(sentence: AnswerSentence, text: str) -> AnswerSentence:
    at = sentence.text.find(text)
    return replace(sentence, short=(at, at + len(text))) if at >= 0 else sentence
