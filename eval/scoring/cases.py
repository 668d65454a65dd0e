"""Case sets: a folder of small question sets, one for each kind of question, every one with its own articles.

FOLDER/KIND/articles/, FOLDER/KIND/questions.jsonl → rows of all sets, with ids “KIND/id”
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from eval.dataset.samples import QuestionSetError, Sample, load_samples
from eval.scoring.run import AskedSet, Progress, Row, ask_all
from rag import Chatbot


def case_sets(folder: Path) -> dict[str, list[Sample]]:
    """Return the samples of every set in a folder, by the name of the set.

    Raises:
        QuestionSetError: if there is no set, or one cannot be read.
    """
    sets = {file.parent.name: load_samples(file) for file in sorted(folder.glob("*/questions.jsonl"))}
    if not sets:
        raise QuestionSetError(f"{folder} holds no case sets: no folder in it has a questions.jsonl")
    return sets


def ask_cases(chatbot: Chatbot, folder: Path, indexes: Path, progress: Progress) -> Iterator[AskedSet]:
    """Ask every question of every set in the articles of its own set; `kind` is the name of the set.

    The indexes are kept in `indexes`; encoder and language model are those of `chatbot`.
    """
    sets = case_sets(folder)
    for done, (name, samples) in enumerate(sets.items()):
        progress("asking", done, len(sets))
        own = chatbot.variant(articles=folder / name / "articles", index=indexes / name)
        rows = ask_all(own, samples, lambda *_: None)
        yield AskedSet(own, samples, [_of(name, row) for row in rows])


def _of(name: str, row: Row) -> Row:
    return replace(row, id=f"{name}/{row.id}", kind=name, article=f"{name}/{row.article}")
