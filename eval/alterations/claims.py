"""A claim of known truth, and the function that says whether it would be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rag import readable
from rag.parts import Sentence, place, relation


class Shown(Protocol):
    """Whether `claim`, written in answer to `question`, is shown as proved by the cited sentences."""

    def __call__(self, claim: str, cited: Sequence[Sentence], question: str) -> bool: ...


def shown(claim: str, cited: Sequence[Sentence], question: str) -> bool:
    """Whether the chatbot shows it. This is the only place where the measure touches what it measures."""
    return relation(claim, [place(one) for one in cited], question).kind == "says"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim made in the way `kind`.

    `proofs` are sets of source sentences; a true claim should be shown with one of them, a false one with
    none.
    """

    kind: str
    true: bool
    text: str
    proofs: tuple[tuple[Sentence, ...], ...]
    question: str = ""

    @property
    def article(self) -> str:
        """The article of the first proof, by which intervals are clustered."""
        return self.proofs[0][0].article.source


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its result."""

    claim: Claim
    shown: bool

    @property
    def wrong(self) -> bool:
        """A false claim that passed, or a true one that was dropped."""
        return self.shown != self.claim.true

    @property
    def cited(self) -> list[str]:
        """The sentences of the longest proof, as readers see them."""
        return [readable(sentence.text) for sentence in max(self.claim.proofs, key=len)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        claim = self.claim
        return {"kind": claim.kind, "true": claim.true, "claim": claim.text, "cited": self.cited}


def judge(claim: Claim, shown: Shown) -> Judged:
    """Check a claim against each of its proofs until one suffices."""
    return Judged(claim, any(shown(claim.text, proof, claim.question) for proof in claim.proofs))
