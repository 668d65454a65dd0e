"""Inputs and outputs of the tools for language models: short, since a model pays for each word it reads."""

from typing import Annotated

from pydantic import BaseModel, Field

from rag.serve.forms import Narrowed, Turn
from rag.serve.written import article_uri
from rag.types import Answer, Citation, Passage, Status

MOST_CHARACTERS = 100_000


class AskTool(Narrowed):
    question: Annotated[
        str, Field(description="the question to answer, in plain words; it must be self-contained")
    ]
    history: list[Turn] = Field([], description="the conversation before it, if the question depends on it")
    passages: Annotated[bool, Field(description="also return the passages that were read")] = False


class ReadTool(BaseModel):
    source: Annotated[str, Field(description="the article, as citations and passages name it")]
    start: Annotated[int, Field(ge=0, description="the character to start at")] = 0
    characters: Annotated[
        int, Field(ge=1, le=MOST_CHARACTERS, description="maximum number of characters")
    ] = 20_000


class Quote(BaseModel):
    """The evidence for the sentences with the number `n`."""

    n: int
    quote: Annotated[str, Field(description="the exact sentence of the article")]
    title: str
    source: str
    line: int
    uri: Annotated[str, Field(description="the resource, with the place of the quote in characters")]

    @classmethod
    def of(cls, citation: Citation) -> "Quote":
        uri = article_uri(citation.source, citation.start, citation.end)
        return cls(
            n=citation.n,
            quote=citation.quote,
            title=citation.title,
            source=citation.source,
            line=citation.line,
            uri=uri,
        )


class Reply(BaseModel):
    status: Annotated[
        Status,
        Field(description="not_in_articles: they do not say; partial: near, and may not answer"),
    ]
    text: Annotated[str, Field(description="the answer, each sentence with the numbers of its citations")]
    short: Annotated[
        str | None, Field(description="the words of the first sentence that answer, if they are known")
    ] = None
    citations: list[Quote]
    also: Annotated[list[str], Field(description="sentences that only touch the question")] = []
    differ: Annotated[list[str], Field(description="where the articles disagree")] = []
    confidence: Annotated[
        float, Field(description="probability that the articles answer the question, 0 to 1")
    ]
    notice: str = ""
    passages: list[Passage] = []

    @classmethod
    def of(cls, answer: Answer, *, passages: bool) -> "Reply":
        return cls(
            status=answer.status,
            text=answer.text,
            short=answer.short.text if answer.short else None,
            citations=[Quote.of(citation) for citation in answer.citations],
            also=[sentence.marked for sentence in answer.more],
            differ=[
                " / ".join(f"{side.value} [{side.citation}]" for side in conflict.sides)
                for conflict in answer.conflicts
            ],
            confidence=round(answer.confidence, 3),
            notice=answer.notice,
            passages=list(answer.passages) if passages else [],
        )


class Slice(BaseModel):
    """Part of an article's text."""

    source: str
    title: str
    author: str
    date: str
    url: str
    text: str
    start: Annotated[int, Field(description="where the text starts in the article, in characters")]
    total: Annotated[int, Field(description="length of the whole article in characters")]
