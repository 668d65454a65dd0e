"""Take what a sentence says aside out of it, as a sentence of its own.

“The mill, which Ada Lind built, burned.” → “The mill burned.”, “Ada Lind built The mill”
“Founded in 1871, the chapel burned.” → “the chapel burned.”, “the chapel was founded in 1871”
"""

from collections.abc import Sequence

from rag.language import grammar
from rag.language.lexicon import is_irregular, verb_share
from rag.language.reading import Reading, Token

_RELATIVE = frozenset(("which", "who"))
_LONGEST_SUBJECT = 10  # tokens
_MOSTLY_VERB = 0.4


def told_apart(claim: Reading) -> tuple[str, ...]:
    """The sentence without its first aside, and the aside; nothing if it has none."""
    tokens = claim.tokens
    if tokens and _is_participle(tokens, 0):
        return _fronted(claim)
    for comma in tokens[:-2]:
        if comma.lower != ",":
            continue
        about = _before(tokens[: comma.at])
        first = tokens[comma.at + 1]
        relative = first.lower in _RELATIVE and first.part == "function"
        if not about or not (relative or (_is_participle(tokens, first.at) and about[0].at == 0)):
            continue
        end = next((one.at for one in tokens[comma.at + 1 :] if one.part == "mark"), len(tokens))
        aside = tokens[comma.at + 1 + relative : end]
        if not any(_is_verb(one) for one in aside):
            continue
        last = tokens[end] if end < len(tokens) and tokens[end].lower == "," else None
        rest = claim.text[last.end if last else tokens[end - 1].end :]
        if not last and any(_is_verb(one) for one in tokens[end:]):
            continue
        named = claim.text[about[0].start : about[-1].end]
        whole = f"{claim.text[: comma.start]} {rest.strip()}"
        return whole, _said_of(named, claim, aside) if relative else f"{named} was {_text(claim, aside)}"
    return ()


def _said_of(named: str, claim: Reading, aside: Sequence[Token]) -> str:
    """A relative clause as a sentence: “, which Ada built in May” → “Ada built the mill in May”."""
    verb = next(n for n, one in enumerate(aside) if _is_verb(one))
    if not any(one.part in ("matter", "name") for one in aside[:verb]):
        return f"{named} {_text(claim, aside)}"
    while verb + 1 < len(aside) and _is_verb(aside[verb + 1]):
        verb += 1
    return f"{_text(claim, aside[: verb + 1])} {named} {_text(claim, aside[verb + 1 :])}".strip()


def _text(claim: Reading, tokens: Sequence[Token]) -> str:
    return claim.text[tokens[0].start : tokens[-1].end] if tokens else ""


def _fronted(claim: Reading) -> tuple[str, ...]:
    """For an opening participle: the sentence behind the comma, and what is said first of its subject."""
    tokens = claim.tokens
    comma = next((one for one in tokens if one.part == "mark"), None)
    if comma is None or comma.lower != ",":
        return ()
    subject: list[Token] = []
    for token in tokens[comma.at + 1 :]:
        if _is_verb(token) or token.part == "mark":
            break
        subject.append(token)
    if not 0 < len(subject) <= _LONGEST_SUBJECT:
        return ()
    named = claim.text[subject[0].start : subject[-1].end]
    opening = claim.text[tokens[0].start : comma.start]
    return claim.text[subject[0].start :], f"{named} was {opening[0].lower()}{opening[1:]}"


def _is_verb(token: Token) -> bool:
    return token.verbal or token.lower in grammar.AUXILIARIES


def _is_participle(tokens: Sequence[Token], at: int) -> bool:
    """Whether a past participle opens a phrase here: “founded by”, “held in”."""
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    form = token.lower.endswith(("ed", "en")) or (is_irregular(token.lower) and token.lower[-1] != "s")
    return (
        form
        and token.part == "matter"
        and verb_share(token.lower) >= _MOSTLY_VERB
        and after is not None
        and after.lower in grammar.PREPOSITIONS
    )


def _before(tokens: Sequence[Token]) -> list[Token]:
    """The noun phrase at the end of these tokens: back to a verb or mark, without its preposition."""
    found: list[Token] = []
    for token in reversed(tokens):
        stops = _is_verb(token) or token.part == "mark" or token.lower in grammar.SUBORDINATORS
        if stops or len(found) == _LONGEST_SUBJECT:
            break
        found.insert(0, token)
    while found and found[0].lower in grammar.PREPOSITIONS | grammar.COORDINATORS | grammar.DISCOURSE:
        found = found[1:]
    return found if any(token.part in ("matter", "name") for token in found) else []
