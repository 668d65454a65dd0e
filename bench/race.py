"""Compare this project with LangChain, LlamaIndex and Haystack: same articles, encoder and machine, one
run.

Theirs is dense retrieval alone; ours includes the whole answer in quotes, with evidence and checks. Every
step runs in its own process, one after another.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from bench.corpus import Inventor
from rag.errors import RagError
from rag.models.export import DEFAULT_ENCODER, model_folder

OURS = "article-qa"
CONTESTANTS = {
    OURS: "article_qa",
    "LangChain": "langchain",
    "LlamaIndex": "llamaindex",
    "Haystack": "haystack",
}
_SCRIPTS = Path(__file__).parent / "contestants"
_CHANGE = "\n\nA last paragraph was added to this article.\n"
_LOOK_S = 0.1  # between two memory samples, which take a few milliseconds themselves
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contestant needed, in seconds and MB; an index is updated in a warm process."""

    index_s: float
    unchanged_s: float
    added_s: float
    changed_s: float
    fresh_s: float
    first_s: float
    warm_p50_s: float
    warm_p95_s: float
    index_peak_mb: float
    ask_peak_mb: float
    disk_mb: float


class Step(NamedTuple):
    """What a script printed, its run time in seconds, and its peak memory."""

    figures: dict[str, Any]
    seconds: float
    peak_mb: float


def prepare(work: Path, seeds: Path, articles: int, few: int) -> None:
    """Generate `articles` articles, `few` more of them, and `few` changed ones, below `work`."""
    inventor = Inventor(seeds)
    inventor.write(work / "articles", articles)
    inventor.write(work / "added", few, first=articles)
    (work / "changed").mkdir()
    for path in sorted((work / "articles").iterdir())[:few]:
        text = path.read_text(encoding="utf-8")
        (work / "changed" / path.name).write_text(text + _CHANGE, encoding="utf-8")


def race(
    names: Sequence[str], python: Path | None, work: Path, questions: Sequence[str], fresh: int
) -> dict[str, Figures]:
    """Return figures by contestant; `python` is that of the venv with the three libraries.

    Raises:
        RagError: if a contestant fails, with its last output.
    """
    asked = work / "questions.json"
    asked.write_text(json.dumps(list(questions)), encoding="utf-8")
    found = {}
    for name in names:
        folder = work / CONTESTANTS[name]
        for part in ("articles", "added", "changed"):
            shutil.copytree(work / part, folder / part)
        interpreter = Path(sys.executable) if name == OURS else python
        assert interpreter is not None
        found[name] = measure(interpreter, CONTESTANTS[name], folder, asked, fresh)
    return found


def measure(python: Path, script: str, folder: Path, asked: Path, fresh: int) -> Figures:
    """Run one contestant through all steps over the articles in `folder`, `fresh` times from scratch."""
    indexed = _step(python, script, "index", folder, asked)
    firsts = [_step(python, script, "fresh", folder, asked).seconds for _ in range(fresh)]
    warm = _step(python, script, "warm", folder, asked)
    files = [path for path in (folder / "index").rglob("*") if path.is_file()]
    return Figures(
        **{name: indexed.figures[name] for name in ("index_s", "unchanged_s", "added_s", "changed_s")},
        fresh_s=statistics.median(firsts),
        first_s=warm.figures["first_s"],
        warm_p50_s=statistics.median(warm.figures["warm_s"]),
        warm_p95_s=statistics.quantiles(warm.figures["warm_s"], n=20)[-1],
        index_peak_mb=indexed.peak_mb,
        ask_peak_mb=warm.peak_mb,
        disk_mb=sum(path.stat().st_size for path in files) / 1e6,
    )


def _step(python: Path, script: str, step: str, folder: Path, asked: Path) -> Step:
    arguments = step, folder, model_folder(DEFAULT_ENCODER), asked
    command = [str(part) for part in (python, _SCRIPTS / f"use_{script}.py", *arguments)]
    root = _SCRIPTS.parents[1]
    environment = {**os.environ, **_QUIET, "PYTHONPATH": str(root) if script == CONTESTANTS[OURS] else ""}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as said:
        started = time.perf_counter()
        child = psutil.Popen(command, stdout=output, stderr=said, env=environment)
        peak = 0
        while child.poll() is None:
            peak = max(peak, _memory(child))
            time.sleep(_LOOK_S)
        seconds = time.perf_counter() - started
        output.seek(0)
        said.seek(0)
        if child.returncode != 0:
            last = (said.read().strip().splitlines() or ["no output"])[-1]
            raise RagError(f"use_{script}.py {step} failed: {last}")
        return Step(json.loads(output.read().strip().splitlines()[-1]), seconds, peak / 1e6)


def _memory(process: psutil.Process) -> int:
    """Return the bytes held by a process and its children; shared memory counts once, where reported."""
    held = 0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                info = one.memory_full_info()
                held += getattr(info, "pss", info.uss)
    return held
