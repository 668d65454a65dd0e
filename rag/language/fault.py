"""What is wrong with a claim."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a claim; if it is `certain`, no model may overrule it.

    If it is not, the claim may still be a true paraphrase: it is merely not proved.
    """

    name: str
    reason: str
    certain: bool = True
