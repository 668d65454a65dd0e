"""The index, encoder and language model of one chatbot, each loaded on first use."""

import os
import threading
import weakref
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answer.prompts import answer_messages
from rag.articles.chunks import Chunking
from rag.articles.loaders.loader import Loader
from rag.errors import IndexFault, SettingsError
from rag.forked import end_without_others, never_ended
from rag.index.build import Progress
from rag.index.generation import Generation
from rag.index.plan import SyncReport, encoder_change
from rag.index.reader import IndexReader
from rag.index.switch import await_readers
from rag.index.sync import Sources, sync
from rag.index.vectors import ChromaServer, forget_clients
from rag.language.relation import PairModel
from rag.models.chat import ChatModel
from rag.models.choose import ModelChoice, choose, open_model
from rag.models.encoder import Encoder
from rag.models.export import load_encoder
from rag.models.reader import Reader, shared_reader
from rag.progress import progress_on_stderr
from rag.search.find import Ranker
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.articles.network import Network

_READERS_END_S = 20  # until questions of other processes have ended, when text is erased


class Resources:
    """Shared by all questions of a chatbot; thread-safe."""

    def __init__(
        self,
        settings: Settings,
        *,
        loaders: Sequence[Loader] = (),
        encoder: Encoder | None = None,
        ranker: Ranker | None = None,
        reader: Reader | None = None,
        pair: PairModel | None = None,
        model: ChatModel | None = None,
        network: "Network | None" = None,
        like: "Resources | None" = None,
    ) -> None:
        """Parts passed as arguments replace those that the settings name.

        `like` shares its index, encoder and language models, as far as both settings name the same ones.

        Raises:
            SettingsError: if the settings name a language model, or instructions, that do not exist.
        """
        self.settings = settings
        self.loaders, self.ranker, self.pair, self.network = tuple(loaders), ranker, pair, network
        self._given_reader = reader
        self.choice = ModelChoice(model.mode, model.name) if model else choose(settings)
        self.instructions = _instructions(settings)
        self._given_model = model
        shared = like is not None and encoder is None and _index_of(like.settings) == _index_of(settings)
        self._loaded: _Loaded = like._loaded if like and shared else _Loaded(settings, encoder)

    def variant(self, settings: Settings) -> "Resources":
        """Return the same parts with other settings, as far as they were passed in or both name the same
        ones.
        """
        keep = self._given_model if settings.llm == self.settings.llm else None
        return Resources(
            settings,
            loaders=self.loaders,
            ranker=self.ranker,
            reader=self._given_reader,
            pair=self.pair,
            model=keep,
            network=self.network,
            like=self,
        )

    def close(self) -> None:
        """Release index and language models; a later question loads them again."""
        self._loaded.index_reader.close()
        with self._loaded.model_lock:
            self._loaded.models.clear()

    def generation(self) -> Generation:
        """Return the live generation; the index is built first if there is none.

        Raises:
            IndexFault: if it is foreign, damaged, newer, or was built with another encoder.
        """
        generation = self._loaded.index_reader.current(build=self.sync)
        if change := encoder_change(generation.manifest, self.settings.encoder, self.encoder()):
            raise IndexFault(f"{change} since the index was made: run `python -m rag index`")
        return generation

    def encoder(self) -> Encoder:
        """
        Raises:
            EncoderError: if it cannot be found or loaded.
        """
        loaded = self._loaded
        with loaded.lock:
            if loaded.encoder is None:
                loaded.encoder = load_encoder(
                    self.settings.encoder, self.settings.precision, self.settings.cache
                )
            return loaded.encoder

    def reader(self) -> Reader | None:
        """Return the network that reads sentences; None if it is off or its files are damaged."""
        if self.settings.reader == "off":
            return None
        return self._given_reader or shared_reader()

    def model(self) -> ChatModel | None:
        """Return the language model, None in quote mode.

        Raises:
            LLMError: if it cannot be loaded.
        """
        if self._given_model is not None:
            return self._given_model
        loaded, key = self._loaded, _model_of(self.settings, self.choice)
        with loaded.model_lock:
            if key not in loaded.models:
                loaded.models[key] = open_model(self.settings, answer_messages("", [], self.instructions))
            return loaded.models[key]

    def sync(
        self,
        *,
        dry_run: bool = False,
        rebuild: bool = False,
        allow_empty: bool = False,
        erase: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Bring the index up to date; without `progress` a bar is drawn on stderr."""
        if progress is None:
            with progress_on_stderr() as progress:
                return self.sync(
                    dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, erase=erase, progress=progress
                )
        settings = self.settings
        sources = Sources(
            articles=settings.articles,
            max_file_bytes=int(settings.max_file_mb * 1e6),
            chunking=Chunking(settings.chunk_tokens, settings.chunk_overlap),
            encoder=settings.encoder,
            server=server_of(settings),
            loaders=self.loaders,
        )
        report = sync(
            settings.index_folder,
            sources,
            self.encoder,
            progress,
            dry_run=dry_run,
            rebuild=rebuild,
            allow_empty=allow_empty,
            erase=erase,
        )
        if not erase or dry_run or report.held:
            return report
        self._loaded.index_reader.close()
        await_readers(settings.index_folder, _READERS_END_S)
        return replace(report, unerased="")


class _Loaded:
    """The parts that take time to load; `models` has None for quote mode.

    A forked process has none of the threads that Chroma, the encoder and an embedded model work with, and
    would wait for them forever; so it loads its own.
    """

    def __init__(self, settings: Settings, encoder: Encoder | None) -> None:
        self._settings, self._given = settings, encoder
        self._begin()
        _all_loaded.add(self)

    def _begin(self) -> None:
        self.index_reader = IndexReader(self._settings.index_folder, server_of(self._settings))
        self.encoder = self._given
        self.models: dict[tuple[Hashable, ...], ChatModel | None] = {}
        self.lock = threading.Lock()
        self.model_lock = threading.Lock()  # separate: quotes are answered while a model is being loaded

    def begin_in_child(self) -> None:
        """Start over, and never end what the parent still uses: ending it would wait, too."""
        never_ended((self.index_reader, self.encoder, self.models))
        self._begin()


_all_loaded: "weakref.WeakSet[_Loaded]" = weakref.WeakSet()


def _in_child() -> None:
    end_without_others()
    forget_clients()
    if shared_reader.cache_info().currsize:
        never_ended((shared_reader(),))
    shared_reader.cache_clear()
    for loaded in list(_all_loaded):
        loaded.begin_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


def _index_of(settings: Settings) -> tuple[Hashable, ...]:
    """Return the settings that identify an index and its encoder."""
    encoder = settings.encoder, settings.precision, settings.cache
    return settings.index_folder, *encoder, server_of(settings)


def server_of(settings: Settings) -> ChromaServer | None:
    if not settings.chroma_url:
        return None
    return ChromaServer(
        settings.chroma_url,
        settings.chroma_token.get_secret_value(),
        settings.chroma_tenant,
        settings.chroma_database,
        settings.chroma_collection,
    )


def _model_of(settings: Settings, choice: ModelChoice) -> tuple[Hashable, ...]:
    """Return the settings that a language model is opened with."""
    endpoint = settings.openai_base_url, settings.openai_api_key, settings.daily_tokens
    budget = settings.evidence_tokens, settings.answer_s
    return choice, *endpoint, settings.local_model, *budget, settings.temperature


def _instructions(settings: Settings) -> str | None:
    """Return the text of the instructions file, None if there is none."""
    if settings.instructions is None:
        return None
    try:
        return settings.instructions.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"RAG_INSTRUCTIONS = {settings.instructions}: cannot be read: {error}") from error
