"""A quantity: value, what it measures, rank, bound; and when two of them are the same."""

from dataclasses import dataclass
from typing import Literal

Rank = Literal["amount", "ordinal", "year", "decade"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the base unit of what it measures (none: a bare or counting number), as written.

    `start` and `end` are characters of the text; `bound` is “more”, “less”, “about” or nothing.
    """

    value: float
    measures: str
    rank: Rank
    text: str
    start: int
    end: int
    bound: str = ""
    decimals: float = 1.0

    @property
    def of_time(self) -> bool:
        """Whether it says when, not how much."""
        return self.rank in ("year", "decade") or self.measures in ("clock", "day")


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are equal: of one kind and one value, whatever they are written in."""
    close = abs(one.value - other.value) <= 1e-9 * max(abs(one.value), abs(other.value))
    if not close:
        return False
    if one.rank != other.rank:
        # “Season 2” is the second season.
        return "decade" not in (one.rank, other.rank) and not (one.measures or other.measures)
    if one.measures == other.measures or {one.measures, other.measures} == {"£", "pound"}:
        return True
    # “fell to 28.8 billion”: money may go without its sign; a share, a length or a time may not.
    return "" in (one.measures, other.measures) and bool(
        {"$", "€", "£", "¥"} & {one.measures, other.measures}
    )


def rounds_to(exact: Quantity, told: Quantity) -> bool:
    """Whether `told`, with an “about”, “nearly” or “more than” before it, is `exact` in round figures."""
    if exact.measures != told.measures or exact.rank != told.rank or not told.bound or exact.bound:
        return False
    gap = (exact.value - told.value) / max(abs(exact.value), 1e-9)
    if told.bound == "more":
        return 0 < gap <= 0.1
    if told.bound == "less":
        return -0.1 <= gap < 0
    return abs(exact.value - told.value) <= 0.5 * told.decimals * (1 + 1e-6)
