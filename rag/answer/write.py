"""Ask a language model to answer from evidence, to judge what was written, or to rewrite a question.

If the model fails, the question does not: what was proved so far stays, and `Said.failure` is the reason.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answer.citations import Claim, ClaimReader
from rag.answer.compose import quote_beside, quote_missed
from rag.answer.confidence import confidence, known, yes_logit
from rag.answer.judge import Pair, judge_messages, judge_tokens, read_verdicts
from rag.answer.prompts import (
    answer_messages,
    read_rewrite,
    repair_messages,
    rewrite_messages,
    says_not_in_articles,
)
from rag.answer.reply import Checked, add_checked, check_claim, quote_cited
from rag.answer.said import Said
from rag.errors import LLMError
from rag.events import Event, Steps
from rag.language.relation import PairModel
from rag.models.chat import ChatModel, Finished, First, Message, Piece, Reply, Text, ask
from rag.search.budget import varied, within_budget
from rag.search.find import Asked, Found
from rag.search.history import Turn
from rag.text import readable
from rag.types import Grade, Usage, Waiting

# A small model often gives half of an answer: unless it is this sure, the next best sentences go to `more`.
_STANDS_ALONE = 0.8
_BESIDE = 2
_REWRITE_TURNS = 4  # sent when a follow-up question is rewritten
_REWRITE_TOKENS = 80
_OVERVIEW_EVIDENCE = 24  # sentences to choose from for an overview


@dataclass(frozen=True, slots=True)
class Limits:
    """When the work on a question must end (`time.monotonic()` seconds); setting `stop` ends it earlier."""

    deadline: float
    stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def within(cls, seconds: float) -> "Limits":
        return cls(time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model, how it is prompted, and which of its sentences may be shown.

    `least` is the loosest grade of proof that is shown; `judge`: the model judges what is worded too freely
    for the rules; `pair` is the network that reads claims, if there is one.
    """

    model: ChatModel
    limits: Limits
    max_tokens: int
    instructions: str | None = None
    least: Grade = "restated"
    judge: bool = False
    pair: PairModel | None = None

    def stream(self, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        return self.model.stream(messages, self.max_tokens, self.limits.deadline, self.limits.stop)

    def ask(self, messages: Sequence[Message], max_tokens: int) -> Reply:
        return ask(self.model, messages, max_tokens, self.limits.deadline, self.limits.stop)


def rewrite(question: str, turns: Sequence[Turn], writer: Writer) -> tuple[str | None, Usage]:
    """A standalone question as rewritten by a language model (None if it fails), and the tokens used."""
    try:
        reply = writer.ask(rewrite_messages(question, turns[-_REWRITE_TURNS:]), _REWRITE_TOKENS)
    except LLMError:
        return None, Usage()  # the failure is reported when the model is asked to answer
    return read_rewrite(reply.text, question), reply.usage


def write(asked: Asked, found: Found, writer: Writer, refuses: Callable[[Said], bool]) -> Steps[Said]:
    """A language model's answer, as far as the evidence proves it.

    It is asked again, once, if no sentence could be shown and one cites nothing. `refuses` decides, from what
    is known so far, whether the question must be refused.
    """
    first = sorted(found.evidence, key=lambda item: item.sentence not in found.by_form.found)
    chosen = varied(found.evidence, _OVERVIEW_EVIDENCE) if asked.request.topic else first
    said = Said(shown=tuple(within_budget(chosen, writer.model.evidence_tokens)))
    large = writer.model.mode != "local"
    messages = answer_messages(asked.standalone, said.shown, writer.instructions, large=large)
    said = yield from _replied(said, messages, asked, writer, refuses)
    if writer.limits.stop.is_set():
        return said
    vague = said.unmarked and not said.sentences and not said.refused and not said.failure
    if vague and not refuses(said):
        again = repair_messages(messages, said.reply, len(said.shown))
        said = yield from _replied(replace(said, dropped=()), again, asked, writer, refuses)
    if not said.sentences and not said.refused and not refuses(said):
        said = quote_cited(said, said.shown, large=large)
        for sentence in said.sentences:
            yield Event("sentence", sentence.lead + sentence.marked, sentence)
    if said.sentences and said.yes is not None and not said.failure:
        said = quote_missed(said, found.evidence, asked.standalone)
        if confidence(known(found, said)) < _STANDS_ALONE:
            said = quote_beside(said, found.evidence, _BESIDE)
    return said


def _replied(
    said: Said, messages: Sequence[Message], asked: Asked, writer: Writer, refuses: Callable[[Said], bool]
) -> Steps[Said]:
    """One request and its reply, read until it ends, fails, or shows that the evidence is insufficient.

    From the first claim that needs the judge on, all claims wait for it, so that sentences keep their order.
    """
    yield Event("writing")
    reader, reply = ClaimReader(len(said.shown)), ""
    waiting: list[Checked] = []
    try:
        with closing(writer.stream(messages)) as pieces:
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
                        reply += text
                        claims = list(reader.feed(text))
                    case Finished(usage, _, cut):
                        said = replace(said, usage=said.usage + usage, failure=cut.reader if cut else "")
                        claims = [claim for claim in reader.close() if claim.whole or not cut]
                said = replace(said, unmarked=said.unmarked or any(not claim.numbers for claim in claims))
                for claim in claims:
                    checked = check_claim(claim, said.shown, asked.standalone, writer.pair)
                    if waiting or (writer.judge and checked.is_open):
                        waiting.append(checked)
                    else:
                        said = yield from _shown(said, [checked], asked, writer)
    except LLMError as error:
        said = replace(said, failure=error.reader)
    if waiting:
        judged, used = judge(waiting, writer)
        said = yield from _shown(replace(said, usage=said.usage + used), judged, asked, writer)
    return replace(said, reply=reply, refused=says_not_in_articles(reply))


def _shown(said: Said, checked: Iterable[Checked], asked: Asked, writer: Writer) -> Steps[Said]:
    """Add those of the claims that may be shown; yields an event for each sentence."""
    for one in checked:
        before = len(said.sentences)
        said = add_checked(said, one, said.shown, asked.standalone, writer.least)
        for sentence in said.sentences[before:]:
            yield Event("sentence", sentence.lead + sentence.marked, sentence)
    return said


def judge(checked: Sequence[Checked], writer: Writer) -> tuple[list[Checked], Usage]:
    """The claims with the model's verdicts on the open ones, and the tokens used; one request for all."""
    asked = [one for one in checked if one.is_open]
    pairs = [Pair(one.claim.text, " ".join(readable(s.text) for s in one.proof)) for one in asked]
    try:
        reply = writer.ask(judge_messages(pairs), judge_tokens(pairs))
    except LLMError:
        return list(checked), Usage()  # the claims stay unproved
    verdicts = iter(read_verdicts(reply.text, pairs))
    judged = [replace(one, judged=bool(next(verdicts).stated)) if one.is_open else one for one in checked]
    return judged, reply.usage
