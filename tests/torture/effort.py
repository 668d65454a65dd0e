"""How much of a torture test is run, and the figures it leaves."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

T = TypeVar("T")


class Effort:
    """How much of a test is run, and what it found."""

    def __init__(self, long: bool, row: Callable[[str, str, str], None]) -> None:
        self.long, self._row = long, row

    def __call__(self, *, short: T, long: T) -> T:
        """A count, a time or a list, by form."""
        return long if self.long else short

    def cases(self, short: int, long: int) -> hypothesis_settings:
        """Settings of a property test with this many cases, each of five seconds at most."""
        return hypothesis_settings(
            max_examples=self(short=short, long=long),
            deadline=5000,
            derandomize=not self.long,
            database=None,
            suppress_health_check=list(HealthCheck),
        )

    def found(self, number: str, test: str, **figures: object) -> None:
        """Put a row into the table: the test's number, what it did, and its figures by name."""
        told = ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in figures.items())
        self._row(number, test, told)


def _plain(value: object) -> str:
    return (
        f"{value:,.3g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )
