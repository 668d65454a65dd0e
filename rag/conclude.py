"""The last step: an answer as it is shown: what was said, what can be asked, what is known of the files."""

import time
from collections.abc import Mapping
from dataclasses import replace

from rag.answer.confidence import answered_from, confidence, unmentioned
from rag.answer.folder import Told
from rag.answer.help import help_text, refusal_text, remarks
from rag.answer.said import Said
from rag.events import Event, Steps
from rag.explanation import Explanation, known
from rag.index.generation import Generation
from rag.models.choose import ModelChoice
from rag.resources import Resources
from rag.search.find import Asked, Found
from rag.types import NEAREST_ONLY, Answer, Passage, Status, Usage

_TITLES = 3  # named as examples of what can be asked about


def conclude(
    asked: Asked, found: Found, said: Said, choice: ModelChoice, timings_ms: Mapping[str, float]
) -> Answer:
    """The answer as it is shown."""
    text = text_of(said)
    text += remarks(said) if text else ""
    status = _status(asked, found, said)
    by = ModelChoice("quotes", "") if said.quoted else choice
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        status=status,
        text=text or _refusal(asked, found),
        sentences=said.sentences,
        citations=said.citations,
        passages=tuple(map(Passage.of, found.hits)),
        confidence=confidence(known(found, said)),
        mode=by.mode,
        model=by.model,
        more=said.more,
        # What may not answer is no side of a disagreement about the answer.
        conflicts=() if status == "partial" else said.conflicts,
        notice=_notice(asked, found, said),
        usage=said.usage,
        timings_ms=timings_ms,
    )


def _refusal(asked: Asked, found: Found) -> str:
    lacking = unmentioned(asked.standalone, found.evidence)
    scope, empty = str(asked.scope), not found.candidates
    return refusal_text(asked.standalone, lacking, scope, empty=empty, unheard=found.unheard)


def _status(asked: Asked, found: Found, said: Said) -> Status:
    if not said.sentences:
        return "not_in_articles"
    return "partial" if _only_near(asked, found, said) else "answered"


def _only_near(asked: Asked, found: Found, said: Said) -> bool:
    """Whether what is shown are the nearest sentences, of which too few of their kind are an answer.

    What a language model wrote it gave as an answer. A question that was joined to an earlier one, or that
    is one of several, scores too low to be compared with others.
    """
    so_far = known(found, said)
    counted = any(one.origin == "count" for one in said.sentences)
    if so_far is None or not said.quoted or counted or asked.joined or found.parts:
        return False
    return confidence(so_far) < answered_from(so_far)


def _notice(asked: Asked, found: Found, said: Said) -> str:
    """What went wrong with the language model or is unsure, and what that means for the answer."""
    if said.sentences and (remark := remarks(said)):
        return remark.strip()
    wrote = any(one.origin == "model" for one in said.sentences)
    why = said.failure
    if not why and said.dropped:
        part = "Part of what the language model wrote could not be proved"
        why = part if wrote else "Nothing that the language model wrote could be proved"
    if not said.sentences:
        return f"{why}." if why else ""
    told = [f"{why}. {'The answer may be incomplete' if wrote else 'Quotes answer instead'}."] if why else []
    if _only_near(asked, found, said):
        told.append(NEAREST_ONLY)
    return " ".join(told)


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
