"""What the evaluation's tests share: a sample about the small corpus, and rows of it."""

from collections.abc import Sequence
from dataclasses import replace

from eval.dataset.samples import Sample
from eval.report.record import Run, run_of
from eval.scoring.run import AskedSet, Extras, Row, ask_all
from rag import Chatbot

QUESTION = "What did the repairs cost?"


def sample(**changes: object) -> Sample:
    """What the repairs cost, or what is changed of that."""
    values = {
        "id": "1", "kind": "fact", "question": QUESTION, "history": (), "answerable": True,
        "answers": (("$4.2 million", "4.2 million"),), "not_answers": (), "sources": ("bridge.txt",),
        "evidence": ("Repairs cost $4.2 million",),
    }  # fmt: skip
    return Sample(**{**values, **changes})


def far(**changes: object) -> Sample:
    """A question that the small corpus has nothing on."""
    nothing = {"answerable": False, "answers": (), "sources": (), "evidence": ()}
    question = "What is the boiling point of mercury?"
    return sample(**{"id": "far", "kind": "unanswerable_far", "question": question, **nothing, **changes})


def asked(chatbot: Chatbot, *samples: Sample, extras: Extras | None = None) -> list[Row]:
    return list(ask_all(chatbot, samples, lambda *_: None, extras))


def run(chatbot: Chatbot, *samples: Sample) -> Run:
    return run_of([AskedSet(chatbot, samples, asked(chatbot, *samples))], "small")


def graded(row: Row, grades: Sequence[str], **changes: object) -> list[Row]:
    """Copies of a row with these grades, each from a different article."""
    return [
        replace(row, id=str(n), article=str(n), score=replace(row.score, grade=grade), **changes)  # type: ignore[arg-type]
        for n, grade in enumerate(grades)
    ]
