"""Sentences that answer by their form, however near their words are to the question."""

from dataclasses import dataclass

from rag.types import Sentence


@dataclass(frozen=True, slots=True)
class ByForm:
    """The boxes of a checklist, a value of each side of a comparison, or a range that decides.

    If it is not `certain` that they answer, they are the nearest sentences. They may be the first of `count`,
    and of more yet unless `whole`. `unsaid` is what is asked for that no sentence gives; if none is `found`,
    the question must be refused.
    """

    found: tuple[Sentence, ...] = ()
    unsaid: tuple[str, ...] = ()
    certain: bool = True
    count: int = 0
    whole: bool = True

    def __bool__(self) -> bool:
        """Whether any sentence answers by its form."""
        return bool(self.found)
