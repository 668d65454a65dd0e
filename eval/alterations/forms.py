"""True claims with another form of a number, date or name: 90 minutes, an hour and a half."""

import calendar
import random
import re
from collections.abc import Callable, Sequence

from eval.alterations.material import Material, Tagged
from eval.alterations.names import name_spans, names_in
from eval.alterations.words import sentence_case

_MONTH = "|".join(list(calendar.month_name)[1:])
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SHORTER = {"days": ("hours", 24), "weeks": ("days", 7), "years": ("months", 12), "hours": ("minutes", 60),
            "minutes": ("seconds", 60), "decades": ("years", 10), "centuries": ("years", 100)}  # fmt: skip
_SPANS = {
    "an hour and a half": "90 minutes", "half an hour": "30 minutes", "a quarter of an hour": "15 minutes",
    "90 minutes": "an hour and a half", "90-minute": "hour-and-a-half", "30 minutes": "half an hour",
    "a dozen": "twelve", "two weeks": "a fortnight", "a fortnight": "two weeks",
    "18 months": "a year and a half",
}  # fmt: skip
_MAX_COUNT = 12  # nobody says 600 months for 50 years
_CURRENCY = {"$": "dollars", "€": "euros", "£": "pounds"}
_MAGNITUDE = {"billion": ("million", 1000), "trillion": ("billion", 1000), "million": ("thousand", 1000)}
_NAMES = [
    (re.compile(r"\b(the) U\.S\.(?! [a-zA-Z]+s?\b(?<!\bto)(?<!\band))"), r"\1 United States"),
    (re.compile(r"\bU\.S\.(?=\W)"), "US"),
    (re.compile(r"\bthe United States\b"), "the U.S."),
    (re.compile(r"\bthe United Kingdom\b"), "the UK"),
    (re.compile(r"\bthe (?:UK|U\.K\.)(?= (?:and|is|was|has|to|in)\b|[.,])"), "the United Kingdom"),
    (re.compile(r"\bthe European Union\b"), "the EU"),
    (re.compile(r"\bthe EU(?= (?:and|is|was|has|to|in)\b|[.,])"), "the European Union"),
    (re.compile(r"\bthe United Nations\b"), "the UN"),
]


def number_form(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Return the claim with a number, amount, date or duration in another form that means the same."""
    found = [text for form in _FORMS if (text := form(one.text)) and text != one.text]
    return rng.choice(found) if found else None


def name_form(one: Tagged, rng: random.Random, all_words: Material) -> str | None:
    """Return the claim with a name in another form: a common short form, or one that the article uses."""
    for pattern, form in _NAMES:
        if match := pattern.search(one.text):
            new, after = match.expand(form), one.text[match.end() :]
            # At the end of a sentence, the stop of “U.S.” is also the sentence's.
            after = (
                "."
                if match[0].endswith(".") and not after
                else after.removeprefix(".")
                if new[-1] == "."
                else after
            )
            return sentence_case(one.text[: match.start()] + new + after)
    source = one.sentence.article.source
    names = names_in(other.words for other in all_words.sentences[source])
    # Only people: “France” is not a form of “New France”, nor “Pictures” of “Sony Pictures”.
    surnames = [person for person in all_words.people[source] if " " not in person]
    found = []
    for surname in surnames:
        longer = [name for name in names if name.endswith(f" {surname}")]
        for start, end in name_spans(one.words):
            alone = not re.match(r" (?:of\b|[A-Z])|-", one.text[end:]) and not re.search(
                r"[A-Z]\w* $", one.text[:start]
            )
            if one.text[start:end] == surname and alone and len(longer) == 1:
                found.append((start, end, longer[0]))
            elif one.text[start:end] in longer and alone:
                found.append((start, end, surname))
    if not found:
        return None
    start, end, form = rng.choice(sorted(found))
    return one.text[:start] + form + one.text[end:]


def _percent(text: str) -> str:
    if "%" in text:
        return re.sub(r"(\d) ?%", r"\1 percent", text, count=1)
    return re.sub(r"(\d) per ?cent\b", r"\1%", text, count=1)


def _magnitude(text: str) -> str:
    """Convert $4.2 billion → $4,200 million; 4.2 billion dollars."""

    def smaller(match: re.Match[str]) -> str:
        unit, factor = _MAGNITUDE[match[2]]
        return f"{float(match[1]) * factor:,.10g} {unit}"

    return re.sub(r"\b(\d+(?:\.\d+)?) (billion|trillion)\b", smaller, text, count=1)


def _currency(text: str) -> str:
    return re.sub(
        r"(?<![A-Z])([$€£])(\d[\d,.]*\d|\d)( (?:million|billion|trillion))?(?![-\w])",
        lambda match: f"{match[2]}{match[3] or ''} {_CURRENCY[match[1]]}",
        text,
        count=1,
    )


def _grouped(text: str) -> str:
    return re.sub(r"\b\d{1,3}(?:,\d{3})+\b", lambda match: match[0].replace(",", ""), text, count=1)


def _written(text: str) -> str:
    """Convert three → 3 before what is counted; 3 → three."""
    digits = {word: str(n) for n, word in enumerate(_SMALL) if n > 1}
    text_now = re.sub(
        rf"\b({'|'.join(digits)})(?= (?!is |was |has )[a-z]+s\b)",
        lambda match: digits[match[1]],
        text,
        count=1,
    )
    if text_now != text:
        return text_now
    return re.sub(
        r"(?<![\w.,$€£–−-])([2-9]|1[0-2])(?= (?!is |was |has )[a-z]+s\b)",
        lambda match: _SMALL[int(match[1])],
        text,
        count=1,
    )


def _span(text: str) -> str:
    for span, other in _SPANS.items():
        if re.search(rf"\b{span}\b", text):
            return re.sub(rf"\b{span}\b", other, text, count=1)

    def shorter(match: re.Match[str]) -> str:
        unit, factor = _SHORTER[match[2]]
        value = int(match[1]) if match[1].isdigit() else _SMALL.index(match[1])
        if value > _MAX_COUNT:
            return match[0]
        return f"{value * factor} {unit}"

    number = rf"(?<![\w.,$-])(?<!and )(?<!or )(?<!to )(\d\d?|{'|'.join(_SMALL[2:])})"  # not “two or three”
    return re.sub(rf"{number} (days|weeks|years|hours|decades)\b(?! old| ago)", shorter, text, count=1)


def _date(text: str) -> str:
    found = re.sub(rf"\b({_MONTH}) (\d{{1,2}}), (\d{{4}})\b,?", r"\2 \1 \3", text, count=1)
    return (
        found
        if found != text
        else re.sub(rf"\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b", r"\2 \1, \3", text, count=1)
    )


_FORMS: Sequence[Callable[[str], str]] = (_percent, _magnitude, _currency, _grouped, _written, _span, _date)
