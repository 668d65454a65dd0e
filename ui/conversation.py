"""A conversation as the page holds it: questions with what came of them, and the ways not taken.

    Conversation("k3v…", (Turn("Who called?", answer=…), Turn("When?", parent=0, error="stopped")), leaf=1)

Asking a question anew adds a turn beside the first one, with the same parent; nothing is overwritten.
A turn's number is its place in `turns`; what is shown is the path from the first question to `leaf`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag import Answer, Scope

ROOT = -1  # the parent of a first question


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A question, and its answer or the key of the words that say why there is none, or not all of it.

    `scope` is what it was put to, `why` how the answer came about, if that is known; `lost` counts
    sentences of a kept answer that are no longer proved. Compared by identity: Gradio hashes what a
    session holds.
    """

    question: str
    parent: int = ROOT
    scope: Scope = field(default_factory=Scope)
    answer: Answer | None = None
    error: str = ""
    why: Mapping[str, Any] | None = None
    lost: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """All turns; `id` is empty until something has been asked."""

    id: str = ""
    turns: tuple[Turn, ...] = ()
    leaf: int = ROOT

    @property
    def path(self) -> tuple[int, ...]:
        """Numbers of the turns that are shown, the first question first."""
        return self.path_to(self.leaf)

    def path_to(self, n: int) -> tuple[int, ...]:
        way: list[int] = []
        while n != ROOT:
            way.append(n)
            n = self.turns[n].parent
        return tuple(reversed(way))

    def versions(self, n: int) -> tuple[int, ...]:
        """Numbers of the turns that were asked in the place of turn `n`, itself among them."""
        parent = self.turns[n].parent
        return tuple(m for m, turn in enumerate(self.turns) if turn.parent == parent)

    def with_turn(self, turn: Turn) -> "Conversation":
        """The conversation with one more turn, which is shown."""
        return replace(self, turns=(*self.turns, turn), leaf=len(self.turns))

    def showing(self, n: int) -> "Conversation":
        """The conversation with the way through turn `n` shown, up to the newest that came after it."""
        leaf = n
        for m in range(n + 1, len(self.turns)):
            if self.turns[m].parent == leaf:
                leaf = m
        return replace(self, leaf=leaf)


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The conversation as `Chatbot.ask` takes it.

    A greeting or a refusal says nothing that a later question could go on from.
    """
    return [
        {"role": role, "content": text}
        for turn in turns
        if turn.answer and turn.answer.status in ("answered", "partial")
        for role, text in (("user", turn.question), ("assistant", turn.answer.text))
    ]
