"""The chatbot: questions in, checked answers out.

Chatbot().ask("How much did exports to the U.S. fall in May?") → Answer
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self, Unpack

from rag.answer.write import Limits
from rag.articles.library import add_article, remove_article
from rag.articles.loaders.loader import Loader
from rag.errors import CorpusError, QuestionError
from rag.events import Event
from rag.explanation import Explanation
from rag.feedback import keep_disliked
from rag.index.build import Progress
from rag.index.plan import SyncReport, listed
from rag.language.relation import PairModel
from rag.models.chat import ChatModel
from rag.models.choose import ModelChoice, available
from rag.models.encoder import Encoder
from rag.question import answer_question, check_text, checked_question, find_passages
from rag.resources import Resources
from rag.search.find import Ranker
from rag.search.scope import Scope, Within
from rag.settings import LLMName, Settings
from rag.stream import Stream
from rag.suggestions import suggestions
from rag.text import readable
from rag.types import Answer, Article, CheckedSentence, Listed, Passage

_MOST_CHECKED = 100  # times the length of a question: a text to check
History = Sequence[Mapping[str, str]]
"""`[{"role": "user" | "assistant", "content": …}, …]`, the earliest turn first."""


class Chatbot:
    """Answers questions from a folder of articles. Safe to call from several threads."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        loaders: Sequence[Loader] = (),
        encoder: Encoder | None = None,
        ranker: Ranker | None = None,
        pair: PairModel | None = None,
        model: ChatModel | None = None,
    ) -> None:
        """The settings name the parts; one that is given stands in place of what they name.

        `loaders` read formats of one's own, or ours otherwise.

        Raises:
            SettingsError: if a setting is wrong, or names a language model that is not there.
        """
        settings = settings or Settings.load()
        parts = Resources(settings, loaders=loaders, encoder=encoder, ranker=ranker, pair=pair, model=model)
        self._serve(parts)

    def _serve(self, resources: Resources) -> None:
        self._resources = resources
        self.warm = False  # until `warm_up` has ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let index and language model go; a question after that loads them again."""
        self._resources.close()

    @property
    def settings(self) -> Settings:
        return self._resources.settings

    @property
    def choice(self) -> ModelChoice:
        """Which mode answers, and with which model."""
        return self._resources.choice

    def ask(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Answer:
        """Answer one question, from all articles or from those `within` a scope.

        A language model that fails does not fail the question: quotes answer, with a notice.

        Raises:
            QuestionError: if the question is empty or too long, or the history malformed.
            ScopeError: if the scope is malformed, or names an article or a folder that is not there.
            IndexFault: if the index is unusable (one that is missing is built first).
            CorpusError, EncoderError: if it has to be built and cannot be.
        """
        return self.explain(question, history=history, **within).answer

    def explain(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Explanation:
        """Answer one question and tell how.

        Raises:
            as `ask`.
        """
        return self.stream(question, history=history, **within).explanation

    def stream(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Stream:
        """What happens while a question is answered, as it happens; then `.answer` and `.explanation`.

        Raises:
            as `ask`; all but a wrong question or date while its events are taken.
        """
        limits, scope = self._limits(), Scope.of(**within)
        asked = checked_question(question, self.settings)
        steps = answer_question(asked, history, self._resources, limits, scope)
        return Stream(steps, limits.stop)

    async def aask(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Answer:
        """As `ask`, in a thread; cancelling it ends the work.

        Raises:
            as `ask`.
        """
        return await self.stream(question, history=history, **within).awaited()

    def astream(
        self, question: str, *, history: History = (), **within: Unpack[Within]
    ) -> AsyncIterator[Event]:
        """The events of `stream` as they happen in a thread; leaving the loop ends the work.

        Raises:
            as `ask`.
        """
        return aiter(self.stream(question, history=history, **within))

    def search(
        self, question: str, *, history: History = (), **within: Unpack[Within]
    ) -> tuple[Passage, ...]:
        """The passages an answer would be looked for in, the best first.

        Raises:
            as `ask`.
        """
        asked, scope = checked_question(question, self.settings), Scope.of(**within)
        return find_passages(asked, history, self._resources, self._limits(), scope)

    def check(self, text: str, **within: Unpack[Within]) -> tuple[CheckedSentence, ...]:
        """Each sentence of any text with the place of the articles that proves it, or why none does.

        Only the articles `within` a scope count. What is worded too freely for the rules is put to the
        language model, if an API is configured.

        Raises:
            QuestionError: if the text is empty or longer than a hundred questions may be.
            ScopeError, IndexFault, CorpusError, EncoderError: as `ask`.
        """
        if not readable(text):
            raise QuestionError("the text is empty")
        if len(text) > (most := _MOST_CHECKED * self.settings.max_question_chars):
            raise QuestionError(f"the text has {len(text)} characters, more than {most}")
        return check_text(text, self._resources, self._limits(), Scope.of(**within))

    def suggest(self, answer: Answer | None = None, *, limit: int = 3) -> list[str]:
        """Questions to go on with, or to begin with, each of which the articles answer.

        They ask about names that stand in the passages of `answer`, or about facts of the newest
        articles; quotes must answer each, with a sentence that `answer` does not cite.
        """
        quoting = self.variant(llm="none")._resources
        return suggestions(answer, limit, quoting, self._limits())

    def choices(self) -> dict[LLMName, ModelChoice]:
        """Which language models could answer, by their setting `llm`; the best first."""
        return available(self.settings)

    def variant(self, **changes: Any) -> "Chatbot":
        """A chatbot with some other settings; index, encoder and models that stay the same are shared.

        Raises:
            SettingsError: if a setting is wrong.
        """
        other = Chatbot.__new__(Chatbot)
        other._serve(self._resources.variant(self.settings.changed(**changes)))
        return other

    def add_article(self, name: str, text: str | bytes, *, replace: bool = False) -> str:
        """Write an article into the folder and return its source; `sync` brings it into the index.

        Raises:
            CorpusError: if it is not allowed (`RAG_READ_ONLY`, name, size, name taken) or fails.
        """
        self._refuse_if_read_only()
        try:
            data = text.encode() if isinstance(text, str) else text
        except UnicodeEncodeError as error:  # half a surrogate pair
            raise CorpusError(f"{name} cannot be written: its text is not Unicode") from error
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

    def dislike(self, answer: Answer, *, history: History = (), word: str = "") -> None:
        """Keep an answer that is wrong, for `python -m eval review`.

        `history` is what came before it, `word` what the reader says is wrong.

        Raises:
            FeedbackError: if it cannot be kept.
        """
        keep_disliked(self.settings.feedback, answer, history, word)

    def sync(
        self,
        *,
        dry_run: bool = False,
        rebuild: bool = False,
        allow_empty: bool = False,
        erase: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Bring the index up to date with the articles folder; a bar on stderr unless `progress`.

        An index of several articles is emptied only with `allow_empty`; else the report says in
        `held` that it stays as it is. Removed text is never quoted, but in a large index it may stay in the
        files for some time (`unerased`); with `erase` it is gone from them on return.

        Raises:
            IndexBusy: if another process is writing the index, or still reads text that is to be erased.
            IndexFault, CorpusError, EncoderError: if it cannot be built; the old one stays.
        """
        return self._resources.sync(
            dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, erase=erase, progress=progress
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
        return listed(catalog, report)

    def article(self, source: str) -> Article:
        """An article as it was indexed.

        Raises:
            CorpusError: if no indexed article has this source.
        """
        if article := self._resources.generation().catalog.find(source):
            return article
        raise CorpusError(f"there is no article {source!r} in the index")

    def _limits(self) -> Limits:
        return Limits.within(self.settings.deadline_s)


@lru_cache(maxsize=4)
def _chatbot(settings: Settings) -> Chatbot:
    return Chatbot(settings)


def ask(
    question: str, *, history: History = (), settings: Settings | None = None, **within: Unpack[Within]
) -> Answer:
    """Answer one question with a chatbot that is kept for the next one.

    Raises:
        as `Chatbot` and `Chatbot.ask`.
    """
    return _chatbot(settings or Settings.load()).ask(question, history=history, **within)
