"""Separate a model's thinking from its answer where a server returns both in one text.

“<think>Is it 90 or 120?</think>It took 90 days.” → “It took 90 days.”
"""

# The tags that models put around their thinking, before the answer. Another model family may use another
# pair; its thinking is then read as claims, which the check drops because nothing proves them.
_PAIRS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
)
# Some templates open the thinking in the prompt, so the reply contains only its end.
_LONE_END = "</think>"


class Thinking:
    """Reads one reply piece by piece; a tag may be split across pieces.

    `thought` is whether there was thinking, `lone_end` whether it ended without a start tag: the text
    before that end has been emitted as answer then. With `begun` nothing is emitted before that end.
    """

    def __init__(self, *, begun: bool = False) -> None:
        self.thought = self.lone_end = False
        self._begun = begun
        self._end = _LONE_END if begun else ""
        self._held = ""
        self._kept: list[str] = []  # thinking, or an answer after all if no end tag follows
        self._answering = False

    def feed(self, text: str) -> str:
        """Return the part of the reply so far that is answer and was not yet emitted."""
        self._held += text
        if not self._answering and not self._end:
            self._find_beginning()
        if self._end:
            self._find_end()
        return self._give() if self._answering else ""

    def close(self) -> str:
        """Return the rest at the end of the reply; unterminated thinking is dropped."""
        if self._end and self.thought and not self._begun:
            return ""
        return "".join(self._kept) + self._held

    def _find_beginning(self) -> None:
        start = self._held.lstrip()
        folded = start.casefold()
        for beginning, end in _PAIRS:
            if folded.startswith(beginning):
                self._held, self._end, self.thought = start[len(beginning) :], end, True
                return
        self._answering = not any(beginning.startswith(folded) for beginning, _ in _PAIRS)

    def _find_end(self) -> None:
        at = self._held.casefold().find(self._end)
        if at >= 0:
            self._held = self._held[at + len(self._end) :]
            self._kept, self._end, self.thought, self._answering = [], "", True, True
        else:
            keep = len(self._end) - 1
            if self._begun:
                self._kept.append(self._held[:-keep])
            self._held = self._held[-keep:]

    def _give(self) -> str:
        """Return all but what may be the start of a lone end tag."""
        if not self.thought and _LONE_END in self._held:
            self.lone_end = self.thought = True
            self._held = self._held.replace(_LONE_END, "\n\n", 1)
        cut = self._held.rfind("<", max(0, len(self._held) - len(_LONE_END)))
        if cut >= 0 and not self.thought and _LONE_END.startswith(self._held[cut:]):
            given, self._held = self._held[:cut], self._held[cut:]
        else:
            given, self._held = self._held, ""
        return given
