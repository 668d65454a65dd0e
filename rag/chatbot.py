"""The chatbot: questions in, checked answers out.

Chatbot().ask("How much did exports to the U.S. fall in May?") → Answer
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from rag.answer.compose import with_markers
from rag.articles.library import add_article, remove_article
from rag.errors import CorpusError, QuestionError
from rag.feedback import keep_candidate
from rag.index.build import Progress
from rag.index.plan import SyncReport
from rag.models.choose import ModelChoice, available
from rag.pipeline import Pipeline
from rag.resources import Resources
from rag.search.suggest import names_near, overview_question
from rag.settings import LLMChoice, Settings
from rag.trace import Explanation, Trace
from rag.types import Answer, Article, Listed, Passage, Waiting, readable

_MOST_TRIED = 8  # topics, before fewer suggestions are shown


class Chatbot:
    """Answers questions from a folder of articles. Safe to call from several threads."""

    def __init__(self, settings: Settings | None = None, like: "Chatbot | None" = None) -> None:
        """`like` shares what both need (see `variant`). `warm` tells whether `warm_up` has ended.

        Raises:
            SettingsError: if a setting is wrong, or names a language model that is not there.
        """
        self.settings = settings or Settings.load()
        self._resources: Resources = Resources(self.settings, like._resources if like else None)
        self._pipeline = Pipeline(self._resources)
        self.warm = False

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
        for piece in self.stream_explained(question, history=history):
            if isinstance(piece, str):
                yield piece
            elif isinstance(piece, Explanation):
                yield piece.answer

    def stream_explained(
        self, question: str, *, history: Sequence[Mapping[str, str]] = ()
    ) -> Iterator[str | Waiting | Explanation]:
        """As `stream`, with the `Explanation` at the end, which holds the `Answer`.

        In between it tells of its place in the line before the embedded model.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        separator = ""
        for piece in self._pipeline.run(trace, history):
            if isinstance(piece, Waiting):
                yield piece
                continue
            yield separator + with_markers(piece)
            separator = " "
        if not trace.draft.sentences:
            yield trace.text
        yield trace.explanation()

    def explain(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Explanation:
        """Answer one question and tell how.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        for _ in self._pipeline.run(trace, history):
            pass
        return trace.explanation()

    def search(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> tuple[Passage, ...]:
        """The passages an answer would be looked for in, the best first; no language model answers.

        Raises:
            as `ask`.
        """
        trace = self._trace(question)
        self._pipeline.search(trace, history)
        return trace.answer().passages

    def suggest(self, answer: Answer | None = None, *, limit: int = 3) -> list[str]:
        """Questions to go on with, or to begin with, each of which the articles answer.

        They ask about names that stand in the passages of `answer`, or about what articles are
        titled; quotes must answer each, with a sentence that `answer` does not cite.
        """
        quoting = self.variant(llm="none")
        cited = {citation.quote for citation in answer.citations} if answer else set()
        if answer:
            topics = names_near((passage.text for passage in answer.passages), answer.standalone_question)
        else:
            topics = (f"“{self.article(source).title}”" for source in self.sources())
        found: list[str] = []
        for topic in islice(topics, _MOST_TRIED):
            question = overview_question(topic)
            reply = quoting.ask(question)
            if reply.status == "answered" and {c.quote for c in reply.citations} - cited:
                found.append(question)
            if len(found) == limit:
                break
        return found

    def choices(self) -> dict[LLMChoice, ModelChoice]:
        """Which language models could answer, by their setting `llm`; the best first."""
        return available(self.settings)

    def variant(self, **changes: Any) -> "Chatbot":
        """A chatbot with some other settings; index, encoder and models that stay the same are shared.

        Raises:
            SettingsError: if a setting is wrong.
        """
        return Chatbot(self.settings.changed(**changes), like=self)

    def add_article(self, name: str, text: str | bytes, *, replace: bool = False) -> str:
        """Write an article into the folder and return its source; `sync` brings it into the index.

        Raises:
            CorpusError: if it is not allowed (`RAG_READ_ONLY`, name, size, name taken) or fails.
        """
        self._refuse_if_read_only()
        data = text.encode() if isinstance(text, str) else text
        return add_article(
            self.settings.articles, name, data, int(self.settings.max_file_mb * 1e6), replace=replace
        )

    def remove_article(self, source: str) -> None:
        """Delete an article's file; `sync` takes it out of the index.

        Raises:
            CorpusError: if it is not allowed (`RAG_READ_ONLY`), not there, or fails.
        """
        self._refuse_if_read_only()
        remove_article(self.settings.articles, source)

    def _refuse_if_read_only(self) -> None:
        if self.settings.read_only:
            raise CorpusError("the articles cannot be changed here (RAG_READ_ONLY)")

    def dislike(self, answer: Answer, *, history: Sequence[Mapping[str, str]] = (), word: str = "") -> None:
        """Keep an answer that is wrong, for `python -m eval review`.

        `history` is what came before it, `word` what the reader says is wrong.

        Raises:
            FeedbackError: if it cannot be kept.
        """
        keep_candidate(self.settings.feedback, answer, history, word)

    def sync(
        self,
        *,
        dry_run: bool = False,
        rebuild: bool = False,
        allow_empty: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Bring the index up to date with the articles folder; a bar on stderr unless `progress`.

        An index of several articles is emptied only with `allow_empty`; else the report says in
        `held` that it stays as it is.

        Raises:
            IndexBusy: if another process is writing the index.
            IndexFault, CorpusError, EncoderError: if it cannot be built; the old one stays.
        """
        return self._resources.sync(
            dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, progress=progress
        )

    def warm_up(self) -> None:
        """Load index, encoder and language model now instead of at the first question.

        Raises:
            RagError: if one of them cannot be loaded.
        """
        try:
            self._resources.generation()
            self._resources.encoder()
            self._resources.model()
        finally:
            self.warm = True  # what cannot be loaded now is told at the first question

    def sources(self) -> list[str]:
        """Sources of the indexed articles, in order."""
        return [row.source for row in self._resources.generation().catalog.articles]

    def articles(self) -> list[Listed]:
        """Articles of index and folder, with what a sync would do to each.

        Raises:
            CorpusError: if the folder cannot be read.
        """
        catalog = self._resources.generation().catalog
        report = self.sync(dry_run=True, progress=lambda *_: None)
        moved = dict(report.renamed)
        states = dict.fromkeys(report.changed, "changed")
        states |= dict.fromkeys([*report.removed, *moved], "removed")
        listed = [
            Listed(row.source, article.title, len(article.text), len(catalog.chunks_of(row)), state)
            for row in catalog.articles
            for article, state in [(catalog.article(row.n), states.get(row.source, "indexed"))]
        ]
        listed += [Listed(source, "", 0, 0, "new") for source in (*report.added, *moved.values())]
        return listed + [Listed(skip.source, "", 0, 0, skip.reason) for skip in report.skipped]

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
