"""A quantity: its value, what it measures, its rank and bound; and when two quantities are equal."""

from dataclasses import dataclass
from typing import Literal

Rank = Literal["amount", "ordinal", "year", "decade"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the base unit of what it `measures` ("" for a bare number or a count), and its text.

    `start` and `end` are character offsets; `bound` is “more”, “less”, “about” or "". `decimals` is the step
    of the last digit given: 0.1 for 28.8, 10 for 150.
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
        """Whether it says when rather than how much."""
        return self.rank in ("year", "decade") or self.measures in ("clock", "day")


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities have the same kind and value, in whatever units they are written."""
    close = abs(one.value - other.value) <= 1e-6 * max(abs(one.value), abs(other.value))
    if not close:
        return False
    if one.rank != other.rank:
        # “Season 2” is the second season.
        return "decade" not in (one.rank, other.rank) and not (one.measures or other.measures)
    if one.measures == other.measures or {one.measures, other.measures} == {"£", "pound"}:
        return True
    # “fell to 28.8 billion”: money may omit its currency; a percentage, a length or a time needs its unit.
    return "" in (one.measures, other.measures) and bool(
        {"$", "€", "£", "¥"} & {one.measures, other.measures}
    )


def rounds_to(exact: Quantity, rounded: Quantity) -> bool:
    """Whether `rounded`, with “about”, “nearly” or “more than” before it, is `exact` in round figures."""
    if exact.measures != rounded.measures or exact.rank != rounded.rank or not rounded.bound or exact.bound:
        return False
    gap = (exact.value - rounded.value) / max(abs(exact.value), 1e-9)
    if rounded.bound == "more":
        return 0 < gap <= 0.1
    if rounded.bound == "less":
        return -0.1 <= gap < 0
    return abs(exact.value - rounded.value) <= 0.5 * rounded.decimals * (1 + 1e-6)
