"""Normalize every form in which models cite to one: `⟦1,3⟧`.

    It rained【1†L4】. It rained (Sentence 1). It rained.¹ It rained [^1]. It rained. Source: 1
    → It rained⟦1⟧. It rained ⟦1⟧. It rained.⟦1⟧ It rained ⟦1⟧. It rained.⟦1⟧

What could also be an enumeration, a year or an exponent stays text.
"""

import re

# Words before a number that make it a citation; in English, like the prompts.
_LABEL = (
    r"(?:sentences?|sources?|src|citations?|cite|refs?|references?|docs?|documents?|passages?|articles?|s)"
)
_ONE = rf"(?:{_LABEL}[\s.:_#-]{{0,2}})?\^?\d{{1,4}}\^?"
_LIST = rf"{_ONE}(?:\s{{0,2}}(?:[,;–—-]|and|&)\s{{0,2}}\[?{_ONE}){{0,40}}+"
_SQUARE = re.compile(
    rf"[*_`]{{0,2}}\\?[\[【［〔]{{1,2}}\s{{0,2}}({_LIST})(?:[†‡|:][^\[\]【】［］\n]{{0,60}})?\s{{0,2}}\\?[\]】］〕]{{1,2}}"
    r"(?:\([^()\s]{0,200}\))?[*_`]{0,2}",
    re.IGNORECASE,
)
_ROUND = re.compile(rf"\(\s?((?:see\s|from\s)?{_LIST})\s?\)(?=[.!?,;:]|\s{{0,3}}(?:$|[\n⟦(]))", re.IGNORECASE)
_TAGGED = re.compile(rf"<(sup|cite|ref)\b[^<>]{{0,60}}>\s?\[?({_LIST})\]?\s?</\1>", re.IGNORECASE)
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = re.compile(
    rf"[{_RAISED_DIGITS}]{{1,40}}+(?:[,˒ ]{{1,2}}[{_RAISED_DIGITS}]{{1,40}}+){{0,20}}(?=[\s.,;:!?)\"”’⟦]|$)"
)
_AMOUNT = re.compile(r"\d[\s-]?[^\W\d_]{1,12}$")
_NOTE = re.compile(
    rf"[(\[]?(?:[—–-]\s?{_LABEL}\s?:?|\b(?:see\s)?{_LABEL}\s?:)\s?"
    rf"((?:⟦[\d,]{{1,5000}}⟧[,\s]{{0,2}}){{1,20}}+|{_LIST})"
    r"[)\]]?(?=\.?\s{0,3}$)",
    re.IGNORECASE | re.MULTILINE,
)
_SEE = re.compile(
    r"\(\s?(?:see|cf\.?|from|sources?|sentences?|in)?:?\s?((?:⟦[\d,]{1,5000}⟧[,;\s]{0,2}){1,20}+)\)",
    re.IGNORECASE,
)
_MOST_IN_RANGE = 20
_YEARS = range(1000, 3000)

MARKS = r"(?:\s{0,3}⟦\d[\d,]{0,5000}⟧)"
MARKER = re.compile(r"\s{0,3}⟦(\d[\d,]{0,5000})⟧")
"""A normalized marker with the space before it. Models do not write this form themselves."""


def one_form(text: str, count: int | None = None) -> str:
    """`text` with its markers normalized; `count` is how many numbered sentences there were, if known.

    Linear in the length of the text: each pattern matches a bounded length.
    """
    text = _TAGGED.sub(lambda m: _marker(m[2]), text)
    text = _SQUARE.sub(lambda m: m[0] if _is_year(m[1], count) else _marker(m[1]), text)
    square = MARKER.search(text) is not None
    text = _ROUND.sub(lambda m: _round(m, count, square), text)
    text = _RAISED.sub(lambda m: _raised(m, count), text)
    text = _SEE.sub(lambda m: "".join(_marker(one[1]) for one in MARKER.finditer(m[1])), text)
    return _NOTE.sub(lambda m: _marker(m[1].replace("⟦", " ").replace("⟧", ",")), text)


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers in the markers of a normalized text, each once."""
    found = (int(n) for m in MARKER.finditer(text) for n in m[1].split(",") if n)
    return tuple(dict.fromkeys(found))


def _marker(listed: str) -> str:
    return f"⟦{','.join(map(str, _numbers(listed)))}⟧"


def _numbers(listed: str) -> list[int]:
    """The numbers in a list: “1, 3-5” is 1, 3, 4 and 5; of an absurd range only the ends."""
    numbers: list[int] = []
    for part in re.split(r"[,;&]|and", listed):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] < ends[1] <= ends[0] + _MOST_IN_RANGE:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers


def _is_year(listed: str, count: int | None) -> bool:
    return listed.isdigit() and int(listed) in _YEARS and (count or 0) < int(listed)


def _round(match: re.Match[str], count: int | None, square: bool) -> str:
    """A bare number in parentheses is a citation only if the reply does not cite in square brackets.

    It must be one of the numbers given, at the end of a clause: “(1) food and (2) water” is an enumeration.
    """
    bare = not re.match(r"\D{0,40}[a-z]", match[1], re.IGNORECASE)
    numbers = _numbers(match[1])
    known = count is not None and all(1 <= n <= count for n in numbers)
    # “f(1)” is an argument, “5 (3)” a count.
    before = match.string[max(match.start() - 2, 0) : match.start()]
    reads_on = before[-1:] == " " and (before[:1].isalpha() or before[:1] in '%"”’)')
    if bare and (square or not known or not reads_on):
        return match[0]
    return _marker(match[1])


def _raised(match: re.Match[str], count: int | None) -> str:
    """Superscript digits cite after a full stop or word; after the unit of an amount they are an exponent."""
    before = match.string[max(match.start() - 20, 0) : match.start()].rstrip()
    word = len(before) >= 4 and before[-4:].isalpha() and not _AMOUNT.search(before)
    if not (word or before[-1:] in tuple('.!?,;:"”’)]')):
        return match[0]
    runs = re.split(r"[,˒ ]+", match[0])
    numbers = ["".join(str(_RAISED_DIGITS.index(digit)) for digit in run) for run in runs]
    # “¹²” is twelve only if there are that many.
    spread = [n if count is None or int(n) <= count else ",".join(n) for n in numbers]
    return _marker(",".join(spread))
