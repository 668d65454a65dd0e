"""The last step: build the `Answer` to a question, to small talk, or to a question about the folder."""

import time
from collections.abc import Mapping
from dataclasses import replace

from rag.answer.confidence import answered_from, confidence, known, unmentioned
from rag.answer.folder import FolderAnswer
from rag.answer.help import help_text, refusal_text, remarks
from rag.answer.said import Said
from rag.events import Event, Steps
from rag.explanation import Explanation
from rag.models.choose import ModelChoice
from rag.resources import Resources
from rag.search.find import Asked, Found
from rag.search.wanted import wanted
from rag.types import Answer, Passage, Status, Usage
from rag.wording import wording_for

_QUOTES = ModelChoice("quotes", "")
_TITLES = 3  # given as examples of what to ask about


def conclude(
    asked: Asked, found: Found, said: Said, choice: ModelChoice, timings_ms: Mapping[str, float]
) -> Answer:
    """The answer that is shown."""
    text = _text_of(said)
    left_out = remarks(asked.standalone, said) if text else ""
    features = known(found, said)
    near = only_near(asked, found, said)
    status: Status = "not_in_articles" if not said.sentences else "partial" if near else "answered"
    by = _QUOTES if said.quoted else choice
    shown = f"{text} {left_out}".strip() or _refusal(asked, found)
    notice = _notice(asked, found, said, left_out, near=near)
    return replace(
        _answer(asked, said, status, shown, confidence(features), by, timings_ms, notice),
        passages=tuple(map(Passage.of, found.hits)),
        # A sentence that may not answer is no side of a conflict about the answer.
        conflicts=() if near else said.conflicts,
    )


def _answer(
    asked: Asked,
    said: Said,
    status: Status,
    text: str,
    confidence: float,
    by: ModelChoice,
    timings_ms: Mapping[str, float],
    notice: str = "",
) -> Answer:
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        status=status,
        text=text,
        sentences=said.sentences,
        citations=said.citations,
        passages=(),
        confidence=confidence,
        mode=by.mode,
        model=by.model,
        short=said.short,
        more=said.more,
        notice=notice,
        usage=said.usage,
        timings_ms=timings_ms,
    )


def _refusal(asked: Asked, found: Found) -> str:
    lacking = unmentioned(asked.standalone, found.evidence)
    scope, empty = str(asked.scope), not found.candidates
    return refusal_text(asked.standalone, lacking, scope, empty=empty, missing=found.missing)


def only_near(asked: Asked, found: Found, said: Said) -> bool:
    """Whether only the nearest sentences are shown, at a confidence at which too few are an answer.

    What a language model wrote is always meant as an answer. The score of a question that was joined to an
    earlier one, or is one of several, is too low to compare with others. Of several, one comparison whose
    values are not certain makes it so.
    """
    if found.parts:
        return any(part.by_form and not part.by_form.certain for _, part in found.parts)
    if found.by_form:
        return not found.by_form.certain
    counted = any(one.origin == "count" for one in said.sentences)
    features = known(found, said)
    if features is None or not said.quoted or counted or asked.joined:
        return False
    if wanted(asked.form).number == "all":
        features = replace(features, answers=None)  # no sentence alone answers what many do together
    return confidence(features) < answered_from(features)


def _notice(asked: Asked, found: Found, said: Said, left_out: str, *, near: bool) -> str:
    """What went wrong with the language model, what is left out or uncertain, and what that means."""
    wrote = any(one.origin == "model" for one in said.sentences)
    why = said.failure
    if not why and said.dropped:
        part = "Part of what the language model wrote could not be proved"
        why = part if wrote else "Nothing that the language model wrote could be proved"
    if not said.sentences:
        return f"{why}." if why else ""
    notices = (
        [f"{why}. {'The answer may be incomplete' if wrote else 'Quotes answer instead'}."] if why else []
    )
    if near and found.otherwise:
        notices.append(f"What the question takes for granted may be wrong: {found.otherwise}.")
    notices += [left_out] if left_out else []
    notices += [wording_for(asked.standalone)("nearest_only")] if near else []
    return " ".join(notices)


def helped(asked: Asked, parts: Resources, started: float) -> Steps[Explanation]:
    """An answer that says what can be asked."""
    catalog, said = parts.generation().catalog, Said()
    titles = [catalog.article(row.n).title for row in catalog.articles[:_TITLES]]
    text = help_text(len(catalog.articles), titles)
    answer = _answer(asked, said, "help", text, 0.0, parts.choice, _total(started))
    yield Event("refusal", text)
    return Explanation(asked, None, said, answer)


def listed(asked: Asked, about: FolderAnswer, used: Usage, started: float) -> Steps[Explanation]:
    """An answer about the folder: no passage was searched and no language model asked."""
    for sentence in about.said.sentences:
        yield Event("sentence", sentence.lead + sentence.marked, sentence)
    said = replace(about.said, quoted=True, usage=used)
    found = bool(said.sentences)
    status: Status = "answered" if found else "not_in_articles"
    text = _text_of(said) or f"{refusal_text(asked.standalone, (), str(asked.scope))} {about.text}"
    answer = _answer(asked, said, status, text, float(found), _QUOTES, _total(started), about.notice)
    if not said.sentences:
        yield Event("refusal", answer.text)
    return Explanation(asked, None, said, answer)


def _text_of(said: Said) -> str:
    """The sentences with their citation numbers, in order."""
    return "".join(sentence.lead + sentence.marked for sentence in said.sentences)


def _total(started: float) -> dict[str, float]:
    return milliseconds(total=time.perf_counter() - started)


def milliseconds(**seconds: float) -> dict[str, float]:
    """Milliseconds that each step took, rounded to a tenth."""
    return {step: round(spent * 1e3, 1) for step, spent in seconds.items()}
