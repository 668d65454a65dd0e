"""True claims in another wording: split, shortened, passive, reordered, contracted."""

import random
import re

from eval.alterations.material import Material, Tagged
from eval.alterations.wordnet import inflected
from eval.alterations.words import FINITE, NOUN_PHRASE, sentence_case, uncapitalised

_QUOTES = re.compile(r"[\"“”„«»]")
_CLAUSES = re.compile(rf"(?:,c|;c?)(?=(?:{NOUN_PHRASE}(?:f{NOUN_PHRASE})?|P|E)r?{FINITE})")
_TRIPLE = re.compile(
    rf"(?P<first>{NOUN_PHRASE}),(?P<second>{NOUN_PHRASE}),(?P<and>c)(?P<third>{NOUN_PHRASE})(?=[.,;t])"
)
_PAIR = re.compile(r"(?<=[vt])(?P<first>d?N+)(?P<and>c)(?P<second>d?N+)(?=[.,;])")
_TOGETHER = re.compile(
    r"\b(?:between|among|both|each other|together|total|combined|respectively|mutual|joint|jointly|two|three"
    r"|four|five|\d|either|or|nor|neither|not|no|than|same|difference|mix|mixture|combination|alike|met|agreed?)\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"^(?P<subject>{NOUN_PHRASE}(?:f{NOUN_PHRASE})?)(?P<verb>v)(?P<object>{NOUN_PHRASE}(?:f{NOUN_PHRASE})?)(?P<rest>t[^,;]*)?\.$"
)
# Verbs that take an object but have no passive.
_NO_PASSIVE = frozenset(
    "have become remain seem cost last weigh resemble lack equal fit suit mean contain include hold say"
    " appear prove stay begin comprise involve reach leave enter".split()
)
_CONTRACTED = re.compile(r"\b(is|are|was|were|has|have|had|would|could|should|did|does|do) not\b")
_FRONTED = re.compile(r"((?:In|On|During|After|Since|Before|By|At) [^,]{3,40}), ([^,;:“”\"]+)\.")


def verbatim(one: Tagged, _: random.Random, __: Material) -> str | None:
    """Return the sentence unchanged."""
    return one.text


def clause_split(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Return one of two main clauses as its own sentence."""
    if (
        _QUOTES.search(one.text)
        or "ot only" in one.text
        or one.words[0].tag in ("CJS", "PRP", "VVG", "TO0", "CJC")
    ):
        return None
    for match in _CLAUSES.finditer(one.shape):
        before = one.shape[: match.start()]
        conjunction = one.words[match.end() - 1].text
        if (
            re.search("[Cq]", before)
            or not re.search(FINITE, before)
            or conjunction not in ("and", "but", ";")
        ):
            continue
        if rng.random() < 0.5:
            return f"{one.part(0, match.start()).removesuffix('.')}."
        return sentence_case(one.text[one.words[match.end()].start :])
    return None


def conjunct_dropped(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Drop the second item of a list of three, or one of two names."""
    if _TOGETHER.search(one.text):
        return None
    if match := _TRIPLE.search(one.shape):
        if one.words[match.start("and")].text != "and":
            return None
        first, third = match.end("first") - 1, match.start("and")
        return f"{one.text[: one.words[first].end]} {one.text[one.words[third].start :]}"
    if (match := _PAIR.search(one.shape)) and one.words[match.start("and")].text == "and":
        (a, b), (c, d) = match.span("first"), match.span("second")
        if rng.random() < 0.5:
            return one.text[: one.words[b - 1].end] + one.text[one.words[d - 1].end :]
        return one.text[: one.words[a].start] + one.text[one.words[c].start :]
    return None


def passive(one: Tagged, _: random.Random, __: Material) -> str | None:
    """Turn “The firm built the bridge in May.” → “The bridge was built by the firm in May.”"""
    match = _ACTIVE.match(one.shape)
    if match is None:
        return None
    (a, b), (c, d) = match.span("subject"), match.span("object")
    verb = one.words[match.start("verb")]
    participle = inflected(verb.lemma, "VVN")
    if (
        one.words[d - 1].lemma == "place"
        or verb.lemma in _NO_PASSIVE
        or not participle
        or _QUOTES.search(one.text)
    ):
        return None
    # The head precedes “of”; the object takes its number from the head.
    head = one.words[c + one.shape[c:d].find("f") - 1] if "f" in one.shape[c:d] else one.words[d - 1]
    plural = head.tag == "NN2"
    be = ("were" if plural else "was") if verb.tag == "VVD" else ("are" if plural else "is")
    subject = uncapitalised(one.part(a, b), one.words[a])
    return f"{sentence_case(one.part(c, d))} {be} {participle} by {subject}{one.text[one.words[d - 1].end :]}"


def moved(one: Tagged, _: random.Random, __: Material) -> str | None:
    """Turn “In May 1999, the bridge was opened.” → “The bridge was opened in May 1999.”"""
    match = _FRONTED.fullmatch(one.text)
    return f"{sentence_case(match[2])} {match[1][0].lower()}{match[1][1:]}." if match else None


def shortened(one: Tagged, _: random.Random, __: Material) -> str | None:
    """Drop a remark in brackets, or a final clause with “which”."""
    if one.text.count("(") != one.text.count(")"):
        return None
    if match := re.search(r" \([^()]{3,80}\)", one.text):
        return one.text[: match.start()] + one.text[match.end() :]
    match = re.fullmatch(r"([^,;:“”\"]{40,}), (?:which|who|where) [^,;:]+\.", one.text)
    return f"{match[1]}." if match else None


def contracted(one: Tagged, _: random.Random, __: Material) -> str | None:
    """Turn “did not” into “didn't”, or vice versa."""
    if match := _CONTRACTED.search(one.text):
        return f"{one.text[: match.end(1)]}n't{one.text[match.end() :]}"
    match = re.search(r"(?<=\b(?:is|as|re|ad|ve|ld|id|es|do))n['’]t\b", one.text)
    return f"{one.text[: match.start()]} not{one.text[match.end() :]}" if match else None
