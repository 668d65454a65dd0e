"""The network as the file that is served: ONNX, linear layers and words' vectors in int8."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from eval.train.network import ReaderNetwork
from rag.models.export import to_int8
from rag.models.reader import sha256

_LARGE = 1_000_000  # numbers of a table of vectors that is worth rounding
_OUTPUTS = ["answers", "says", "start", "end"]


def export(
    network: ReaderNetwork,
    folder: Path,
    tokenizer: Path,
    card: Mapping[str, float | str],
    *,
    rounded: bool = True,
) -> Path:
    """Write reader.onnx and reader.json into `folder`; returns the first. `card` is kept in the second.

    `rounded` is for serving; what rounding costs is seen by a reader that is not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "reader.onnx"
    write_onnx(network, model)
    if rounded:
        to_int8(model)
        round_vectors(model)
    described = {"sha256": sha256(model), "tokenizer_sha256": sha256(tokenizer), **card}
    (folder / "reader.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    return model


def write_onnx(network: ReaderNetwork, path: Path) -> None:
    """The network in float32."""
    example = torch.ones(2, 16, dtype=torch.long)
    parts = torch.tensor([[1, 2, 2, 1, *[3] * 11, 1]] * 2)
    axes = {0: "pairs", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about itself
        torch.onnx.export(
            network.eval(),
            (example, parts),
            path,
            input_names=["ids", "parts"],
            output_names=_OUTPUTS,
            dynamic_axes={
                "ids": axes,
                "parts": axes,
                "answers": {0: "pairs"},
                "says": {0: "pairs"},
                "start": axes,
                "end": axes,
            },
            opset_version=17,
            dynamo=False,  # as for the encoder: its graph runs faster than the newer exporter's
        )


def round_vectors(path: Path) -> None:
    """Round each row of the large tables of vectors to int8, in place: row × scale is looked up instead."""
    model = onnx.load(str(path))
    graph = model.graph
    tables = {one.name: one for one in graph.initializer if np.prod(one.dims) > _LARGE and one.data_type == 1}
    nodes = []
    for node in graph.node:
        if node.op_type != "Gather" or node.input[0] not in tables:
            nodes.append(node)
            continue
        table = tables.pop(node.input[0])
        values = numpy_helper.to_array(table)
        scales = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12) / 127
        rounded = np.round(values / scales).astype(np.int8)
        graph.initializer.remove(table)
        name, out = table.name, node.output[0]
        graph.initializer.append(numpy_helper.from_array(rounded, f"{name}_int8"))
        graph.initializer.append(numpy_helper.from_array(scales.astype(np.float32), f"{name}_scale"))
        nodes += [
            helper.make_node("Gather", [f"{name}_int8", node.input[1]], [f"{out}_int8"]),
            helper.make_node("Cast", [f"{out}_int8"], [f"{out}_cast"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Gather", [f"{name}_scale", node.input[1]], [f"{out}_scale"]),
            helper.make_node("Mul", [f"{out}_cast", f"{out}_scale"], [out]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))
