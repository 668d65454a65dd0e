"""False claims that differ in one word: any word, its opposite, negation, modal or hedge, quantifier,
ordinal.
"""

import random
import re
from collections.abc import Callable
from itertools import pairwise

from eval.alterations.material import Material, Tagged
from eval.alterations.wordnet import inflected, opposites, related
from eval.alterations.words import Word, replaced

_CONTENT = ("NN1", "NN2", "AJ0", "VVD", "VVG", "VVI", "VVN", "VVZ")
_TURNED = (*_CONTENT, "AJC", "AJS")
_MIN_LETTERS = 3
_ATTEMPTS = 20
# The closed classes below cannot be drawn from the articles. Each pair yields a claim that its source does
# not support: “some” becomes “all”, never the reverse, which would be true.
_QUANTITIES = {
    "some": "all", "many": "few", "most": "few", "several": "all", "few": "many", "all": "few",
    "every": "hardly any", "more than": "less than", "less than": "more than", "at least": "at most",
    "at most": "at least", "up to": "more than", "over": "under", "nearly": "more than",
    "almost": "more than", "approximately": "exactly", "about": "exactly", "around": "exactly",
    "always": "rarely", "often": "rarely", "usually": "rarely", "never": "always",
    "sometimes": "always", "rarely": "often", "half": "all", "primarily": "exclusively",
    "mainly": "exclusively", "largely": "entirely", "mostly": "entirely", "partly": "entirely",
    "partially": "entirely",
}  # fmt: skip
_BEFORE_NUMBERS = ("over", "nearly", "almost", "approximately", "about", "around", "up to", "more than")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_CERTAIN = {
    "may": "must", "might": "will", "could": "will", "can": "must", "should": "will", "must": "may",
    "possibly": "certainly", "probably": "certainly", "perhaps": "certainly", "apparently": "certainly",
    "reportedly": "certainly", "allegedly": "certainly", "likely": "certain", "unlikely": "certain",
    "potentially": "certainly", "seems": "is known", "seem": "are known", "seemed": "was known",
    "appears": "is known", "appear": "are known", "appeared": "was known", "suggests": "proves",
    "suggest": "prove", "suggested": "proved", "claims": "proves", "claimed": "proved", "denies": "admits",
    "denied": "admitted", "alleged": "proved", "believed": "proven", "potential": "certain",
    "possible": "certain", "expected": "certain", "tends": "is bound", "tend": "are bound",
}  # fmt: skip
_AUXILIARIES = ("VBZ", "VBD", "VBB", "VHZ", "VHD", "VHB", "VM0", "VDD", "VDZ", "VDB")
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nothing|cannot|without|only)\b|n['’]t\b", re.IGNORECASE
)


def any_word(one: Tagged, rng: random.Random, all_words: Material) -> str | None:
    """Replace a noun, verb or adjective by another one of the same form, drawn from all the articles.

    What it cannot know: whether two words that share no sense in WordNet mean the same here (“the talks”,
    “the discussions in London”).
    """
    word = _pick(one, rng, lambda word: word.tag in _CONTENT and _plain(word))
    if word is None:
        return None
    here = {other.lemma for other in one.words}
    for other in rng.choices(all_words.forms[word.tag], k=_ATTEMPTS):
        if _plain(other) and other.lemma not in here and not related(word.lemma, other.lemma):
            return replaced(one.text, word.start, word.end, other.text)
    return None


def opposite(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Replace a noun, verb or adjective by its opposite in WordNet."""
    word = _pick(one, rng, lambda word: word.tag in _TURNED and _plain(word) and bool(opposites(word.lemma)))
    if word is None:
        return None
    new = inflected(rng.choice(opposites(word.lemma)), word.tag)
    return replaced(one.text, word.start, word.end, new) if new else None


def negation(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Insert or remove “not”; “rose” becomes “did not rise”."""
    if match := re.search(
        r"(?<!whether or)(?: not|(?<=\w)n['’]t)(?! (?:only|just|yet|until|all|every)\b)\b", one.text
    ):
        return (
            None if "but" in one.text[match.end() :] else one.text[: match.start()] + one.text[match.end() :]
        )
    if _NEGATIVE.search(one.text):
        return None
    word = _pick(one, rng, lambda word: word.tag in _AUXILIARIES and word.text[0] not in "'’")
    if word is not None:
        return f"{one.text[: word.end]} not{one.text[word.end :]}"
    word = _pick(one, rng, lambda word: word.tag in ("VVD", "VVZ"))
    if word is None:
        return None
    do = "did" if word.tag == "VVD" else "does"
    return f"{one.text[: word.start]}{do} not {word.lemma}{one.text[word.end :]}"


def modal_or_hedge(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Turn “may” into “must”, “reportedly” into “certainly”, “denied” into “admitted”."""
    modals = ("may", "can", "might", "must")
    negated = {
        word.start for word, after in pairwise(one.words) if after.tag == "XX0"
    }  # “may not”, “must not”
    word = _pick(
        one,
        rng,
        lambda word: (
            word.text.lower() in _CERTAIN
            and word.start not in negated
            and (word.text.lower() not in modals or word.tag == "VM0")
        ),
    )
    return _put(one, word, _CERTAIN[word.text.lower()]) if word else None


def quantifier(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Turn “some” into “all”, “at least” into “at most”, “often” into “rarely”."""
    found = []
    for old in _QUANTITIES:
        number = r"(?=\s(?:[$€£]?\d|one|two|three|four|five|ten|half|a (?:hundred|thousand|million)))"
        for match in re.finditer(
            rf"\b{old}\b{number if old in _BEFORE_NUMBERS else ''}", one.text, re.IGNORECASE
        ):
            after = one.text[match.end() :]
            plain = not (old in ("most", "few", "half") and _is_superlative(one, match.start()))
            if plain and not re.match(r" (?:other|the same|hundred|thousand|dozen|million)\b|-", after):
                found.append((match.start(), match.end(), _QUANTITIES[old]))
    return replaced(one.text, *rng.choice(found)) if found else None


def ordinal(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Turn “first” into “fourth”."""
    named = re.compile(r"\w+(?= [\w'’])")  # “First, it …” says nothing
    word = _pick(one, rng, lambda word: word.text in _ORDINALS and bool(named.match(one.text, word.start)))
    if word is None:
        return None
    return _put(one, word, rng.choice([other for other in _ORDINALS if other != word.text.lower()]))


def _plain(word: Word) -> bool:
    """Whether it is an ordinary word, not a name or part of one."""
    return word.text.isalpha() and word.text.islower() and len(word.text) >= _MIN_LETTERS


def _is_superlative(one: Tagged, start: int) -> bool:
    """Whether “most” belongs to an adjective, or “few” and “half” to “a few”, “a half”."""
    n = next((n for n, word in enumerate(one.words) if word.start == start), 0)
    before, after = one.words[n - 1].text.lower() if n else "", one.words[n + 1 : n + 2]
    return before in ("the", "a", "its", "their", "at") or bool(after and after[0].tag in ("AJ0", "AV0"))


def _put(one: Tagged, word: Word, new: str) -> str:
    return replaced(one.text, word.start, word.end, new)


def _pick(one: Tagged, rng: random.Random, fits: Callable[[Word], bool]) -> Word | None:
    found = [word for word in one.words if fits(word)]
    return rng.choice(found) if found else None
