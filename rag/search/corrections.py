"""Corrections: a sentence that corrects another one comes before it, and the other is labelled.

“The fee is 30 crowns.” … “Correction: the fee is 20 crowns, not 30.”

A correction is known by its place, under the usual heading or below it in its paragraph or section, or after
a remark (“That was wrong.”), and what it corrects by their words: most of them are the same, and a value
differs, or the old one is denied. “Not made by Orme but by Kyte” needs no heading.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.language import grammar
from rag.language.facts import facts
from rag.language.reading import is_verb, read
from rag.language.words import STOPWORDS, stem, stems, words
from rag.search.evidence import Kind, expected_kind, is_heading, values_of_kind
from rag.search.mentions import SENSES, mentions
from rag.search.wanted import negated
from rag.types import Evidence, Sentence, readable

CORRECTED = "Corrected"
_COMPARED = 20  # of the best sentences
_MARGIN = 0.35  # a sentence this far below the best one is about something else
_SAME = 0.6  # of the stems of the shorter of two sentences, for one to correct the other
_NAMED = re.compile(r"\b[A-Z\d][\w’'.,-]*")  # a word of a name, or a number
# The usual headings of corrections in newspapers and journals.
_HEADING = re.compile(
    r"\W{0,4}(?:corrections?|corrected|corrigend(?:um|a)|errat(?:um|a)|clarifications?|amendments?|amended"
    r"|updated?|editor['’]s note)"
    r"(?:,?\s(?:on|at)?\s?[^.:()\n]{0,15}\d[^.:()\n]{0,15}|\s?\([^()\n]{1,40}\))?\s?[:.—–-]"
    # By somebody: “Correction from the family:”.
    r"|\W{0,4}(?:corrections?|clarifications?|amendments?)\s(?:from|by|of)\s[^.:()\n]{1,40}:",
    re.I,
)
_AMENDS = re.compile(r"[^.:\n]{0,80}\b(?:corrected|amended|corrects|amends)\b[^.:\n]{0,40}:", re.I)
_EARLIER = re.compile(r"[^.\n]{0,80}\bearlier version of (?:this|the|our) ", re.I)
_FAULTS = (
    "mistake",
    "error",
    "wrong",
    "wrongly",
    "incorrect",
    "incorrectly",
    "mistaken",
    "slip",
    "misprint",
    "sorry",
    "apologize",
    "false",
    "untrue",
    "inaccurate",
)
# How a remark on what was just said begins. In other words (“That is not so.”) it is not recognised.
_REMARKS = re.compile(r"(?:this|that|it|we|i|sorry|apologies|our)\b[^.:;!\n]{0,80}", re.I)
# “For ‘340 crowns’ read ‘34 crowns’”, “‘340’ should read ‘34’”.
_READ_FOR = re.compile(
    r"(?:\bfor ?)?[\"“”‘'«]([^\"“”‘’«»]{2,60})[\"”’'»],? (?:read|should (?:be|read)|ought to read)\b", re.I
)
_ENDED = re.compile(r"[.:;!]\s*$")
_DENIED_SAME = (
    0.5  # of the stems of the shorter of two sentences, if one denies a name or number of the other
)
_CLAUSE = re.compile(r"[;:]\s")
_CONTRAST = re.compile(r";|\b(?:but|instead|rather|in fact|not)\b", re.I)
_LABEL_CHARS, _PARAGRAPH_CHARS = 140, 1000


def form(text: str) -> frozenset[str]:
    """The form of a sentence: its stems without names and numbers."""
    return frozenset(stems(_NAMED.sub(" ", text)))


def corrected(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence with the correction of what answers a readable question before it, and what is
    corrected labelled; remarks about mistakes come last.
    """
    remarks = [item for item in evidence[:_COMPARED] if _is_remark(item.sentence)]
    ranked = [item for item in evidence if item not in remarks]
    near = [
        item
        for item in ranked[:_COMPARED]
        if item.score >= ranked[0].score - _MARGIN or _rewords(item.sentence, ranked[0].sentence)
    ]
    corrections = [item for item in near if _is_correction(item.sentence)]
    pairs = [
        (old, new)
        for old in near
        if old not in corrections and not is_heading(old.sentence)
        for new in near
        if (new in corrections and _corrects(new.sentence, old.sentence))
        or _replaces(new.sentence, old.sentence)
    ]
    if not corrections and not pairs:
        return [*ranked, *remarks]
    olds = [old for old, _ in pairs]
    labelled = [replace(item, version=CORRECTED) if item in olds else item for item in ranked]
    first = _holding(question, ranked[0], pairs, corrections)
    if first is None:
        return [*labelled, *remarks]
    return [replace(first, score=ranked[0].score), *(one for one in labelled if one != first), *remarks]


def _holding(
    question: str,
    best: Evidence,
    pairs: Sequence[tuple[Evidence, Evidence]],
    corrections: Sequence[Evidence],
) -> Evidence | None:
    """The correction that holds for what is asked, if one does.

    One that corrects an answer; or, whatever words the old sentence had for it, one that has all of what is
    asked, or a part of it with another value of the kind asked for. One that only repeats the old value does
    not.
    """
    asked, kind, said = _asked(question, best.sentence), expected_kind(question), frozenset(stems(question))
    answering = [(old, new) for old, new in pairs if _answers_as_well(new, old, best, asked)]
    held, value = max(_held(best.sentence, asked), 1), _values(kind, best.sentence, said)
    names = facts(question).names
    own = [new for new in corrections if new.sentence.article is best.sentence.article]
    fitting = (
        [new for old, new in answering if old is best]
        or [new for _, new in answering]
        or [
            new
            for new in own
            if _held(new.sentence, asked) >= held
            and not (value and _values(kind, new.sentence, said) == value)
        ]
        or [
            new
            for new in own
            if value
            and _values(kind, new.sentence, said) - value
            and (_held(new.sentence, asked) or names & facts(new.sentence.text).names)
        ]
    )
    return max(
        fitting,
        key=lambda one: (
            kind == "any" or bool(_values(kind, one.sentence, said)),
            _held(one.sentence, asked),
            one.score,
        ),
        default=None,
    )


def _is_correction(sentence: Sentence) -> bool:
    """Whether a sentence, its paragraph or its section begins as a correction."""
    article, block = sentence.article, sentence.block
    begin = article.text.rfind("\n\n", max(block.start, sentence.start - _PARAGRAPH_CHARS), sentence.start)
    heads = [readable(sentence.text), *(f"{part}:" for part in block.path)]
    at = begin if begin >= 0 else block.start
    if sentence.start - at <= _PARAGRAPH_CHARS:
        heads.append(readable(article.text[at : at + _LABEL_CHARS]))
    before = article.text[max(at, sentence.start - _LABEL_CHARS) : sentence.start]
    return any(_begins(head[:_LABEL_CHARS]) for head in heads) or _is_amended(heads[0], before)


def _is_amended(text: str, before: str) -> bool:
    """Whether a sentence comes after a remark that what was said is wrong, its own beginning or the sentence
    before it.
    """
    own, colon, _ = text.partition(":")
    last = re.split(r"(?<=[.:;!?])\s", before.rstrip())[-1] if _ENDED.search(before) else ""
    return bool(colon and _regrets(own)) or _regrets(readable(last))


def _regrets(text: str) -> bool:
    """Whether a clause is a remark that something is wrong: “This is an error”."""
    match = _REMARKS.match(text.lstrip("*_ "))
    return match is not None and _is_faulty(match[0])


def _is_faulty(text: str) -> bool:
    return any(mentions(words(text), fault) for fault in _FAULTS)


def _begins(head: str) -> bool:
    return any(pattern.match(head) for pattern in (_HEADING, _AMENDS, _EARLIER))


def _is_remark(sentence: Sentence) -> bool:
    """Whether a sentence only says that there was a mistake, or what was wrongly said, or is the heading."""
    text = readable(sentence.text)
    if not _is_correction(sentence):
        return False
    label = _HEADING.match(text)
    rest = text[label.end() :] if label else text
    if not stems(rest):
        return True
    return _is_faulty(rest) and not _CONTRAST.search(rest)


def _corrects(new: Sentence, old: Sentence) -> bool:
    """Whether a clause of a correction says what another sentence says, but for a value; across articles, it
    must deny the other's.
    """
    other = readable(old.text)
    before, theirs = frozenset(stems(other)), facts(other)
    for clause in _CLAUSE.split(readable(new.text)):
        said, ours = frozenset(stems(clause)), facts(clause)
        denied = negated(clause)
        denies = bool(denied & before)
        # “Not 5.1” denies nothing of a sentence that tells of 4.2.
        another = any(one[0].isdigit() and one not in before for one in denied)
        if not (said and before) or another or (new.article is not old.article and not denies):
            continue
        alike = form(clause) == form(other) or len(said & before) >= _SAME * min(len(said), len(before))
        alike = alike and (denies or _subject(other) in ("", *words(clause)))
        differs = ours.names - theirs.names or ours.times - theirs.times or ours.numbers - theirs.numbers
        if alike and (denies or differs):
            return True
    return False


def _replaces(new: Sentence, old: Sentence) -> bool:
    """Whether a later sentence of an article denies a name or number of another, and has one in its place:
    “not made by Orme but by Kyte”.
    """
    if new.article is not old.article or new.start <= old.start:
        return False
    if _rewords(new, old):
        return True
    text = readable(new.text)
    denied = negated(text)
    if not denied:
        return False
    theirs, ours = facts(old.text), facts(text)
    said, before = frozenset(stems(text)), frozenset(stems(readable(old.text)))
    another_time = theirs.times and ours.times and not theirs.times & (ours.times | denied)
    if another_time:
        return False  # “In June it went not to Orme but to Kyte”
    values = theirs.names | {stem(one.text.lower()) for one in theirs.numbers}
    instead = ours.names - theirs.names or ours.numbers - theirs.numbers
    shared = len(said & before)
    return bool(denied & values and instead) and shared >= _DENIED_SAME * min(len(said), len(before))


def _rewords(new: Sentence, old: Sentence) -> bool:
    """Whether a sentence quotes words of another of its article, and says how they should read."""
    match = _READ_FOR.search(readable(new.text)) if new.article is old.article else None
    return match is not None and match[1].casefold() in readable(old.text).casefold()


def _subject(text: str) -> str:
    """The head noun that a sentence begins with, in lower case; "" if that is a name or a pronoun."""
    head = ""
    for token in read(text).tokens:
        if is_verb(token) or token.lower in grammar.PREPOSITIONS or token.part == "mark":
            break
        if token.part == "matter":
            head = token.lower
    return head


def _asked(question: str, best: Sentence) -> list[str]:
    """The content words of a question that are no names, and that the article's title lacks."""
    titled = frozenset(stems(best.article.title)) | facts(question).names
    return [word for word in words(question) if word not in STOPWORDS and stem(word) not in titled]


def _values(kind: Kind, sentence: Sentence, asked: frozenset[str]) -> frozenset[str]:
    return values_of_kind(kind, readable(sentence.text), asked)


def _held(sentence: Sentence, asked: Sequence[str]) -> int:
    """How many words asked for a sentence has, or others of their sense."""
    said = words(readable(sentence.text))
    return sum(mentions(said, word, SENSES) for word in asked)


def _answers_as_well(new: Evidence, old: Evidence, best: Evidence, asked: Sequence[str]) -> bool:
    """Whether a correction has what makes the old sentence an answer, and that is an answer: the best one, or
    one that has more of the words asked for. One that denies the old value may repeat only half of the words.
    """
    if old is best and _rewords(new.sentence, old.sentence):
        return True
    held = _held(old.sentence, asked)
    answers = old is best or held > _held(best.sentence, asked)
    needed = held / 2 if negated(readable(new.sentence.text)) & frozenset(stems(old.sentence.text)) else held
    return answers and _held(new.sentence, asked) >= needed
