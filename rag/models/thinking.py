"""Keeping a model's thinking out of its answer, where a server leaves both in one text.

“<think>Is it 90 or 120?</think>It took 90 days.” → “It took 90 days.”
"""

# What models put around their thinking, in front of the answer. A model of another family may use
# another pair; its thinking is then read as claims, which the check drops where nothing proves them.
_PAIRS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
)
# Some templates open the thinking in the prompt, so that only its end stands in the reply.
_LONE_END = "</think>"


class Thinking:
    """Reads one reply piece by piece; the pieces may cut a tag anywhere.

    `thought` tells whether there was thinking, `lone_end` whether it ended without having begun: what
    came before has been given out as answer then. With `begun` nothing is given out before that end.
    """

    def __init__(self, *, begun: bool = False) -> None:
        self.thought = self.lone_end = False
        self._begun = begun
        self._end = _LONE_END if begun else ""
        self._held = ""
        self._kept: list[str] = []  # thinking, or an answer after all if its end never comes
        self._answering = False

    def feed(self, text: str) -> str:
        """What of the reply so far is answer and was not given out before."""
        self._held += text
        if not self._answering and not self._end:
            self._find_beginning()
        if self._end:
            self._find_end()
        return self._give() if self._answering else ""

    def close(self) -> str:
        """The rest, at the end of the reply; thinking that never ended is none."""
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
        """All but what may be the beginning of a lone end."""
        if not self.thought and _LONE_END in self._held:
            self.lone_end = self.thought = True
            self._held = self._held.replace(_LONE_END, "\n\n", 1)
        cut = self._held.rfind("<", max(0, len(self._held) - len(_LONE_END)))
        if cut >= 0 and not self.thought and _LONE_END.startswith(self._held[cut:]):
            given, self._held = self._held[:cut], self._held[cut:]
        else:
            given, self._held = self._held, ""
        return given
