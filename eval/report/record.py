"""A run as one record: its rows, their origin, and the results. Every report is generated from it."""

import json
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from eval.alterations.claims import Judged
from eval.alterations.measure import by_kind as by_claim_kind
from eval.alterations.measure import totals
from eval.dataset.samples import QuestionSetError, to_line
from eval.scoring.run import AskedSet, Row
from eval.stats.calibration import reliability, risk_coverage
from eval.stats.figures import Metric
from eval.stats.metrics import by_kind, metrics
from eval.stats.paired import Comparison

_MAX_MISSES = 200
_PROJECT = Path(__file__).parent.parent.parent
_PACKAGES = ("chromadb", "onnxruntime", "bm25s", "nupunkt", "openai")
# Secrets (an endpoint may contain one), and what differs between machines without changing an answer.
_UNTOLD = {"openai_api_key", "openai_base_url", "cache", "local_model", "index", "feedback", "host", "port"}


@dataclass(frozen=True)
class Run:
    """One question set asked with one set of settings.

    `data` names the set and has the hashes of its questions and articles; `environment` has commit, hash of
    the code, and versions; `check` has, for each kind of claim, how many false ones passed and true ones
    were dropped, `misses` some of those claims; `failures` is what the gate found.
    """

    created: str
    mode: str
    model: str
    data: Mapping[str, str]
    settings: Mapping[str, Any]
    environment: Mapping[str, str]
    rows: Sequence[Row] = field(repr=False)
    check: Mapping[str, Metric] = field(default_factory=dict, repr=False)
    misses: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    against: Comparison | None = None
    failures: Sequence[str] = ()

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Every figure, by name; of the check only the totals over all kinds of claims."""
        sums = {name: figure for name, figure in self.check.items() if ":" not in name}
        return {**metrics(self.rows), **sums}

    @property
    def check_by_kind(self) -> dict[str, Metric]:
        """The share that passed or was dropped for each kind of claim, by “false passed: number”."""
        return {name: figure for name, figure in self.check.items() if ":" in name}

    def to_json(self) -> str:
        """Return the whole run as one JSON object."""
        return dump(
            {
                "created": self.created,
                "mode": self.mode,
                "model": self.model,
                "data": self.data,
                "settings": self.settings,
                "environment": self.environment,
                "metrics": {name: asdict(figure) for name, figure in self.metrics.items()},
                "by_kind": {kind: asdict(figure) for kind, figure in by_kind(self.rows).items()},
                "check": {name: asdict(figure) for name, figure in self.check.items()},
                "misses": list(self.misses),
                "reliability": [asdict(one) for one in reliability(self.rows)],
                "risk_coverage": [asdict(point) for point in risk_coverage(self.rows)],
                "baseline": asdict(self.against) if self.against else None,
                "failures": list(self.failures),
                "rows": [row.to_dict() for row in self.rows],
            }
        )

    @classmethod
    def from_json(cls, path: Path) -> Self:
        """Return a run read back from its JSON; figures are recomputed from its rows.

        Raises:
            QuestionSetError: if the file cannot be read, or was written by another version.
        """
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            names = ("created", "mode", "model", "data", "settings", "environment")
            return cls(
                **{name: stored[name] for name in names},
                rows=[Row.from_dict(row) for row in stored["rows"]],
                check={name: Metric(**figure) for name, figure in stored["check"].items()},
                misses=stored["misses"],
                failures=stored["failures"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise QuestionSetError(f"cannot read the run in {path}: {error!r}") from error


def run_of(asked: Sequence[AskedSet], name: str, judged: Sequence[Judged] = ()) -> Run:
    """Return the record of one or several question sets that were just asked; `name` is theirs together.

    `judged` are the claims that were checked.
    """
    articles, questions = sha256(), sha256()
    for one in asked:
        for source in one.chatbot.sources():
            articles.update(f"{source} {one.chatbot.article(source).sha256}\n".encode())
        questions.update("".join(map(to_line, one.samples)).encode())
    chatbot = asked[0].chatbot
    return Run(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        mode=chatbot.choice.mode,
        model=chatbot.choice.model,
        data={
            "name": name,
            "questions": questions.hexdigest()[:12],
            "articles": articles.hexdigest()[:12],
        },
        settings=chatbot.settings.model_dump(mode="json", exclude=_UNTOLD),
        environment={
            "commit": _commit(),
            "code": code_version(),
            "python": platform.python_version(),
            **{package: version(package) for package in _PACKAGES},
        },
        rows=[row for one in asked for row in one.rows],
        check={**totals(judged), **by_claim_kind(judged)},
        misses=[one.to_dict() for one in judged if one.wrong][:_MAX_MISSES],
    )


def code_version() -> str:
    """Return a hash of everything in rag/ and eval/ that affects an answer or its score."""
    found = sha256()
    for path in sorted(path for top in ("rag", "eval") for path in (_PROJECT / top).rglob("*.py")):
        found.update(path.read_bytes())
    found.update((_PROJECT / "rag" / "answer" / "confidence.json").read_bytes())
    return found.hexdigest()[:12]


def _commit() -> str:
    """Return the commit that is checked out, followed by + if files were changed; empty without git."""
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        commit, changed = (
            subprocess.run([git, *command], cwd=_PROJECT, capture_output=True, text=True, check=True).stdout
            for command in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "-uno"])
        )
    except subprocess.CalledProcessError:
        return ""
    return commit.strip() + ("+" if changed.strip() else "")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
