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
from rag.article import readable as readable

Status = Literal["answered", "partial", "not_in_articles", "help"]
Verdict = Literal["supported", "partly", "unsupported"]
Mode = Literal["openai", "local", "quotes"]
Differing = Literal["number", "date", "name", "wording"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The embedded model answers one question at a time: `before` others come first."""

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
    are sentences of other articles that say the same.
    """

    sentence: Sentence
    hit: Hit = field(repr=False)
    score: float
    cosine: float
    coverage: float
    also: tuple[Sentence, ...] = ()


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
    """A sentence, the numbers of its citations, and what the check found.

    Only `supported` ones are shown in an answer; an explanation lists the others as dropped.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reason: str = ""


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
    """What `ask()` returns; the page, the command line and the evaluation read the same object."""

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
    conflicts: tuple[Conflict, ...] = ()
    notice: str = ""
    usage: Usage = Usage()
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return asdict(self)
