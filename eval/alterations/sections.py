"""Claims about sections with the same structure: another heading's value, and the heading's own.

## Orlan One            “The weight of the Orlan One is 214 g.” is the value of another heading,
- Weight: 168 g         “The weight of the Orlan One is 168 g.” its own, though the line cited
## Orlan Max            does not name it.
- Weight: 214 g
"""

import random
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from eval.alterations.claims import Claim
from eval.alterations.material import Material
from eval.alterations.words import tagged, uncapitalised
from rag import Article, readable
from rag.parts import Sentence, split_sentences

_HEADING = re.compile(
    r"^(?:#{2,6}[ \t]+(?P<marked>\S.*?)[ \t#]*|(?P<plain>[A-Z0-9][^.:?!\n]{1,50}))$", re.MULTILINE
)
_FIELD = re.compile(r"([A-Z][\w ()/-]{1,30}): (\S.{0,80}?)\.?")


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence or field below a heading; `frame` is what it shares with its counterparts below others."""

    heading: str
    frame: str
    sentence: Sentence


def other_section(all_words: Material, rng: random.Random) -> Iterator[Claim]:
    """Yield claims that give a heading the value of another heading with the same kind of line."""
    for alike in _alike_lines(all_words, rng):
        for line in alike:
            values = {readable(other.sentence.text): other for other in alike}
            others = [other for text, other in values.items() if text != readable(line.sentence.text)]
            if others:
                other = rng.choice(others)
                yield Claim("section", False, _told(other.heading, line), ((line.sentence,),))


def own_section(all_words: Material, rng: random.Random) -> Iterator[Claim]:
    """Yield claims that give a heading its own value."""
    for alike in _alike_lines(all_words, rng):
        for line in alike:
            yield Claim("own section", True, _told(line.heading, line), ((line.sentence,),))


def _told(heading: str, line: _Line) -> str:
    text = readable(line.sentence.text)
    if field := _FIELD.fullmatch(text):
        words = tagged(field[1])
        if words[-1].tag.startswith("NN"):
            return f"The {uncapitalised(field[1], words[0])} of {heading} is {field[2]}."
        return f"{heading}: {uncapitalised(field[1], words[0])}: {field[2]}."
    return f"{heading}: {text}"


def _alike_lines(all_words: Material, rng: random.Random) -> list[list[_Line]]:
    """Return groups of lines that say the same kind of thing below different headings of one article.

    Fields with no heading but the title have counterparts in other articles: forms.
    """
    groups: list[list[_Line]] = []
    of_forms: dict[str, list[_Line]] = defaultdict(list)
    for article in all_words.articles:
        by_frame: dict[str, list[_Line]] = defaultdict(list)
        for line in _lines(article):
            (of_forms if line.heading == article.title else by_frame)[line.frame].append(line)
        groups += by_frame.values()
    groups = [lines for lines in (*groups, *of_forms.values()) if len({line.heading for line in lines}) > 1]
    rng.shuffle(groups)
    return groups


def _lines(article: Article) -> Iterator[_Line]:
    text, at = article.text, article.body_start
    headings = [match for match in _HEADING.finditer(text, at) if _is_heading(text, match)]
    starts = [match.start() for match in headings]
    for a, b in split_sentences(text, at):
        over = bisect_right(starts, a) - 1
        sentence = Sentence(article, a, b)
        said = readable(sentence.text)
        field = _FIELD.fullmatch(said)
        if over < 0:
            if field:
                yield _Line(article.title, field[1].lower(), sentence)
        elif a >= headings[over].end():
            heading = headings[over]["marked"] or headings[over]["plain"]
            yield _Line(heading, field[1].lower() if field else _frame(said), sentence)


def _is_heading(text: str, match: re.Match[str]) -> bool:
    """Whether it is a marked heading, or a short line without a full stop after an empty one."""
    return bool(match["marked"]) or text[: match.start()].endswith("\n\n")


def _frame(text: str) -> str:
    """Return a sentence without its numbers, names and negations: what two of one kind share."""
    words = tagged(text)
    kept = [
        w.lemma.lower()
        for w in words
        if w.tag not in ("CRD", "NP0", "XX0", "AT0", "DT0") and w.text.isalpha()
    ]
    return " ".join(kept[:4])
