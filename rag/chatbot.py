"""The pipeline: question and history → search → evidence → answer, checked.

Chatbot().ask("How much did exports to the U.S. fall in May?") → Answer
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rag.answer.compose import check_reply, quote_best, quote_missed, with_markers
from rag.answer.confidence import confidence, features, refuse_below
from rag.answer.llm import ChatModel
from rag.answer.models import ModelChoice
from rag.answer.prompts import Message, answer_messages, rewrite_messages
from rag.errors import LLMError, QuestionError
from rag.index.build import Progress
from rag.index.generation import Generation
from rag.index.sync import SyncReport
from rag.resources import Resources
from rag.search.budget import within_budget
from rag.search.evidence import find_evidence
from rag.search.retrieve import make_query, retrieve
from rag.search.standalone import join_history, leans_on_history
from rag.settings import Settings
from rag.trace import NOT_IN_ARTICLES_TEXT, Explanation, Trace
from rag.types import Answer, AnswerSentence, Article, Usage, readable

# The model found nothing, but search is this sure: then its refusal is the likelier mistake.
_SURE = 0.6
_HISTORY_TURNS = 4  # read when a follow-up question is rewritten
_REWRITE_TOKENS = 80


class Chatbot:
    """Answers questions from a folder of articles. Safe to call from several threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        """
        Raises:
            SettingsError: if a setting is wrong, or names a language model that is not there.
        """
        self.settings = settings or Settings.load()
        self._resources = Resources(self.settings)
        given = self.settings.min_confidence
        self._floor = refuse_below() if given is None else given

    @property
    def choice(self) -> ModelChoice:
        """Which mode answers, and with which model."""
        return self._resources.choice

    def ask(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """Answer one question; `history` is `[{"role": "user" | "assistant", "content": …}, …]`.

        A language model that fails does not fail the question: quotes answer, with a notice.

        Raises:
            QuestionError: if the question is empty or too long, or the history malformed.
            IndexFault: if the index is unusable (one that is missing is built first).
            CorpusError, EncoderError: if it has to be built and cannot be.
        """
        trace = self._trace(question)
        for _ in self._run(trace, history):
            pass
        return trace.answer()

    def stream(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Iterator[str | Answer]:
        """Yields the text sentence by sentence, each after its check, and at the end the `Answer`.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        separator = ""
        for sentence in self._run(trace, history):
            yield separator + with_markers(sentence)
            separator = " "
        if not trace.draft.sentences:
            yield NOT_IN_ARTICLES_TEXT
        yield trace.answer()

    def explain(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Explanation:
        """Answer one question and tell how.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        for _ in self._run(trace, history):
            pass
        return trace.explanation()

    def sync(
        self, *, dry_run: bool = False, rebuild: bool = False, progress: Progress | None = None
    ) -> SyncReport:
        """Bring the index up to date with the articles folder; a bar on stderr unless `progress`.

        Raises:
            IndexBusy: if another process is writing the index.
            IndexFault, CorpusError, EncoderError: if it cannot be built; the old one stays.
        """
        return self._resources.sync(dry_run=dry_run, rebuild=rebuild, progress=progress)

    def warm_up(self) -> None:
        """Load index, encoder and language model now instead of at the first question.

        Raises:
            RagError: if one of them cannot be loaded.
        """
        self._resources.generation()
        model = self._resources.model()
        if model is not None and model.mode == "local":
            # It then holds the constant part of the prompt, some three seconds of reading.
            deadline = time.monotonic() + self.settings.deadline_s
            uncounted = list[Usage]()
            for _ in model.stream(answer_messages("", []), 1, deadline, uncounted.append):
                pass

    def sources(self) -> list[str]:
        """Sources of the indexed articles, in order."""
        return [row.source for row in self._resources.generation().catalog.articles]

    def article(self, source: str) -> Article:
        """An article as it was indexed.

        Raises:
            KeyError: if no indexed article has this source.
        """
        catalog = self._resources.generation().catalog
        by_source = {row.source: row.n for row in catalog.articles}
        return catalog.article(by_source[source])

    def _trace(self, question: str) -> Trace:
        if not isinstance(question, str) or not readable(question):
            raise QuestionError("the question is empty")
        if len(question) > self.settings.max_question_chars:
            limit = self.settings.max_question_chars
            raise QuestionError(
                f"the question has {len(question)} characters, more than {limit} (RAG_MAX_QUESTION_CHARS)"
            )
        return Trace(readable(question), self.choice)

    def _run(self, trace: Trace, history: Sequence[Mapping[str, str]]) -> Iterator[AnswerSentence]:
        """The whole way of one question; yields each sentence that passed its check."""
        deadline = time.monotonic() + self.settings.deadline_s
        turns = _checked_history(history)
        with trace.timed("total"):
            generation = self._resources.generation()
            with trace.timed("standalone"):
                trace.standalone_question = self._standalone(trace, turns, deadline)
            with trace.timed("search"):
                self._search(trace, generation)
            if trace.confidence >= self._floor and trace.ranked:
                with trace.timed("answer"):
                    yield from self._answer(trace, deadline)

    def _standalone(self, trace: Trace, turns: Sequence[Message], deadline: float) -> str:
        asked = [turn["content"] for turn in turns if turn["role"] == "user"]
        if not asked or not leans_on_history(trace.question):
            return trace.question
        if self.choice.mode != "quotes":
            messages = rewrite_messages(trace.question, turns[-_HISTORY_TURNS:])
            try:
                model = self._model()
                pieces = model.stream(messages, _REWRITE_TOKENS, deadline, trace.usage.append)
                reply = readable("".join(pieces))
            except LLMError:
                reply = ""  # the rule serves; a model that fails is reported when it should answer
            if reply and len(reply) <= self.settings.max_question_chars:
                return reply
        return join_history(trace.question, asked)

    def _search(self, trace: Trace, generation: Generation) -> None:
        query = make_query(generation, self._resources.encoder(), trace.standalone_question)
        with generation.damage():
            trace.candidates = retrieve(generation, query, self.settings.lexical_weight)
            trace.hits = trace.candidates[: self.settings.passages]
            trace.ranked = find_evidence(generation, query, trace.hits)
        trace.features = features(query, trace.ranked)
        trace.confidence = confidence(trace.features)

    def _answer(self, trace: Trace, deadline: float) -> Iterator[AnswerSentence]:
        draft = trace.draft
        if self.choice.mode != "quotes":
            try:
                yield from self._composed(trace, deadline)
            except LLMError as error:
                instead = "The answer may be incomplete" if draft.sentences else "Quotes answer instead"
                trace.notices.append(f"{error}. {instead}.")
        if not draft.sentences and not (draft.refused and trace.confidence < _SURE):
            trace.choice = ModelChoice("quotes", "")
            trace.shown = trace.ranked[: self.settings.quotes]
            yield from quote_best(draft, trace.shown)

    def _composed(self, trace: Trace, deadline: float) -> Iterator[AnswerSentence]:
        model = self._model()
        trace.shown = within_budget(trace.ranked, model.evidence_tokens)
        messages = answer_messages(trace.standalone_question, trace.shown)
        pieces = model.stream(messages, self.settings.max_answer_tokens, deadline, trace.usage.append)
        yield from check_reply(trace.draft, pieces, trace.shown, trace.standalone_question)
        if trace.draft.sentences:
            yield from quote_missed(trace.draft, trace.ranked, trace.standalone_question)

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


@lru_cache(maxsize=4)
def _chatbot(settings: Settings) -> Chatbot:
    return Chatbot(settings)


def ask(
    question: str, *, history: Sequence[Mapping[str, str]] = (), settings: Settings | None = None
) -> Answer:
    """Answer one question with a chatbot that is kept for the next one.

    Raises:
        as `Chatbot` and `Chatbot.ask`.
    """
    return _chatbot(settings or Settings.load()).ask(question, history=history)
