"""What is wrong with a claim."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a claim; if it is `certain`, no model may overrule it.

    If it is not, the claim may still be a true paraphrase: it is merely not proved. `instead` is what the
    source says in place of a word of the claim, if that is known.
    """

    name: str
    reason: str
    certain: bool = True
    instead: str = ""

    @classmethod
    def other(cls, name: str, stated: str, claimed: str, *, certain: bool = True) -> "Fault":
        """The source says one thing where the claim says another."""
        return cls(name, f"the cited sentence says {stated}, not {claimed}", certain, stated)
