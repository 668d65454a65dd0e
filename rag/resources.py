"""Index, encoder and language model of one chatbot: each loaded when it is first needed."""

import threading

from rag.answer.llm import ChatModel
from rag.answer.models import choose, open_model
from rag.corpus.chunks import Chunking
from rag.errors import IndexFault, SettingsError
from rag.index.build import Progress
from rag.index.encoder import Encoder, load_encoder
from rag.index.generation import Generation
from rag.index.reader import IndexReader
from rag.index.sync import Sources, SyncReport, sync
from rag.progress import progress_on_stderr
from rag.settings import Settings


class Resources:
    """Shared by all questions of a chatbot; safe to use from threads."""

    def __init__(self, settings: Settings) -> None:
        """
        Raises:
            SettingsError: if the settings name a language model, or instructions, that are not there.
        """
        self.settings = settings
        self.choice = choose(settings)
        self.instructions = _instructions(settings)
        self._reader = IndexReader(settings.index_folder)
        self._loading = threading.Lock()
        self._encoder: Encoder | None = None
        self._model: ChatModel | None = None

    def generation(self) -> Generation:
        """The live generation; the index is built first if there is none.

        Raises:
            IndexFault: if it is foreign, damaged, newer, or made with another encoder.
        """
        generation = self._reader.current(build=self.sync)
        if generation.manifest.fingerprint != self.encoder().fingerprint:
            raise IndexFault(
                f"the index was made with the encoder {generation.manifest.encoder}, the settings"
                f" say {self.settings.encoder}: run `python -m rag index`"
            )
        return generation

    def encoder(self) -> Encoder:
        """
        Raises:
            EncoderError: if it cannot be found or loaded.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(self.settings.encoder, self.settings.cache)
            return self._encoder

    def model(self) -> ChatModel | None:
        """The language model, None in quote mode.

        Raises:
            LLMError: if it cannot be loaded.
        """
        with self._loading:
            if self._model is None:
                self._model = open_model(self.settings)
            return self._model

    def sync(
        self, *, dry_run: bool = False, rebuild: bool = False, progress: Progress | None = None
    ) -> SyncReport:
        """Bring the index up to date; without `progress` a bar is drawn on stderr."""
        if progress is None:
            with progress_on_stderr() as progress:
                return self.sync(dry_run=dry_run, rebuild=rebuild, progress=progress)
        settings = self.settings
        sources = Sources(
            articles=settings.articles,
            max_file_bytes=int(settings.max_file_mb * 1e6),
            chunking=Chunking(settings.chunk_tokens, settings.chunk_overlap),
            encoder=settings.encoder,
            cache=settings.cache,
        )
        return sync(settings.index_folder, sources, progress, dry_run=dry_run, rebuild=rebuild)


def _instructions(settings: Settings) -> str | None:
    """The text of the instructions file, None if there is none."""
    if settings.instructions is None:
        return None
    try:
        return settings.instructions.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"RAG_INSTRUCTIONS = {settings.instructions}: cannot be read: {error}") from error
