"""Split an article's blocks into sentences: spans of its text, each within one block."""

from collections.abc import Iterator

from rag.articles.clauses import short_enough
from rag.articles.sentences import split_sentences
from rag.types import Block

_WHOLE = ("heading", "question", "row", "code")
_MAX_CODE_CHARS = 600


def sentence_spans(text: str, blocks: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    """Yield spans in order, without overlap; a heading, a row, a field that is set with
    leaders or in columns, or a short piece of code is one span.
    """
    for block in blocks:
        if block.kind not in _WHOLE and not block.row_text:
            yield from short_enough(text, split_sentences(text, block.start, block.end))
        elif block.kind == "code" and block.end - block.start > _MAX_CODE_CHARS:
            yield from _lines(text, block)
        elif block.kind == "code":
            yield block.start, block.end
        else:
            yield from short_enough(text, [(block.start, block.end)])


def _lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    at = block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        if line.strip():
            yield from short_enough(text, [(at + len(line) - len(line.lstrip()), at + len(line.rstrip()))])
        at += len(line)
