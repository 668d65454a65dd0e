"""How words are related, from a dictionary: irregular forms, derivations, shared senses, antonyms, countries.

    akin("risen", "rise") → "form"      akin("agreement", "agreed") → "derived"
    akin("permit", "allow") → "sense"   opposed("rose", "fell") → True

The data come from WordNet and the NIH's SPECIALIST lexicon; `lexicon_made` rebuilds them. A word that is not
in them is related only to its own inflected forms, by their endings.
"""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from rag.language.words import stem

Kinship = Literal["form", "derived", "sense", "kind"]
_ORDER: tuple[Kinship, ...] = ("form", "derived", "sense", "kind")
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"),
    ("est", ""), ("er", ""), ("est", "e"), ("er", "e"),
)  # fmt: skip
# Endings of English nouns, adjectives and adverbs of the same root. Only for roots of five letters or more:
# shorter ones match by chance (“nation” is not related to “native”).
_DERIVES = re.compile(
    r"(?:s|es|e|ed|ing|ings|er|ers|or|ors|ment|ments|ion|ions|ation|ations|al|ally|ly|ive|ively|able|ably"
    r"|ity|ness|y|ance|ence|ant|ent|ist|ists|ism|ian|ians|ship|hood|ful|fully|ous|ously|ic|ical|ically|age|dom|t|th)?"
)
_FEWEST_OF_ROOT = 5
_MAY_BE_NOUN = 0.3  # share of its uses


@dataclass(frozen=True, slots=True)
class _Entry:
    kinds: Mapping[str, int]
    senses: frozenset[str]
    derived: frozenset[str]
    opposites: frozenset[str]
    general: frozenset[str]
    wider: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    lines: Mapping[str, str]
    irregular: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, int]
    capitals: Mapping[str, int]
    concrete: Mapping[str, frozenset[str]]
    phrasal: Mapping[str, frozenset[str]]


@cache
def _lexicon() -> _Lexicon:
    lines: dict[str, str] = {}
    irregular: dict[str, tuple[str, ...]] = {}
    countries: dict[str, int] = {}
    capitals: dict[str, int] = {}
    concrete_nouns: dict[str, frozenset[str]] = {}
    phrasal: dict[str, frozenset[str]] = {}
    text = gzip.decompress(files("rag.language").joinpath("lexicon.tsv.gz").read_bytes()).decode()
    for number, line in enumerate(text.splitlines()):
        word, _, rest = line.partition("\t")
        if word[0] == "@":
            countries.update(dict.fromkeys(word[1:].split(","), number))
            capitals.update(dict.fromkeys(rest.split(",") if rest else (), number))
            continue
        if word[0] == "!":
            concrete_nouns[word[1:]] = frozenset(rest.split(","))
            continue
        if word[0] == "+":
            phrasal[word[1:]] = frozenset(rest.split(","))
            continue
        lines[word] = rest
        forms = rest.split("\t", 2)[1]
        for form in forms.split(",") if forms else ():
            irregular[form] = (*irregular.get(form, ()), word)
    return _Lexicon(lines, irregular, countries, capitals, concrete_nouns, phrasal)


@lru_cache(maxsize=50_000)
def _entry(word: str) -> _Entry | None:
    line = _lexicon().lines.get(word)
    if line is None:
        return None
    kinds, _, *lists = line.split("\t")
    shares = {kind: int(share) for kind, share in re.findall(r"([nvar])(\d+)", kinds)}
    return _Entry(shares, *(frozenset(some.split(",")) - {""} for some in lists))


@lru_cache(maxsize=50_000)
def lemmas(word: str) -> tuple[str, ...]:
    """The dictionary words that a lower-case word may be a form of, the word itself first."""
    lexicon = _lexicon()
    found = [word] if word in lexicon.lines else []
    found += lexicon.irregular.get(word, ())
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            root = word.removesuffix(ending)
            undoubled = root[:-1] if len(root) > 3 and root[-1] == root[-2] and ending[0] in "ei" else root
            found += [each for each in (root + instead, undoubled + instead) if each in lexicon.lines]
    return tuple(dict.fromkeys(found)) or (word,)


@lru_cache(maxsize=50_000)
def keys(word: str) -> frozenset[str]:
    """Stems by which all forms of a word match: rose, risen and rising all have “rise”."""
    return frozenset({stem(word), *(stem(one) for one in _lexicon().irregular.get(word, ()))})


@lru_cache(maxsize=100_000)
def akin(left: str, right: str) -> Kinship | None:
    """How two lower-case words are related, or None; “kind”: the right one is a hyponym of the left."""
    related = family(left)
    found = [related[label] for label in labels(right) if label in related]
    if found:
        return min(found, key=_ORDER.index)
    if root(left) == root(right) and _same_root(left, right):
        return "derived"
    return None if kinds_of(right).isdisjoint(lemmas(left)) else "kind"


def phrasal(verb: str, particle: str) -> str:
    """The verb of two words that a form of a verb and the word behind it make (“went on”: “go on”), or ""."""
    known = _lexicon().phrasal
    return next((both for one in lemmas(verb) if (both := f"{one} {particle}") in known), "")


def akin_phrasal(left: str, right: str) -> bool:
    """Whether a verb of two words, in its base form, shares a common sense with a verb, in any form.

    Either may be the one of two words.
    """
    known = _lexicon().phrasal
    one, other = (known.get(each, frozenset()) for each in (left, right))
    return bool(one & {right, *lemmas(right)} or other & {left, *lemmas(left)})


def is_kind_of(word: str, other: str) -> bool:
    """Whether a lower-case noun is a hyponym of a concrete one, at any height: a stork is a bird."""
    above = frozenset(lemmas(other))
    return any(above & (_list("general", one) | _list("wider", one)) for one in lemmas(word))


def are_of_a_kind(left: str, right: str) -> bool:
    """Whether two lower-case nouns are the same or kinds of one thing: Monday and Tuesday, tea and coffee."""
    ours, theirs = (
        frozenset[str]().union(*(_list("general", one) for one in lemmas(word))) for word in (left, right)
    )
    return left == right or bool(ours & theirs)


@lru_cache(maxsize=50_000)
def labels(word: str) -> frozenset[str]:
    """The keys a word is looked up by: itself, its stems, and the dictionary words it is a form of."""
    return frozenset({f"{key}*" for key in keys(word)} | {word, *lemmas(word)})


@lru_cache(maxsize=50_000)
def kinds_of(word: str) -> frozenset[str]:
    """The dictionary words for what a word is a kind of."""
    return frozenset().union(*(_list("general", one) for one in lemmas(word)))


def root(word: str) -> str:
    """The letters that all words derived from the same root have in common."""
    return word[:_FEWEST_OF_ROOT]


@lru_cache(maxsize=50_000)
def family(word: str) -> Mapping[str, Kinship]:
    """The labels of the words related to a word, each with the relation."""
    found: dict[str, Kinship] = {}
    for one in lemmas(word):
        found |= dict.fromkeys(_list("senses", one), "sense")
    for one in lemmas(word):
        found |= dict.fromkeys(_list("derived", one), "derived")
    return found | dict.fromkeys((word, *(f"{key}*" for key in keys(word))), "form")


@lru_cache(maxsize=50_000)
def relatives(word: str) -> frozenset[str]:
    """The forms of a lower-case word, what is derived from it, and other words for it, or their stems."""
    return frozenset(label.rstrip("*") for label in family(word))


def opposed(left: str, right: str) -> bool:
    """Whether the dictionary has two lower-case words, or the words they derive from, as antonyms."""
    return not keys(left) & keys(right) and _opposed(left, right)


@lru_cache(maxsize=100_000)
def _opposed(left: str, right: str) -> bool:
    return any(
        one in _list("opposites", other) or other in _list("opposites", one)
        for one in lemmas(left)
        for other in lemmas(right)
    )


def _list(name: Literal["senses", "derived", "opposites", "general", "wider"], word: str) -> frozenset[str]:
    entry = _entry(word)
    return getattr(entry, name) if entry else frozenset()


def _same_root(left: str, right: str) -> bool:
    shared = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        shared += 1
    if shared < _FEWEST_OF_ROOT:
        return False
    return all(_DERIVES.fullmatch(rest) for rest in (left[shared:], right[shared:]))


@lru_cache(maxsize=50_000)
def verb_share(word: str) -> float:
    """How often a lower-case word is a verb, 0 to 1; for an unknown word, guessed from its ending."""
    known = [entry for each in lemmas(word) if (entry := _entry(each)) and entry.kinds]
    if known:
        share = max(entry.kinds.get("v", 0) / 100 for entry in known)
        # “Form” is mostly a noun, “formed” never.
        return max(share, 0.8) if share and word.endswith("ed") else share
    return 0.5 if word.endswith(("ed", "ing")) else 0.0


@lru_cache(maxsize=50_000)
def verb_over_noun(word: str) -> float:
    """How often a lower-case word that is a noun or a verb is a verb, 0 to 1: “lasts” is no adjective."""
    kinds = [entry.kinds for each in lemmas(word) if (entry := _entry(each))]
    both = [(one.get("v", 0), one.get("n", 0)) for one in kinds]
    return max((verb / (verb + noun) for verb, noun in both if verb), default=0.0)


@lru_cache(maxsize=50_000)
def noun_share(word: str) -> float:
    """How often a lower-case word is a noun, 0 to 1; 0 for an unknown word."""
    entry = _entry(word)
    return entry.kinds.get("n", 0) / 100 if entry else 0.0


def may_be_noun(word: str) -> bool:
    """Whether a lower-case word is often a noun: “harbour”, although oftener a verb in the dictionary."""
    return max(map(noun_share, lemmas(word))) >= _MAY_BE_NOUN


def concrete(word: str) -> Literal["natural", "artifact", "first", ""]:
    """Whether a lower-case noun is concrete, "" if not.

    “natural”: in all its common senses an animal, a plant, food or a substance (sugar); “artifact”: in its
    only sense something made (sofa); “first”: concrete in its first sense (room).
    """
    forms = {word, *(word.removesuffix(ending) for ending in ("s", "es")), re.sub("ies$", "y", word)}
    sorts: tuple[Literal["natural", "artifact", "first"], ...] = ("natural", "artifact", "first")
    return next((sort for sort in sorts if forms & _lexicon().concrete[sort]), "")


def is_irregular(word: str) -> bool:
    """Whether a lower-case word is an irregular form of another: “won”, “men”."""
    return word in _lexicon().irregular


def is_known(word: str) -> bool:
    """Whether the dictionary has a lower-case word, or the word it is a form of."""
    return any(each in _lexicon().lines for each in lemmas(word))


def is_listed(word: str) -> bool:
    """Whether the dictionary has a lower-case word as it stands, or as the plural of one."""
    return word in _lexicon().lines or word.removesuffix("s") in _lexicon().lines


def country(name: str) -> int | None:
    """The id of the country that a lower-case name, adjective or demonym refers to, or None."""
    return _lexicon().countries.get(name)


@cache
def country_phrases() -> re.Pattern[str]:
    """Matches country names of several words, in title case."""
    names = [name for name in (*_lexicon().countries, "european union") if " " in name]
    return re.compile(
        r"\b(?:"
        + "|".join(sorted(map(str.title, names), key=len, reverse=True))
        .replace(" Of ", " of ")
        .replace(" And ", " and ")
        + r")\b"
    )


def government(name: str) -> int | None:
    """The id of the country with this lower-case capital, or None: “Beijing” may stand for its government."""
    return _lexicon().capitals.get(name)
