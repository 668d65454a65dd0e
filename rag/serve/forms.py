"""Request and response models of `/ask`, `/search`, `/check`, `/articles` and `/v1`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from rag.search.scope import Scope
from rag.types import Article, CheckedSentence, Passage

MOST_PASSAGES = 50
MOST_LISTED = 1000


class Turn(BaseModel):
    """A message before the question."""

    role: Literal["user", "assistant"]
    content: str


class Narrowed(BaseModel):
    """What a request may be limited to; what is not given limits nothing."""

    sources: Annotated[list[str] | None, Field(description="only these articles; unset: all")] = None
    folder: Annotated[str, Field(description="only articles below this folder")] = ""
    since: Annotated[str, Field(description="only articles of this day or later: 2023, 2023-05-31")] = ""
    until: Annotated[str, Field(description="only articles of this day or earlier")] = ""

    def scope(self) -> Scope:
        """
        Raises:
            ScopeError: if a date cannot be read.
        """
        return Scope.of(sources=self.sources, folder=self.folder, since=self.since, until=self.until)


class AskBody(Narrowed):
    question: Annotated[str, Field(description="the question to answer, in plain words")]
    history: Annotated[list[Turn], Field(description="the conversation before it, oldest message first")] = []


class SearchBody(Narrowed):
    question: Annotated[str, Field(description="what to look for")]
    limit: Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="how many passages")] = 5


class CheckBody(Narrowed):
    text: Annotated[str, Field(description="any text, to be checked sentence by sentence")]


class Found(BaseModel):
    passages: list[Passage]


class Checked(BaseModel):
    sentences: list[CheckedSentence]


class About(BaseModel):
    """An article without its text."""

    source: Annotated[str, Field(description="its path below the articles folder, with /")]
    title: str
    author: str
    date: str
    url: str
    characters: int

    @classmethod
    def of(cls, article: Article) -> "About":
        return cls(
            source=article.source,
            title=article.title,
            author=article.author,
            date=article.date,
            url=article.url,
            characters=len(article.text),
        )


class Text(About):
    """An article as it was indexed: spans of citations and passages are character offsets in `text`."""

    text: str

    @classmethod
    def of(cls, article: Article) -> "Text":
        return cls(**About.of(article).model_dump(), text=article.text)


class Listing(BaseModel):
    articles: list[About]
    total: Annotated[int, Field(description="how many are indexed")]


class Part(BaseModel):
    """A part of a message; parts other than text are ignored."""

    type: str
    text: str = ""


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in ("text", "input_text"))
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatBody(BaseModel):
    """A request for a completion; fields not listed here have no meaning for quotes and are ignored."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1


class ErrorDetail(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorReply(BaseModel):
    error: ErrorDetail


class Completion(BaseModel):
    """A chat completion in OpenAI's format, with the full answer added."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    answer: dict[str, Any]
