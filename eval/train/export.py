"""Export the trained network to the files that are served."""

import shutil
import warnings
from pathlib import Path

import torch

from eval.train.network import ReaderNetwork
from rag.models.reader import ASKED, OTHER, PAD, SAID, describe, encoder_folder, to_int8


def export(network: ReaderNetwork, folder: Path, made: dict[str, float | str]) -> None:
    """Write the files of a reader into `folder`; facts on how it was `made` are stored with it."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.onnx"
    ids, parts = (
        torch.tensor([[1, 2, 1, 2, 1], [1, 2, 1, 2, PAD]]),
        torch.tensor([[OTHER, ASKED, OTHER, SAID, OTHER]] * 2),
    )
    pieces = {0: "pairs", 1: "pieces"}
    axes = {"ids": pieces, "parts": pieces, "answers": {0: "pairs"}}
    axes |= {"start": pieces, "end": pieces}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about itself
        torch.onnx.export(
            network.eval(),
            (ids, parts),
            model,
            input_names=["ids", "parts"],
            output_names=["answers", "start", "end"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,  # as for the encoder: its graph runs faster than that of the newer exporter
        )
    to_int8(model, embeddings=True)
    shutil.copyfile(encoder_folder() / "tokenizer.json", folder / "tokenizer.json")
    describe(folder, made)
