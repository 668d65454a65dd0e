"""The daily token budget of an API; once it is spent, questions are answered with quotes."""

import threading
from datetime import UTC, datetime

from rag.errors import LLMError


class Allowance:
    """Count the tokens used in one day (UTC). Kept in memory, so each process has its own count."""

    def __init__(self, daily_tokens: int) -> None:
        self._limit, self._used, self._day = daily_tokens, 0, datetime.now(UTC).date()
        self._lock = threading.Lock()

    def require(self) -> None:
        """
        Raises:
            LLMError: if today's tokens are used up.
        """
        with self._lock:
            self._turn_page()
            if self._used >= self._limit:
                raise LLMError(
                    f"today's {self._limit:,} tokens are used up (RAG_DAILY_TOKENS)",
                    "The language model's tokens for today are used up",
                )

    def spend(self, tokens: int) -> None:
        """Record the tokens a call used. The call that crosses the limit is still answered."""
        with self._lock:
            self._turn_page()
            self._used += tokens

    def _turn_page(self) -> None:
        today = datetime.now(UTC).date()
        if today != self._day:
            self._day, self._used = today, 0
