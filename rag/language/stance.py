"""Stance: what a sentence denies, or says is possible, planned or alleged, or true of all or only some.

stances(read("Officials did not say that some banks may fail."))
→ “say”: denied; “banks”: some; “fail”: possible
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.language import grammar
from rag.language.infinitives import governor, is_wish
from rag.language.lexicon import lemmas
from rag.language.reading import Reading, Token, is_verb

# The lists of verbs and adjectives below are not closed: what a verb that is in none of them governs (“longed
# to leave”, “omitted to say”) counts as said. Nor do they know a verb in another sense (“a set table”).
# Verbs that negate their complement: “to …”, “that …” or -ing.
_DENYING = frozenset(
    (
        "fail refuse decline deny reject dispute doubt avoid prevent prohibit forbid ban refute rule cease"
    ).split()
)
_DENYING_ADJECTIVES = frozenset("unable unlikely impossible untrue false unwilling reluctant".split())
# Verbs whose complement has not happened (“hopes to”), or (`_ONLY_SAID`) is only claimed (“alleged that”).
_NOT_YET = frozenset(
    (
        "hope want plan intend seek aim wish expect consider propose threaten promise offer try attempt ask"
        " request urge demand call need schedule recommend suggest set prepare vow pledge agree invite desire"
    ).split()
)
_ONLY_SAID = frozenset(
    (
        "allege claim believe think suspect fear accuse argue contend speculate insist assume predict"
        " estimate rumour rumor feel"
    ).split()
)
UNSURE = frozenset(
    (
        "perhaps possibly maybe potentially likely probably apparently allegedly reportedly seemingly"
        " supposedly"
    ).split()
)
CHANCES = frozenset("possibility chance risk likelihood".split())
_SEEMS = frozenset("seem appear".split())


@dataclass(frozen=True, slots=True)
class Stance:
    """The stance towards one word.

    `modal` is possible, necessary, future, wanted, alleged, or open: “the power to ban it”, “he was told to
    leave” say neither that it is done nor that it is not. `amount` is all, some, …
    (`grammar.QUANTIFIERS`); `adverb`: the modal is an adverb. `word` is what expresses the stance.
    """

    denied: bool = False
    modal: str = ""
    amount: str = ""
    condition: bool = False
    adverb: bool = False
    word: str = ""


@lru_cache(maxsize=20_000)
def stances(reading: Reading) -> Mapping[int, Stance]:
    """The stance towards each word that has one, by the token's index."""
    found: dict[int, Stance] = {}

    def note(at: int, **change: object) -> None:
        found[at] = replace(found.get(at, Stance()), **change)  # type: ignore[arg-type]

    tokens = reading.tokens
    for token in tokens:
        word = token.lower
        if _negates(tokens, token.at):
            for at in _target(
                tokens, token.at, noun=word in ("no", "without", "none", "neither", "nor", "than", "of")
            ):
                denied = not found.get(at, Stance()).denied
                note(at, denied=denied, word=token.text)
                # “It is not true that …”, “no evidence that …”
                if at + 1 < len(tokens) and tokens[at + 1].lower == "that" and denied:
                    for other in _complement(tokens, at):
                        note(other, denied=True, word=token.text)
        modal = modal_at(tokens, token.at)
        if modal and not (
            modal == "necessary" and word in ("need", "needs") and not _verb_next(tokens, token.at)
        ):
            adverb = word in UNSURE
            for at in _target(tokens, token.at):
                outer = found.get(at, Stance())
                # “May have to”, “hopes to be able to”, “possibly will”: what only may be is not.
                weaker = outer.adverb or word == "able" or word in grammar.HAVE
                if adverb or not (outer.modal and weaker):
                    note(at, modal=modal, adverb=adverb, word=token.text)
        would = is_wish(tokens, token.at)
        if token.part == "matter" or word in ("need", "needs") or would:
            _embedded(tokens, token, note)
        if not found.get(token.at, Stance()).modal and (by := governor(tokens, token)):
            note(token.at, modal="open", word=by.text)
        amount = amount_at(tokens, token.at)
        if amount and amount not in ("about",):
            for at in _noun(tokens, token.at):
                note(at, amount=amount, word=token.text)
        if word in ("if", "unless"):
            for at in _target(tokens, token.at):
                note(at, condition=True, word=token.text)
    return found


def modal_at(tokens: Sequence[Token], at: int) -> str:
    """How certain or binding a word makes what follows, where it stands; "" for most words.

    “Has to” and “is able to” are modal, “would like” is not.
    """
    word = tokens[at].lower
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if word in UNSURE:
        return "possible"
    if word == "able" and after == "to":
        return "possible"
    if word in grammar.HAVE and after == "to" and at + 2 < len(tokens) and is_verb(tokens[at + 2]):
        denied = any(one.lower in grammar.NEGATIONS for one in tokens[max(at - 2, 0) : at])
        return "optional" if denied else "necessary"  # “must not” forbids, “need not” allows
    if word == "would":
        verb = next((one for one in tokens[at + 1 : at + 4] if one.verbal), None)
        if verb is not None and is_wish(tokens, verb.at):
            return ""
    return grammar.modality(word) if tokens[at].part == "function" else ""


def amount_at(tokens: Sequence[Token], at: int) -> str:
    """The kind of quantifier that a word is where it stands (`grammar.QUANTIFIERS`); "" for most words."""
    word = tokens[at].lower
    before = tokens[at - 1].lower if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if word == "little" and before in ("a", "the"):
        return ""  # small
    if word == "some" and after is not None and after.quantity:
        return ""  # “some 40 people”
    counts = any(one.quantity for one in tokens[max(at - 4, 0) : at])
    if word == "all" and before == "in" and counts:
        return ""  # “40 ships in all”
    return grammar.QUANTIFIERS.get(word, "")


def _negates(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a word negates what follows; “not only” and a leading “No,” do not, “rather than” does."""
    word = tokens[at].lower
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    before = tokens[at - 1].lower if at else ""
    if (before, word) in (("rather", "than"), ("instead", "of")):
        return True
    return (
        word in grammar.NEGATIONS
        and after != ","
        and not (word == "not" and after in ("only", "just", "merely", "least"))
    )


def _verb_next(tokens: tuple[Token, ...], at: int) -> bool:
    return any(token.verbal for token in tokens[at + 1 : at + 3])


def _target(tokens: tuple[Token, ...], at: int, noun: bool = False) -> list[int]:
    """The scope of a negation or modal: the next verb of its clause, else the next content word.

    With `noun`, the content words up to the verb, if there are any.
    """
    matter: list[int] = []
    for token in tokens[at + 1 : at + 12]:
        if (token.part == "mark" and token.lower != ",") or token.clause != tokens[at].clause:
            break
        if token.verbal:
            return [token.at] if not noun or not matter else matter
        if token.part in ("matter", "name", "quantity"):
            matter.append(token.at)
            if noun and len(matter) > 3:
                break
        elif matter and token.part == "function" and token.lower in grammar.PREPOSITIONS:
            break
    if noun or matter:
        return matter if noun else matter[:1]
    # “The colours are not: …”: nothing of its clause comes behind it.
    before = [one.at for one in tokens[max(at - 6, 0) : at] if one.part in ("matter", "name")]
    return before[-1:] if at and tokens[at - 1].lower in grammar.AUXILIARIES else []


def _noun(tokens: tuple[Token, ...], at: int) -> list[int]:
    """The noun phrase that a quantifier applies to: “all of the members” → members."""
    found: list[int] = []
    for token in tokens[at + 1 : at + 7]:
        if token.part == "mark" or token.lower in grammar.AUXILIARIES:
            break
        if token.part in ("matter", "name", "quantity"):
            if token.verbal and found:
                break
            found.append(token.at)
            if len(found) == 3:
                break
        elif found or token.lower not in (
            "of",
            "the",
            "these",
            "those",
            "its",
            "their",
            "his",
            "her",
            "a",
            "than",
        ):
            break
    return found


def _embedded(tokens: tuple[Token, ...], token: Token, note: object) -> None:
    roots = set(lemmas(token.lower))
    after = tokens[token.at + 1].lower if token.at + 1 < len(tokens) else ""
    following = tokens[token.at + 1 : token.at + 9]
    marks = "denied" if (roots & _DENYING and token.verbal) or token.lower in _DENYING_ADJECTIVES else ""
    wants = roots & _NOT_YET and (
        token.verbal or (token.lower != "need" and _has_infinitive(tokens, token.at))
    )
    if wants or is_wish(tokens, token.at):
        marks = "wanted"
    elif roots & _ONLY_SAID and token.verbal:
        marks = "alleged"
    elif (roots & _SEEMS and token.verbal) or roots & CHANCES:
        marks = "possible"
    elif token.lower in ("need", "needs"):
        marks = "necessary"
    if not marks:
        return
    of_chance = bool(roots & CHANCES) and after == "of"
    linked = (
        of_chance
        or after in ("to", "that", "for")
        or any(one.lower in ("to", "that") for one in following[:4])
    )
    gerund = bool(following) and following[0].lower.endswith("ing")
    if marks == "denied" and "rule" in roots and after != "out":
        return
    if not (linked or gerund or marks == "alleged"):
        return
    for at in _complement(tokens, token.at):
        if marks == "denied":
            note(at, denied=True, word=token.text)  # type: ignore[operator]
        else:
            note(at, modal=marks, word=token.text)  # type: ignore[operator]


def _has_infinitive(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a noun is followed by “to” or “for … to” and a verb: “a desire for him to leave”."""
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    to = next((one.at for one in tokens[at + 1 : at + 7] if one.lower == "to"), None)
    return (
        after in ("to", "for")
        and to is not None
        and to + 1 < len(tokens)
        and is_verb(tokens[to + 1])
        and tokens[at].clause == tokens[to].clause
    )


def _complement(tokens: tuple[Token, ...], at: int) -> list[int]:
    """The head of a word's complement (“that …”, “to …”, “from …”): its verb, else its last content word."""
    start, of = at + 1, False
    for one in tokens[at + 1 : at + 9]:
        if one.lower in ("to", "that", "from", "of"):
            start, of = one.at + 1, one.lower == "of"
            break
    matter: list[int] = []
    for one in tokens[start : start + 10]:
        if one.part == "mark" and one.lower not in (",", "“", '"'):
            break
        if one.verbal:
            return [one.at]
        if one.part == "matter":
            matter.append(one.at)
        elif matter and of and one.part == "function" and one.lower in grammar.PREPOSITIONS:
            break  # “a risk of burns in kitchens”
    return matter[-1:]
