"""A model's speed, measured on the questions it answers, and how much evidence that allows."""

import threading
from collections import deque
from collections.abc import Sequence
from statistics import median_high

from rag.models.chat import Speed

# In steps, so that one machine arrives at the same value each time.
LOCAL_STEPS = range(80, 601, 40)
API_STEPS = range(200, 3001, 200)  # the most means whole passages
_REPLY_TOKENS = 40  # nine out of ten replies to eval/questions.jsonl were shorter
_FRAME_TOKENS = 100  # for the question and the fixed text around it and the evidence
_REMEMBERED = 3
_TELLING_TOKENS = 300  # a shorter prompt measures the round trip, not the reading


def evidence_in_time(speed: Speed, answer_s: float, steps: Sequence[int] = LOCAL_STEPS) -> int:
    """Return how many tokens of evidence, one of `steps`, allow for a reply within `answer_s` seconds."""
    reading_s = answer_s - _REPLY_TOKENS / speed.written
    fitting = [tokens for tokens in steps if tokens + _FRAME_TOKENS <= reading_s * speed.read]
    return max(fitting, default=steps[0])


class Pace:
    """The evidence sent to an API: the most, until it turns out to read too slowly for that.

    The median of the last calls counts: a model that is still loading, a busy moment, or a prompt that the
    server had cached does not show the model's real speed. Thread-safe.
    """

    def __init__(self, answer_s: float) -> None:
        self._answer_s = answer_s
        self._most = API_STEPS[-1]
        self._last: deque[int] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    @property
    def evidence_tokens(self) -> int:
        with self._lock:
            return min(self._most, median_high(self._last)) if self._last else self._most

    def note(self, prompt_tokens: int, speed: Speed) -> None:
        """Record the speed of a call and the number of tokens in its prompt."""
        if prompt_tokens < _TELLING_TOKENS:
            return
        fits = evidence_in_time(speed, self._answer_s, API_STEPS)
        with self._lock:
            self._last.append(fits)

    def halve(self) -> None:
        """Halve the evidence after the server rejected a prompt as too long."""
        with self._lock:
            known = median_high(self._last) if self._last else self._most
            self._most = max(known // 2, API_STEPS[0])
            self._last.clear()
