"""The way of one question, on one page: Asked → Found → Said → Answer.

Each step is a function that yields what happens (`rag.events`) and returns its value; nothing that one
step made is changed by another. `Explanation` keeps all four.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from rag.answer.compose import quote_best, quote_overview, show_disputes
from rag.answer.confidence import confidence, hopeless_below, refuse_below, unmentioned
from rag.answer.conflicts import find_disputes
from rag.answer.folder import tell_of_folder
from rag.answer.help import refusal_text
from rag.answer.proofread import proofread, told
from rag.answer.said import Said
from rag.answer.write import Limits, Writer, judge, rewrite, write
from rag.errors import LLMError, QuestionError
from rag.events import Event, Steps
from rag.explanation import Explanation, known
from rag.index.generation import Generation
from rag.models.choose import ModelChoice
from rag.resources import Resources
from rag.search.find import Asked, Found, find
from rag.search.history import join_history, leans_on_history, read_history
from rag.search.request import Request, read_request
from rag.search.scope import EVERYTHING, Scope
from rag.settings import Settings
from rag.text import readable
from rag.types import Answer, CheckedSentence, Citation, Passage, Status, Usage
from rag.unsearched import helped, listed, milliseconds, text_of

# The model found nothing, but search is this sure: then its refusal is the likelier mistake.
_SURE = 0.6


def answer_question(
    question: str,
    history: Sequence[Mapping[str, str]],
    parts: Resources,
    limits: Limits,
    scope: Scope = EVERYTHING,
) -> Steps[Explanation]:
    """Take a readable question the whole way.

    Raises:
        QuestionError: if the history is malformed.
        ScopeError: if the scope names what is not there.
        IndexFault: if the index is unusable.
    """
    started = time.perf_counter()
    asked, used = ask(question, history, parts, limits)
    asked = replace(asked, scope=scope)
    if asked.request.intent == "help":
        explained = helped(
            asked, parts.generation(), parts, milliseconds(total=time.perf_counter() - started)
        )
        yield Event("refusal", explained.answer.text)
        return explained
    if (told := tell_of_folder(asked.standalone, parts.generation(), scope)) is not None:
        return (yield from listed(asked, told, used, started))
    return (yield from _answered(asked, used, parts, limits, started))


def checked_question(question: str, settings: Settings) -> str:
    """The question as it is read.

    Raises:
        QuestionError: if it is empty or too long.
    """
    if not isinstance(question, str) or not readable(question):
        raise QuestionError("the question is empty")
    if len(question) > (limit := settings.max_question_chars):
        raise QuestionError(
            f"the question has {len(question)} characters, more than {limit} (RAG_MAX_QUESTION_CHARS)"
        )
    return readable(question)


def overview(question: str, topic: str, parts: Resources, limits: Limits) -> Steps[Explanation]:
    """What the articles say of a topic; `question` is what it would be asked by."""
    asked = Asked(question, question, question, Request("overview", topic))
    return (yield from _answered(asked, Usage(), parts, limits, time.perf_counter()))


def find_passages(
    question: str,
    history: Sequence[Mapping[str, str]],
    parts: Resources,
    limits: Limits,
    scope: Scope = EVERYTHING,
) -> tuple[Passage, ...]:
    """The first half of the way: the passages that would be read."""
    asked, _ = ask(question, history, parts, limits)
    asked = replace(asked, scope=scope)
    return tuple(map(Passage.of, search(asked, parts.generation(), parts).hits))


def check_text(
    text: str, parts: Resources, limits: Limits, scope: Scope = EVERYTHING
) -> tuple[CheckedSentence, ...]:
    """Anybody's text as the articles prove it."""
    weight = parts.settings.lexical_weight
    checked = list(proofread(text, parts.generation(), parts.encoder(), weight, scope=scope, pair=parts.pair))
    if any(one.is_open for one in checked) and parts.choice.mode in ("openai", "custom"):
        with suppress(LLMError):  # what no model judges stays unproved
            writer = _writer(parts, limits)
            checked = judge(checked, writer)[0] if writer.judge else checked
    return tuple(map(told, checked))


def _answered(
    asked: Asked, used: Usage, parts: Resources, limits: Limits, started: float
) -> Steps[Explanation]:
    understood = time.perf_counter()
    generation = parts.generation()
    yield Event("searching")
    found = search(asked, generation, parts)
    searched = time.perf_counter()
    if found.evidence:
        best = Citation.of(1, found.evidence[0].sentence)
        yield Event("reading", passages=tuple(map(Passage.of, found.hits)), citation=best)
    said = yield from say(asked, found, parts, limits)
    ended = time.perf_counter()
    timings = milliseconds(
        standalone=understood - started,
        search=searched - understood,
        answer=ended - searched,
        total=ended - started,
    )
    answer = conclude(asked, found, replace(said, usage=said.usage + used), parts.choice, timings)
    if not said.sentences:
        yield Event("refusal", answer.text)
    return Explanation(asked, found, said, answer)


def ask(
    question: str, history: Sequence[Mapping[str, str]], parts: Resources, limits: Limits
) -> tuple[Asked, Usage]:
    """The question made to stand alone: rewritten by the language model, or joined to what it leans on."""
    turns = read_history(history)
    asked = Asked(question, question, question, read_request(question), turns)
    before = [turn.content for turn in turns if turn.role == "user"]
    if asked.request.intent == "help" or not before or not leans_on_history(question):
        return asked, Usage()
    rewritten, used = None, Usage()
    if parts.choice.mode != "quotes":
        with suppress(LLMError):  # a model that cannot be loaded is reported when it should answer
            rewritten, used = rewrite(question, turns, _writer(parts, limits))
    if rewritten and len(rewritten) <= parts.settings.max_question_chars:
        return replace(asked, standalone=rewritten, searched=rewritten, request=_about(rewritten)), used
    joined = join_history(question, before, parts.settings.max_question_chars)
    return replace(asked, standalone=joined, request=_about(joined)), used


def _about(standalone: str) -> Request:
    request = read_request(standalone)
    return Request("question") if request.intent == "help" else request


def search(asked: Asked, generation: Generation, parts: Resources) -> Found:
    """Passages and sentences that may answer."""
    settings = parts.settings
    return find(
        asked,
        generation,
        parts.encoder(),
        passages=settings.passages,
        lexical_weight=settings.lexical_weight,
        ranker=parts.ranker,
    )


def say(asked: Asked, found: Found, parts: Resources, limits: Limits) -> Steps[Said]:
    """What the evidence lets us say: a language model's words as far as they are proved, else quotes."""
    said = Said()
    given = parts.settings.min_confidence
    floor = hopeless_below() if given is None else given
    if not found.evidence:
        return said
    if parts.choice.mode != "quotes" and confidence(known(found, said)) >= floor:
        try:
            writer = _writer(parts, limits)
        except LLMError as error:
            said = replace(said, failure=error.reader)
        else:
            said = yield from write(asked, found, writer, lambda now: refuses(asked, found, now, given))
    written = len(said.sentences)
    if limits.stop.is_set():
        return said
    if not said.sentences and not refuses(asked, found, said, given):
        said = _quoted(said, asked, found, parts.settings.quotes)
    if said.sentences:
        said = show_disputes(said, find_disputes(asked.standalone, found.evidence))
    for sentence in said.sentences[written:]:
        yield Event("sentence", sentence.lead + sentence.marked, sentence)
    return said


def _writer(parts: Resources, limits: Limits) -> Writer:
    """
    Raises:
        LLMError: if the language model cannot be loaded.
    """
    model = parts.model()
    assert model is not None  # the mode says that there is one
    settings, by_api = parts.settings, parts.choice.mode in ("openai", "custom")
    least = settings.proof or ("judged" if by_api else "restated")
    return Writer(
        model,
        limits,
        settings.max_answer_tokens,
        parts.instructions,
        least=least,
        judge=settings.judge == "on" and by_api and least == "judged",
        pair=parts.pair,
    )


def _quoted(said: Said, asked: Asked, found: Found, limit: int) -> Said:
    if asked.request.topic:
        said = quote_overview(said, found.evidence, limit)
    else:
        said = quote_best(said, found.evidence, limit, asked.standalone)
    shown = tuple(item for item in found.evidence if said.cites(item))
    return replace(said, shown=shown, quoted=True)


def refuses(asked: Asked, found: Found, said: Said, min_confidence: float | None) -> bool:
    """Whether the question is to be refused, by all that is known of it so far."""
    so_far = known(found, said)
    sure = confidence(so_far)
    if said.refused and said.yes is None and sure < _SURE:
        return True
    if min_confidence is not None:
        return sure < min_confidence
    if so_far is None or (asked.joined and said.yes is None):
        return False  # joined to what it leans on, it scores too low to be compared with others
    return sure < refuse_below(so_far)


def conclude(
    asked: Asked, found: Found, said: Said, choice: ModelChoice, timings_ms: Mapping[str, float]
) -> Answer:
    """The answer as it is shown."""
    text = text_of(said)
    by = ModelChoice("quotes", "") if said.quoted else choice
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        status=_status(said),
        text=text or _refusal(asked, found),
        sentences=said.sentences,
        citations=said.citations,
        passages=tuple(map(Passage.of, found.hits)),
        confidence=confidence(known(found, said)),
        mode=by.mode,
        model=by.model,
        more=said.more,
        conflicts=said.conflicts,
        notice=_notice(said),
        usage=said.usage,
        timings_ms=timings_ms,
    )


def _refusal(asked: Asked, found: Found) -> str:
    lacking = unmentioned(asked.standalone, found.evidence)
    return refusal_text(asked.standalone, lacking, str(asked.scope), empty=not found.candidates)


def _status(said: Said) -> Status:
    if not said.sentences:
        return "not_in_articles"
    return "partial" if said.dropped or said.failure else "answered"


def _notice(said: Said) -> str:
    """What went wrong with the language model, and what that means for the answer."""
    why = said.failure
    if not why and said.dropped and not any(one.origin == "model" for one in said.sentences):
        why = "Nothing that the language model wrote could be proved"
    if not why or not said.sentences:
        return f"{why}." if why else ""
    wrote = any(one.origin == "model" for one in said.sentences)
    return f"{why}. {'The answer may be incomplete' if wrote else 'Quotes answer instead'}."
