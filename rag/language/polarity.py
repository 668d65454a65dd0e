"""Does a claim turn its source around: a negation more or less, “rose” for “fell”, A for B?

A claim that is worded like its source is laid beside it word by word, and only what was changed is
looked at. One in other words is compared with the clause that is most like it.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from rag.language.facts import facts
from rag.language.words import stem, stems, words

Words = tuple[str, ...]
_NEGATIONS = frozenset(
    (
        "not no never none neither nor without cannot nobody nothing nowhere hardly barely rarely"
        " fail fails failed refuse refuses refused deny denies denied reject rejects rejected"
        " lack lacks lacked unable decline declines declined"
    ).split()
)
# These negate only before a verb: “unable to”, “declined to”; “exports declined” is a direction.
_NEGATES_BEFORE_TO = frozenset("unable decline declines declined".split())
_CONTRACTED = re.compile(r"n['’]t\b", re.IGNORECASE)
_NUMERO = re.compile(r"\bno\.(?= ?\d)", re.IGNORECASE)
_PARTING = "but while although though whereas and however despite".split()
_CLAUSE = re.compile(rf"[,;:—–](?!\d)|\b(?:{'|'.join(_PARTING)})\b", re.IGNORECASE)
_CLAUSE_MARK = "|"
_CLAUSE_WORDS = 5
_ALIKE = 0.7  # share of the claim's words that stand in the source in the same order
_SHORT = 4  # words: in longer stretches opposites stand by chance
_OPPOSITES = tuple(
    # With stop words (“more”, “before”, “above”), which `stems` leaves out.
    (frozenset(map(stem, words(left))), frozenset(map(stem, words(right))))
    for left, right in (
        ("rise rose risen increase grow grew grown gain climb jump surge soar higher up expand raise upward",
         "fall fell fallen decrease drop decline shrink shrank slump plunge lower down reduce cut contract"
         " sink sank downward lose lost"),
        ("more greater larger above exceed over", "less fewer smaller below under"),
        ("before earlier prior precede", "after later follow subsequent"),
        ("early", "late"),
        ("import", "export"),
        ("buy bought purchase acquire", "sell sold sale"),
        ("win won victory succeed success successful", "lose lost defeat fail failure unsuccessful"),
        ("first", "last"),
        ("maximum most highest largest biggest greatest longest tallest",
         "minimum least lowest smallest shortest"),
        ("best better improve strengthen", "worst worse worsen weaken"),
        ("major", "minor"),
        ("majority", "minority"),
        ("strong stronger", "weak weaker"),
        ("long longer", "short shorter"),
        ("old older elder", "young younger new newer"),
        ("fast faster quick quicker", "slow slower"),
        ("hot hotter warm warmer", "cold colder cool cooler"),
        ("rich", "poor"),
        ("accept agree approve support favor favour back endorse", "reject refuse deny oppose disapprove"),
        ("allow permit legal enable", "ban forbid forbade prohibit illegal prevent"),
        ("include add", "exclude remove"),
        ("open begin began begun start launch", "close end finish stop halt"),
        ("arrive enter join", "leave left depart exit"),
        ("positive", "negative"),
        ("optimistic", "pessimistic"),
        ("internal", "external"),
        ("upper", "lower"),
        ("public", "private"),
        ("male men man boys", "female women woman girls"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
        ("left", "right"),
        ("true", "false"),
        ("possible", "impossible"),
        ("alive live", "dead die"),
        ("ancestor", "descendant"),
        ("always", "never"),
        ("often frequent common", "rare seldom uncommon"),
        ("all every both", "none neither no"),
    )
)  # fmt: skip


def turned_around(claim: str, quotes: Sequence[str]) -> str:
    """How the claim contradicts the readable sentences it cites, or nothing."""
    names = facts(" ".join([claim, *quotes])).names
    whole = _nearest(_words(claim), quotes)
    if whole is not None:
        return _changed_words(*whole, names)
    for clause in split_clauses(claim):
        part = _nearest(_words(clause), quotes) if len(clause.split()) >= _CLAUSE_WORDS else None
        if part is not None and (found := _changed_words(*part, names)):
            return found
    return _other_clause(claim, quotes)


def split_clauses(text: str) -> list[str]:
    """The clauses of a readable sentence, parted by commas, dashes and conjunctions."""
    return [clause for clause in _CLAUSE.split(text) if clause.strip()]


def _nearest(said: Words, quotes: Sequence[str]) -> tuple[Words, Words] | None:
    """The words of the quote most like those of the claim, and the claim's; None if none is alike."""
    best, most = None, _ALIKE * len(said)
    for quote in quotes:
        stated = _words_and_marks(quote)
        blocks = SequenceMatcher(None, stated, said, autojunk=False).get_matching_blocks()
        shared = sum(block.size for block in blocks)
        if shared >= most:
            best, most = (stated, said), shared
    return best


@lru_cache(maxsize=20_000)
def _words(text: str) -> Words:
    return tuple(words(_NUMERO.sub("number", _CONTRACTED.sub(" not", text))))


@lru_cache(maxsize=20_000)
def _words_and_marks(text: str) -> Words:
    """The words, and a mark where a clause ends: “fell, but not far” → fell | not far."""
    clauses = map(_words, split_clauses(text))
    return tuple(word for clause in clauses for word in (*clause, _CLAUSE_MARK))[:-1]


def _changed_words(stated: Words, said: Words, names: frozenset[str]) -> str:
    for kind, i, i_end, j, j_end in SequenceMatcher(None, stated, said, autojunk=False).get_opcodes():
        left_out, put_in = stated[i:i_end], said[j:j_end]
        if kind == "equal":
            continue
        if _negates(said, j, j_end) and not _negates(stated, i, i_end):
            return "it denies what the cited sentence says"
        if _cut_off_negation(stated, i, i_end) and not _negates(said, j, j_end):
            return "the cited sentence says that it is not so"
        if max(len(left_out), len(put_in)) > _SHORT:
            continue
        if _opposed(left_out, put_in):
            return "the cited sentence says the opposite"
        if other := _other_fact(left_out, put_in, names):
            return f"the cited sentence says {other}"
    return ""


def _cut_off_negation(stated: Words, start: int, end: int) -> bool:
    """Whether a negation left out belongs to a clause of which the rest is kept."""
    marks = [n for n in range(start, end) if stated[n] == _CLAUSE_MARK]
    if not marks:
        return _negates(stated, start, end)
    return (start > 0 and _negates(stated, start, marks[0])) or (
        end < len(stated) and _negates(stated, marks[-1], end)
    )


def _other_clause(claim: str, quotes: Sequence[str]) -> str:
    claimed = set(stems(claim))
    clauses = [clause for quote in quotes for clause in split_clauses(quote)]
    shared, nearest = max(
        ((len(claimed & set(stems(clause))), clause) for clause in clauses), default=(0, "")
    )
    about_it = 2 * shared >= len(claimed)
    whole = " ".join(quotes)
    denied = [_negates(each, 0, len(each)) for each in map(_words, (claim, nearest, whole))]
    if denied[0] and not denied[1 if about_it else 2]:
        return "it denies what the cited sentence says"
    if about_it and denied[1] and not denied[0]:
        return "the cited sentence says that it is not so"
    stated = set(stems(whole))
    for left, right in _OPPOSITES:
        for said, opposite in ((left, right), (right, left)):
            if claimed & said and not claimed & opposite and stated & opposite and not stated & said:
                return "the cited sentence says the opposite"
    return ""


def _negates(text: Words, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` hold a negation."""
    following = [after for _, after in pairwise([*text, ""])]
    return any(
        text[n] in _NEGATIONS and (text[n] not in _NEGATES_BEFORE_TO or following[n] == "to")
        for n in range(start, end)
    )


def _other_fact(left_out: Sequence[str], put_in: Sequence[str], names: frozenset[str]) -> str:
    """The number or name that stands where the claim has another one, or nothing."""
    before, after = (facts(" ".join(part)).numbers for part in (left_out, put_in))
    if before and after and not any(one.matches(other) for one in before for other in after):
        return " ".join(left_out)
    named, naming = ([word for word in part if stem(word) in names] for part in (left_out, put_in))
    return " ".join(named) if naming and not {*named} & {*naming} else ""


def _opposed(left_out: Sequence[str], put_in: Sequence[str]) -> bool:
    one, other = set(map(stem, left_out)), set(map(stem, put_in))
    return any((one & left and other & right) or (one & right and other & left) for left, right in _OPPOSITES)


def synonyms_of_direction(stated: set[str]) -> set[str]:
    """The stems of `stated` and those that go the same way: “fell” for “dropped”."""
    same_way = (side for pair in _OPPOSITES for side in pair if stated & side)
    return stated.union(*same_way)
