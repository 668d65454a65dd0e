"""Read the quantities in a text: value, unit, sign, rank and bound.

    quantities("It fell by more than an hour and a half, to −5 °C.")
    → 5400 s (more than), −5 °C

However a number is written, its value is the same: 28,800 million is 28.8 billion, ninety is 90,
“a third” is 1/3, and “3rd” and “third” are the same ordinal.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.language.quantities import Quantity, Rank
from rag.language.units import SHORT_SIGNS, Unit, unit

_ONES = dict(zip(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen".split(), range(20), strict=True))  # fmt: skip
_TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "mn": 1e6, "m": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
_ORDINALS = {
    **dict(zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
        range(1, 20), strict=True,
    )),
    **{f"{word[:-1]}ieth": value for word, value in _TENS.items()},
    "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_BOUNDS = (
    (
        "more",
        r"more than|over|above|at least|exceed(?:s|ed|ing)?|upwards? of|no (?:less|fewer) than|north of",
    ),
    (
        "less",
        r"less than|fewer than|under|below|at most|up to|no more than|not more than|as (?:much|many) as",
    ),
    (
        "about",
        r"about|around|approximately|roughly|nearly|almost|some|an? estimated|close to|circa|c\.|~"
        r"|just (?:over|under)|in the (?:region|order) of",
    ),
)
_BOUND = re.compile(
    "|".join(rf"(?P<{name}>\b(?:{words}){'|~' if name == 'about' else ''})" for name, words in _BOUNDS),
    re.IGNORECASE,
)  # fmt: skip
_WORD_NUMBER = "|".join([*_ONES, *_TENS])
_TOKEN = re.compile(
    r"(?P<sign>(?<![\w.)%–—-])[-−])?(?P<currency>(?:US|C|A|HK)?[$€£¥]\s?)?"
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<part>[½¼¾⅓⅔])?"
    r"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<plural>s)\b|(?P<tight>(?:k|mn?|bn?|tn)\b))?"
    r"|(?P<alone>[½¼¾⅓⅔])"
    rf"|\b(?P<word>{_WORD_NUMBER}|{'|'.join(_ORDINALS)}|dozens?|half|quarters?|thirds|fifths|tenths)\b"
    r"|\b(?P<article>an?)\s(?P<scale>hundred|thousand|million|billion|trillion|dozen)\b",
    re.IGNORECASE,
)
_SCALE = re.compile(r"[\s-]?(hundred|thousand|million|billion|trillion|mn|bn|tn|dozen)s?\b", re.IGNORECASE)
_MORE_WORDS = re.compile(rf"(?:[\s-]|\sand\s)(?P<word>{_WORD_NUMBER}|{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_AND_A_HALF = re.compile(r"\s(?:and\s)a\s(half|quarter)\b", re.IGNORECASE)
_UNIT = re.compile(
    r"(?P<square>[\s-]?(?:square|sq\.?)\s(?P<squared>\w+))"
    r"|(?P<cubic>[\s-]?cubic\s(?P<cubed>\w+))"
    r"|\s?(?P<sign>%|°\s?[CFcf]\b|(?-i:[CF])\b(?!-)|km²|m²|m³|km/h|m/s|[$€£¥])"
    r"|(?P<points>[\s-]percentage[\s-]points?\b)|(?P<percent>[\s-]?per\s?cent\b|[\s-]percent\b)"
    r"|[\s-]degrees?\s(?P<degrees>celsius|fahrenheit|c\b|f\b)"
    r"|[\s-](?:u\.?s\.?|american)\s(?P<dollars>dollars?)\b"
    r"|(?P<gap>[\s-]?)(?P<name>[A-Za-zµ]+)(?:\.(?=\s[a-z]))?",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.](\d\d))?\s?(a\.?m\.?|p\.?m\.?|o['’]clock)(?!\w)|(?<![\d:])([01]?\d|2[0-3]):(\d\d)(?!\d)",
    re.I,
)
_MEASURED = re.compile(
    r"\b(half an|a quarter of an|an|a)\s(hour|minute|day|week|month|year|mile|dozen)\b"
    r"(\sand\sa\s(half|quarter)\b)?",
    re.IGNORECASE,
)
_SQUARES = {"metre": "m²", "meter": "m²", "metres": "m²", "meters": "m²", "km": "km²", "kilometre": "km²",
            "kilometer": "km²", "kilometres": "km²", "kilometers": "km²"}  # fmt: skip


@lru_cache(maxsize=20_000)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities in a readable text, in order, without overlaps."""
    found: list[Quantity] = []
    for match in _HOUR.finditer(text):
        found.append(_clock(match))
    for match in _MEASURED.finditer(text):
        if match[3] or match[1].lower() not in ("an", "a"):
            found.append(_measured(match))
    taken = [(one.start, one.end) for one in found]
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() < at or any(start <= match.start() < end for start, end in taken):
            continue
        one = _number(text, match)
        if one is not None:
            found.append(one)
            at = one.end
    return tuple(sorted(found, key=lambda one: one.start))


def _clock(match: re.Match[str]) -> Quantity:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    half = (match[3] or "").lower()
    if half[:1] in ("a", "p"):
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return Quantity(hour * 60 + minute, "clock", "amount", match[0], match.start(), match.end())


def _measured(match: re.Match[str]) -> Quantity:
    value = {"half an": 0.5, "a quarter of an": 0.25}.get(match[1].lower(), 1.0)
    value += {"half": 0.5, "quarter": 0.25}.get((match[4] or "").lower(), 0.0)
    found = unit(match[2].lower()) or Unit("", 12.0)
    return Quantity(value * found.factor, found.measures, "amount", match[0], match.start(), match.end())


def _number(text: str, match: re.Match[str]) -> Quantity | None:
    end = match.end()
    rank: Rank = "amount"
    step = 1.0
    word = (match["word"] or "").lower()
    if match["digits"]:
        value = float(match["digits"].replace(",", "")) + _SIGNS.get(match["part"] or "", 0.0)
        point = match["digits"].partition(".")[2]
        step = 10.0 ** -len(point)
        if not point:
            step = 10.0 ** (len(match["digits"]) - len(match["digits"].rstrip("0"))) if value else 1.0
        rank = "ordinal" if match["ordinal"] else "amount"
        if match["plural"]:
            rank = "decade"
    elif match["alone"]:
        value = _SIGNS[match["alone"]]
    elif match["article"]:
        value = _SCALES[match["scale"].lower()]
    elif word in _ORDINALS and not (word == "second" and re.match(r"-?(?:hand|s\b)", text[end:])):
        value, rank = float(_ORDINALS[word]), "ordinal"
        if word in _FRACTIONS and re.search(
            r"\b(?:an?|one)[\s-]$", text[: match.start()][-5:], re.IGNORECASE
        ):
            value, rank = 1 / _FRACTIONS[word], "amount"
    elif word in ("half", "quarter", "quarters", "thirds", "fifths", "tenths", "dozen", "dozens"):
        value = {"half": 0.5, "dozen": 12.0, "quarter": 0.25}.get(word, 0.0)
        if word == "quarter" and not re.search(
            r"\b(?:an?|one)[\s-]$", text[: match.start()][-5:], re.IGNORECASE
        ):
            return None  # of a year, of a town
        if not value:
            return None
    else:
        value, rank, end = _in_words(text, match)
        # “One” is more often a pronoun than a count.
        if word == "one" and value == 1 and end == match.end():
            share = re.match(r"[\s-](third|quarter|fifth|half|tenth)\b", text[end:], re.IGNORECASE)
            return (
                None
                if not share
                else _made(
                    1 / _FRACTIONS[share[1].lower()], "amount", text, match.start(), end + share.end(), 1.0
                )
            )
        share = re.match(r"[\s-](third|quarter|fifth|tenth)s\b", text[end:], re.IGNORECASE)
        if share:
            return _made(
                value / _FRACTIONS[share[1].lower()], "amount", text, match.start(), end + share.end(), 1.0
            )
    if rank == "amount":
        while scale := _SCALE.match(text, end):
            value *= _SCALES[scale[1].lower()]
            step *= _SCALES[scale[1].lower()]
            end = scale.end()
        if match["tight"] and match["currency"]:
            value *= _SCALES[match["tight"].lower()]
            step *= _SCALES[match["tight"].lower()]
        elif match["tight"]:
            end = match.end("digits")
        if half := _AND_A_HALF.match(text, end):
            value += 1 / _FRACTIONS[half[1].lower()]
            end = half.end()
    if match["sign"]:
        value = -value
    return _made(value, rank, text, match.start(), end, step, (match["currency"] or "").strip())


def _in_words(text: str, match: re.Match[str]) -> tuple[float, Rank, int]:
    """Value, rank and end of number words, `match` the first: “two hundred and fifty thousand”."""
    total, part, end = 0.0, 0.0, match.end()
    rank: Rank = "amount"
    word, last = match["word"].lower(), 100.0
    while True:
        if word in _ORDINALS:
            part, rank = part + _ORDINALS[word], "ordinal"
            break
        part += _ONES.get(word, _TENS.get(word, 0))
        last = 10.0 if word in _TENS else 1.0
        while scale := _SCALE.match(text, end):
            size = _SCALES[scale[1].lower()]
            part, end, last = part * size, scale.end(), size
            if size > 100:
                total, part = total + part, 0.0
        following = _MORE_WORDS.match(text, end)
        if not following:
            break
        word = following["word"].lower()
        size = _ONES.get(word, _TENS.get(word, _ORDINALS.get(word, 0)))
        if not 0 < size < last:
            break
        end = following.end()
    return total + part, rank, end


def _made(
    value: float, rank: Rank, text: str, start: int, end: int, step: float, currency: str = ""
) -> Quantity:
    found, measures = None, ""
    if currency:
        found = unit(currency.lower())
    elif rank == "amount" and (match := _UNIT.match(text, end)):
        found, name_end = _unit(match)
        end = name_end if found else end
    if found:
        measures = found.measures
        value, step = value * found.factor + found.zero, step * found.factor
    bare = rank == "amount" and not measures and value % 1 == 0 and 1000 <= value <= 2100
    if bare and re.fullmatch(r"\d{4}", text[start:end]):
        rank = "year"
    return Quantity(value, measures, rank, text[start:end].strip(), start, end, _bound(text, start), step)


def _unit(match: re.Match[str]) -> tuple[Unit | None, int]:
    if match["square"]:
        return unit(_SQUARES.get(match["squared"].lower(), "")), match.end("square")
    if match["cubic"]:
        return (unit("m³") if match["cubed"].lower().startswith("met") else None), match.end("cubic")
    if match["sign"]:
        sign = match["sign"].lower().replace(" ", "")
        return unit(f"°{sign}" if sign in "cf" else sign), match.end("sign")
    if match["points"]:
        return unit("percentage_points"), match.end("points")
    if match["percent"]:
        return unit("percent"), match.end("percent")
    if match["degrees"]:
        return unit("°" + match["degrees"][0].lower()), match.end("degrees")
    if match["dollars"]:
        return unit("dollar"), match.end("dollars")
    name = match["name"]
    lower = name.lower()
    if lower in SHORT_SIGNS and ((name.isupper() and lower in "msht") or "-" in match["gap"]):
        return None, match.end()
    return unit(lower), match.end("name")


def _bound(text: str, start: int) -> str:
    before = text[max(start - 24, 0) : start].rstrip("$€£¥ ")
    for match in _reversed_bounds(before):
        return match
    return ""


def _reversed_bounds(before: str) -> Iterator[str]:
    last = None
    for match in _BOUND.finditer(before):
        if len(before) - match.end() <= 3:
            last = match
    if last is not None and last.lastgroup:
        yield last.lastgroup
