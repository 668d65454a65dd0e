"""The lines of a list: sentences side by side, each about a thing, with a label where it does not name it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.words import stems
from rag.search.corrections import form
from rag.types import Sentence, readable


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in the list, with its score; `repeated`: other articles have the same one."""

    sentence: Sentence
    score: float
    repeated: bool = False

    @property
    def thing(self) -> tuple[str, tuple[str, ...], int]:
        """What it is about: its table row, or its section of its article."""
        block = self.sentence.block
        return self.sentence.article.source, block.path, block.start if block.kind == "row" else 0


def form_of(sentence: Sentence) -> frozenset[str]:
    return form(readable(sentence.text))


def labels(sentences: Sequence[Sentence]) -> list[str]:
    """The title of each sentence's article, if they are of several and it has no word of its own title."""
    several = len({one.article.source for one in sentences}) > 1
    titles = [frozenset(stems(one.article.title)) for one in sentences]
    shared = frozenset.intersection(*titles) if titles else frozenset()
    return [
        readable(one.article.title)
        if several and title - shared and not (title - shared) & frozenset(stems(one.display_text))
        else ""
        for one, title in zip(sentences, titles, strict=True)
    ]
