"""`python -m rag doctor`: check each part that an answer needs, and say how to fix it.

It builds nothing and changes nothing. A language model is asked one short question; an API is also asked
what it supports.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.articles.read import read_corpus
from rag.errors import RagError
from rag.index.switch import current_generation, unerased
from rag.models.chat import ask
from rag.models.llm import OpenAIChat
from rag.models.probe import probe
from rag.models.reader import packaged_reader
from rag.resources import Resources
from rag.settings import Settings

_MODEL_DEADLINE_S = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part; `fault` says what is wrong and how to fix it, or is empty."""

    part: str
    found: str
    fault: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield one finding per part, in the order an answer needs them.

    Raises:
        SettingsError: if the settings name a language model, or instructions, that do not exist.
    """
    resources = Resources(settings)
    for part, look in (
        ("articles", _articles),
        ("encoder", _encoder),
        ("reader", _reader),
        ("index", _index),
        ("language model", _model),
    ):
        yield _looked(part, look, resources)


def _looked(part: str, look: Callable[[Resources], str], resources: Resources) -> Finding:
    try:
        return Finding(part, look(resources))
    except RagError as error:
        return Finding(part, "", str(error))


def _articles(resources: Resources) -> str:
    settings = resources.settings
    corpus = read_corpus(settings.articles, int(settings.max_file_mb * 1e6))
    if not corpus.articles:
        raise RagError(f"{settings.articles} has no readable file")
    return f"{len(corpus.articles)} in {settings.articles}, {len(corpus.skipped)} files skipped"


def _encoder(resources: Resources) -> str:
    resources.encoder().encode_query("test")
    return f"{resources.settings.encoder} encodes"


def _reader(resources: Resources) -> str:
    if resources.settings.reader == "off":
        return "off: no short answers"
    return packaged_reader().fingerprint


def _index(resources: Resources) -> str:
    folder = resources.settings.index_folder
    if current_generation(folder) is None:
        raise RagError(
            f"there is none in {folder}: run `python -m rag index` (the first question builds it too)"
        )
    generation = resources.generation()
    chunks, stored = len(generation.catalog), generation.stored()
    if stored < chunks:
        raise RagError(f"Chroma has {stored} of {chunks} passages: run `python -m rag index`")
    if resources.sync(dry_run=True, progress=lambda *_: None).needed:
        raise RagError(f"the articles have changed since {folder} was built: run `python -m rag index`")
    left = unerased(folder)
    return f"{chunks} passages in {folder}, up to date" + (left and f"; not erased: {left}")


def _model(resources: Resources) -> str:
    model = resources.model()
    if model is None:
        return "none: quotes answer (`python -m rag models` shows how to add one)"
    started = time.monotonic()
    deadline = started + _MODEL_DEADLINE_S
    if isinstance(model, OpenAIChat) and model.mode == "openai":
        support = probe(model, deadline)
        return f"{model.name} replies in {support.seconds:.1f} s: {support}"
    ask(model, [{"role": "user", "content": "Reply with OK."}], 1, deadline)
    return f"{model.name} replies in {time.monotonic() - started:.1f} s"
