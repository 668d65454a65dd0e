"""Export the trained head to the file that is served. It is small enough to stay in float32."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch

from eval.train.head import ReaderHead
from rag.models.reader import PAD_ASKED, PAD_SAID, sha256

_INPUTS = ("asked", "asked_ids", "said", "said_ids")


def export(head: ReaderHead, folder: Path, encoder: str, made: Mapping[str, float | str]) -> Path:
    """Write reader.onnx and reader.json into `folder`; return the path of the former.

    `encoder` is a prefix of the fingerprint of the encoder whose states the head reads; other facts on how
    it was `made` are stored in the latter.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "reader.onnx"
    width = head.project.in_features
    asked, said = torch.randn(2, 5, width), torch.randn(2, 9, width)
    asked_ids, said_ids = (
        torch.tensor([[1, 2, 3, 4, PAD_ASKED]] * 2),
        torch.tensor([[4, *[7] * 7, PAD_SAID]] * 2),
    )
    sides = {"asked": "asked_pieces", "said": "said_pieces"}
    axes = {name: {0: "pairs", 1: sides[name.removesuffix("_ids")]} for name in _INPUTS}
    axes |= {"answers": {0: "pairs"}, "says": {0: "pairs"}}
    axes |= {name: {0: "pairs", 1: sides["said"]} for name in ("start", "end")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about itself
        torch.onnx.export(
            head.eval(),
            (asked, asked_ids, said, said_ids),
            model,
            input_names=list(_INPUTS),
            output_names=["answers", "says", "start", "end"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,  # as for the encoder: its graph runs faster than that of the newer exporter
        )
    described = {"sha256": sha256(model), "encoder": encoder, **made}
    (folder / "reader.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    return model
