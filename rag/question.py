"""The path of a question, on one page: Asked → Found → Said → Answer.

Each step is a generator that yields events (`rag.events`) and returns a new value; no step changes the result
of another. `Explanation` keeps all four.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from rag.answer.compose import quote_beside, quote_best, quote_overview, say_whose, show_disputes
from rag.answer.confidence import confidence, hopeless_below, known, refuse_below
from rag.answer.conflicts import find_disputes
from rag.answer.folder import answer_about_folder
from rag.answer.listing import quote_answering, quote_listed
from rag.answer.proofread import checked_sentence, proofread
from rag.answer.said import Said
from rag.answer.short import with_short
from rag.answer.write import Limits, Writer, judge, rewrite, write
from rag.conclude import conclude, helped, listed, milliseconds, only_near
from rag.errors import LLMError, QuestionError
from rag.events import Event, Steps
from rag.explanation import Explanation
from rag.index.generation import Generation
from rag.resources import Resources
from rag.search.find import Asked, Found, find
from rag.search.history import join_history, leans_on_history, read_history
from rag.search.parts import questions_in
from rag.search.request import Request, read_request
from rag.search.scope import EVERYTHING, Scope
from rag.search.wanted import wanted
from rag.settings import Settings
from rag.text import readable
from rag.types import CheckedSentence, Citation, Passage, Usage

# If search is this sure, a model's refusal is more likely to be the mistake.
_SURE = 0.6


def answer_question(
    question: str,
    history: Sequence[Mapping[str, str]],
    parts: Resources,
    limits: Limits,
    scope: Scope = EVERYTHING,
) -> Steps[Explanation]:
    """Answer a readable question.

    Raises:
        QuestionError: if the history is malformed.
        ScopeError: if the scope names an article or folder that does not exist.
        IndexFault: if the index is unusable.
    """
    started = time.perf_counter()
    asked, used = ask(question, history, parts, limits)
    asked = replace(asked, scope=scope)
    if asked.request.intent == "help":
        return (yield from helped(asked, parts, started))
    if (about := answer_about_folder(asked.standalone, parts.generation(), scope)) is not None:
        return (yield from listed(asked, about, _priced(used, parts), started))
    return (yield from _answered(asked, used, parts, limits, started))


def checked_question(question: str, settings: Settings) -> str:
    """The question in readable form.

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
    """What the articles say about a topic; `question` is how a reader would ask for it."""
    asked = Asked(question, question, question, Request("overview", topic))
    return (yield from _answered(asked, Usage(), parts, limits, time.perf_counter()))


def find_passages(
    question: str,
    history: Sequence[Mapping[str, str]],
    parts: Resources,
    limits: Limits,
    scope: Scope = EVERYTHING,
) -> tuple[Passage, ...]:
    """The first two steps only: the passages that would be read for an answer."""
    asked, _ = ask(question, history, parts, limits)
    asked = replace(asked, scope=scope)
    return tuple(map(Passage.of, search(asked, parts.generation(), parts).hits))


def check_text(
    text: str, parts: Resources, limits: Limits, scope: Scope = EVERYTHING
) -> tuple[CheckedSentence, ...]:
    """Any text, sentence by sentence, with the proof that the articles give."""
    weight = parts.settings.lexical_weight
    checked = list(proofread(text, parts.generation(), parts.encoder(), weight, scope=scope, pair=parts.pair))
    if any(one.is_open for one in checked) and parts.choice.mode in ("openai", "custom"):
        with suppress(LLMError):  # without a judge, open sentences stay unproved
            writer = _writer(parts, limits)
            checked = judge(checked, writer)[0] if writer.judge else checked
    return tuple(map(checked_sentence, checked))


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
    said = replace(said, usage=_priced(said.usage + used, parts))
    answer = conclude(asked, found, said, parts.choice, timings)
    if not said.sentences and not limits.stop.is_set():
        yield Event("refusal", answer.text)
    return Explanation(asked, found, said, answer)


def _priced(used: Usage, parts: Resources) -> Usage:
    return used.priced(parts.settings.price_prompt, parts.settings.price_completion)


def ask(
    question: str, history: Sequence[Mapping[str, str]], parts: Resources, limits: Limits
) -> tuple[Asked, Usage]:
    """The question made standalone, rewritten by the language model or joined to an earlier one by rule."""
    turns = read_history(history)
    asked = Asked(question, question, question, read_request(question), turns)
    before = [turn.content for turn in turns if turn.role == "user"]
    if asked.request.intent == "help" or not before or not leans_on_history(question):
        return asked, Usage()
    rewritten, used = None, Usage()
    if parts.choice.mode != "quotes":
        with suppress(LLMError):  # reported when the model is asked to answer
            rewritten, used = rewrite(question, turns, _writer(parts, limits))
    if rewritten and len(rewritten) <= parts.settings.max_question_chars:
        return replace(asked, standalone=rewritten, searched=rewritten, request=_about(rewritten)), used
    joined = join_history(question, before, parts.settings.max_question_chars)
    return replace(asked, standalone=joined, request=_about(joined)), used


def _about(standalone: str) -> Request:
    request = read_request(standalone)
    return Request("question") if request.intent == "help" else request


def search(asked: Asked, generation: Generation, parts: Resources) -> Found:
    """Passages and sentences that may answer; if a message asks several questions, also for each of them."""
    settings = parts.settings

    def found(one: Asked) -> Found:
        return find(
            one,
            generation,
            parts.encoder(),
            passages=settings.passages,
            lexical_weight=settings.lexical_weight,
            ranker=parts.ranker,
            reader=parts.reader(),
        )

    several = () if asked.request.topic or asked.joined else questions_in(asked.standalone)
    each = [replace(asked, question=one, standalone=one, searched=one) for one in several]
    return replace(found(asked), parts=tuple((one, found(one)) for one in each))


def say(asked: Asked, found: Found, parts: Resources, limits: Limits) -> Steps[Said]:
    """What the evidence supports: a language model's words as far as they are proved, otherwise quotes."""
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
    if not said.sentences:
        said = _quoted(said, asked, found, parts.settings)
    if said.sentences:
        said = show_disputes(said, find_disputes(asked.standalone, found.evidence), asked.standalone)
        said = _shortened(said, asked, found, parts)
    for sentence in said.sentences[written:]:
        yield Event("sentence", sentence.lead + sentence.marked, sentence)
    return said


def _shortened(said: Said, asked: Asked, found: Found, parts: Resources) -> Said:
    """The same with its short answer, where one sentence answers one question."""
    one = not (found.parts or found.by_form or asked.request.topic) and wanted(asked.form).number != "all"
    reader = parts.reader() if one and not only_near(asked, found, said) else None
    if reader is None:
        return said
    return with_short(said, asked.form, found, reader)


def _writer(parts: Resources, limits: Limits) -> Writer:
    """
    Raises:
        LLMError: if the language model cannot be loaded.
    """
    model = parts.model()
    assert model is not None  # by the mode
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


def _quoted(said: Said, asked: Asked, found: Found, settings: Settings) -> Said:
    """Quotes from the articles, for each question of a message separately; none for those to be refused."""
    for one, found_on in found.parts or ((asked, found),):
        if refuses(one, found_on, said, settings.min_confidence):
            said = replace(said, unanswered=(*said.unanswered, one.standalone))
        elif found_on.by_form:
            said = quote_answering(said, found_on.by_form, one.form)
            said = replace(said, unanswered=(*said.unanswered, *found_on.by_form.unsaid))
        elif asked.request.topic:
            said = quote_overview(said, found_on.evidence, settings.quotes)
        else:
            asks = wanted(one.form)
            listed = quote_listed(said, found_on.evidence, one.standalone, asks, whole=found_on.whole)
            plain = listed is said
            said = quote_best(said, found_on.evidence, settings.quotes, one.standalone) if plain else listed
    if found.parts and said.sentences:
        said = quote_beside(said, found.evidence, settings.quotes)
    every = [item for _, one in (*found.parts, (asked, found)) for item in one.evidence]
    shown = {item.sentence: item for item in every if said.cites(item)}
    said = replace(said, shown=tuple(shown.values()), quoted=bool(said.sentences))
    return said if asked.request.topic else say_whose(said, every, asked.standalone)


def refuses(asked: Asked, found: Found, said: Said, min_confidence: float | None) -> bool:
    """Whether the question must be refused, by all that is known so far."""
    so_far = known(found, said)
    sure = confidence(so_far)
    if said.refused and said.yes is None and sure < _SURE and not found.by_form:
        return True
    if min_confidence is not None:
        return sure < min_confidence
    if found.by_form:
        return False
    if found.stranger or found.missing or found.by_form.unsaid:
        return True
    if so_far is None or (asked.joined and said.yes is None):
        return False  # the score of a joined question is too low to compare with others
    if wanted(asked.form).number in ("all", "count"):
        so_far = replace(so_far, answers=None)  # no sentence alone answers what many do together
    return confidence(so_far) < refuse_below(so_far)
