"""The values that flow through the pipeline.

    Article → Sentence, Chunk → Hit → Evidence → Citation → Answer

Each keeps its parent, so that a sentence of an answer can be walked back to its file.
Positions (`start`, `end`) count characters of the decoded file, from 0, end exclusive:
`article.text[start:end]` is the quote, always. Lines count from 1.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from rag.article import Article as Article
from rag.article import Block as Block
from rag.article import BlockKind as BlockKind
from rag.article import Chunk as Chunk
from rag.article import Sentence as Sentence
from rag.text import plain_markdown
from rag.text import readable as readable

Status = Literal["answered", "partial", "not_in_articles", "help"]
"""“partial”: quotes that are near the question but, at this confidence, too rarely answer it."""
Grade = Literal["verbatim", "restated", "judged", "listed"]
"""How a sentence is proved. “verbatim”: it is the source's own; “restated”: all its content words, numbers,
dates and names occur in what it cites; “judged”: its wording is free, its hard facts hold, and a model judged
that the source states it; “listed”: it states the files' metadata: how many there are, by whom, from when."""
Origin = Literal["model", "article", "count"]
"""Where a sentence's words are from: a model, the article, or, for “count”, the number of cited sentences."""
Mode = Literal["openai", "local", "custom", "quotes"]
Differing = Literal["number", "date", "name", "wording"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A language model answers one question at a time: `before` others come first."""

    before: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in the index or the folder, and its state in the index.

    `state` is “indexed”, “new”, “changed”, “removed”, or why the file is skipped; `chunks` is 0 if there are
    none yet.
    """

    source: str
    title: str
    characters: int
    chunks: int
    state: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk: `dense` is its cosine, `lexical` its BM25 score relative to the best one's."""

    chunk: Chunk
    row: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question, and what it was ranked by.

    `cosine` is its similarity to the question; `term_coverage` the share of the question's words, weighted by
    inverse document frequency, that it, the sentence before or the title has; `also` are sentences of other
    articles that say the same. `version` labels a sentence of another time than was asked for:
    “Older (2 May 2022)”, “Corrected”.
    """

    sentence: Sentence
    hit: Hit = field(repr=False)
    score: float
    cosine: float
    term_coverage: float
    also: tuple[Sentence, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact sentence of a source file that proves something; `n` is its number in the text, `url` the
    article's own address, if it has one.
    """

    n: int
    source: str
    title: str
    quote: str
    start: int
    end: int
    line: int
    place: str = ""
    context: str = ""
    url: str = ""

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
            article.url,
        )


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer, the numbers of its citations, its grade of proof, and its origin.

    `text` is plain; `bold` are spans of it that a model set in bold, `short` that of the short answer; `lead`
    separates it from the sentence before: a space, a paragraph break, or a list marker. `label` goes before
    a quote and is no part of it: its article's title in a list, or “Older (2 May 2022)”.
    """

    text: str
    citations: tuple[int, ...]
    grade: Grade
    origin: Origin
    lead: str = " "
    bold: tuple[tuple[int, int], ...] = ()
    label: str = ""
    short: tuple[int, int] | None = None

    @property
    def emphasized(self) -> tuple[tuple[int, int], ...]:
        """The spans of the text that are shown in bold, in order."""
        return tuple(sorted({*self.bold, self.short} if self.short else self.bold))

    @property
    def prefix(self) -> str:
        """What is shown before the text: “Older (2 May 2022): ”."""
        return f"{self.label}: " if self.label else ""

    @property
    def marked(self) -> str:
        """The sentence with its label and its citation numbers: “It rained. [1][3]”."""
        text = self.text
        for start, end in reversed(self.bold):
            text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
        return f"{self.prefix}{text} {''.join(f'[{n}]' for n in self.citations)}".strip()


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words of a quote that answer: `text[start:end]` of the article, cited as `citation`."""

    text: str
    citation: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a checked text and its proof; if there is none, `grade` is None and `reason` says why."""

    text: str
    grade: Grade | None
    reason: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: the value, the number of the citation that states it, the article's date.

    `latest` marks the newest article, if the dates of all sides are known.
    """

    value: str
    citation: int
    date: str = ""
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Articles that contradict each other; `about` is what differs."""

    about: Differing
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk, as reported with the answer."""

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
    """Tokens a language model read and wrote for an answer, and their cost; None if no prices are set."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def priced(self, prompt: float | None, completion: float | None) -> "Usage":
        """Return the same with its cost, given the prices of a million tokens."""
        if prompt is None or completion is None:
            return self
        cost = (self.prompt_tokens * prompt + self.completion_tokens * completion) / 1e6
        return replace(self, cost=cost)


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask()` returns; the page, the command line and the evaluation use the same object.

    `sentences` are the answer; `more` are related: other articles' values, sides of a conflict, what a model
    missed. `text` is the sentences with their citation numbers, or why there are none. `short` are the words
    of the first sentence's quote that answer the question, if the reader is sure of them.
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
    short: ShortAnswer | None = None
    more: tuple[AnswerSentence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notice: str = ""
    usage: Usage = Usage()
    timings_ms: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)

    @property
    def shown(self) -> tuple[AnswerSentence, ...]:
        """All sentences that a reader sees: the answer's, then the related ones."""
        return (*self.sentences, *self.more)

    def __str__(self) -> str:
        """The text, followed by one line for each citation."""
        return "\n".join(
            [self.text, *(f"[{c.n}] {c.source}:{c.line} “{readable(c.quote)}”" for c in self.citations)]
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return asdict(self)

    def to_markdown(self) -> str:
        """The answer as Markdown with citations as footnotes; Markdown in the articles is escaped."""
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
