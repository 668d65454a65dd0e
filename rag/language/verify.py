"""The check of one answer sentence against the source sentences it cites.

Deterministic, and no model takes part: a better model writes better sentences, but what may be
shown is decided here. A claim is compared with the cited sentences (the source) and, for what a
pronoun may stand for, with the title and the text just before them (the context):

1. if it is the source word for word, it is supported; if the source only tells its reader what to
   say, nothing else is;
2. its numbers (with unit and magnitude), dates and names must stand there;
3. it must not turn the source around: a negation, or “rose” for “fell”; nor leave out that the
   source is about gate 15 where the question is about gate 14;
4. enough of its content words must stand there, and none may come from the question alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.language.facts import Facts, facts, unmatched
from rag.language.instructions import instructs
from rag.language.numbered import asked_by_number, names_another, numbered
from rag.language.polarity import split_clauses, synonyms_of_direction, turned_around
from rag.language.words import stems
from rag.types import Sentence, readable

_CONTEXT_CHARS = 400
# Far longer than any sentence: laying a claim beside its source takes quadratic time.
_MAX_CLAIM_CHARS = 3000
_SUPPORTED_SHARE = 0.7
_PARTLY_SHARE = 0.45
# The source must say it; title and sentences before it only explain what its pronouns stand for.
_CONTEXT_WORD_SHARE = 0.5
# A word the question already used says little about whether the source states it.
_QUESTION_WORD_SHARE = 0.25
# Numbers are compared with their units and magnitudes, not as words.
_UNIT_STEMS = frozenset(stems("percent thousand million billion trillion dollar euro pound yen"))
_STOP = re.compile(r"(?<=[.!?])\s+|\n+")
_PLAIN_MARKS = str.maketrans("“”„‘’‚–—", "\"\"\"'''--")
_PRONOUN = re.compile(
    r"\b(he|she|it|they|him|them|his|her|hers|its|their|this|these|those|both|the two)\b", re.IGNORECASE
)


Verdict = Literal["supported", "partly", "unsupported"]


@dataclass(frozen=True, slots=True)
class Check:
    """A verdict and, unless it is `supported`, the reason in words a reader understands."""

    verdict: Verdict
    reason: str = ""
    share: float = 1.0

    @property
    def rank(self) -> tuple[int, float]:
        """Greater is better."""
        return ("unsupported", "partly", "supported").index(self.verdict), self.share


def check(
    claim: str, cited: Sequence[Sentence], question: str = "", names: frozenset[str] = frozenset()
) -> Check:
    """Compare `claim` with the sentences it cites; `question` is what it answers.

    `names` are stems known to be names: a word that begins the claim is one only if it is in there.
    """
    if not cited:
        return Check("unsupported", "it cites no sentence", 0.0)
    if len(claim) > _MAX_CLAIM_CHARS:
        return Check("unsupported", "it is too long to be checked", 0.0)
    quotes = [readable(sentence.text) for sentence in cited]
    # The whole sentence: words cut out of it may say the opposite (“he denied that it fell”).
    if any(_plain(claim) == _plain(quote) for quote in quotes):
        return Check("supported")
    if any(map(instructs, quotes)):
        return Check(
            "unsupported", "the cited sentence tells its reader what to say, and states nothing", 0.0
        )
    source = " ".join(quotes)
    context = " ".join({_context(sentence) for sentence in cited})
    known = names | facts(question).names
    if wrong := _check_facts(claim, source, context, known):
        return wrong
    if contradiction := (
        turned_around(claim, quotes)
        or _of_another_time(claim, quotes)
        or _of_another_thing(claim, source, cited[0].article.title, question)
    ):
        return Check("unsupported", contradiction, 0.0)
    result = _check_words(claim, source, context, question)
    nearby = _fact_in_context_only(claim, source)
    if nearby and result.verdict == "supported":
        return Check("partly", f"{nearby} stands near the cited sentence, not in it", result.share)
    return result


def _plain(text: str) -> str:
    """The text as it stands, but for case, the shape of quotation marks, and its last stop."""
    return " ".join(text.casefold().translate(_PLAIN_MARKS).split()).rstrip(".!?'\" ")


def _context(sentence: Sentence) -> str:
    article = sentence.article
    before = article.text[max(article.body_start, sentence.start - _CONTEXT_CHARS) : sentence.start]
    parts = [f"{article.title}.", *map(readable, _STOP.split(before))]
    return " ".join(part for part in parts if not instructs(part))


def _check_facts(claim: str, source: str, context: str, names: frozenset[str]) -> Check | None:
    """The first number, date or name of the claim that neither source nor context has."""
    around = f"{source} {context}"
    claimed, stated = facts(claim), facts(around)
    if lacking := _lacking(claimed, stated):
        return Check("unsupported", f"the cited sentence does not say {lacking}", 0.0)
    beginning = set(stems(claim.split(maxsplit=1)[0])) if claim[:1].isupper() else set()
    missing = (claimed.names | (beginning & names)) - set(stems(around))
    if missing:
        named = next((word for word in claim.split() if missing & set(stems(word))), min(missing))
        return Check("unsupported", f"the cited sentence does not mention {named.strip('.,;:')}", 0.0)
    return None


def _lacking(claimed: Facts, stated: Facts) -> str:
    """The first number or date that is claimed and not stated, or nothing."""
    numbers = unmatched(claimed.numbers, stated.numbers)
    return next((number.text for number in numbers), "") or next(
        (date.title() for date in sorted(claimed.dates - stated.dates)), ""
    )


def _of_another_time(claim: str, quotes: Sequence[str]) -> str:
    """A number that the claim gives for one time and every clause that states it for another."""
    stated = [facts(clause) for quote in quotes for clause in split_clauses(quote)]
    for clause in map(facts, split_clauses(claim)):
        for number in unmatched(clause.numbers, ()) if clause.times else ():
            times = [other.times for other in stated if any(number.matches(each) for each in other.numbers)]
            if times and not number.is_year and all(each and not each & clause.times for each in times):
                return f"the cited sentence says {number.text} of {min(min(times)).title()}"
    return ""


def _of_another_thing(claim: str, source: str, title: str, question: str) -> str:
    """Why a claim that does not say which gate it is about would be read as about the one asked for."""
    told = numbered(claim)
    asked = {word: numbers for word, numbers in asked_by_number(question).items() if word not in told}
    return "the cited sentence is about another one" if names_another(asked, source, title) else ""


def _fact_in_context_only(claim: str, source: str) -> str:
    """A number, date or name of the claim that the source itself lacks, or nothing."""
    claimed, stated = facts(claim), facts(source)
    if lacking := _lacking(claimed, stated):
        return lacking
    if _PRONOUN.search(source):
        return ""  # it stands for a name that came before
    elsewhere = claimed.names - set(stems(source))
    return next((word.strip(".,;:?!") for word in claim.split() if elsewhere & set(stems(word))), "")


def _only_asked(claim: str, asked: set[str]) -> str:
    word = next(word for word in claim.split() if asked & set(stems(word)))
    return f"“{word.strip('.,;:?!')}” stands in the question, not in the cited sentence"


def _check_words(claim: str, source: str, context: str, question: str) -> Check:
    claimed = {stem for stem in stems(claim) if not stem[0].isdigit()} - _UNIT_STEMS
    if len(claimed) < 2 and not facts(claim).numbers:
        return Check("unsupported", "it says too little to be checked", 0.0)
    stated = synonyms_of_direction(set(stems(source)))
    around = set(stems(context)) - stated
    asked = set(stems(question)) - stated - around
    # Of two words, one from elsewhere is the half that matters: “The mayor resigned.”
    context_share = _CONTEXT_WORD_SHARE if len(claimed) > 2 else 0.0
    covered = (
        len(claimed & stated)
        + context_share * len(claimed & around)
        + _QUESTION_WORD_SHARE * len(claimed & asked)
    )
    share = covered / len(claimed) if claimed else 1.0
    if claimed & asked:
        # “Why was it cancelled?” “It was cancelled because …”: the premise is nobody's but the question's.
        return Check("partly" if share >= _PARTLY_SHARE else "unsupported", _only_asked(claim, asked), share)
    if share >= _SUPPORTED_SHARE:
        return Check("supported", share=share)
    if share >= _PARTLY_SHARE:
        return Check("partly", "some of its words do not stand in the cited sentence", share)
    return Check("unsupported", "too little of it stands in the cited sentence", share)
