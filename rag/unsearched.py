"""Answers for which no passage is searched: what can be asked, and what is known of the files themselves."""

import time
from collections.abc import Mapping
from dataclasses import replace

from rag.answer.folder import Told
from rag.answer.help import help_text, refusal_text
from rag.answer.said import Said
from rag.events import Event, Steps
from rag.explanation import Explanation
from rag.index.generation import Generation
from rag.resources import Resources
from rag.search.find import Asked
from rag.types import Answer, Usage

_TITLES = 3  # named as examples of what can be asked about


def helped(
    asked: Asked, generation: Generation, parts: Resources, timings_ms: Mapping[str, float]
) -> Explanation:
    catalog = generation.catalog
    titles = [catalog.article(row.n).title for row in catalog.articles[:_TITLES]]
    answer = Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        status="help",
        text=help_text(len(catalog.articles), titles),
        sentences=(),
        citations=(),
        passages=(),
        confidence=0.0,
        mode=parts.choice.mode,
        model=parts.choice.model,
        timings_ms=timings_ms,
    )
    return Explanation(asked, None, Said(), answer)


def listed(asked: Asked, told: Told, used: Usage, started: float) -> Steps[Explanation]:
    """What is known of the files themselves: no passage is searched for it, and no language model asked."""
    for sentence in told.said.sentences:
        yield Event("sentence", sentence.lead + sentence.marked, sentence)
    said = replace(told.said, quoted=True, usage=used)
    answer = Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        status="answered" if said.sentences else "not_in_articles",
        text=text_of(said) or f"{refusal_text(asked.standalone, (), str(asked.scope))} {told.text}",
        sentences=said.sentences,
        citations=said.citations,
        passages=(),
        confidence=1.0 if said.sentences else 0.0,
        mode="quotes",
        model="",
        notice=told.notice,
        usage=used,
        timings_ms=milliseconds(total=time.perf_counter() - started),
    )
    if not said.sentences:
        yield Event("refusal", answer.text)
    return Explanation(asked, None, said, answer)


def text_of(said: Said) -> str:
    """The sentences with their citation numbers, as they follow each other."""
    return "".join(sentence.lead + sentence.marked for sentence in said.sentences)


def milliseconds(**seconds: float) -> dict[str, float]:
    """How long each step took, to a tenth."""
    return {step: round(spent * 1e3, 1) for step, spent in seconds.items()}
