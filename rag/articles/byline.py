"""Author and date from an article's first lines, where the form is certain: “By Lin Okafor, 3 May 2025”,
“Words: Lin Okafor”.
"""

import re

from rag.articles.lines import lines_of
from rag.language.grammar import FUNCTION
from rag.types import readable

_LOOKED_AT = 6  # lines searched, and characters
_CHARS = 1000
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(month[:3] + rf"(?:{month[3:]})?" for month in _MONTHS)
# A full stop belongs to an initial or to “St.”; otherwise it ends the name.
_PART = r"(?:[A-Z][a-z]?\.(?:[A-Z]\.)?|[A-Z][\w’'-]{0,30}(?! by\b))"
_NAME = rf"{_PART}(?: (?:{_PART}|de|van|von|der|la|bin|al)){{1,4}}"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,| and| &) {_NAME}){{0,3}})"
_BY = re.compile(rf"(?:By|by|BY|Author:|Written by|Von|Par|Por)[ \t]{{1,4}}{_NAMES}")
# Who made the pictures is no author. Before a colon, only a label of the words is one of authorship: others
# stand before titles too, or before who was asked (“Interview: Grey Heron”).
_AND = r"(?: (?:and|&) \w{1,20})?"
_CREDIT = re.compile(
    rf"(?:\A|[\s|;,/])(?i:(?:words|text|story|report|reporting|interview|article|review|essay){_AND} by"
    rf"|(?P<colon>(?:words|text|reporting){_AND}:)) {_NAMES}(?=\Z|[.,;|/]| [|/–—-])"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.? ({_MONTH})\.?,? (\d{{4}})\b", re.I)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.I)
_DATED = re.compile(r"(?:Date|Published|Posted|Updated|Datum|Fecha)(?: on)?:?[ \t]", re.I)
_MAX_DATE_LINE, _MAX_LINE = 60, 200


def byline(text: str, start: int) -> tuple[str, str]:
    """Return author and date (2025-01-03); each is empty if no separate line gives it."""
    author = date = ""
    lines = [line for line in lines_of(text, start, min(len(text), start + _CHARS)) if not line.blank]
    for number, line in enumerate(lines[:_LOOKED_AT]):
        plain = readable(line.text.strip("*_# "))
        by = _BY.match(plain) or _credit(plain, number == 0)
        if by and not author:
            author = by["names"]
        rest = plain[by.end() :] if by else plain
        alone = by is not None or _DATED.match(plain) or len(plain) <= _MAX_DATE_LINE // 2
        if alone and len(rest) <= _MAX_DATE_LINE and not date:
            date = written_date(rest)
    return author, date


def _credit(line: str, first: bool = False) -> re.Match[str] | None:
    """“Photos: Ida Holm | Words: Lin Okafor”; the first line of an article, with a colon, is its title."""
    match = _CREDIT.search(line[:_MAX_LINE])
    if match is None or (match["colon"] and first) or match["names"].split()[0].lower() in FUNCTION:
        return None
    return match


def is_byline(line: str) -> bool:
    """Whether a line names its author."""
    return (_BY.match(line) or _credit(line)) is not None


def written_date(text: str) -> str:
    """Return the first full date in a short text as 2025-01-03; empty if it has none."""
    if match := _ISO.search(text):
        return match[0]
    if match := _DAY_FIRST.search(text):
        return _iso(match[3], match[2], match[1])
    if match := _MONTH_FIRST.search(text):
        return _iso(match[3], match[1], match[2])
    return ""


def _iso(year: str, month: str, day: str) -> str:
    number = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].lower()))
    return f"{year}-{number:02}-{int(day):02}"
