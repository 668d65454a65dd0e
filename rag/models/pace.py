"""How fast a model is, measured on the questions that it answers, and how much evidence that allows."""

import threading
from collections import deque
from collections.abc import Sequence
from statistics import median_high

from rag.models.chat import Speed

# In steps, so that one machine takes the same each time.
LOCAL_STEPS = range(80, 601, 40)
API_STEPS = range(200, 3001, 200)  # the most are whole passages
_REPLY_TOKENS = 40  # nine of ten replies to eval/questions.jsonl were shorter
_FRAME_TOKENS = 100  # of the question and of what stands around it and the evidence
_REMEMBERED = 3
_TELLING_TOKENS = 300  # a shorter prompt tells of the way there and back, not of reading


def evidence_in_time(speed: Speed, answer_s: float, steps: Sequence[int] = LOCAL_STEPS) -> int:
    """Tokens of evidence, one of `steps`, that leave time for a reply within `answer_s` seconds."""
    reading_s = answer_s - _REPLY_TOKENS / speed.written
    fitting = [tokens for tokens in steps if tokens + _FRAME_TOKENS <= reading_s * speed.read]
    return max(fitting, default=steps[0])


class Pace:
    """The evidence an API takes: the most, until it is seen to read too slowly for that.

    The median of the last calls counts: a model that is being loaded, a busy moment, or a prompt that
    the server still had in its cache, is not its speed. Safe to use from threads.
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
        """How fast a call was, whose prompt had so many tokens."""
        if prompt_tokens < _TELLING_TOKENS:
            return
        fits = evidence_in_time(speed, self._answer_s, API_STEPS)
        with self._lock:
            self._last.append(fits)

    def halve(self) -> None:
        """The server said that a prompt was too long for it."""
        with self._lock:
            known = median_high(self._last) if self._last else self._most
            self._most = max(known // 2, API_STEPS[0])
            self._last.clear()
