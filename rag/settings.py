"""All settings in one flat object: argument, then environment, then `.env`, then default.

The environment is read here and nowhere else. `.env.example` and the table in the docs list the same names;
a test keeps the three in sync.
"""

import os
from contextlib import suppress
from hashlib import blake2b
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import AliasChoices, BaseModel, Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

LLMName = Literal["auto", "openai", "local", "none"]
Precision = Literal["int8", "float32"]


def _unprefixed(name: str) -> AliasChoices:
    """Return the aliases of a setting that has the name other OpenAI or Chroma tools use."""
    return AliasChoices(name, name.upper())


class Settings(BaseSettings):
    """All settings; each field is read from `RAG_<FIELD>` unless noted."""

    model_config = SettingsConfigDict(
        env_prefix="RAG_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
        populate_by_name=True,
    )

    articles: Annotated[Path, Field(description="folder of articles")] = Path("seeds")
    index: Annotated[
        Path | None,
        Field(description="folder of the index; by default one in .index next to the articles folder"),
    ] = None
    cache: Annotated[Path, Field(description="folder for exported and downloaded models")] = Path(
        platformdirs.user_cache_dir("article-qa", appauthor=False)
    )
    max_file_mb: Annotated[float, Field(gt=0, description="larger articles are skipped")] = 20
    chunk_tokens: Annotated[int, Field(ge=32, le=2000, description="maximum tokens per passage")] = 160
    chunk_overlap: Annotated[
        int, Field(ge=0, le=5, description="sentences repeated from the previous passage")
    ] = 1
    encoder: Annotated[str, Field(min_length=1, description="embedding model: a name or a folder")] = (
        "all-MiniLM-L6-v2"
    )
    precision: Annotated[Precision, Field(description="numeric precision of the embedding model")] = "int8"
    reader: Annotated[
        Literal["packaged", "off"],
        Field(description="network that marks short answers, orders near equals and helps to refuse"),
    ] = "packaged"

    chroma_url: Annotated[
        str,
        Field(
            validation_alias=_unprefixed("chroma_url"),
            pattern=r"^(https?://[^/\s]+/?)?$",
            description="a Chroma server for the vectors; by default they are in the index folder",
        ),
    ] = ""
    chroma_token: Annotated[
        SecretStr,
        Field(validation_alias=_unprefixed("chroma_token"), description="token of the Chroma server"),
    ] = SecretStr("")
    chroma_tenant: Annotated[
        str, Field(validation_alias=_unprefixed("chroma_tenant"), description="tenant on the Chroma server")
    ] = "default_tenant"
    chroma_database: Annotated[
        str,
        Field(validation_alias=_unprefixed("chroma_database"), description="database on the Chroma server"),
    ] = "default_database"
    chroma_collection: Annotated[
        str,
        Field(
            validation_alias=_unprefixed("chroma_collection"),
            pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{2,200}$",
            description="name of this index on the Chroma server",
        ),
    ] = "articles"

    passages: Annotated[int, Field(ge=1, le=50, description="passages searched for sentences")] = 20
    lexical_weight: Annotated[
        float, Field(ge=0, le=5, description="weight of BM25 relative to the cosine")
    ] = 0.35
    quotes: Annotated[int, Field(ge=1, le=10, description="maximum sentences in a quoted answer")] = 3
    min_confidence: Annotated[
        float | None,
        Field(ge=0, le=1, description="minimum confidence of an answer; unset: as fitted"),
    ] = None

    llm: Annotated[LLMName, Field(description="which language model answers")] = "auto"
    openai_api_key: Annotated[
        SecretStr, Field(validation_alias=_unprefixed("openai_api_key"), description="key of the API")
    ] = SecretStr("")
    openai_base_url: Annotated[
        str,
        Field(
            validation_alias=_unprefixed("openai_base_url"),
            pattern=r"^(https?://.+)?$",
            description="any OpenAI-compatible endpoint",
        ),
    ] = ""
    openai_model: Annotated[
        str,
        Field(
            validation_alias=_unprefixed("openai_model"),
            min_length=1,
            description="model requested from the API",
        ),
    ] = "gpt-4o-mini"
    local_model: Annotated[str, Field(description="a GGUF file to use as the embedded model")] = ""
    evidence_tokens: Annotated[
        int,
        Field(
            ge=0,
            le=100_000,
            description="evidence given to the language model, in tokens; 0 chooses by its speed",
        ),
    ] = 0
    answer_s: Annotated[
        float, Field(gt=0, le=3600, description="target seconds for an answer by the embedded model")
    ] = 5
    max_answer_tokens: Annotated[
        int, Field(ge=1, le=8192, description="maximum tokens the language model may write")
    ] = 300
    instructions: Annotated[
        FilePath | None, Field(description="a file with instructions for the model that replace ours")
    ] = None
    price_prompt: Annotated[
        float | None, Field(ge=0, description="price of a million prompt tokens: answers report their cost")
    ] = None
    price_completion: Annotated[
        float | None, Field(ge=0, description="price of a million completion tokens")
    ] = None
    daily_tokens: Annotated[
        int, Field(ge=0, description="tokens the API may use per day, then quotes answer; 0: no limit")
    ] = 0
    proof: Annotated[
        Literal["verbatim", "restated", "judged"] | None,
        Field(description="the loosest proof that is shown; unset: judged with an API, else restated"),
    ] = None
    judge: Annotated[
        Literal["on", "off"],
        Field(description="whether the API judges freely worded sentences"),
    ] = "on"
    temperature: Annotated[float | None, Field(ge=0, le=2, description="sent only if set")] = None
    deadline_s: Annotated[float, Field(gt=0, le=3600, description="maximum seconds per answer")] = 60
    max_question_chars: Annotated[
        int, Field(ge=1, le=100_000, description="longer questions are refused")
    ] = 2000

    feedback: Annotated[Path, Field(description="file of disliked answers, for `python -m eval review`")] = (
        Path("feedback.jsonl")
    )
    conversations: Annotated[
        Path, Field(description="folder of the conversations of users who log in (`RAG_AUTH`)")
    ] = Path("conversations")
    read_only: Annotated[bool, Field(description="forbid adding and removing articles through the page")] = (
        False
    )
    fetch: Annotated[
        Literal["auto", "on", "off"],
        Field(description="adding articles by address; auto: on, but off on a page that others reach"),
    ] = "auto"
    auth: Annotated[
        FilePath | None, Field(description="file of users who may log in; unset: anyone who reaches the page")
    ] = None
    api_key: Annotated[
        SecretStr, Field(description="key that programs must send; unset: anyone who reaches the server")
    ] = SecretStr("")
    rate_limit: Annotated[
        str,
        Field(
            pattern=r"^(\d+ ?(/|per) ?\d* ?(second|minute|hour|day)s?)?$",
            description="questions per reader, e.g. 20/minute",
        ),
    ] = ""
    log_json: Annotated[bool, Field(description="write the page's log as JSON lines")] = False
    log_questions: Annotated[bool, Field(description="write questions into the page's log")] = False
    mcp: Annotated[bool, Field(description="serve tools for language models too, at `/mcp`")] = False
    host: Annotated[str, Field(description="address the page listens on")] = "127.0.0.1"
    allowed_hosts: Annotated[
        str,
        Field(
            pattern=r"^([^\s,/@*]+( ?, ?[^\s,/@*]+)*)?$",
            description="host names of the page, besides `RAG_HOST` and localhost: a, b",
        ),
    ] = ""
    trusted_proxies: Annotated[
        str,
        Field(
            pattern=r"^[0-9a-fA-F.:/]*( ?, ?[0-9a-fA-F.:/]+)*$",
            description="addresses or networks of proxies whose `X-Forwarded-For` and `-Proto` are trusted",
        ),
    ] = ""
    port: Annotated[int, Field(ge=1, le=65535, description="port the page listens on")] = 7860

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for one in filter(None, map(str.strip, value.split(","))):
            ip_network(one, strict=False)
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _can_be_a_path(cls, value: Any) -> Any:
        if isinstance(value, Path):
            try:
                with suppress(OSError):  # it is optional
                    value.stat()
            except ValueError as error:  # NUL, or a character that no file name can contain
                raise ValueError(f"not a path: {error}") from error
        return value

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings; an override of `None` is ignored.

        Raises:
            SettingsError: with every fault at once, each naming variable, value and what is allowed.
        """
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsError(_explain(error)) from None
        except (OSError, UnicodeError) as error:
            raise SettingsError(f"cannot read the settings in .env: {error}") from error

    def changed(self, **changes: Any) -> Self:
        """Return the same settings with `changes`; nothing is read again.

        Raises:
            SettingsError: as `load`.
        """
        other = self.__class__.__new__(self.__class__)
        try:  # like `BaseSettings`, but without reading the environment, which takes 2 ms
            BaseModel.__init__(other, **{**dict(self), **changes})
        except ValidationError as error:
            raise SettingsError(_explain(error)) from None
        return other

    @property
    def index_folder(self) -> Path:
        """The absolute path of the index: it belongs to one folder of articles, so each folder has its own.

        It does not depend on the working directory: next to the articles, or in the cache if that is not
        writable.
        """
        if self.index is not None:
            return self.index.absolute()
        folder = self.articles.resolve()
        name = f"{folder.name}-{blake2b(str(folder).encode(), digest_size=4).hexdigest()}"
        beside = folder.parent / ".index"
        if (beside / name).exists() or os.access(beside if beside.exists() else folder.parent, os.W_OK):
            return beside / name
        return self.cache.absolute() / "index" / name


def variable(field: str) -> str:
    """Return the environment variable of a field, e.g. `chunk_tokens` → `RAG_CHUNK_TOKENS`."""
    return field.upper() if field.startswith(("openai_", "chroma_")) else f"RAG_{field.upper()}"


def _explain(error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0]).lower() if fault["loc"] else "settings"
        value = "(hidden)" if name.endswith(("key", "token")) else repr(fault["input"])[:80]
        lines.append(f"{variable(name)} = {value}: {fault['msg']}")
    return "wrong settings:\n  " + "\n  ".join(lines)
