"""The sentences that best represent an article: those closest to what all of it is about."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from rag.index.catalog import ArticleRow
from rag.index.generation import Generation
from rag.language import grammar
from rag.language.words import words
from rag.search.evidence import is_heading
from rag.types import Sentence

_OPENING = 3  # statements among which the one that represents an article alone is chosen
_MOST_SENTENCES = 300  # read of a long article
_FEWEST_WORDS, _MOST_CHARS = 4, 400
_ALIKE = 0.85  # cosine from which two sentences say the same


def gist(generation: Generation, row: ArticleRow, limit: int) -> list[Sentence]:
    """Return at most `limit` sentences of an article, in reading order.

    The first is from the article's opening, where writers say what it is about. The others are each from
    another part of the rest: the ones nearest to the mean of its sentence vectors (a centroid summary: Radev
    et al., 2004), leaving out those that repeat a chosen one. So is a single one, among the first three.
    """
    stated = list(_statements(generation, row))
    if not stated:
        return []
    first, end = generation.catalog.sentences_of(row)
    every = generation.sentence_vectors[first : min(end, first + _MOST_SENTENCES)].astype(np.float32)
    vectors = generation.sentence_vectors[[at for at, _ in stated]].astype(np.float32)
    near = vectors @ every.mean(axis=0)
    opening = _without_referents_before([one for _, one in stated[:_OPENING]])
    chosen = [opening[0] if limit > 1 else max(opening, key=lambda n: near[n])]
    parts = np.array_split(np.arange(chosen[0] + 1, len(stated)), limit - 1) if limit > 1 else []
    for part in parts:
        ranked = part[np.argsort(-near[part], kind="stable")].tolist()
        fresh = (n for n in ranked if all(vectors[n] @ vectors[other] < _ALIKE for other in chosen))
        chosen += islice(fresh, 1)
    return [stated[n][1] for n in chosen]


def _without_referents_before(stated: list[Sentence]) -> list[int]:
    """The positions of sentences that do not begin with “This” or “They”; all if every one does."""
    alone = [n for n, one in enumerate(stated) if words(one.text)[0] not in grammar.STANDS_FOR]
    return alone or list(range(len(stated)))


def _statements(generation: Generation, row: ArticleRow) -> Iterator[tuple[int, Sentence]]:
    """Sentences that state something, each once, with the row of their vector."""
    seen: set[int] = set()
    for chunk in generation.catalog.chunks_of(row):
        at, _ = generation.catalog.sentence_rows(chunk)
        for n, sentence in enumerate(generation.catalog.chunk(chunk).sentences):
            if sentence.start in seen:
                continue
            seen.add(sentence.start)
            if len(seen) > _MOST_SENTENCES:
                return
            text = sentence.text
            long_enough = len(words(text)) >= _FEWEST_WORDS and len(text) <= _MOST_CHARS
            if long_enough and not is_heading(sentence) and not text.rstrip().endswith("?"):
                yield at + n, sentence
