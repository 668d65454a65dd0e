"""False claims that differ in one quantity: another number, unit, sign or date."""

import calendar
import random
import re
import unicodedata
from collections.abc import Sequence

from eval.alterations.material import Material, Tagged
from eval.alterations.words import replaced

_NUMBER = re.compile(r"(?<![\w.,–-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w]|[.,]\d)")
_YEAR = re.compile(r"(?<![\w.,$€£-])(1[1-9]\d\d|20\d\d)(?![\w%]|[.,]\d)")
_WRITTEN = "two three four five six seven eight nine ten eleven twelve twenty thirty fifty".split()
_DAYS = list(calendar.day_name)
_MONTHS = list(calendar.month_name)[1:]
_CALENDAR = re.compile(rf"\b({'|'.join(_DAYS + _MONTHS)})\b")
# Units that are interchangeable in a sentence; more are drawn from the articles: whatever is counted.
_UNITS = [
    "seconds minutes hours days weeks months years decades centuries".split(),
    "millimetres centimetres metres meters kilometres kilometers miles feet inches yards km m cm mm".split(),
    "milligrams grams kilograms tonnes tons pounds ounces mg g kg".split(),
    "millilitres litres liters gallons ml l".split(),
    "thousand million billion trillion".split(),
    "percent degrees".split(),
    "dollars euros pounds yen yuan francs".split(),
    "watts kilowatts megawatts gigawatts kW MW GW".split(),
]
_SIGNS = "$€£¥"


def number(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Replace a number, in digits or words, by another one; years are dates."""
    found = [(match.start(), match.end(), _other(match, rng)) for match in _NUMBER.finditer(one.text)
             if not _YEAR.fullmatch(match[0])]  # fmt: skip
    written = [word for word in one.words if word.text.lower() in _WRITTEN and word.tag == "CRD"]
    found += [(word.start, word.end, _another(_WRITTEN, word.text.lower(), rng)) for word in written]
    return replaced(one.text, *rng.choice(found)) if found else None


def unit(one: Tagged, rng: random.Random, all_words: Material) -> str | None:
    """Replace what is counted or measured by something else: kg → g, $ → €, % → million, days → acres."""
    found: list[tuple[int, int, str]] = []
    for before, word in zip(one.words, one.words[1:], strict=False):
        counted = before.tag == "CRD" or before.text[0].isdigit()
        if unicodedata.category(before.text[0]) == "Sc" and word.text[0].isdigit():
            found.append((before.start, before.end, _another(_SIGNS, before.text, rng)))
        elif counted and word.text == "%":
            found.append((word.start, word.end, rng.choice([" million", " degrees", " thousand"])))
        elif counted and not _YEAR.fullmatch(before.text):
            family = next((units for units in _UNITS if word.text in units), None)
            if family:
                found.append(
                    (word.start, word.end, _another(_same_length(family, word.text), word.text, rng))
                )
            elif word.tag == "NN2" and len(all_words.counted) > 1:
                found.append((word.start, word.end, _another(all_words.counted, word.text, rng)))
    return replaced(one.text, *rng.choice(found)) if found else None


def sign(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Add a minus to a measured number, or remove it; “above” zero becomes “below”."""
    if match := re.search(r"(?<![\w)])[−-](?=[$€£]?\d)|\bminus (?=\d)", one.text):
        return one.text[: match.start()] + one.text[match.end() :]
    if match := re.search(r"\b(above|below)(?= (?:zero|\d))", one.text):
        return replaced(one.text, match.start(), match.end(), {"above": "below"}.get(match[1], "above"))
    measured = r"(?<![\w.,–−-])(?:[$€£]\d|\d(?=[\d.,]*(?: ?%| percent| degrees| million| billion|°)))"
    found = list(re.finditer(measured, one.text))
    if not found:
        return None
    at = rng.choice(found).start()
    return f"{one.text[:at]}−{one.text[at:]}"


def date(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Replace a year, month or weekday, or the day of a month, by another one."""
    found = [(year.start(), year.end(), str(int(year[0]) + rng.choice([-10, -2, -1, 1, 2, 10])))
             for year in _YEAR.finditer(one.text)]  # fmt: skip
    for word in one.words:
        if word.tag == "NP0" and _CALENDAR.fullmatch(word.text):
            names = _DAYS if word.text in _DAYS else _MONTHS
            found.append((word.start, word.end, _another(names, word.text, rng)))
    for day in re.finditer(rf"\b(?:{'|'.join(_MONTHS)}) (\d{{1,2}})\b(?!,\d)", one.text):
        found.append((day.start(1), day.end(1), _another([str(n) for n in range(1, 29)], day[1], rng)))
    return replaced(one.text, *rng.choice(found)) if found else None


def _other(match: re.Match[str], rng: random.Random) -> str:
    value = int(match[1].replace(",", ""))
    other = value + rng.choice([1, 2, 3, max(value // 3, 4)])
    return (f"{other:,}" if "," in match[1] else str(other)) + (match[2] or "")


def _another(names: Sequence[str], old: str, rng: random.Random) -> str:
    return rng.choice([name for name in names if name != old])


def _same_length(family: Sequence[str], word: str) -> Sequence[str]:
    """Return spelled-out units for a spelled-out one, short ones for a short one; no other spelling of it."""
    spelt = word.replace("tre", "ter")
    return [
        unit
        for unit in family
        if (len(unit) <= 2) == (len(word) <= 2) and unit.replace("tre", "ter") != spelt
    ]
