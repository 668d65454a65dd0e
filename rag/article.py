"""An article and its parts: blocks, sentences, chunks, each a span of its text.

`article.text[start:end]` is always the quote; positions count characters from 0, end exclusive.
"""

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from rag.text import readable, without_emphasis, without_quote_marks

BlockKind = Literal["heading", "paragraph", "item", "row", "code", "question", "answer", "speech", "caption"]


_MAX_CONTEXT_CHARS = 160
_PROSE = ("paragraph", "heading", "question", "caption")
_SHOWN_ALONE = (*_PROSE, "answer", "code")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an article's text, its kind, and its context.

    `path` holds the headings above it, except the article's own title, followed by the speaker, the
    question or the list's introductory line; `row_text` is a table row as displayed, with the names of
    its columns.
    """

    kind: BlockKind
    start: int
    end: int
    path: tuple[str, ...] = ()
    row_text: str = ""

    @property
    def context(self) -> str:
        """The path on one line: “Prices › Orlan Max”."""
        return " › ".join(self.path)[-_MAX_CONTEXT_CHARS:]

    def display_text(self, sentence: "Sentence") -> str:
        """Return a sentence of this block as readers see it: see `Sentence.display_text`."""
        whole = self.row_text and sentence.start <= self.start and self.end <= sentence.end
        text = self.row_text if whole else readable(without_quote_marks(sentence.text))
        text = text if self.kind == "code" else without_emphasis(text)
        alone = not self.path or self.kind in _SHOWN_ALONE
        return text if alone else f"{self.context}: {text}"

    def model_text(self, sentence: "Sentence") -> str:
        """Return a sentence of this block as search and models read it: see `Sentence.model_text`."""
        text = self.display_text(sentence)
        if not self.path or self.kind in _PROSE or text.startswith(self.context):
            return text
        return f"{self.context}: {text}"


@dataclass(frozen=True, slots=True)
class Article:
    """One file of the articles folder. `source` is its path below the folder, with `/`."""

    source: str
    title: str
    text: str = field(repr=False)
    body_start: int
    sha256: str
    author: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    fetched: str = ""  # the day it was fetched from `url`, 2026-11-29; empty if it was not
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    # (start, “p. 12”): where each page, chapter or time begins, in order; empty for plain text, which has
    # lines.
    places: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    # How it was read, if that was a guess.
    note: str = field(default="", compare=False)
    # Starts and ends of its sentences, alternating, as read; empty once it is indexed.
    spans: "array[int]" = field(default_factory=lambda: array("i"), repr=False, compare=False)

    @property
    def has_pages(self) -> bool:
        """Whether it is a document whose pages can be drawn: a PDF."""
        return self.source.lower().endswith(".pdf") and bool(self.places)

    @property
    def folder(self) -> str:
        """The folder that contains it, below the articles folder; "" for none."""
        return self.source.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article (or a piece of one too long for the encoder)."""

    article: Article = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.article.text.count("\n", 0, self.start) + 1

    @property
    def place(self) -> str:
        """The page, chapter, time or line of the sentence: “p. 12”, “line 3”."""
        places = self.article.places
        at = bisect_right(places, self.start, key=lambda place: place[0])
        return places[at - 1][1] if at else f"line {self.line}"

    @property
    def block(self) -> Block:
        """The block that contains the sentence."""
        blocks = self.article.blocks
        at = bisect_right(blocks, self.start, key=lambda block: block.start)
        return blocks[at - 1] if at else Block("paragraph", 0, len(self.article.text))

    @property
    def context(self) -> str:
        """The path of its block on one line: “Prices › Orlan Max”."""
        return self.block.context

    @property
    def display_text(self) -> str:
        """The sentence as readers see it: a row with its columns, words with their speaker.

        A paragraph, or an answer below its question, is shown unchanged, without Markdown's emphasis and
        links.
        """
        return self.block.display_text(self)

    @property
    def full_text(self) -> str:
        """The sentence with what it stands under: the title of its article and its headings."""
        return f"{self.article.title} {self.context} {self.display_text}"

    @property
    def model_text(self) -> str:
        """The sentence as search and models read it: an answer or code is preceded by its path.

        Prose is not: its headings are part of the chunk already, and repeating them before each chunk cost
        3 of 156 answers on the seed articles, and gained 1.
        """
        return self.block.model_text(self)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive sentences of one article, embedded together; also called a passage.

    The first `overlap` sentences belong to the previous chunk and are repeated for context.
    """

    article: Article = field(repr=False)
    sentences: tuple[Sentence, ...] = field(repr=False)
    overlap: int = 0

    @property
    def start(self) -> int:
        return self.sentences[0].start

    @property
    def end(self) -> int:
        return self.sentences[-1].end

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def titled(self) -> str:
        """Its readable text after the title of its article."""
        return f"{self.article.title}. {readable(self.text)}"
