"""The boxes of a checklist, and which of them a question asks for: those ticked or those open.

    box("[x] Hire the tent")                  → "done"
    state_asked("What is still to be done?")  → "open"

English only. The words for a finished and an unfinished task are looked up in the dictionary from a few, and
read with the grammar around them: “done” is what “has been mended” or “is ready”, open what “is not ready”,
“has to be mended” or “is left”. “What should I bring?” asks for all that is listed.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from rag.language import grammar
from rag.language.lexicon import akin, is_irregular, lemmas, opposed, verb_share
from rag.language.words import words

State = Literal["", "done", "open"]
StateAsked = Literal[State, "any"]

_BOX = re.compile(
    r"(?:\[(?P<mark>[xX✓✔✗✘ ]?)\]|\((?P<round>[xX✓✔✗✘ ])\)|(?P<ticked>[☑☒✅✓✔])|(?P<empty>[☐⬜▢✗✘❌]))"
    r"(?=\s|$)"
)
# Beside ticks, a cross marks what is not done; “x” and ☒ are how a box is ticked.
_CROSSES = "✗✘"
# From these the dictionary gives the others: complete, accomplished; remain, unfinished.
_DONE = ("done", "finished", "ready", "ticked", "checked", "settled")
_OPEN = (
    "open",
    "outstanding",
    "remaining",
    "left",
    "pending",
    "undone",
    "missing",
    "incomplete",
    "unfinished",
)
_DUTY = frozenset("must should need needs ought".split())
_STILL = frozenset("still yet".split())
_READERS = frozenset("i we you one".split())
_NEGATED = re.compile(r"n['’]t\b", re.I)
_PREFIXES = ("un", "in", "not-", "non-")


def box(text: str) -> State:
    """The state that a readable line shows by the box it begins with; "" without one."""
    match = _BOX.match(text)
    if match is None:
        return ""
    mark = match["mark"] if match["mark"] is not None else match["round"]
    return "done" if match["ticked"] or (mark or "").strip(f" {_CROSSES}") else "open"


def task(text: str) -> str:
    """A readable line without the box that it begins with."""
    match = _BOX.match(text)
    return text[match.end() :].strip() if match else text


@lru_cache(maxsize=1000)
def state_asked(question: str) -> StateAsked:
    """The state of tasks that a readable question asks for; "" if it asks for none, “any” if it asks what one
    should do: “What should I bring?”
    """
    said = words(_NEGATED.sub(" not", question))
    denied = any(word in grammar.NEGATIONS for word in said)
    if any(map(_is_open, said)):
        return "done" if denied else "open"
    if any(_is_due(said, at) for at in range(len(said))):
        return "any" if _advises(said) else "open"
    if "already" in said or any(_is_done(said, at) for at in range(len(said))):
        return "open" if denied else "done"
    return ""


def _advises(said: Sequence[str]) -> bool:
    """Whether a question on duties asks what the reader should do, done or not: “What do I need to bring?”

    “What do we have to do?” asks what is open, and so does whatever says “still”.
    """
    does = any(word == "do" and before in {"to", *_READERS} for before, word in pairwise(said))
    return bool(_READERS.intersection(said)) and not does and not _STILL.intersection(said)


def is_state(word: str) -> bool:
    """Whether a lower-case word of a question only says whether tasks are done or open."""
    return _is_open(word) or _means(word, _DONE)


def _is_open(word: str) -> bool:
    # By form alone: “open” shares a sense with “give”.
    if any(akin(one, word) == "form" for one in _OPEN) or any(opposed(word, one) for one in _DONE):
        return True
    return any(word.startswith(prefix) and _means(word.removeprefix(prefix), _DONE) for prefix in _PREFIXES)


def _means(word: str, anchors: Sequence[str]) -> bool:
    return any(akin(one, word) in ("form", "sense") for one in anchors)


def _is_due(said: Sequence[str], at: int) -> bool:
    """Whether a word says that something has to be done: “must”, “have to”, “is to be”, “what to do”."""
    after = said[at + 1] if at + 1 < len(said) else ""
    before = said[at - 1] if at else ""
    if said[at] in _DUTY:
        return True
    return said[at] == "to" and before not in ("going", "used") and (after == "be" or verb_share(after) > 0.5)


def _is_done(said: Sequence[str], at: int) -> bool:
    """Whether a word is a participle after “has”, “has been” or “is”, or means that something is finished."""
    word, before = said[at], frozenset(said[max(at - 4, 0) : at])
    if _means(word, _DONE):
        return True
    if not before & (grammar.BE | grammar.HAVE | grammar.DO):
        return False
    participle = word.endswith("ed") or (is_irregular(word) and lemmas(word)[0] != word)
    return participle and verb_share(word) > 0.5
