"""Choose the language model: an API if one is configured, else the embedded model, else none."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import LLMTimeout, SettingsError
from rag.models import local
from rag.models.allowance import Allowance
from rag.models.chat import ChatModel, Finished, Message, Speed
from rag.models.kept import keep, key_of, restore
from rag.models.llm import OpenAIChat
from rag.models.pace import Pace, evidence_in_time
from rag.settings import LLMName, Settings
from rag.types import Mode

GGUF_NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
_UNMEASURED_EVIDENCE_TOKENS = 200
_WARM_UP_TOKENS = 8


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """How questions will be answered, known without loading anything."""

    mode: Mode
    model: str


def gguf_path(settings: Settings) -> Path:
    """The path of the embedded model's file, whether or not it exists."""
    return Path(settings.local_model) if settings.local_model else settings.cache / "models" / GGUF_NAME


def api_configured(settings: Settings) -> bool:
    """Whether an API key or endpoint is set."""
    return bool(settings.openai_api_key.get_secret_value() or settings.openai_base_url)


def choose(settings: Settings) -> ModelChoice:
    """Return the mode that `settings` select.

    Raises:
        SettingsError: if the model named in the settings is not configured or not installed.
    """
    api = api_configured(settings)
    path = gguf_path(settings)
    if settings.llm == "openai" and not api:
        raise SettingsError("RAG_LLM = 'openai' needs OPENAI_API_KEY or OPENAI_BASE_URL")
    if settings.llm == "openai" or (settings.llm == "auto" and api):
        return ModelChoice("openai", settings.openai_model)
    if settings.llm == "local" and not local.available():
        raise SettingsError("RAG_LLM = 'local' needs the extra `local`: pip install 'article-qa[local]'")
    if settings.llm in ("local", "auto") and local.available() and path.is_file():
        return ModelChoice("local", path.stem)
    if settings.llm == "local":
        raise SettingsError(f"no language model at {path}: run `python -m rag models --get`")
    return ModelChoice("quotes", "")


def available(settings: Settings) -> dict[LLMName, ModelChoice]:
    """Return the models these settings make available: an API, the embedded model, quotes; best first."""
    found: dict[LLMName, ModelChoice] = {}
    for llm in ("openai", "local", "none"):
        try:
            found[llm] = choose(settings.model_copy(update={"llm": llm}))
        except SettingsError:
            continue
    return found


def open_model(settings: Settings, constant: Sequence[Message]) -> ChatModel | None:
    """Return the chat model that `settings` select, ready to answer, or None in quote mode.

    `constant` is the part of every prompt that never changes. The embedded model reads it here, which also
    measures its speed.

    Raises:
        LLMError: if the embedded model cannot be loaded.
        SettingsError: as `choose`.
    """
    choice = choose(settings)
    if choice.mode == "quotes":
        return None
    evidence_tokens = settings.evidence_tokens
    if choice.mode == "openai":
        key = settings.openai_api_key.get_secret_value()
        return OpenAIChat(
            "openai",
            choice.model,
            settings.openai_base_url,
            key,
            evidence_tokens or Pace(settings.answer_s),
            settings.temperature,
            allowance=Allowance(settings.daily_tokens) if settings.daily_tokens else None,
        )
    path = gguf_path(settings)
    endpoint = local.start(path, settings.cache / "prompts")
    speed = _warmed_up(settings, endpoint, path, constant)
    return _embedded(
        settings,
        endpoint,
        evidence_tokens
        or (evidence_in_time(speed, settings.answer_s) if speed else _UNMEASURED_EVIDENCE_TOKENS),
    )


def _embedded(settings: Settings, endpoint: local.Endpoint, evidence_tokens: int) -> OpenAIChat:
    # Greedy by default: the same question gets the same answer.
    temperature = 0.0 if settings.temperature is None else settings.temperature
    return OpenAIChat(
        "local",
        gguf_path(settings).stem,
        endpoint.base_url,
        endpoint.api_key,
        evidence_tokens,
        temperature,
        first_tokens=True,
        queue=endpoint.queue,
    )


def _warmed_up(
    settings: Settings, endpoint: local.Endpoint, path: Path, constant: Sequence[Message]
) -> Speed | None:
    """Have the model read the constant part of the prompt, or restore that state from disk; return its
    speed.
    """
    key = key_of(path, constant, *endpoint.made_with) if endpoint.slots else ""
    if endpoint.slots and (known := restore(endpoint.slots, key)):
        return known
    speed = None
    try:
        model = _embedded(settings, endpoint, _UNMEASURED_EVIDENCE_TOKENS)
        for piece in model.stream(constant, _WARM_UP_TOKENS, time.monotonic() + settings.deadline_s):
            if isinstance(piece, Finished) and not isinstance(piece.cut, LLMTimeout):
                speed = piece.speed
    except LLMTimeout:  # a slow machine: its speed stays unknown
        return None
    if endpoint.slots and speed:
        keep(endpoint.slots, key, speed)
    return speed
