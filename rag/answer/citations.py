"""Reading a model's reply: which sentences it wrote, and which evidence each one cites.

“Repairs cost $4.2 million [3]. It reopened on Tuesday. [1, 2]”
→ Claim("Repairs cost $4.2 million.", (3,)), Claim("It reopened on Tuesday.", (1, 2))
"""

import re
from dataclasses import dataclass

from rag.articles.sentences import split_sentences
from rag.types import readable

# Every repeat is bounded: a reply of one sign ten thousand times over is read as fast as any.
_LIST = r"\d{1,4}(?:\s{0,4}[,;–-]\s{0,4}\[?\d{1,4}){0,30}"
_MARKER = re.compile(rf"\s{{0,4}}[\[【]\s{{0,4}}\^?({_LIST})\s{{0,4}}[\]】]")
_AFTER_STOP = re.compile(
    rf"([.!?][\"'”’)]{{0,4}})((?:\s{{0,4}}[\[【]\s{{0,4}}\^?{_LIST}\s{{0,4}}[\]】]){{1,20}})"
)
# What a model writes in front of its answer: the Yes or No it is asked for, or a label.
_PREAMBLE = re.compile(r"^(?:(?:answer|a)\s*:\s*)?(?:(?:yes|no)(?:[.,:]\s*|$))?", re.IGNORECASE)
_MAX_RANGE = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a reply without its markers, and the numbers it cites, as written."""

    text: str
    numbers: tuple[int, ...]


def read_claims(reply: str) -> list[Claim]:
    """The claims of a reply, in order; markers after a full stop belong to the sentence before."""
    reply = _AFTER_STOP.sub(lambda match: f"{match[2]}{match[1]} ", reply)
    claims = []
    for start, end in split_sentences(reply):
        sentence = reply[start:end]
        numbers = [n for match in _MARKER.finditer(sentence) for n in _numbers(match[1])]
        text = readable(_MARKER.sub("", sentence))
        if (preamble := _PREAMBLE.match(text)) and preamble[0]:
            text = text[preamble.end() :]
            text = text[:1].upper() + text[1:]
        if any(char.isalnum() for char in text):
            claims.append(Claim(text, tuple(dict.fromkeys(numbers))))
    return claims


def _numbers(listed: str) -> list[int]:
    """[1, 3-5] cites 1, 3, 4 and 5; an absurd range cites its ends."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", listed.replace("[", "")):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] < ends[1] <= ends[0] + _MAX_RANGE:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers
