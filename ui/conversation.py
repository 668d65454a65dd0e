"""A conversation as the page holds it: questions with their outcome, and alternative versions.

    Conversation("k3v…", (Turn("Who called?", answer=…), Turn("When?", parent=0, error="stopped")), leaf=1)

Asking a question again adds a sibling turn with the same parent; nothing is overwritten. A turn's number is
its index in `turns`; what is shown is the path from the first question to `leaf`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag import Answer

ROOT = -1  # the parent of a first question


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A question, and its answer or the key of the message that says why there is none.

    `why` is how the answer was produced, if known; `lost` counts sentences of a stored answer that are no
    longer proved. Compared by identity: Gradio hashes what a session holds.
    """

    question: str
    parent: int = ROOT
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
        """The indices of the turns that are shown, first question first."""
        return self.path_to(self.leaf)

    def path_to(self, n: int) -> tuple[int, ...]:
        way: list[int] = []
        while n != ROOT:
            way.append(n)
            n = self.turns[n].parent
        return tuple(reversed(way))

    def versions(self, n: int) -> tuple[int, ...]:
        """Return the indices of all versions of turn `n`, including itself."""
        parent = self.turns[n].parent
        return tuple(m for m, turn in enumerate(self.turns) if turn.parent == parent)

    def with_turn(self, turn: Turn) -> "Conversation":
        """Return the conversation with one more turn, which is shown."""
        return replace(self, turns=(*self.turns, turn), leaf=len(self.turns))

    def showing(self, n: int) -> "Conversation":
        """Return the conversation with the path through turn `n` shown, down to its newest descendant."""
        leaf = n
        for m in range(n + 1, len(self.turns)):
            if self.turns[m].parent == leaf:
                leaf = m
        return replace(self, leaf=leaf)


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """Return the conversation as `Chatbot.ask` takes it.

    A greeting or a refusal contains nothing that a later question could refer to.
    """
    return [
        {"role": role, "content": text}
        for turn in turns
        if turn.answer and turn.answer.status in ("answered", "partial")
        for role, text in (("user", turn.question), ("assistant", turn.answer.text))
    ]
