"""False claims about who did it: another name, swapped roles, another person's deed or words."""

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from eval.alterations.claims import Claim
from eval.alterations.material import Material, Tagged
from eval.alterations.names import name_spans
from eval.alterations.words import FINITE, NOUN_PHRASE, replaced, sentence_case, uncapitalised

_NO_OBJECT = ("day", "week", "month", "year", "decade", "time", "place")
_NEAR = 3  # sentences
# Symmetric relations: swapping the sides says the same.
_MUTUAL = frozenset(
    "meet marry resemble equal join match border accompany fight contact be remain become include".split()
)
_SUBJECT = rf"(?P<subject>{NOUN_PHRASE}(?:f{NOUN_PHRASE})?)"
_DIRECT = re.compile(rf"(?:^|(?<=,)){_SUBJECT}r?(?P<verb>v)r?(?P<object>{NOUN_PHRASE})(?=[,.tTcr;])")
_PASSIVE = re.compile(
    rf"(?:^|(?<=,))(?P<subject>{NOUN_PHRASE})br?(?P<verb>e)t(?P<object>{NOUN_PHRASE})(?=[,.tc;])"
)
_ACTOR = re.compile(rf"(?:^|(?<=[,C]))(?P<subject>a?n*N+|P)r?(?={FINITE})")
_PREDICATE = re.compile(rf"^{_SUBJECT}r?(?={FINITE})")
_QUOTES = re.compile(r"[\"“”]")


def name(one: Tagged, rng: random.Random, all_words: Material) -> str | None:
    """Replace a name by another one from the articles.

    What it cannot know: two names of one thing that share no word (“Beijing” for “China”).
    """
    found = [(start, end) for start, end in name_spans(one.words) if len(one.text[start:end]) > 2]
    if not found:
        return None
    start, end = rng.choice(found)
    others = [other for other in all_words.names if len(other) > 2 and not _alike(other, one.text)]
    return replaced(one.text, start, end, rng.choice(others)) if others else None


def role_swap(one: Tagged, rng: random.Random, _: Material) -> str | None:
    """Swap the subject and object of a verb."""
    found = [*_DIRECT.finditer(one.shape), *_PASSIVE.finditer(one.shape)]
    fitting = [match for match in found if _swappable(one, match)]
    if not fitting:
        return None
    match = rng.choice(fitting)
    (a, b), (c, d) = match.span("subject"), match.span("object")
    first, second, verb = one.part(a, b), one.part(c, d), one.text[one.words[b - 1].end : one.words[c].start]
    if a == 0:
        first, second = uncapitalised(first, one.words[a]), sentence_case(second)
    return one.text[: one.words[a].start] + second + verb + first + one.text[one.words[d - 1].end :]


def attribution(all_words: Material, rng: random.Random) -> Iterator[Claim]:
    """Yield claims that attribute the deed or words to another person of the same article.

    Half of them cite the sentence that says it of somebody else, half a sentence that says something else
    about the person named. What it cannot know: whether a name is a person's. Names that follow “in”
    somewhere are taken for places.
    """
    for sentences in _shuffled(all_words, rng):
        people = all_words.people[sentences[0].sentence.article.source]
        for n, one in enumerate(sentences):
            for first, last in _actors(one, people):
                pronoun = one.words[first].tag == "PNP"
                # A pronoun may refer to anybody just named.
                near = sentences[max(n - _NEAR, 0) : n + 1] if pronoun else [one]
                others = [each for each in people if not _alike(each, " ".join(other.text for other in near))]
                if not others:
                    continue
                person = rng.choice(others)
                changed = one.text[: one.words[first].start] + person + one.text[one.words[last - 1].end :]
                theirs = [
                    other for other in sentences if other is not one and other.text.startswith(f"{person} ")
                ]
                cited = rng.choice(theirs) if theirs and rng.random() < 0.5 else one
                yield Claim("attribution", False, changed, ((cited.sentence,),))


def joined(all_words: Material, rng: random.Random) -> Iterator[Claim]:
    """Yield the subject of one sentence with the predicate of another of the same article; both are cited."""
    for sentences in _shuffled(all_words, rng):
        halves = [
            (one, match.end("subject"))
            for one in sentences
            if (match := _PREDICATE.match(one.shape)) and not _QUOTES.search(one.text)
        ]
        rng.shuffle(halves)
        for (one, n), (other, k) in pairwise(halves):
            subject, predicate = one.part(0, n), other.text[other.words[k].start :]
            if _apart(one, n, other, k) and _plural(one, n) == _plural(other, k):
                yield Claim("joined", False, f"{subject} {predicate}", ((one.sentence, other.sentence),))


def _shuffled(all_words: Material, rng: random.Random) -> Iterator[Sequence[Tagged]]:
    """Yield the sentences of every article, in a random order of articles."""
    order = [sentences for sentences in all_words.sentences.values() if sentences]
    rng.shuffle(order)
    yield from order


def _swappable(one: Tagged, match: re.Match[str]) -> bool:
    verb = one.words[match.start("verb")]
    last = one.words[match.end("object") - 1]
    by = match.re is not _PASSIVE or one.words[match.start("object") - 1].text == "by"
    return by and verb.lemma not in _MUTUAL and last.lemma not in _NO_OBJECT


def _actors(one: Tagged, people: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans where one of the people, or “he” or “she”, is the subject of a verb."""
    for match in _ACTOR.finditer(one.shape):
        first, last = match.span("subject")
        named = any(one.part(first, last).endswith(person) for person in people)
        if named or one.part(first, last).lower() in ("he", "she"):
            yield first, last


def _alike(name: str, text: str) -> bool:
    """Whether a word of a name, or its initials, occur in the text."""
    words = set(re.findall(r"\w+", text))
    return bool(set(re.findall(r"\w{2,}", name)) & words) or "".join(w[0] for w in name.split()) in words


def _apart(one: Tagged, n: int, other: Tagged, k: int) -> bool:
    """Whether the subjects of two sentences, their first words, are certainly different things.

    They share no word, the second sentence does not name the first subject, and neither is a pronoun or
    “the” with a common noun: “the region” may be what the other sentence names.
    """
    subjects = (one.words[:n], other.words[:k])
    first, second = ({word.lemma.lower() for word in words if word.tag[0] in "NA"} for words in subjects)
    pronoun = any(word.tag in ("DT0", "PNP", "PNI", "DPS") for words in subjects for word in words)
    vague = any(
        each.words[0].tag == "AT0" and "N" not in each.shape[:end] for each, end in ((one, n), (other, k))
    )
    return bool(first and second) and not (
        first & second or pronoun or vague or one.words[n - 1].text in other.text
    )


def _plural(one: Tagged, end: int) -> bool:
    return one.words[end - 1].tag == "NN2"
