"""A reader so small that a test can make it: a head of random weights, and an encoder that only splits."""

import re
import zlib
from pathlib import Path

import numpy as np

from rag.models.encoder import Tokens, Vectors, WordPieces

WIDTH = 8


class SplittingEncoder:
    """Words are its word pieces; a word's state depends on the word alone."""

    fingerprint = "splitting-1"

    def __init__(self) -> None:
        self.read: list[int] = []

    def word_pieces(self, text: str) -> WordPieces:
        found = list(re.finditer(r"\w+|[^\w\s]", text))
        ids = [zlib.crc32(match.group().lower().encode()) % 30_000 for match in found]
        return WordPieces(np.array(ids, np.int64), tuple(match.span() for match in found))

    def token_states(self, ids: Tokens) -> Vectors:
        self.read.append(len(ids))
        rows = [np.random.default_rng(int(one)).standard_normal(WIDTH) for one in ids]
        return np.array(rows, np.float32).reshape(-1, WIDTH)


def tiny_head():  # type: ignore[no-untyped-def]
    """An untrained head whose outputs differ from pair to pair."""
    import torch

    from eval.train.head import ReaderHead

    torch.manual_seed(3)
    head = ReaderHead(width=WIDTH, size=16, heads=2)
    torch.nn.init.normal_(head.judge.weight)
    return head.eval()


def write_tiny_reader(folder: Path) -> Path:
    """reader.onnx and reader.json in `folder`."""
    from eval.train.export import export

    return export(tiny_head(), folder, "splitting", {"lists": 0})
