"""What a list pairs and what “because” joins: may the claim join a half of one with a half of another?

“40 crowns in summer and 25 in winter” pairs each price with its season, by the same preposition.
"""

from collections.abc import Iterator, Sequence

from rag.language import grammar
from rag.language.laid import Laid
from rag.language.reading import Reading, Token

_Phrase = Sequence[Token]


def mispaired(laid: Laid) -> str:
    """Why a pair of the claim is none of the source's pairs; "" if it is, or there are none."""
    used = set(laid.aligned.found.values())
    for (head, phrase), (other, theirs) in _pairs(laid.source):
        for one, far, rest in ((head, theirs, (other, phrase)), (other, phrase, (head, theirs))):
            if _any(one, used) and _any(far, used) and not any(_any(each, used) for each in rest):
                first, last = one[-1].text, far[-1].text
                return f"{first} and {last} belong to different parts of the cited sentence"
    return ""


def _any(phrase: _Phrase, used: set[int]) -> bool:
    return any(token.at in used for token in phrase)


def _pairs(source: Reading) -> Iterator[tuple[tuple[_Phrase, _Phrase], tuple[_Phrase, _Phrase]]]:
    """Two heads and their phrases, with the same preposition, on both sides of a conjunction."""
    tokens = source.tokens
    for at, token in enumerate(tokens):
        if token.lower not in grammar.COORDINATORS or token.part != "function":
            continue
        second = next((one for one in tokens[at + 1 :] if _stops(one)), None)
        first = next((one for one in reversed(tokens[:at]) if _stops(one) and one.lower != ","), None)
        if second is None or first is None or first.lower != second.lower or not _preposition(first):
            continue
        before = [one for one in reversed(tokens[: first.at]) if one.part != "mark"]
        head = _run(before)[::-1]
        if not head and before and before[0].verbal and first.lower == "to":
            # Other prepositions more often describe the noun: “sang in Oslo and cities in Norway”.
            start = next(
                (n for n, one in enumerate(before) if one.part in ("matter", "name") and not one.verbal), 0
            )
            head = _run(before[start:])[::-1]
        other = _matter(tokens[at + 1 : second.at])
        # “30 crowns and 9 crowns”: what both have tells neither from the other.
        same = {one.lower for one in head} & {one.lower for one in other}
        head, other = ([one for one in each if one.lower not in same] for each in (head, other))
        phrase, theirs = _matter(tokens[first.at + 1 : at]), _run(_without_articles(tokens[second.at + 1 :]))
        if head and other and phrase and theirs:
            yield (head, phrase), (other, theirs)


def _preposition(token: Token) -> bool:
    return token.part == "function" and token.lower in grammar.PREPOSITIONS


def _stops(token: Token) -> bool:
    return (
        _preposition(token)
        or token.part == "mark"
        or token.verbal
        or token.lower in grammar.AUXILIARIES | grammar.COORDINATORS
    )


def _matter(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.part not in ("function", "mark")]


def _without_articles(tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[1:] if tokens and tokens[0].lower in grammar.ARTICLES | grammar.DEFINITE else tokens


def _run(tokens: Sequence[Token]) -> list[Token]:
    """The content words that a sequence begins with, up to a verb."""
    found: list[Token] = []
    for token in tokens:
        if token.part in ("function", "mark") or token.verbal:
            break
        found.append(token)
    return found


def other_reason(laid: Laid) -> str:
    """Why the claim's reason is not that of the source; "" if it is, or one of them gives none."""
    ours, theirs = _reason(laid.claim), _reason(laid.source)
    there = {laid.aligned.found[token.at] for token in ours if token.at in laid.aligned.found}
    if theirs and there and not there & {token.at for token in theirs}:
        return "the cited sentence gives another reason"
    return ""


def _reason(reading: Reading) -> list[Token]:
    """The content words of the clause after “because”."""
    start = next((token.at for token in reading.tokens if token.lower == "because"), None)
    if start is None:
        return []
    found: list[Token] = []
    for token in reading.tokens[start + 1 :]:
        if token.part == "mark":
            break
        found.append(token)
    return _matter(found)
