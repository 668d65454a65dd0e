"""What a change of one file costs, over an index of any size: added, changed, renamed and removed.

Articles and encoder are made up, so that an index of 100,000 chunks is built in minutes: what is measured
is everything but the encoder's own time, which grows with the change alone.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

from bench.corpus import Inventor
from rag import Chatbot, Settings
from rag.models.encoder import Encoded, Pieces, Vectors

_ROWS = 1 << 14
_WORD = re.compile(r"\w+")
_CHUNKS_AN_ARTICLE = 10
_FILLS = 1 / 18  # of the index, in new chunks: nearly as much as a delta holds


class WordEncoder:
    """Means of random word vectors: fast, the same everywhere, and near for texts with the same words."""

    fingerprint = "made-up-words-1"
    dimension = 384
    max_tokens = 254

    def __init__(self) -> None:
        self._table = np.random.default_rng(0).standard_normal((_ROWS, self.dimension), dtype=np.float32)
        self._row = lru_cache(1 << 20)(lambda word: crc32(word.encode()) % _ROWS)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 4 for text in texts]

    def encode_query(self, text: str) -> Vectors:
        return self._mean(text)

    def encode_chunks(self, texts: Iterable[Pieces]) -> Iterator[Encoded]:
        for pieces in texts:
            sentences = np.stack([self._mean(piece) for piece in pieces])
            whole = sentences.sum(axis=0)
            yield Encoded(whole / max(float(np.linalg.norm(whole)), 1e-12), sentences[1:])

    def _mean(self, text: str) -> Vectors:
        rows = [self._row(word) for word in _WORD.findall(text.lower())]
        total = self._table[rows].sum(axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), np.float32)


@dataclass(frozen=True, slots=True)
class Step:
    """One sync: what was changed before it, how long it took, of which each of its stages, and how long this
    process computed, which other load on the machine does not change.
    """

    name: str
    seconds: float
    cpu_s: float
    stages: dict[str, float]


class _Watch:
    """A progress that notes when each stage begins."""

    def __init__(self) -> None:
        self._stage, self._since = "opening", time.perf_counter()
        self.stages: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002
        now = time.perf_counter()
        self.stages[self._stage] = self.stages.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now


def changes(chunks: int, work: Path, seeds: Path) -> Iterator[Step]:
    """Yield the steps over an index of about `chunks` chunks in folder `work`, which is made if it is not
    there.
    """
    inventor = Inventor(seeds, seed=1)
    articles = work / "articles"
    if not articles.exists():
        Inventor(seeds).write(articles, max(chunks // _CHUNKS_AN_ARTICLE, 2))
    settings = Settings.load(articles=articles, index=work / "index", llm="none")
    with Chatbot(settings, encoder=WordEncoder()) as bot:
        yield _timed("first, or brought up to date", bot)
        yield _timed("nothing changed", bot)
        added, changed = articles / "added.txt", articles / "000000.txt"
        added.write_text(inventor.article(), encoding="utf-8")
        yield _timed("one file added", bot)
        changed.write_text(changed.read_text(encoding="utf-8") + "\n\nOne more line.\n", encoding="utf-8")
        yield _timed("one file changed", bot)
        added.rename(articles / "renamed.txt")
        yield _timed("one file renamed", bot)
        (articles / "renamed.txt").unlink()
        yield _timed("one file removed", bot)
        for n in range(int(chunks * _FILLS / _CHUNKS_AN_ARTICLE)):
            (articles / f"filling-{n}.txt").write_text(inventor.article(), encoding="utf-8")
        yield _timed("delta filled", bot)
        (articles / "last.txt").write_text(inventor.article(), encoding="utf-8")
        yield _timed("one file added to a full delta", bot)
        for path in (*articles.glob("filling-*.txt"), articles / "last.txt"):
            path.unlink()
        yield _timed("removed text erased", bot, erase=True)


def _timed(name: str, bot: Chatbot, *, erase: bool = False) -> Step:
    started, computed, watch = time.perf_counter(), time.process_time(), _Watch()
    bot.sync(progress=watch, erase=erase)
    watch("", 0, 0)
    return Step(name, time.perf_counter() - started, time.process_time() - computed, watch.stages)
