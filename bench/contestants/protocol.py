"""The steps of every contestant; it needs nothing but Python, since each runs in its own venv.

    python use_langchain.py index  WORK MODEL QUESTIONS    from empty, unchanged, some added, some changed
    python use_langchain.py fresh  WORK MODEL QUESTIONS    the first question of a process
    python use_langchain.py warm   WORK MODEL QUESTIONS    the first, then all of them

WORK contains `articles/`, `added/` and `changed/`, and gets `index/`; MODEL is the encoder's folder;
QUESTIONS is a JSON list. The last line printed is one JSON object of figures.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol


class Contestant(Protocol):
    """One way to search articles, with an index in its own folder."""

    def index(self) -> None:
        """Bring the index up to date with the articles."""

    def ask(self, question: str) -> int:
        """Search; return the number of hits."""

    def close(self) -> None:
        """Leave the index complete on disk."""


def main(make: Callable[[Path, Path, Path], Contestant]) -> None:
    """Run one step with the contestant that `make(articles, index, model)` returns."""
    step, work, model, questions = sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    asked = json.loads(questions.read_text(encoding="utf-8"))
    contestant = make(work / "articles", work / "index", Path(model))
    figures = _index(contestant, work) if step == "index" else _ask(contestant, asked, step == "fresh")
    contestant.close()
    print(json.dumps(figures))


def _index(contestant: Contestant, work: Path) -> dict[str, Any]:
    figures = {"index_s": _seconds(contestant.index), "unchanged_s": _seconds(contestant.index)}
    for name in ("added", "changed"):
        shutil.copytree(work / name, work / "articles", dirs_exist_ok=True)
        figures[f"{name}_s"] = _seconds(contestant.index)
    return figures


def _ask(contestant: Contestant, questions: list[str], only_first: bool) -> dict[str, Any]:
    started = time.perf_counter()
    if not contestant.ask(questions[0]):
        raise SystemExit("no hits")
    first = {"first_s": time.perf_counter() - started}
    if only_first:
        return first
    return {**first, "warm_s": [_seconds(partial(contestant.ask, question)) for question in questions]}


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
