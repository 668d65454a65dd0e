"""From snapshots to the file that is served: each is exported and measured, and the best is kept.

    FOLDER/exports/003000/{model.onnx, tokenizer.json, reader.json}
    FOLDER/curve.jsonl     {"lists": 3000, "figure": .74, "squad2-dev": {…}, …}
    FOLDER/{model.onnx, tokenizer.json, reader.json, figures.json}   the best one

The exported file is measured, by the code that serves it. The figure that selects is the mean over the sets
of the F1 of short answers; `sure_from` is fitted on the same questions, so both are in-sample there.
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
from eval.train.export import export
from eval.train.measure import Figures, figures, read_all, sure_from
from eval.train.network import from_encoder
from rag.models.reader import FILES, OnnxReader, describe, encoder_folder

_LATEST = 5  # snapshots that are measured; earlier ones have seen too little
_EACH = 240  # questions of a set that a snapshot is measured on
Dev = Mapping[str, Sequence[Searched]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one exported reader; `figure` decides."""

    figure: float
    sure_from: float
    questions: dict[str, Figures]


def measure(reader: OnnxReader, dev: Dev, progress: Callable[[str], None]) -> Measured:
    """Return the figures of a reader on every set."""
    read = {}
    for name, rows in dev.items():
        progress(name)
        read[name] = read_all(reader, rows, lambda _: None)
    sure = sure_from([one for rows in read.values() for one in rows])
    found = {name: figures(rows, sure) for name, rows in read.items()}
    return Measured(float(np.nanmean([one.short_f1 for one in found.values()])), sure, found)


def select(folder: Path, dev: Dev, progress: Callable[[str], None]) -> Measured:
    """Export the latest snapshots in `folder`, measure them on a part of `dev`, and keep the best one.

    Returns the figures of the best on all of `dev`.

    Raises:
        QuestionSetError: if there is no snapshot yet.
    """
    snapshots = sorted((folder / "snapshots").glob("*.pt"))[-_LATEST:]
    if not snapshots:
        raise QuestionSetError(f"{folder} has no snapshots: give the training more minutes")
    some = {name: rows[:: max(1, len(rows) // _EACH)] for name, rows in dev.items()}
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
    describe(folder, {"sure_from": round(whole.sure_from, 3), "lists": int(best.name)})
    (folder / "figures.json").write_text(json.dumps(asdict(whole), indent=2), encoding="utf-8")
    return whole


def exported_reader(snapshot: Path, folder: Path) -> OnnxReader:
    """Return the reader of a snapshot, exporting it first if needed."""
    if not (folder / "reader.json").is_file():
        network = from_encoder(encoder_folder())
        network.load(torch.load(snapshot, weights_only=True))
        export(network, folder, {"sure_from": 0.0, "lists": int(snapshot.stem)})
    return OnnxReader(folder)
