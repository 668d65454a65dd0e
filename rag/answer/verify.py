"""The check of one answer sentence against the source sentences it cites.

Deterministic, and no model takes part: a better model writes better sentences, but what may be
shown is decided here. A claim is compared with the cited sentences (the source) and, for what a
pronoun may stand for, with the title and the text just before them (the context):

1. standing word for word in the source, it is supported;
2. its numbers (with unit and magnitude), dates and names must stand there;
3. it must not turn the source around: a negation, or “rose” for “fell”;
4. enough of its content words must stand there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.facts import facts
from rag.corpus.words import stems, words
from rag.types import Sentence, Verdict, readable

_CONTEXT_CHARS = 400
_SUPPORTED_SHARE = 0.7
_PARTLY_SHARE = 0.45
# A word the question already used says little about whether the source states it.
_QUESTION_WORD_SHARE = 0.25
_NEGATIONS = frozenset(
    (
        "not no never none neither nor without cannot nobody nothing hardly barely fail fails"
        " failed refuse refuses refused deny denies denied reject rejects rejected lack lacks"
        " lacked"
    ).split()
)
# Numbers are compared with their units and magnitudes, not as words.
_UNIT_STEMS = frozenset(stems("percent thousand million billion trillion dollar euro pound yen"))
_PLAIN_MARKS = str.maketrans("“”„‘’‚–—", "\"\"\"'''--")
_NEGATED_VERB = re.compile(r"n['’]t\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:—–]|\b(?:but|while|although|though|whereas|and|however|despite)\b", re.IGNORECASE)
_OPPOSITES = [
    (frozenset(stems(left)), frozenset(stems(right)))
    for left, right in (
        ("rise rose risen increase increased grow grew grown gain climb jump surge higher up expand raise",
         "fall fell fallen decrease decreased drop decline shrink slump lower down reduce cut contract"),
        ("more greater larger above exceed over", "less fewer smaller below under"),
        ("before earlier", "after later"),
        ("import imported", "export exported"),
        ("buy bought purchase", "sell sold sale"),
        ("win won victory", "lose lost defeat"),
        ("first", "last"),
        ("maximum most highest largest biggest", "minimum least lowest smallest"),
        ("accept agree approve support", "reject refuse deny oppose"),
        ("open opened begin start", "close closed end"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
    )
]  # fmt: skip


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


def check(claim: str, cited: Sequence[Sentence], question: str = "") -> Check:
    """Compare `claim` with the sentences it cites; `question` is what it answers."""
    if not cited:
        return Check("unsupported", "it cites no sentence", 0.0)
    quotes = [readable(sentence.text) for sentence in cited]
    if any(_plain(claim) in _plain(quote) for quote in quotes):
        return Check("supported")
    source = " ".join(quotes)
    context = " ".join({_context(sentence) for sentence in cited})
    return (
        _check_facts(claim, source, context)
        or _check_direction(claim, quotes)
        or _check_words(claim, source, context, question)
    )


def _plain(text: str) -> str:
    """The text as it stands, but for case, the shape of quotation marks, and its last stop."""
    return " ".join(text.casefold().translate(_PLAIN_MARKS).split()).rstrip(".!?'\" ")


def _context(sentence: Sentence) -> str:
    article = sentence.article
    before = article.text[max(article.body_start, sentence.start - _CONTEXT_CHARS) : sentence.start]
    return f"{article.title}. {readable(before)}"


def _check_facts(claim: str, source: str, context: str) -> Check | None:
    claimed, stated, around = facts(claim), facts(source), facts(context)
    in_context_only = ""
    for number in claimed.numbers:
        if any(number.matches(other) for other in stated.numbers):
            continue
        if not any(number.matches(other) for other in around.numbers):
            return Check("unsupported", f"the cited sentence does not say {number.text}", 0.0)
        in_context_only = number.text
    for date in claimed.dates - stated.dates:
        if date not in around.dates:
            return Check("unsupported", f"the cited sentence does not say {date.title()}", 0.0)
        in_context_only = date.title()
    missing = claimed.names - set(stems(f"{source} {context}"))
    if missing:
        named = next((w for w in claim.split() if missing & set(stems(w))), min(missing))
        return Check("unsupported", f"the cited sentence does not mention {named.strip('.,;:')}", 0.0)
    if in_context_only:
        return Check("partly", f"{in_context_only} stands near the cited sentence, not in it", 0.7)
    return None


def _check_direction(claim: str, quotes: Sequence[str]) -> Check | None:
    """Compare with the clause that is most like the claim: another may say the opposite of it."""
    claimed = set(stems(claim))
    clauses = [clause for quote in quotes for clause in _CLAUSE.split(quote) if clause.strip()]
    shared, nearest = max(
        ((len(claimed & set(stems(clause))), clause) for clause in clauses), default=(0, "")
    )
    about_it = 2 * shared >= len(claimed)
    whole = " ".join(quotes)
    if _negated(claim) and not _negated(nearest if about_it else whole):
        return Check("unsupported", "it denies what the cited sentence says", 0.0)
    if about_it and _negated(nearest) and not _negated(claim):
        return Check("unsupported", "the cited sentence says that it is not so", 0.0)
    stated = set(stems(whole))
    for left, right in _OPPOSITES:
        for said, opposite in ((left, right), (right, left)):
            if claimed & said and not claimed & opposite and stated & opposite and not stated & said:
                return Check("unsupported", "the cited sentence says the opposite", 0.0)
    return None


def _negated(text: str) -> bool:
    return bool(_NEGATIONS.intersection(words(text)) or _NEGATED_VERB.search(text))


def _check_words(claim: str, source: str, context: str, question: str) -> Check:
    claimed = {stem for stem in stems(claim) if not stem[0].isdigit()} - _UNIT_STEMS
    if len(claimed) < 2 and not facts(claim).numbers:
        return Check("unsupported", "it says too little to be checked", 0.0)
    stated = set(stems(f"{source} {context}"))
    for pair in _OPPOSITES:
        for side in pair:
            if stated & side:
                stated |= side  # “fell” for “dropped”
    asked = set(stems(question)) - stated
    covered = len(claimed & stated) + _QUESTION_WORD_SHARE * len(claimed & asked)
    share = covered / len(claimed) if claimed else 1.0
    if share >= _SUPPORTED_SHARE:
        return Check("supported", share=share)
    if share >= _PARTLY_SHARE:
        return Check("partly", "some of its words do not stand in the cited sentence", share)
    return Check("unsupported", "too little of it stands in the cited sentence", share)
