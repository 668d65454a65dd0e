"""Asking a language model: to write an answer from evidence, or a follow-up question anew.

A model that fails does not fail the question: what was proved until then stays, and `Said.failure` says why.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answer.citations import Claim
from rag.answer.compose import quote_beside, quote_missed
from rag.answer.confidence import confidence, features, yes_logit
from rag.answer.prompts import answer_messages, read_rewrite, repair_messages, rewrite_messages
from rag.answer.reply import Reply, check_claims
from rag.answer.said import Said
from rag.errors import LLMError
from rag.events import Event, Steps
from rag.models.chat import ChatModel, Finished, First, Message, Text, ask
from rag.search.budget import varied, within_budget
from rag.search.find import Asked, Found
from rag.search.history import Turn
from rag.types import Usage, Waiting

# A small model often tells half of an answer: unless it is sure, the next best sentences stand beside.
_STANDS_ALONE = 0.8
_BESIDE = 2
_REWRITE_TURNS = 4  # read when a follow-up question is rewritten
_REWRITE_TOKENS = 80
_OVERVIEW_EVIDENCE = 24  # sentences to choose from for an overview


@dataclass(frozen=True, slots=True)
class Limits:
    """When the work on a question must end (`time.monotonic()` seconds), and what ends it earlier."""

    deadline: float
    stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def within(cls, seconds: float) -> "Limits":
        return cls(time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model and how it is asked."""

    model: ChatModel
    instructions: str | None
    max_tokens: int
    limits: Limits


def rewrite(question: str, turns: Sequence[Turn], writer: Writer) -> tuple[str | None, Usage]:
    """The question as a language model makes it stand alone, None if it does not, and what that cost."""
    messages = rewrite_messages(question, turns[-_REWRITE_TURNS:])
    try:
        reply = ask(writer.model, messages, _REWRITE_TOKENS, writer.limits.deadline, writer.limits.stop)
    except LLMError:
        return None, Usage()  # a model that fails is reported when it should answer
    return read_rewrite(reply.text, question), reply.usage


def write(asked: Asked, found: Found, writer: Writer, refuses: Callable[[Said], bool]) -> Steps[Said]:
    """What a language model answers, as far as the evidence proves it.

    It is asked once more if its sentences cannot be told from inventions. `refuses` tells, by what is
    known so far, whether the question is to be refused.
    """
    chosen = varied(found.evidence, _OVERVIEW_EVIDENCE) if asked.request.topic else found.evidence
    said = Said(shown=tuple(within_budget(chosen, writer.model.evidence_tokens)))
    messages = answer_messages(asked.standalone, said.shown, writer.instructions)
    said = yield from _replied(said, messages, asked, writer, refuses)
    vague = said.unmarked and not said.sentences and not said.refused and not said.failure
    if vague and not refuses(said):
        again = repair_messages(messages, said.reply, len(said.shown))
        said = yield from _replied(replace(said, dropped=()), again, asked, writer, refuses)
    if said.sentences and not said.failure:
        said = quote_missed(said, found.evidence, asked.standalone)
        known = features(found.query.text, found.evidence)
        if known and said.yes is not None and confidence(replace(known, yes=said.yes)) < _STANDS_ALONE:
            said = quote_beside(said, found.evidence, _BESIDE)
    return said


def _replied(
    said: Said, messages: Sequence[Message], asked: Asked, writer: Writer, refuses: Callable[[Said], bool]
) -> Steps[Said]:
    """One request and its reply, read until it ends, fails, or shows that the evidence is not enough."""
    yield Event("writing")
    reply, failure = Reply(), ""
    limits = writer.limits
    try:
        with closing(
            writer.model.stream(messages, writer.max_tokens, limits.deadline, limits.stop)
        ) as pieces:
            for piece in pieces:
                claims: list[Claim] = []
                match piece:
                    case Waiting(before):
                        yield Event("waiting", before=before)
                    case First(probabilities) if said.yes is None:
                        said = replace(said, yes=yes_logit(probabilities))
                        if said.yes is not None and refuses(said):
                            break
                    case Text(text):
                        reply, claims = reply.grown(text)
                    case Finished(usage, _, failure):
                        said = replace(said, usage=said.usage + usage)
                        claims = reply.rest()
                told = len(said.sentences)
                said = check_claims(said, claims, said.shown, asked.standalone)
                for n, sentence in enumerate(said.sentences[told:], start=told):
                    yield Event("sentence", " " * bool(n) + sentence.marked, sentence)
    except LLMError as error:
        failure = error.reader
    return replace(said, reply=reply.text, refused=reply.refuses, failure=failure)
