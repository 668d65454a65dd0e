"""Classify a message: it asks for an answer, an overview of a topic, or help with this chatbot.

read_request("What do the articles say about rare earths?") → Request("overview", "rare earths")
read_request("Hello!")                                       → Request("help")

By rules only: a message that matches none of them is a question, which at worst is refused.
"""

import re
from dataclasses import dataclass
from typing import Literal

_PLEASE = (
    r"(?:(?:please|hey|hi|so|ok(?:ay)?)[,!]?\s{1,4}){0,4}"
    r"(?:(?:can|could|would|will) you (?:please )?|i (?:want|need) you to )?"
)
_TEXTS = r"(?:articles?|documents?|docs|files?|texts?|sources?|stories|corpus|collection|folder)"
_THE_TEXTS = rf"(?:(?:the|these|those|your|this|all|all the)\s+)?{_TEXTS}"

_HELP = re.compile(
    r"(?:"
    r"(?:hi|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day))(?: there| bot| everyone| all)?"
    r"(?:[,!. ]+(?:how are you|how(?:'s| is) it going|what(?:'s| is) up)(?: today)?)?"
    r"|how are you(?: doing)?(?: today)?|what(?:'s| is) up"
    r"|(?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| so much| very much| again)?"
    r"|(?:good ?)?bye|see you(?: later)?|ok(?:ay)?|great|cool|nice|perfect|help(?: me)?"
    r"|(?:who|what) are you|what(?:'s| is) your name|are you (?:an? )?(?:ro)?(?:bot|human|person|ai|robot)"
    r"|what (?:can|do|could) (?:you|i) (?:do|ask|help with|know)(?: (?:you|me|for me|about|here|with you))*"
    r"|how (?:can|do|does|could) (?:you help(?: me)?|i use (?:this|you|it)|this work|you work|it work)"
    rf"|(?:what|which) {_TEXTS} can (?:you|i) \w+(?: \w+)?"
    r")",
    re.IGNORECASE,
)
# Requests for work that cannot be quoted from articles.
_WORK = re.compile(
    rf"{_PLEASE}(?:write|generate|create|compose|draw|code|implement|program|make up|tell)\b"
    r"(?: (?:me|us|for me))?(?: (?:a|an|some|the|another))?(?: \w+){0,3}? "
    r"(?:code|program|script|function|class|poem|song|lyrics|joke|haiku|limerick|novel|email|e-mail|regex"
    r"|sql|html|website|app|game|python|javascript|java|query|image|picture|drawing)\b",
    re.IGNORECASE,
)
_QUOTES = re.compile('[“”"«»]')
_NAMES_TEXTS = re.compile(rf"\b{_TEXTS}\b", re.IGNORECASE)
_ALL_TEXTS = re.compile(_THE_TEXTS + "|everything", re.IGNORECASE)
_OVERVIEWS = [
    re.compile(_PLEASE + pattern + r"\s+(?P<topic>.+)", re.IGNORECASE)
    for pattern in (
        rf"what (?:do|does|did|can|is|are|has|have) (?:{_THE_TEXTS}|they|you)\b[\w ]{{0,20}}?"
        r"\b(?:say|says|said|tell|tells|report|reports|mention|write|know|written|reported)(?: us| me)?"
        r" (?:about|on|of|regarding|concerning)",
        rf"what (?:is|was|has been) (?:said|reported|written|known) (?:in {_THE_TEXTS} )?(?:about|on|of)",
        rf"summari[sz]e(?: what)?(?: {_THE_TEXTS} (?:say|says|report|about|on)?)?(?: (?:about|on))?",
        rf"(?:(?:give|write|provide|show)(?: me| us)? )?(?:(?:a|an|the) )?(?:(?:short|brief|quick|concise) )?"
        rf"(?:overview|summary)(?: of| on| about)(?: what {_THE_TEXTS} (?:say|report)(?: about| on)?)?",
        r"tell (?:me|us) (?:more |something |everything )?(?:about|on)",
    )
]


@dataclass(frozen=True, slots=True)
class Request:
    """What a message asks for; `topic` is the subject of an overview, as worded in the message."""

    intent: Literal["question", "overview", "help"]
    topic: str = ""


def read_request(message: str) -> Request:
    """Classify a readable message by its wording."""
    text = message.strip().rstrip("?!. ").strip()
    if _HELP.fullmatch(text):
        return Request("help")
    if _WORK.match(text) and not _NAMES_TEXTS.search(text):
        return Request("help")
    for pattern in _OVERVIEWS:
        if match := pattern.fullmatch(text):
            topic = _QUOTES.sub("", match["topic"]).strip()
            if _ALL_TEXTS.fullmatch(topic):  # the folder itself: `rag.search.folder`
                return Request("question")
            return Request("overview", topic)
    return Request("question")
