"""Whether what is done with a text takes more than linear time."""

import contextlib
import gc
import time
from collections.abc import Callable, Iterator

CHARS = (300, 1500, 6000)  # the short ones first: a cubic rule would not come back from a long one
GROWTH = 2.5  # at double the length, at most
NOISE_S = 0.004  # a quadratic rule takes ten times as long over so many characters
TRIES = 6


def grown(text: tuple[str, str, str], chars: int) -> str:
    before, pump, end = text
    return before + pump * (chars // len(pump)) + end


def seconds(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return time.thread_time() - started


def grows_faster(run: Callable[[str], object], text: tuple[str, str, str]) -> bool:
    """Whether double the length takes more than `GROWTH` times as long, at one of some lengths."""
    return any(outgrows(run, grown(text, chars), grown(text, 2 * chars)) for chars in CHARS)


def outgrows(run: Callable[[str], object], short: str, long: str) -> bool:
    """Whether the long text takes more than `GROWTH` times as long as the short one, in each of some tries:
    what else the machine does can only make a run longer.
    """
    best_short = best_long = float("inf")
    for _ in range(TRIES):
        best_long = min(best_long, seconds(lambda: run(long)))
        if best_long <= NOISE_S:
            return False
        best_short = min(best_short, seconds(lambda: run(short)))
        if best_long <= GROWTH * best_short:
            return False
    return True


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """The garbage collector looks at all that the process holds, at a time of its own."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
