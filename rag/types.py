"""The values that flow through the pipeline.

    Article → Sentence, Chunk → Hit → Evidence → Citation → Answer

Each keeps its parent, so that a sentence of an answer can be walked back to its file.
Positions (`start`, `end`) count characters of the decoded file, from 0, end exclusive:
`article.text[start:end]` is the quote, always. Lines count from 1.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rag.article import Article as Article
from rag.article import Block as Block
from rag.article import BlockKind as BlockKind
from rag.article import Chunk as Chunk
from rag.article import Sentence as Sentence
from rag.text import plain_markdown
from rag.text import readable as readable

Status = Literal["answered", "partial", "not_in_articles", "help"]
"""“partial”: quotes that are near the question, of which too few of their kind are an answer."""
NEAREST_ONLY = "These are the nearest sentences; they may not answer."
"""What the notice of a partial answer says."""
Grade = Literal["verbatim", "restated", "judged", "listed"]
"""How an answer's sentence is proved: it is the source's own; every content word, number, date and name of
it stands in the cited place; its wording is free, its hard facts hold, and a model judged it stated; or it
tells what is known of the files: how many there are, who wrote them, and when."""
Origin = Literal["model", "article", "count"]
"""Whose words a sentence is: a model's, the article's own, or how many sentences are cited."""
Mode = Literal["openai", "local", "custom", "quotes"]
Differing = Literal["number", "date", "name", "wording"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A language model answers one question at a time: `before` others come first."""

    before: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of the index or the folder, and how the two stand to each other.

    `state` is “indexed”, “new”, “changed”, “removed”, or why the file is skipped; `chunks` is 0
    where there are none yet.
    """

    source: str
    title: str
    characters: int
    chunks: int
    state: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk: `dense` is a cosine, `lexical` a share of the best BM25 score."""

    chunk: Chunk
    row: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question, with why it was ranked where it is.

    `cosine` is its closeness to the question; `coverage` the share of the question's informative
    words (by inverse document frequency) that it, the sentence before or the title holds; `also`
    are sentences of other articles that say the same. `version` says of a version that was not asked for how
    it stands to the one that was: “Older (2 May 2022)”, “Corrected”.
    """

    sentence: Sentence
    hit: Hit = field(repr=False)
    score: float
    cosine: float
    coverage: float
    also: tuple[Sentence, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact sentence of a source file that proves something; `n` is its number in the text."""

    n: int
    source: str
    title: str
    quote: str
    start: int
    end: int
    line: int
    place: str = ""
    context: str = ""

    @classmethod
    def of(cls, n: int, sentence: Sentence) -> "Citation":
        article = sentence.article
        return cls(
            n,
            article.source,
            article.title,
            sentence.text,
            sentence.start,
            sentence.end,
            sentence.line,
            sentence.place,
            sentence.context,
        )


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer, the numbers of its citations, its grade of proof, and whose words it is.

    `text` is plain; `bold` are spans of it that a model set in bold, `lead` is what stands between it and
    the sentence before: a space, a new paragraph, or the mark of a list item.
    """

    text: str
    citations: tuple[int, ...]
    grade: Grade
    origin: Origin
    lead: str = " "
    bold: tuple[tuple[int, int], ...] = ()

    @property
    def marked(self) -> str:
        """The sentence with its citation numbers behind it: “It rained. [1][3]”."""
        text = self.text
        for start, end in reversed(self.bold):
            text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
        return f"{text} {''.join(f'[{n}]' for n in self.citations)}".strip()


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of anybody's text, and how the articles prove it: `grade` is None where they do not."""

    text: str
    grade: Grade | None
    reason: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: the value, the citation that proves it is said, the article's date.

    `latest` marks the newest article, where the dates of all sides are known.
    """

    value: str
    citation: int
    date: str = ""
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Articles that say different things of the same matter; `about` is what differs."""

    about: Differing
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk as the answer reports it."""

    source: str
    title: str
    start: int
    end: int
    text: str
    score: float

    @classmethod
    def of(cls, hit: Hit) -> "Passage":
        chunk = hit.chunk
        return cls(
            chunk.article.source,
            chunk.article.title,
            chunk.start,
            chunk.end,
            chunk.text,
            round(hit.score, 4),
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens the language model read and wrote for this answer, over all its calls."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask()` returns; the page, the command line and the evaluation read the same object.

    `sentences` answer, `more` only touch the question: other articles' values, sides of a conflict, what
    a model passed over. `text` is the sentences with their citation numbers, or why there are none.
    """

    question: str
    standalone_question: str
    status: Status
    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...] = field(repr=False)
    confidence: float
    mode: Mode
    model: str
    more: tuple[AnswerSentence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notice: str = ""
    usage: Usage = Usage()
    timings_ms: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)

    @property
    def shown(self) -> tuple[AnswerSentence, ...]:
        """All that a reader is shown: the answer's sentences, then those beside it."""
        return (*self.sentences, *self.more)

    def __str__(self) -> str:
        """The text with a line for each citation."""
        return "\n".join(
            [self.text, *(f"[{c.n}] {c.source}:{c.line} “{readable(c.quote)}”" for c in self.citations)]
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return asdict(self)

    def to_markdown(self) -> str:
        """The answer as Markdown, its citations as footnotes; articles' own marks are escaped."""
        answering, beside = (
            [plain_markdown(one.text) + "".join(f"[^{n}]" for n in one.citations) for one in sentences]
            for sentences in (self.sentences, self.more)
        )
        parts = [" ".join(answering) or plain_markdown(self.text), *(f"- {line}" for line in beside)]
        for c in self.citations:
            where = f"{plain_markdown(c.title)}, {plain_markdown(c.source)}, line {c.line}"
            parts.append(f"[^{c.n}]: {where}: “{plain_markdown(c.quote)}”")
        return "\n\n".join(parts)

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        return self.to_markdown()
