"""Requests for a summary of something named: an article, by its title or file, or else a topic.

named_to_sum_up("hive-log.md in short")                   → "hive-log.md"
named_to_sum_up("What are the key points of “Bees”?")     → "Bees"

English only.
"""

import re

Forms = tuple[re.Pattern[str], ...]


def forms(*written: str) -> Forms:
    """Patterns of whole messages, in capitals or not."""
    return tuple(re.compile(one, re.I) for one in written)


def matched(forms: Forms, text: str) -> re.Match[str] | None:
    """The match of the first form that all of a text has."""
    return next(filter(None, (form.fullmatch(text) for form in forms)), None)


SUM_UP = r"(?:(?:can|could|would) you )?(?:please )?(?:summari[sz]e|sum up|recap|tl;?dr)"
BRIEF = r"(?:an? |the )?(?:short |brief |quick |concise )?(?:overview|summary|synopsis)"
GIVE = r"(?:(?:(?:can|could|would) you )?(?:please )?(?:give|write|show|provide)(?: me| us)? )?"
_POINTS = (
    r"(?:key|main|central|essential|(?:most )?important) (?:points|ideas|facts|messages|findings|take-?aways)"
)
_SHORT = r"(?:in short|in brief|in a nutshell|briefly|in (?:a few|few|two|three) (?:words|lines|sentences))"
_FORMS = forms(
    rf"(?:{_SHORT},? )?{SUM_UP}:? (?P<named>.{{1,300}}?)(?: {_SHORT})?",
    rf"{GIVE}{BRIEF} (?:of|about|on) (?P<named>.{{1,300}})",
    rf"{GIVE}(?:what are )?(?:the )?{_POINTS} (?:of|in|from|made in|made by) (?P<named>.{{1,300}})",
    rf"(?:{_SHORT},? )?what is (?P<named>.{{1,300}}?) about(?:\?? {BRIEF}|,? {_SHORT})?",
    rf"(?:{_SHORT},? )?what does (?P<named>.{{1,300}}?) (?:say|tell us)(?:,? {_SHORT})?",
)
# “hive-log.md summary”: what is named comes first.
_AFTER = re.compile(rf"[,:]? (?:summary|{_POINTS}|tl;?dr|{_SHORT})$", re.I)


def named_to_sum_up(text: str) -> str:
    """What a plain message of at most 300 characters asks to sum up; "" if it asks for something else."""
    match = matched(_FORMS, text)
    named = match["named"] if match else ""
    if not named and (after := _AFTER.search(text)):
        named = text[: after.start()]
    return named.strip("\"“”'‘’ ")
