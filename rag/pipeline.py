"""The way of one question: standalone question → search → evidence → answer, each sentence checked.

`rag.chatbot` is the door to it; `Trace` holds what happened.
"""

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from rag.answer.compose import check_reply, quote_beside, quote_best, quote_missed, show_disputes
from rag.answer.confidence import features, hopeless_below, refuse_below, yes_logit
from rag.answer.conflicts import find_disputes
from rag.answer.help import help_text
from rag.answer.prompts import answer_messages, repair_messages, rewrite_messages
from rag.errors import LLMError, QuestionError
from rag.index.generation import Generation
from rag.models.chat import ChatModel, Finished, First, Message, Piece, Text
from rag.models.choose import ModelChoice
from rag.resources import Resources
from rag.search.budget import varied, within_budget
from rag.search.evidence import find_evidence
from rag.search.request import read_request
from rag.search.retrieve import make_query, retrieve
from rag.search.standalone import join_history, leans_on_history
from rag.trace import Trace
from rag.types import AnswerSentence, Waiting, readable

# The model found nothing, but search is this sure: then its refusal is the likelier mistake.
_SURE = 0.6
# A small model often tells half of an answer: unless it is sure, the next best sentences stand beside.
_STANDS_ALONE = 0.8
_BESIDE = 2
_HISTORY_TURNS = 4  # read when a follow-up question is rewritten
_REWRITE_TOKENS = 80
_CONTEXT_TURNS = 4  # weighed in when passages are searched: two questions and two answers
_CONTEXT_CHARS = 400  # of each
_TITLES = 3  # named as examples of what can be asked about
_OVERVIEW_EVIDENCE = 24  # sentences to choose from for a model
_MORE_FOR_OVERVIEW = 2  # quotes than for a question


class Pipeline:
    """Takes questions through; keeps nothing of one for the next."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._settings = resources.settings
        self._choice = resources.choice

    def run(self, trace: Trace, history: Sequence[Mapping[str, str]]) -> Iterator[AnswerSentence | Waiting]:
        """The whole way of one question; yields each sentence that passed its check, and any waiting."""
        deadline = time.monotonic() + self._settings.deadline_s
        turns = _checked_history(history)
        with trace.timed("total"):
            generation = self._resources.generation()
            if read_request(trace.question).intent == "help":
                trace.help = self._help(generation)
                return
            with trace.timed("standalone"):
                yield from self._make_standalone(trace, turns, deadline)
            with trace.timed("search"):
                self._search(trace, generation, turns)
            if trace.ranked:
                with trace.timed("answer"):
                    yield from self._answer(trace, deadline)

    def search(self, trace: Trace, history: Sequence[Mapping[str, str]]) -> None:
        """The first half of the way: standalone question and passages, no answer."""
        turns = _checked_history(history)
        for _ in self._make_standalone(trace, turns, time.monotonic() + self._settings.deadline_s):
            pass
        self._search(trace, self._resources.generation(), turns)

    @staticmethod
    def _help(generation: Generation) -> str:
        catalog = generation.catalog
        titles = [catalog.article(row.n).title for row in catalog.articles[:_TITLES]]
        return help_text(len(catalog.articles), titles)

    def _make_standalone(self, trace: Trace, turns: Sequence[Message], deadline: float) -> Iterator[Waiting]:
        """A follow-up that needs the conversation: rewritten by the model, or joined to what it leans on."""
        asked = [turn["content"] for turn in turns if turn["role"] == "user"]
        if not asked or not leans_on_history(trace.question):
            return
        trace.standalone_question = join_history(trace.question, asked)
        if self._choice.mode == "quotes":
            return
        messages = rewrite_messages(trace.question, turns[-_HISTORY_TURNS:])
        try:
            reply = ""
            for piece in self._model().stream(messages, _REWRITE_TOKENS, deadline):
                if isinstance(piece, Waiting):
                    yield piece
                elif isinstance(piece, Text):
                    reply += piece.text
                elif isinstance(piece, Finished):
                    trace.usage += piece.usage
            reply = readable(reply)
        except LLMError:
            return  # a model that fails is reported when it should answer
        if reply and len(reply) <= self._settings.max_question_chars:
            trace.searched_question = trace.standalone_question = reply

    def _search(self, trace: Trace, generation: Generation, turns: Sequence[Message]) -> None:
        encoder = self._resources.encoder()
        trace.request = read_request(trace.standalone_question)
        about = trace.request.topic or trace.standalone_question
        query = make_query(generation, encoder, about)
        # By rule, the turns before weigh in as context; joined to the question they would drown it.
        searched = make_query(generation, encoder, trace.searched_question) if turns else query
        context = [
            make_query(generation, encoder, turn["content"][:_CONTEXT_CHARS])
            for turn in turns[: -_CONTEXT_TURNS - 1 : -1]
        ]
        with generation.damage():
            trace.candidates = retrieve(generation, searched, self._settings.lexical_weight, context)
            trace.hits = trace.candidates[: self._settings.passages]
            trace.ranked = find_evidence(generation, query, trace.hits)
        trace.features = features(query, trace.ranked)

    def _answer(self, trace: Trace, deadline: float) -> Iterator[AnswerSentence | Waiting]:
        draft = trace.draft
        given = self._settings.min_confidence
        hopeless = trace.confidence < (hopeless_below() if given is None else given)
        if self._choice.mode != "quotes" and not hopeless:
            try:
                yield from self._composed(trace, deadline)
            except LLMError as error:
                instead = "The answer may be incomplete" if draft.sentences else "Quotes answer instead"
                trace.notices.append(f"{error}. {instead}.")
        if not draft.sentences and not self._refuses(trace):
            trace.choice = ModelChoice("quotes", "")
            yield from self._quoted(trace)
        if draft.sentences:
            yield from show_disputes(draft, find_disputes(trace.standalone_question, trace.ranked))

    def _composed(self, trace: Trace, deadline: float) -> Iterator[AnswerSentence | Waiting]:
        """The model's sentences; it is asked once more if they cannot be told from inventions."""
        model, draft = self._model(), trace.draft
        chosen = varied(trace.ranked, _OVERVIEW_EVIDENCE) if trace.request.topic else trace.ranked
        trace.shown = within_budget(chosen, model.evidence_tokens)
        messages = answer_messages(trace.standalone_question, trace.shown, self._resources.instructions)
        yield from self._replied(trace, messages, deadline)
        if draft.unmarked and not draft.sentences and not draft.refused and not self._refuses(trace):
            draft.dropped.clear()
            yield from self._replied(
                trace, repair_messages(messages, draft.reply, len(trace.shown)), deadline
            )
        if draft.sentences:
            yield from quote_missed(draft, trace.ranked, trace.standalone_question)
            if "yes" in trace.features and trace.confidence < _STANDS_ALONE:
                yield from quote_beside(draft, trace.ranked, _BESIDE)

    def _replied(
        self, trace: Trace, messages: Sequence[Message], deadline: float
    ) -> Iterator[AnswerSentence | Waiting]:
        with closing(self._model().stream(messages, self._settings.max_answer_tokens, deadline)) as pieces:
            first: Piece | None = None
            for first in pieces:
                if not isinstance(first, Waiting):
                    break
                yield first
            texts = self._judged(trace, itertools.chain([first] if first else [], pieces))
            yield from check_reply(trace.draft, texts, trace.shown, trace.standalone_question)

    def _judged(self, trace: Trace, pieces: Iterable[Piece]) -> Iterator[str]:
        """The pieces of a reply, none if its first token says that the evidence is not enough."""
        for piece in pieces:
            if isinstance(piece, First):
                logit = yes_logit(piece.probabilities)
                if logit is not None and "yes" not in trace.features:
                    trace.features["yes"] = logit
                    if self._refuses(trace):
                        return
            elif isinstance(piece, Text):
                yield piece.text
            elif isinstance(piece, Finished):
                trace.usage += piece.usage
                if piece.cut:
                    raise piece.cut

    def _refuses(self, trace: Trace) -> bool:
        """Whether the question is to be refused, by all that is known of it so far."""
        judged = "yes" in trace.features
        if trace.draft.refused and not judged and trace.confidence < _SURE:
            return True
        if self._settings.min_confidence is not None:
            return trace.confidence < self._settings.min_confidence
        if trace.standalone_question != trace.searched_question and not judged:
            return False  # joined to what it leans on, it scores too low to be compared with others
        return trace.confidence < refuse_below(trace.features)

    def _quoted(self, trace: Trace) -> Iterator[AnswerSentence]:
        draft, limit = trace.draft, self._settings.quotes
        if trace.request.topic:
            for item in varied(trace.ranked, limit + _MORE_FOR_OVERVIEW):
                yield draft.quote(item)
        else:
            yield from quote_best(draft, trace.ranked, limit, trace.standalone_question)
        trace.shown = [item for item in trace.ranked if draft.cites(item)]

    def _model(self) -> ChatModel:
        """The language model, where the mode says that there is one."""
        model = self._resources.model()
        assert model is not None
        return model


def _checked_history(history: Sequence[Mapping[str, str]]) -> list[Message]:
    """
    Raises:
        QuestionError: if a turn is not {"role": "user" | "assistant", "content": str}.
    """
    for i, turn in enumerate(history):
        wrong = not isinstance(turn, Mapping) or turn.get("role") not in ("user", "assistant")
        if wrong or not isinstance(turn.get("content"), str):
            raise QuestionError(
                f'history[{i}] is not {{"role": "user" | "assistant", "content": str}}: {str(turn)[:80]!r}'
            )
    return [{"role": turn["role"], "content": readable(turn["content"])} for turn in history]
