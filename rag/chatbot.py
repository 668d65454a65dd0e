"""The chatbot: questions in, checked answers out.

Chatbot().ask("How much did exports to the U.S. fall in May?") → Answer
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rag.answer.compose import with_markers
from rag.answer.llm import Receipt
from rag.answer.models import ModelChoice
from rag.answer.prompts import answer_messages
from rag.errors import QuestionError
from rag.feedback import keep_candidate
from rag.index.build import Progress
from rag.index.sync import SyncReport
from rag.pipeline import Pipeline
from rag.resources import Resources
from rag.settings import Settings
from rag.trace import Explanation, Trace
from rag.types import Answer, Article, readable


class Chatbot:
    """Answers questions from a folder of articles. Safe to call from several threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        """
        Raises:
            SettingsError: if a setting is wrong, or names a language model that is not there.
        """
        self.settings = settings or Settings.load()
        self._resources = Resources(self.settings)
        self._pipeline = Pipeline(self._resources)

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
        for _ in self._pipeline.run(trace, history):
            pass
        return trace.answer()

    def stream(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Iterator[str | Answer]:
        """Yields the text sentence by sentence, each after its check, and at the end the `Answer`.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        separator = ""
        for sentence in self._pipeline.run(trace, history):
            yield separator + with_markers(sentence)
            separator = " "
        if not trace.draft.sentences:
            yield trace.text
        yield trace.answer()

    def explain(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Explanation:
        """Answer one question and tell how.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        for _ in self._pipeline.run(trace, history):
            pass
        return trace.explanation()

    def dislike(self, answer: Answer, *, history: Sequence[Mapping[str, str]] = ()) -> None:
        """Keep an answer that is wrong, for `python -m eval review`; `history` is what came before it.

        Raises:
            FeedbackError: if it cannot be kept.
        """
        keep_candidate(self.settings.feedback, answer, history)

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
            # It then holds the constant part of the prompt, some six seconds of reading.
            deadline = time.monotonic() + self.settings.deadline_s
            messages = answer_messages("", [], self._resources.instructions)
            for _ in model.stream(messages, 1, deadline, Receipt()):
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
