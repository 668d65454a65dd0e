"""The limit: the encoder alone, in onnxruntime, over the tokens of an index's chunks.

All options are tried on a sample: passages one by one or in batches, sorted by length, with threads inside
a run or across runs. The fastest then alternates with our own indexing, so that both are measured under the
same conditions.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from joblib import cpu_count
from tokenizers import Tokenizer

from rag import Chatbot, Settings
from rag.articles.chunks import embedded_pieces
from rag.index.catalog import CatalogFiles
from rag.index.switch import current_generation
from rag.index.vectors import load_chroma
from rag.models.export import exported, load_encoder

_BATCHES = (1, 2, 4, 8)
_SAMPLE = 1000  # texts, evenly spaced
_MAX_TOKENS = 256
Tokens = Sequence[Sequence[int]]


class Way(NamedTuple):
    """How the encoder is run: threads per run, parallel runs, texts per run."""

    inside: int
    beside: int
    batch: int


class Round(NamedTuple):
    """Seconds to index from empty, and of the encoder alone: the mean of just before and just after."""

    limit_s: float
    index_s: float


def take_rounds(articles: Path, work: Path, rounds: int) -> list[Round]:
    """Index `articles` from empty `rounds` times, in `work`, and encode the same chunks around each."""
    settings = _indexed(articles, work / "first")[0]
    model, texts = _encoder_and_texts(settings)
    way = fastest(model, texts[:: max(len(texts) // _SAMPLE, 1)])
    before, found = _seconds(model, texts, way), []
    for n in range(rounds):
        index_s = _indexed(articles, work / f"round-{n}")[1]
        after = _seconds(model, texts, way)
        found.append(Round((before + after) / 2, index_s))
        before = after
    return found


def _indexed(articles: Path, index: Path) -> tuple[Settings, float]:
    """Return the settings of a new index, and the seconds it took in a warm process."""
    settings = Settings.load(articles=articles, index=index, llm="none")
    chatbot = Chatbot(settings, encoder=load_encoder(settings.encoder, settings.precision, settings.cache))
    load_chroma()
    return chatbot.settings, chatbot.sync(progress=lambda *_: None).seconds


def fastest(model: Path, texts: Tokens) -> Way:
    """Return the way that takes the least time for `texts`."""
    cores = cpu_count(only_physical_cores=True)
    ways = {Way(inside, beside, batch) for inside, beside in ((cores, 1), (1, cores)) for batch in _BATCHES}
    return min(sorted(ways), key=lambda way: _seconds(model, texts, way))


def _encoder_and_texts(settings: Settings) -> tuple[Path, list[list[int]]]:
    """Return the exported model, and what it reads of each chunk of the index."""
    encoder = exported(settings.encoder, settings.precision, settings.cache)
    live = current_generation(settings.index_folder)
    assert encoder is not None
    assert live is not None
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MAX_TOKENS)
    with closing(CatalogFiles(live)) as files:
        catalog = files.catalog
        texts = ["".join(embedded_pieces(catalog.chunk(row))) for row in range(len(catalog))]
    return encoder / "model.onnx", [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def _seconds(model: Path, texts: Tokens, way: Way) -> float:
    """Return how long all texts take, with the model loaded and warm."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = way.inside
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    by_length = sorted(texts, key=len)
    batches = [by_length[i : i + way.batch] for i in range(0, len(by_length), way.batch)]

    def run(batch: Tokens) -> None:
        ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
        session.run(None, {"input_ids": ids, "attention_mask": mask})

    run(batches[-1])
    started = time.perf_counter()
    with ThreadPoolExecutor(way.beside) as pool:
        list(pool.map(run, batches))
    return time.perf_counter() - started
