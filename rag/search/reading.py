"""What the reader says of evidence."""

from rag.models.reader import Reader, ReaderInput, ReaderOutput
from rag.text import readable
from rag.types import Evidence


def read_evidence(reader: Reader, question: str, item: Evidence) -> ReaderOutput:
    """Read one sentence as it is shown to readers; the span has offsets in that text.

    Only the best sentence is read for the confidence: on seven question sets, the best of the first two,
    three or five tells no more.
    """
    sentences = item.hit.chunk.sentences
    at = next((n for n, one in enumerate(sentences) if one.start == item.sentence.start), 0)
    before = readable(sentences[at - 1].text) if at else ""
    given = ReaderInput(item.sentence.display_text, item.sentence.article.title, before)
    return reader.read(question, [given])[0]
