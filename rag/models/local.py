"""The embedded language model: llama.cpp inside this process, reached over loopback.

xllamacpp opens an OpenAI-compatible endpoint on a free port of 127.0.0.1; a random key keeps other users of
the machine out. The openai client treats it like any other server.
"""

import os
import secrets
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rag.errors import LLMError
from rag.models.kept import ServerSlots, Slots
from rag.models.queue import Queue

CONTEXT_TOKENS = 4096
_starting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The embedded model's endpoint; it stops when this object is collected.

    `made_with` is the library's version and the context size in tokens; `slots` saves what it has read.
    """

    base_url: str
    api_key: str
    server: Any
    made_with: tuple[str, int]
    slots: Slots | None = None
    queue: Queue = field(default_factory=Queue)


def available() -> bool:
    """Whether the package for embedded models (extra `local`) is installed."""
    from importlib.util import find_spec

    return find_spec("xllamacpp") is not None


def start(model: Path, states: Path) -> Endpoint:
    """Load a GGUF file and serve it, once per process (about three seconds for 1 GB).

    `states` is the folder for saved states; if it is not writable, nothing is saved.

    Raises:
        LLMError: if the file is missing or cannot be loaded.
    """
    with _starting:
        return _start(model, states)


@cache
def _start(model: Path, states: Path) -> Endpoint:
    if not model.is_file():
        raise LLMError(f"no language model at {model}: run `python -m rag models --get`")
    import xllamacpp
    from joblib import cpu_count  # respects quotas and affinity

    key = secrets.token_urlsafe(24)
    threads = cpu_count(only_physical_cores=True)
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.api_keys = [key]
    params.ui = params.endpoint_slots = params.endpoint_props = False
    params.warmup = False
    params.verbosity = -1
    params.offline = True
    kept = _writable(states)
    if kept:
        params.slot_save_path = f"{states}/"
    try:
        server = xllamacpp.Server(params)
    except Exception as error:  # the binding raises bare RuntimeError
        raise LLMError(f"cannot load the language model {model}: {error}") from error
    address = server.listening_address
    slots = ServerSlots(states, address, key) if kept else None
    return Endpoint(f"{address}/v1", key, server, (xllamacpp.__version__, CONTEXT_TOKENS), slots)


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
