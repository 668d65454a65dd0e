"""What the reader says of evidence."""

from collections.abc import Sequence

from rag.models.reader import Reader, ReaderInput, ReaderOutput
from rag.text import readable
from rag.types import Evidence


def read_evidence(reader: Reader, question: str, evidence: Sequence[Evidence]) -> tuple[ReaderOutput, ...]:
    """Read each sentence as it is shown to readers; spans are offsets in that text."""
    return tuple(reader.read(question, [_input(item) for item in evidence]))


def _input(item: Evidence) -> ReaderInput:
    sentences = item.hit.chunk.sentences
    at = next((n for n, one in enumerate(sentences) if one.start == item.sentence.start), 0)
    before = readable(sentences[at - 1].text) if at else ""
    return ReaderInput(item.sentence.display_text, item.sentence.article.title, before)
