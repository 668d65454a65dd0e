"""From snapshots to the file that is served: each is exported and measured, and the best is kept.

    FOLDER/exports/003000/{model.onnx, tokenizer.json, reader.json}
    FOLDER/curve.jsonl     {"lists": 3000, "figure": .74, "squad2-dev": {…}, "says": {…}}
    FOLDER/{model.onnx, tokenizer.json, reader.json, figures.json}   the best one

The exported file is measured, by the code that serves it. The selection figure is the mean over sets of a
different kind than the training sets: the share of first sentences right by the reader alone in each
question set, and the AUC in each set of claims.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from eval.dataset.samples import QuestionSetError
from eval.train.candidates import Searched
from eval.train.claims import ClaimPair
from eval.train.export import export
from eval.train.measure import ClaimFigures, Figures, claim_figures, figures, read_all
from eval.train.network import from_encoder
from eval.train.rows import ClaimRow
from rag.models.reader import FILES, OnnxReader, encoder_folder

_LATEST = 5  # snapshots that are measured; earlier ones have seen too little
_EACH = 240  # questions of a set, and claims of a set, that a snapshot is measured on


@dataclass(frozen=True, slots=True)
class Dev:
    """What snapshots are measured on."""

    questions: Mapping[str, Sequence[Searched]]
    claims: Mapping[str, Sequence[ClaimPair]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one exported reader; `figure` decides."""

    figure: float
    questions: dict[str, Figures]
    claims: dict[str, ClaimFigures]


def held_out_claims(rows: Sequence[ClaimRow]) -> dict[str, list[ClaimPair]]:
    """Return claims by set, with their sources as they were trained on."""
    sets: dict[str, list[ClaimPair]] = {}
    for row in rows:
        source = f"{row.title}. {row.source}" if row.title and row.title not in row.source else row.source
        sets.setdefault(row.set, []).append(ClaimPair(row.claim, source, row.label == "supported"))
    return sets


def part(dev: Dev, each: int = _EACH) -> Dev:
    """Return an evenly spaced choice of at most `each` questions and claims of every set."""
    return Dev(
        {name: rows[:: max(1, len(rows) // each)] for name, rows in dev.questions.items()},
        {name: claims[:: max(1, len(claims) // each)] for name, claims in dev.claims.items()},
    )


def measure(reader: OnnxReader, dev: Dev, progress: Callable[[str], None]) -> Measured:
    """Return the figures of a reader on every set."""
    questions, claims = {}, {}
    for name, rows in dev.questions.items():
        progress(name)
        questions[name] = figures(read_all(reader, rows, lambda _: None))
    for name, pairs in dev.claims.items():
        progress(name)
        said = reader.says_each([(pair.claim, pair.source) for pair in pairs])
        claims[name] = claim_figures(pairs, said)
    chosen_by = [one.reader.first for one in questions.values()] + [one.auc for one in claims.values()]
    return Measured(float(np.nanmean(chosen_by)), questions, claims)


def select(folder: Path, dev: Dev, progress: Callable[[str], None]) -> Measured:
    """Export the latest snapshots in `folder`, measure them on a part of `dev`, and keep the best one.

    Returns the figures of the best on all of `dev`.

    Raises:
        QuestionSetError: if there is no snapshot yet.
    """
    snapshots = sorted((folder / "snapshots").glob("*.pt"))[-_LATEST:]
    if not snapshots:
        raise QuestionSetError(f"{folder} has no snapshots: give the training more minutes")
    some = part(dev)
    found: dict[Path, Measured] = {}
    for snapshot in snapshots:
        exported = folder / "exports" / snapshot.stem
        reader = exported_reader(snapshot, exported)
        found[exported] = measure(reader, some, lambda name, at=snapshot.stem: progress(f"{at}: {name}"))  # type: ignore[misc]
        with (folder / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"lists": int(snapshot.stem), **asdict(found[exported])}) + "\n")
    best = max(found, key=lambda exported: found[exported].figure)
    for name in (*FILES, "reader.json"):
        shutil.copyfile(best / name, folder / name)
    whole = measure(OnnxReader(folder), dev, progress)
    (folder / "figures.json").write_text(json.dumps(asdict(whole), indent=2), encoding="utf-8")
    return whole


def exported_reader(snapshot: Path, folder: Path) -> OnnxReader:
    """Return the reader of a snapshot, exporting it first if needed."""
    if not (folder / "reader.json").is_file():
        network = from_encoder(encoder_folder())
        network.load(torch.load(snapshot, weights_only=True))
        export(network, folder, {"lists": int(snapshot.stem)})
    return OnnxReader(folder)
