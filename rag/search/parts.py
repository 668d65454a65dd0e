"""Split a message into its questions, each made standalone.

questions_in("Who built the Solvik Dam and when was it opened?")
→ (“Who built the Solvik Dam”, “when was the Solvik Dam opened?”)

Splits by the form of English questions, and by question marks in any language; anything else is answered as
one question.
"""

import re
from collections.abc import Sequence

from rag.language import grammar
from rag.language.facts import facts
from rag.language.lexicon import concrete, is_known, noun_share
from rag.language.reading import Token, read
from rag.language.words import stems

_MOST = 4
_ASKS = r"(?:who|whom|whose|when|where|why|which|what|how)"
_MARK = re.compile(r"(?<=[?？؟])\s*(?=\S)")
_TELL = (
    r"(?:(?:please |can you |could you )*(?:tell (?:me|us)|say|explain)"
    r"|i(?:['’]d| would) like to know|i want to know|do you know)"
)
_YES_NO = r"(?:is|are|was|were|does|do|did|can|has|have|will)\s(?:the|a|an|it|he|she|they|there|this|these)"
_AND = re.compile(
    rf"(?:,|;)?\s{{1,4}}(?:and|but)(?: also)?\s{{1,4}}(?=(?:{_ASKS}|{_YES_NO})\b)|[,;]\s{{1,4}}(?={_ASKS}\b)",
    re.I,
)
_BEGINS = re.compile(
    rf"(?:{_TELL}\s)?(?:{_ASKS}|is|are|was|were|do|does|did|can|could|has|have|had|in|on|at|to|for|from|by|until|since|under)\b",
    re.I,
)
_PRONOUN = re.compile(r"\b(?:(it|he|she|they|him|them)|(its|his|her|their))\b", re.I)
_POSSESSIVE = re.compile(r"['’]s?$")
_PERSONAL = frozenset("he she him his her".split())
_NOUN = 0.3  # share of a word's uses from which on it ends a noun phrase: not “open” in “the museum open”
# Pronouns mostly refer to the last run of capitalised words before them.
_NAME = re.compile(
    r"(?:\b[Tt]he )?\b[A-Z][\w’'-]{0,30}(?: (?:of|the|and|de|von|van|[A-Z\d][\w’'-]{0,30})){0,6}"
    r"(?<! of)(?<! the)(?<! and)"
)


def questions_in(message: str) -> tuple[str, ...]:
    """The questions of a readable message; empty if it is a single one, or has more than four."""
    parts = [part.strip() for whole in _MARK.split(message) for part in _joined(whole)]
    asking = [part for part in parts if part]
    if not 1 < len(asking) <= _MOST or not all(map(stems, asking)):
        return ()
    alone = [asking[0]]
    for part in asking[1:]:
        named = _with_name(part, alone)
        if named is None:
            return ()
        alone.append(named)
    return tuple(alone)


def _joined(question: str) -> list[str]:
    """The parts of “who … and when …”, if it begins like a question; else the whole."""
    return _AND.split(question) if _BEGINS.match(question) else [question]


def _with_name(part: str, before: list[str]) -> str | None:
    """A question with its pronoun replaced by what it refers to; None if the questions before do not tell."""
    pronoun = _PRONOUN.search(part)
    if pronoun is None or facts(part).names:
        return part
    name = next((found for one in reversed(before) if (found := _name(one))), "")
    name = name or next((found for one in reversed(before) if (found := _thing(one, pronoun[0]))), "")
    if not name:
        return None
    return f"{part[: pronoun.start()]}{name}{'’s' if pronoun[2] else ''}{part[pronoun.end() :]}"


def _name(question: str) -> str:
    """The last name in a question, not counting its first word."""
    _, _, behind = question.partition(" ")
    found = [one for one in _NAME.findall(behind) if one != "I"]
    return str(found[-1]) if found else ""


def _thing(question: str, pronoun: str) -> str:
    """The first definite noun phrase of a question, rather one without a preposition: “the clock” in “who
    gave the clock to the town”.
    """
    reading = read(question)
    tokens = reading.tokens
    if pronoun.lower() in _PERSONAL and tokens[:1] and tokens[0].lower in ("who", "whose"):
        return ""  # “she” is the answer, not the thing that she founded
    adjunct, helped = "", False
    for at, token in enumerate(tokens):
        helped = helped or token.lower in grammar.DO | grammar.MODALS
        if token.lower not in grammar.ARTICLES | grammar.DEFINITE:
            continue
        phrase = _phrase(tokens[at + 1 :], verb_follows=helped)
        if not phrase or (pronoun.lower() in _PERSONAL and concrete(phrase[-1].lower)):
            continue
        found = _POSSESSIVE.sub("", reading.text[token.start : phrase[-1].end])
        if at == 0 or tokens[at - 1].lower not in grammar.PREPOSITIONS:
            return found
        adjunct = adjunct or found
    return adjunct


def _phrase(tokens: Sequence[Token], *, verb_follows: bool) -> list[Token]:
    """The nouns that follow a determiner, with an “of” phrase; up to a possessor: “the mill’s” is “the mill”.

    `verb_follows`: the question begins with “does” or the like, so its verb ends the phrase.
    """
    found: list[Token] = []
    nouns = 0
    for token in tokens:
        joins = token.lower == "of" or (
            token.lower in grammar.ARTICLES and found[-1:] and found[-1].lower == "of"
        )
        if not joins and (token.part not in ("matter", "name") or (token.verbal and nouns)):
            break
        found.append(token)
        nouns += not joins
        if token.owner:
            return found
    else:
        if verb_follows and nouns > 1:
            found.pop()
    while found and is_known(found[-1].lower) and noun_share(found[-1].lower) < _NOUN:
        found.pop()
    return found
