"""A claim whose truth is known, and the function that says whether it would be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rag import readable
from rag.parts import Sentence, place, relation


class Shown(Protocol):
    """Whether `claim`, written in answer to `question`, is shown as proved by the cited sentences."""

    def __call__(self, claim: str, cited: Sequence[Sentence], question: str) -> bool: ...


def shown(claim: str, cited: Sequence[Sentence], question: str) -> bool:
    """What the chatbot does. This is the one place where the measure touches what it measures."""
    return relation(claim, [place(one) for one in cited], question).kind == "says"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim made in the way `kind`.

    `proofs` are sets of source sentences; a true claim should be shown with one of them, a false one
    with none.
    """

    kind: str
    true: bool
    text: str
    proofs: tuple[tuple[Sentence, ...], ...]
    question: str = ""

    @property
    def article(self) -> str:
        """The article of the first proof, which intervals are clustered by."""
        return self.proofs[0][0].article.source


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with what came of it."""

    claim: Claim
    shown: bool

    @property
    def wrong(self) -> bool:
        """A false claim that passed, or a true one that was dropped."""
        return self.shown != self.claim.true

    @property
    def cited(self) -> list[str]:
        """The sentences of the longest proof, as a reader sees them."""
        return [readable(sentence.text) for sentence in max(self.claim.proofs, key=len)]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        claim = self.claim
        return {"kind": claim.kind, "true": claim.true, "claim": claim.text, "cited": self.cited}


def judge(claim: Claim, shown: Shown) -> Judged:
    """Put a claim before the check, with each of its proofs until one will do."""
    return Judged(claim, any(shown(claim.text, proof, claim.question) for proof in claim.proofs))
