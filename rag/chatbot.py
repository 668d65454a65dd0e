"""The chatbot: questions in, checked answers out.

Chatbot().ask("How much did exports to the U.S. fall in May?") → Answer
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, Unpack

from rag.answer.write import Limits
from rag.articles.loaders.loader import Loader
from rag.errors import QuestionError
from rag.events import Event
from rag.explanation import Explanation
from rag.feedback import keep_disliked
from rag.folder import ArticlesFolder
from rag.index.build import Progress
from rag.index.plan import SyncReport, listed
from rag.language.relation import PairModel
from rag.models.chat import ChatModel
from rag.models.choose import ModelChoice, available
from rag.models.encoder import Encoder
from rag.models.reader import Reader
from rag.question import answer_question, check_text, checked_question, find_passages
from rag.resources import Resources
from rag.search.find import Ranker
from rag.search.scope import Scope, Within
from rag.settings import LLMName, Settings
from rag.stream import Stream
from rag.suggestions import suggestions
from rag.text import readable
from rag.tracing import traced
from rag.types import Answer, CheckedSentence, Listed, Passage
from rag.wording import wording_for

if TYPE_CHECKING:
    from rag.articles.network import Network

_MOST_CHECKED = 100  # maximum length of a text to check, in maximum lengths of a question
History = Sequence[Mapping[str, str]]
"""`[{"role": "user" | "assistant", "content": …}, …]`, the earliest turn first."""


class Chatbot(ArticlesFolder):
    """Answers questions from a folder of articles. Thread-safe."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        loaders: Sequence[Loader] = (),
        encoder: Encoder | None = None,
        ranker: Ranker | None = None,
        reader: Reader | None = None,
        pair: PairModel | None = None,
        model: ChatModel | None = None,
        network: "Network | None" = None,
    ) -> None:
        """The settings choose the parts; a part that is passed replaces that choice.

        `loaders` read additional formats, or replace the built-in loaders of the same suffixes. `network`
        is what URLs are fetched over.

        Raises:
            SettingsError: if a setting is wrong, or names a language model that is unavailable.
        """
        settings = settings or Settings.load()
        parts = Resources(
            settings,
            loaders=loaders,
            encoder=encoder,
            ranker=ranker,
            reader=reader,
            pair=pair,
            model=model,
            network=network,
        )
        self._serve(parts)

    def _serve(self, resources: Resources) -> None:
        self._resources = resources
        self.warm = False  # until `warm_up` has ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the index and the language model; a later question loads them again."""
        self._resources.close()

    @property
    def choice(self) -> ModelChoice:
        """The mode and model that answer."""
        return self._resources.choice

    def ask(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Answer:
        """Answer one question, from all articles or from those `within` a scope.

        If the language model fails, quotes answer, with a notice.

        Raises:
            QuestionError: if the question is empty or too long, or the history is malformed.
            ScopeError: if the scope is malformed, or names an article or folder that does not exist.
            IndexFault: if the index is unusable (a missing one is built first).
            CorpusError, EncoderError: if the index must be built but cannot be.
        """
        return self.explain(question, history=history, **within).answer

    def explain(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Explanation:
        """Answer one question, with how the answer was produced.

        Raises:
            as `ask`.
        """
        return self.stream(question, history=history, **within).explanation

    def stream(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Stream:
        """The events while a question is answered, as they happen; then `.answer` and `.explanation`.

        Raises:
            as `ask`; all but an invalid question or date are raised during iteration.
        """
        limits, scope = self._limits(), Scope.of(**within)
        asked = checked_question(question, self.settings)
        steps = answer_question(asked, history, self._resources, limits, scope)
        return Stream(traced(steps), limits.stop)

    async def aask(self, question: str, *, history: History = (), **within: Unpack[Within]) -> Answer:
        """As `ask`, in a thread; cancelling it stops the work.

        Raises:
            as `ask`.
        """
        return await self.stream(question, history=history, **within).awaited()

    def astream(
        self, question: str, *, history: History = (), **within: Unpack[Within]
    ) -> AsyncIterator[Event]:
        """The events of `stream`, produced in a thread; leaving the loop stops the work.

        Raises:
            as `ask`.
        """
        return aiter(self.stream(question, history=history, **within))

    def search(
        self, question: str, *, history: History = (), **within: Unpack[Within]
    ) -> tuple[Passage, ...]:
        """The passages that would be searched for an answer, best first.

        Raises:
            as `ask`.
        """
        asked, scope = checked_question(question, self.settings), Scope.of(**within)
        return find_passages(asked, history, self._resources, self._limits(), scope)

    def check(self, text: str, **within: Unpack[Within]) -> tuple[CheckedSentence, ...]:
        """Each sentence of any text, with the sentence of the articles that proves it, or why none does.

        Only the articles `within` a scope count. Sentences worded too freely for the rules are judged by the
        language model, if an API is configured.

        Raises:
            QuestionError: if the text is empty, or longer than 100 times the limit for a question.
            ScopeError, IndexFault, CorpusError, EncoderError: as `ask`.
        """
        if not readable(text):
            raise QuestionError("the text is empty")
        if len(text) > (most := _MOST_CHECKED * self.settings.max_question_chars):
            raise QuestionError(f"the text has {len(text)} characters, more than {most}")
        return check_text(text, self._resources, self._limits(), Scope.of(**within))

    def suggest(self, answer: Answer | None = None, *, limit: int = 3) -> list[str]:
        """Follow-up questions to `answer`, or questions to begin with; the articles answer each of them.

        They are about names in the passages of `answer`, or about facts from the newest articles; quotes must
        answer each, with a sentence that `answer` does not cite.
        """
        quoting = self.variant(llm="none")._resources
        return suggestions(answer, limit, quoting, self._limits())

    def choices(self) -> dict[LLMName, ModelChoice]:
        """The available language models by their value of the setting `llm`, best first."""
        return available(self.settings)

    def variant(self, **changes: Any) -> "Chatbot":
        """A chatbot with some settings changed; it shares the index, encoder and models that stay the same.

        Raises:
            SettingsError: if a setting is wrong.
        """
        other = Chatbot.__new__(Chatbot)
        other._serve(self._resources.variant(self.settings.changed(**changes)))
        return other

    def dislike(self, answer: Answer, *, history: History = (), word: str = "") -> None:
        """Store a wrong answer, for `python -m eval review`.

        `history` is the conversation before it, `word` the reader's comment on what is wrong.

        Raises:
            FeedbackError: if it cannot be stored.
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
        """Bring the index up to date with the articles folder; a bar on stderr unless `progress` is given.

        An index of several articles is emptied only with `allow_empty`; otherwise it stays as it is, and the
        report says so in `held`. Removed text is never quoted; with `erase` it is gone from all files too.

        Raises:
            IndexBusy: if another process is writing the index, or still reads text that is to be erased.
            IndexFault, CorpusError, EncoderError: if it cannot be built; the old index stays.
        """
        return self._resources.sync(
            dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, erase=erase, progress=progress
        )

    def warm_up(self) -> None:
        """Load the index, the encoder and the models now instead of at the first question.

        Raises:
            RagError: if one of them cannot be loaded.
        """
        try:
            self._resources.generation()
            self._resources.encoder()
            self._resources.reader()
            self._resources.model()
            wording_for("")
        finally:
            self.warm = True  # a part that cannot be loaded is reported at the first question

    def sources(self) -> list[str]:
        """The sources of the indexed articles, in order."""
        return [row.source for row in self._resources.generation().catalog.articles]

    def articles(self) -> list[Listed]:
        """The articles in the index and the folder, with what a sync would do to each.

        Raises:
            CorpusError: if the folder cannot be read.
        """
        catalog = self._resources.generation().catalog
        report = self.sync(dry_run=True, progress=lambda *_: None)
        return listed(catalog, report)

    def _limits(self) -> Limits:
        return Limits.within(self.settings.deadline_s)


@lru_cache(maxsize=4)
def _chatbot(settings: Settings) -> Chatbot:
    return Chatbot(settings)


def ask(
    question: str, *, history: History = (), settings: Settings | None = None, **within: Unpack[Within]
) -> Answer:
    """Answer one question with a chatbot that is reused for the next one.

    Raises:
        as `Chatbot` and `Chatbot.ask`.
    """
    return _chatbot(settings or Settings.load()).ask(question, history=history, **within)
