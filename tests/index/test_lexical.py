"""BM25 from stored counts, beside the library bm25s, which computes each score in advance."""

import random
from pathlib import Path

import bm25s
import numpy as np
import pytest

from rag.index.lexical import LexicalFiles, LexicalIndex, LexicalWriter
from rag.language.words import stems

_NOUNS = "otter kettle glacier violin harbour lantern saddle turbine walnut pulpit ferry cobbler".split()
TEXTS = [
    " ".join(random.Random(n).choices(_NOUNS, weights=range(1, 13), k=3 + 7 * n % 31)) for n in range(120)
]
QUESTION = ["otter", "walnut", "ferri", "zeppelin", "glacier"]


def written(folder: Path, texts: list[str], old: LexicalIndex | None = None) -> LexicalFiles:
    writer = LexicalWriter(old)
    for text in texts:
        writer.add(text)
    writer.write(folder)
    return LexicalFiles(folder)


def by_library(texts: list[str]) -> np.ndarray:
    model = bm25s.BM25(method="lucene")
    model.index([stems(text) for text in texts], show_progress=False)
    return np.asarray(model.get_scores([stem for stem in QUESTION if stem in model.vocab_dict]))


def test_scores_are_those_of_the_library(tmp_path: Path) -> None:
    found = LexicalIndex([written(tmp_path / "all", TEXTS)]).scores(QUESTION)
    assert found == pytest.approx(by_library(TEXTS), rel=1e-5)
    assert len(np.unique(found)) > 20


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_scores_of_some_chunks_of_two_folders_are_those_of_an_index_of_these_alone(
    tmp_path: Path, share: float
) -> None:
    parts = [written(tmp_path / "one", TEXTS[:90]), written(tmp_path / "two", TEXTS[90:])]
    rows = np.array(random.Random(7).sample(range(len(TEXTS)), int(share * len(TEXTS))))
    index = LexicalIndex(parts, rows)
    chosen = [TEXTS[row] for row in rows]
    assert index.scores(QUESTION) == pytest.approx(by_library(chosen), rel=1e-5)
    alone = LexicalIndex([written(tmp_path / "alone", chosen)])
    assert np.array_equal(index.scores(QUESTION), alone.scores(QUESTION))
    assert index.weights(QUESTION) == alone.weights(QUESTION)


def test_a_chunk_without_words_scores_nothing_and_keeps_its_place(tmp_path: Path) -> None:
    index = LexicalIndex([written(tmp_path / "some", ["", "otter", "…", "otter ferry", ""])])
    assert [score > 0 for score in index.scores(["otter"])] == [False, True, False, True, False]
    assert not LexicalIndex([written(tmp_path / "none", ["", "?"])]).scores(["otter"]).any()


def test_kept_words_of_both_folders_are_those_of_the_texts(tmp_path: Path) -> None:
    parts = [written(tmp_path / "one", TEXTS[:90]), written(tmp_path / "two", TEXTS[90:])]
    old = LexicalIndex(parts, np.roll(np.arange(len(TEXTS)), 30))
    writer = LexicalWriter(old)
    writer.keep(range(0, 30))  # all of the second folder's
    writer.add("zeppelin over the ferry")
    writer.keep(range(35, 37))
    writer.write(tmp_path / "made")
    files = LexicalFiles(tmp_path / "made")
    texts = [*TEXTS[90:], "zeppelin over the ferry", *TEXTS[5:7]]
    assert set(files.vocabulary) == {stem for text in texts for stem in stems(text)}
    alone = LexicalIndex([written(tmp_path / "alone", texts)])
    ours = LexicalIndex([files])
    for stem in files.vocabulary:
        assert np.array_equal(ours.scores([stem]), alone.scores([stem]))
