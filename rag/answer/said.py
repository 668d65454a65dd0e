"""What an answer says so far: an immutable value; each step returns a new one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.answer.citations import Claim
from rag.types import AnswerSentence, Citation, Conflict, Evidence, Grade, Origin, Sentence, Usage


@dataclass(frozen=True, slots=True)
class Dropped:
    """A language model's sentence that is not shown, the reason, and the source sentences that it cites.

    `near`: they contain most of it, and nothing that contradicts it.
    """

    text: str
    reason: str
    cited: tuple[Sentence, ...] = ()
    near: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences of an answer, `more` that are only related to the question, and the model's reply.

    `unanswered` are questions of a message that are refused while others are answered. `left` items of a
    list are not shown; `all_read`: no passage that could contain another was skipped. `shown` is the evidence
    used; `quoted`: the answer consists of quotes, not of a model's words. `reply` is what the model wrote;
    `unmarked`: a sentence of it cites nothing; `refused`: it says that the articles do not answer; `yes` is
    how sure it was that they do (`Features.yes`), `failure` why its reply is missing or incomplete.
    """

    sentences: tuple[AnswerSentence, ...] = ()
    unanswered: tuple[str, ...] = ()
    left: int = 0
    all_read: bool = True
    more: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    shown: tuple[Evidence, ...] = ()
    quoted: bool = False
    reply: str = ""
    unmarked: bool = False
    refused: bool = False
    yes: float | None = None
    failure: str = ""
    usage: Usage = field(default_factory=Usage)

    def stating(self, claim: Claim, proof: Sequence[Sentence], grade: Grade) -> "Said":
        """Add a model's claim and the source sentences that prove it."""
        lead = claim.lead if self.sentences else ""
        return self._with(claim.text, proof, grade, "model", lead=lead, bold=claim.bold)

    def _with(
        self,
        text: str,
        proof: Sequence[Sentence],
        grade: Grade,
        origin: Origin,
        *,
        lead: str = " ",
        bold: tuple[tuple[int, int], ...] = (),
        label: str = "",
        beside: bool = False,
    ) -> "Said":
        said = self
        for sentence in proof:
            if said.number_of(sentence) is None:
                citation = Citation.of(len(said.citations) + 1, sentence)
                said = replace(said, citations=(*said.citations, citation))
        numbers = tuple(dict.fromkeys(n for one in proof if (n := said.number_of(one))))
        stated = AnswerSentence(text, numbers, grade, origin, lead, bold, label)
        if beside:
            return replace(said, more=(*said.more, stated))
        return replace(said, sentences=(*said.sentences, stated))

    def quoting(
        self,
        sentence: Sentence,
        also: Sequence[Sentence] = (),
        *,
        beside: bool = False,
        label: str = "",
        item: bool = False,
    ) -> "Said":
        """Add a source sentence, word for word, and cite those of other articles that say the same.

        `label` goes before it (`AnswerSentence.label`). `item` makes it an item of a Markdown list.
        """
        text, cited, lead = sentence.display_text, [sentence, *also], self._lead(item)
        return self._with(text, cited, "verbatim", "article", lead=lead, label=label, beside=beside)

    def counting(self, count: int, counted: Sequence[Sentence], *, whole: bool) -> "Said":
        """Add the number of sentences that answer, citing `counted`."""
        return self._with(count_text(count, len(counted), whole=whole), counted, "restated", "count")

    def leaving(self, count: int, *, whole: bool) -> "Said":
        """Record how many items of a list are not shown, in addition to those of lists before it; without
        `whole`, there may be others.
        """
        return replace(self, left=self.left + max(count, 0), all_read=self.all_read and whole)

    def listing(self, text: str, where: Sequence[Sentence], *, item: bool = False) -> "Said":
        """Add what the files' metadata say, citing `where`; `item`: as an item of a list."""
        return self._with(text, where, "listed", "article", lead=self._lead(item))

    def _lead(self, item: bool) -> str:
        return ("\n- " if item else " ") if self.sentences else "- " if item else ""

    def dropping(
        self, text: str, reason: str, cited: tuple[Sentence, ...] = (), *, near: bool = False
    ) -> "Said":
        """Record a sentence that is left out."""
        return replace(self, dropped=(*self.dropped, Dropped(text, reason, cited, near)))

    def number_of(self, sentence: Sentence) -> int | None:
        """The citation number of a source sentence; None if it is not cited."""
        place = (sentence.article.source, sentence.start)
        return next((c.n for c in self.citations if (c.source, c.start) == place), None)

    def cites(self, item: Evidence) -> bool:
        return self.number_of(item.sentence) is not None

    def quotes(self, sentence: Sentence) -> bool:
        """Whether the answer quotes a source sentence word for word."""
        return any(one.text == sentence.display_text for one in (*self.sentences, *self.more))


def count_text(count: int, cited: int, *, whole: bool) -> str:
    """How many sentences answer, and how many of them are cited; without `whole`, there may be others."""
    number = f"{count} in all" if whole else f"At least {count}"
    return f"{number}, {'each' if cited == count else f'{cited} of them'} cited:"
