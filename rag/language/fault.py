"""What is wrong with a claim."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a claim; `certain` forbids that a model is asked.

    A doubt is not certain: the claim may still be true in other words, so it is only not called proved.
    """

    name: str
    reason: str
    certain: bool = True
