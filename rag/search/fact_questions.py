"""Generate questions from a statement's own words, so that the answer is known before the question is asked.

    facts_asked("The bridge over the Aln reopened on Tuesday.") → When did the bridge over the Aln reopen?

English only, and only from plain subject-verb-fact sentences; others yield no question. A generated question
is only a candidate: it is shown if the articles answer it with that statement.
"""

from collections.abc import Iterator, Sequence

from rag.language import grammar
from rag.language.lexicon import is_irregular, lemmas, verb_share
from rag.language.reading import Reading, Token, is_verb, read

_MOST_SUBJECT, _MOST_REST = 8, 7  # words
_MOST_CHARS = 300  # longer sentences are rarely plain
_MAY_INVERT = frozenset("is are was were will has have had".split())


def facts_asked(sentence: str) -> Iterator[str]:
    """Questions that the sentence answers: when, how much, how many, who."""
    if len(sentence) > _MOST_CHARS or not sentence.endswith("."):
        return
    reading = read(sentence)
    tokens, dated = _past_its_date(reading.tokens)
    at = next((n for n, one in enumerate(tokens) if is_verb(one)), 0)
    if not _stands_alone(tokens[:at]):
        return
    subject = _said(reading, tokens[:at])
    first, rest = tokens[at], tokens[at + 1 :]
    if helped := _helped(first, rest):
        auxiliary, verb, after = helped
        yield from _when(reading, f"{auxiliary} {subject} {verb}", after, dated)
        yield from _how_many(reading, f"{auxiliary} {subject} {verb}", after)
        yield from _who(reading, tokens[:at], first, rest)
    elif (
        first.lower in grammar.BE
        and 2 <= len(rest[:-1]) <= 3
        and all(one.part == "name" for one in rest[:-1])
    ):
        yield f"Who {first.lower} {subject}?"


def _past_its_date(tokens: Sequence[Token]) -> tuple[Sequence[Token], bool]:
    """A sentence without its leading date, and whether it had one: “In May, the bridge …”."""
    if (
        len(tokens) > 3
        and tokens[0].lower in ("on", "in")
        and tokens[1].part == "date"
        and tokens[2].lower == ","
    ):
        return tokens[3:], True
    return tokens, False


def _stands_alone(subject: Sequence[Token]) -> bool:
    """Whether a subject can be understood without the sentences before it."""
    if not 0 < len(subject) <= _MOST_SUBJECT or any(one.part == "mark" for one in subject):
        return False
    words = {one.lower for one in subject if one.part == "function"}
    if words & (grammar.PRONOUNS | grammar.SUBORDINATORS | grammar.COORDINATORS | grammar.NEGATIONS):
        return False
    if subject[0].lower in grammar.PREPOSITIONS | grammar.DISCOURSE:
        return False
    if any(one.part in ("date", "quantity") for one in subject):
        return False
    return any(one.part == "name" for one in subject) or sum(one.part == "matter" for one in subject) > 1


def _helped(first: Token, rest: Sequence[Token]) -> tuple[str, str, Sequence[Token]] | None:
    """The verb as used in a question: its auxiliary, its form, and the words after it; None if unclear."""
    if first.lower in _MAY_INVERT and rest and rest[0].verbal:
        return first.lower, rest[0].text, rest[1:]
    if first.lower in ("has", "have", "had") and rest and rest[0].part == "quantity":
        return {"has": "does", "have": "do", "had": "did"}[first.lower], "have", rest
    past = first.lower.endswith("ed") or is_irregular(first.lower)
    if first.verbal and past and rest and not rest[0].verbal:
        base = next((one for one in lemmas(first.lower) if one != first.lower and verb_share(one)), "")
        if base:
            return "did", base, rest
    return None


def _when(reading: Reading, asked: str, rest: Sequence[Token], dated: bool) -> Iterator[str]:
    part = rest[: _end(rest)]
    if dated and part and _plain(part):
        yield f"When {_joined(asked, reading, part)}?"
    at = next((n for n, one in enumerate(rest) if one.part == "date"), 0)
    ended = len(rest) > at + 1 and (rest[at + 1].part == "mark" or rest[at + 1].lower in grammar.PREPOSITIONS)
    before = rest[: max(0, at - 1)]
    if at and ended and rest[at - 1].lower in ("on", "in") and _plain(before):
        yield f"When {_joined(asked, reading, before)}?"


def _who(reading: Reading, subject: Sequence[Token], first: Token, rest: Sequence[Token]) -> Iterator[str]:
    part = rest[: _end(rest)]
    content = sum(one.part in ("matter", "name") for one in part)
    if all(one.part == "name" for one in subject) and len(subject) > 1 and content > 1 and _plain(part[1:]):
        yield f"Who {_said(reading, [first, *part])}?"


def _end(tokens: Sequence[Token]) -> int:
    """Where the phrase ends: before the first mark."""
    return next((n for n, one in enumerate(tokens) if one.part == "mark"), len(tokens))


def _how_many(reading: Reading, asked: str, rest: Sequence[Token]) -> Iterator[str]:
    if not rest or rest[0].quantity is None or rest[0].quantity.of_time or rest[0].quantity.bound:
        return
    amount, after = rest[0].text, rest[1:]
    after = after[: _end(after)]
    if not _plain(after):
        return
    if not amount[0].isdigit() or amount.endswith(("%", "percent", "per cent")):
        if not after or after[0].lower in grammar.PREPOSITIONS:
            yield f"How much {_joined(asked, reading, after)}?"
    elif after and after[0].part == "matter" and after[0].lower.endswith("s"):
        yield f"How many {after[0].text} {_joined(asked, reading, after[1:])}?"


def _plain(tokens: Sequence[Token]) -> bool:
    """Whether a question can end with these words."""
    tying = grammar.PRONOUNS | grammar.COORDINATORS | grammar.SUBORDINATORS | grammar.NEGATIONS
    return len(tokens) <= _MOST_REST and not any(
        one.part == "mark" or one.verbal or (one.part == "function" and one.lower in tying) for one in tokens
    )


def _joined(asked: str, reading: Reading, tokens: Sequence[Token]) -> str:
    return f"{asked} {_said(reading, tokens)}".strip()


def _said(reading: Reading, tokens: Sequence[Token]) -> str:
    """The tokens as written; the first word loses its sentence capital, unless it is a name."""
    if not tokens:
        return ""
    text = reading.text[tokens[0].start : tokens[-1].end]
    small = tokens[0].part != "name" or tokens[0].lower in grammar.ARTICLES
    return text[0].lower() + text[1:] if small else text
