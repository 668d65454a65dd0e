"""The embedded language model: llama.cpp inside this process, spoken to over loopback.

xllamacpp opens an OpenAI-compatible endpoint on 127.0.0.1 at a free port; a random key keeps
other users of the machine out. The openai client speaks to it as to any other server.
"""

import secrets
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rag.errors import LLMError
from rag.models.line import Line

CONTEXT_TOKENS = 4096
_starting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the embedded model listens; it stops when this is collected."""

    base_url: str
    api_key: str
    server: Any
    line: Line = field(default_factory=Line)


def available() -> bool:
    """Whether the package for embedded models is installed (extra `local`)."""
    from importlib.util import find_spec

    return find_spec("xllamacpp") is not None


def start(model: Path) -> Endpoint:
    """Load a GGUF file and serve it, once in a process (about three seconds for 1 GB).

    Raises:
        LLMError: if the file is missing or cannot be loaded.
    """
    with _starting:
        return _start(model)


@cache
def _start(model: Path) -> Endpoint:
    if not model.is_file():
        raise LLMError(f"no language model at {model}: run `python -m rag models --get`")
    import xllamacpp
    from joblib import cpu_count  # knows quotas and affinity

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
    try:
        server = xllamacpp.Server(params)
    except Exception as error:  # the binding raises bare RuntimeError
        raise LLMError(f"cannot load the language model {model}: {error}") from error
    return Endpoint(f"{server.listening_address}/v1", key, server)
