"""The limit: the encoder alone, in onnxruntime, over the tokens of an index's chunks.

All that can be tried is tried: passages one by one or in batches, sorted by length, with the threads
inside a run or beside each other; the fastest counts.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import onnxruntime
from joblib import cpu_count
from tokenizers import Tokenizer

from rag import Settings
from rag.corpus.chunks import embedded_pieces
from rag.index.catalog import Catalog
from rag.index.export import exported
from rag.index.sync import current_generation

_BATCHES = (1, 2, 4, 8)
_SAMPLE = 1000  # texts, evenly spaced
_MAX_TOKENS = 256


def rate_over_index(index: Path) -> tuple[int, float]:
    """How many chunks an index has, and the fastest rate over their texts, chunks a second."""
    settings = Settings.load()
    folder = exported(settings.encoder, settings.precision, settings.cache)
    live = current_generation(index)
    assert folder is not None
    assert live is not None
    with closing(Catalog(live)) as catalog:
        texts = ["".join(embedded_pieces(catalog.chunk(row))) for row in range(len(catalog))]
    return len(texts), fastest_rate(folder, texts[:: max(len(texts) // _SAMPLE, 1)], _MAX_TOKENS)


def fastest_rate(encoder: Path, texts: Sequence[str], max_tokens: int) -> float:
    """Texts a second that the exported encoder in folder `encoder` takes, at its fastest."""
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    ids = sorted((encoding.ids for encoding in tokenizer.encode_batch(list(texts))), key=len)
    cores = cpu_count(only_physical_cores=True)
    return max(
        _rate(encoder / "model.onnx", [ids[i : i + batch] for i in range(0, len(ids), batch)], inside, beside)
        for inside, beside in {(cores, 1), (1, cores)}
        for batch in _BATCHES
    )


def _rate(model: Path, batches: Sequence[Sequence[Sequence[int]]], inside: int, beside: int) -> float:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = inside
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(batch: Sequence[Sequence[int]]) -> None:
        ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
        session.run(None, {"input_ids": ids, "attention_mask": mask})

    run(batches[-1])
    started = time.perf_counter()
    with ThreadPoolExecutor(beside) as pool:
        list(pool.map(run, batches))
    return sum(map(len, batches)) / (time.perf_counter() - started)
