"""Validate a question set beyond its schema: verbatim evidence, known kinds, no near-duplicates."""

import re
from collections.abc import Iterator, Mapping, Sequence

import Stemmer

from eval.dataset.samples import Sample

# What each kind tests; the report lists them separately. Kinds that begin with “unanswerable” and
# “false_premise” are not answerable, all others are.
KINDS = {
    "fact": "one fact, asked for in the article's own words",
    "paraphrase": "one fact, asked for in other words",
    "multi_fact": "several facts of one passage or article",
    "multi_article": "an answer that is in, or needs, several articles",
    "conflict": "the articles differ; the answer should give both sides",
    "follow_up": "needs the conversation before it",
    "short": "a few keywords, as typed into a search box",
    "misspelt": "with typical typing mistakes",
    "false_premise": "assumes something the articles contradict",
    "unanswerable_near": "on the articles' subject, but they do not say",
    "unanswerable_far": "on an unrelated subject",
}
_UNANSWERABLE = ("unanswerable", "false_premise")
# Words whose exchange leaves a question the same; “before” and “after” would not.
_EMPTY = frozenset(
    "a an and are as at be been did do does for had has have in is of on or the to was were".split()
)


def is_unanswerable(kind: str) -> bool:
    """Whether questions of a kind are not answerable."""
    return kind.startswith(_UNANSWERABLE)


def faults(samples: Sequence[Sample], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a set, one line each; `texts` are the articles by source."""
    seen: dict[tuple[str, ...], str] = {}
    for sample in samples:
        for fault in sample_faults(sample, texts):
            yield f"{sample.id}: {fault}"
        key = _meaning(sample)
        if key in seen:
            yield f"{sample.id}: asks the same as {seen[key]}"
        seen.setdefault(key, sample.id)


def sample_faults(sample: Sample, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a single question."""
    if sample.kind not in KINDS:
        yield f"the kind {sample.kind!r} is none of {', '.join(KINDS)}"
    elif sample.answerable == is_unanswerable(sample.kind):
        yield f"answerable is {sample.answerable}, which the kind {sample.kind!r} is not"
    if sample.answerable and not (sample.answers or sample.reference):
        yield "it is answerable, but has neither answers nor a reference"
    if bool(sample.answers or sample.reference) != bool(sample.evidence):
        yield "answers need evidence, and evidence an answer"
    for source in sample.sources:
        if source not in texts:
            yield f"there is no article {source!r}"
    for evidence in sample.evidence:
        if not any(evidence in texts.get(source, "") for source in sample.sources):
            yield f"the evidence {evidence[:60]!r} does not occur word for word in its sources"
    joined = " ".join(sample.evidence).casefold()
    for group in sample.answers:
        if not any(answer.casefold() in joined for answer in group):
            yield f"none of {list(group)} is in the evidence"
        if any(no.casefold() in answer.casefold() for no in sample.not_answers for answer in group):
            yield f"one of {list(group)} contains a forbidden answer"


def _meaning(sample: Sample) -> tuple[str, ...]:
    """Return a question's stems in alphabetical order, and its history: equal for near-duplicates."""
    plain = re.sub(r"[.,](?=\w)|['’]s\b", "", sample.question.casefold())  # U.S., 1,200, Trump's
    stems = Stemmer.Stemmer("english").stemWords(set(re.findall(r"\w+", plain)) - _EMPTY)
    turns = (turn["content"].casefold() for turn in sample.history)
    return (*sorted(set(stems)), "", *turns)
