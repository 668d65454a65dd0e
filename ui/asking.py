"""A reader's question in progress: what is shown while it is answered, and how it is stopped."""

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import gradio as gr

from rag import Chatbot, Citation, Event, RagError, Scope, Stream
from rag.serve.gate import Busy, Gate, in_time
from ui.conversation import ROOT, Conversation, Turn, history
from ui.keeping import finder
from ui.render import error_text
from ui.scope import scope_words
from ui.view import page_part
from ui.words import Words

log = logging.getLogger("article_qa")
_TITLES = 4  # of articles being read


@dataclass(frozen=True, slots=True)
class Live:
    """The state of an answer in progress."""

    question: str
    stage: str = ""
    scope: str = ""
    titles: tuple[str, ...] = ()
    best: Citation | None = None
    sentences: tuple[str, ...] = ()

    def after(self, event: Event, words: Words, count: int) -> "Live":
        """Return the state after an event; `count` articles are searched."""
        match event.kind:
            case "searching":
                return replace(
                    self,
                    stage=words("scope", names=self.scope) if self.scope else words("searching", n=count),
                )
            case "reading":
                titles = dict.fromkeys(passage.title for passage in event.passages)
                stage = words("reading", n=len(event.passages))
                return replace(self, stage=stage, titles=tuple(titles)[:_TITLES], best=event.citation)
            case "waiting":
                return replace(self, stage=words("waiting", n=event.before))
            case "writing":
                return replace(self, stage=words("writing"))
            case "sentence" if event.sentence:
                sentences = (*self.sentences, event.sentence.prefix + event.sentence.text)
                return replace(self, sentences=sentences, stage=words("checking", n=len(sentences)))
        return self

    def html(self, words: Words) -> str:
        return page_part(
            "live",
            words,
            question=self.question,
            stage=self.stage,
            scope=self.scope,
            titles=self.titles,
            best=self.best,
            sentences=self.sentences,
        )


class Running:
    """The answers in progress, by the reader's session; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: dict[str, tuple[Stream, threading.Event]] = {}

    @contextmanager
    def answer(self, session: str, stream: Stream) -> Iterator[threading.Event]:
        """Make this session's stream stoppable; yields the event that says whether it was stopped."""
        mine = stream, threading.Event()
        with self._lock:
            self._streams[session] = mine
        try:
            yield mine[1]
        finally:
            with self._lock:
                if self._streams.get(session) is mine:
                    del self._streams[session]

    def stop(self, session: str) -> None:
        """End what the session has running, the model's request included; what is proved stays."""
        with self._lock:
            running = self._streams.get(session)
        if running is not None:
            running[1].set()
            running[0].stop()


@dataclass(frozen=True, slots=True)
class Asker:
    """Answers the questions of all readers of a page."""

    gate: Gate
    running: Running

    def ask(
        self,
        question: str,
        parent: int,
        scope: Scope,
        conversation: Conversation,
        chatbot: Chatbot,
        words: Words,
        request: gr.Request | None,
    ) -> Iterator[Live | Conversation]:
        """Yield what to show while the question is answered, then the conversation with its answer.

        `parent` is the index of the turn that it continues from.
        """
        if not ROOT <= parent < len(conversation.turns):
            parent = conversation.leaf
        way = [conversation.turns[n] for n in conversation.path_to(parent)]
        session = str(request.session_hash) if request else ""
        live = Live(question, scope=scope_words(scope, finder(chatbot), words))
        yield live
        turn = Turn(question, parent, scope=scope, error="failed")
        stopped = threading.Event()
        try:
            count = len(chatbot.sources())
            with (
                self.gate.visit(request, question) as visit,
                in_time(chatbot, visit).stream(question, history=history(way), scope=scope) as stream,
                self.running.answer(session, stream) as stopped,
            ):
                for event in stream:
                    live = live.after(event, words, count)
                    yield live
                why = stream.explanation.to_dict()
                visit.answer = stream.answer
                error = "stopped" if stopped.is_set() else ""
                turn = replace(turn, answer=stream.answer, error=error, why=why)
        except Busy:
            turn = replace(turn, error="closing" if self.gate.closing else "too_many")
        except RagError as error:
            text = "stopped" if stopped.is_set() else error_text(error, chatbot.settings)
            turn = replace(turn, error=text)
        except Exception:
            log.exception("a question failed")
        yield replace(conversation, id=conversation.id or secrets.token_urlsafe(9)).with_turn(turn)
