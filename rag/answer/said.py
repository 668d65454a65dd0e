"""What an answer says so far: a value that each step returns anew, never written into."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.answer.citations import Claim
from rag.types import AnswerSentence, Citation, Conflict, Evidence, Grade, Origin, Sentence, Usage, readable


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence of a language model that is not shown, why, and the source sentences that it cites."""

    text: str
    reason: str
    cited: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences of an answer, `more` that only touch the question, and what is known of a model's reply.

    `unanswered` are questions of a message that are refused while others are answered. Of a list, `left`
    are not shown; `all_read` says that no passage that could hold another was left out. `shown` is the
    evidence they were made from; `quoted` says that quotes stand in place of a model's words. `reply` is
    what the model wrote, `unmarked` says that a sentence of it cites nothing that was shown, `refused`
    that it says that the articles do not say; `yes` is how sure it was that they do (`Features.yes`),
    `failure` why it gave no whole reply.
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
        """With a model's claim and the source sentences that prove it."""
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
        beside: bool = False,
    ) -> "Said":
        said = self
        for sentence in proof:
            if said.number_of(sentence) is None:
                citation = Citation.of(len(said.citations) + 1, sentence)
                said = replace(said, citations=(*said.citations, citation))
        numbers = tuple(dict.fromkeys(n for one in proof if (n := said.number_of(one))))
        stated = AnswerSentence(text, numbers, grade, origin, lead, bold)
        if beside:
            return replace(said, more=(*said.more, stated))
        return replace(said, sentences=(*said.sentences, stated))

    def quoting(
        self,
        sentence: Sentence,
        also: Sequence[Sentence] = (),
        *,
        beside: bool = False,
        named: bool = False,
        version: str = "",
    ) -> "Said":
        """With a source sentence word for word, and those of other articles that say the same.

        `named` puts the article's title in front, as that of a section: for a line of a list. `version`
        stands in front of what is not of the time that was asked for.
        """
        lead = " " if self.sentences else ""
        over = readable(sentence.article.title) if named else version
        text = f"{over}: {sentence.told}" if over else sentence.told
        return self._with(text, [sentence, *also], "verbatim", "article", lead=lead, beside=beside)

    def counting(self, count: int, counted: Sequence[Sentence], *, whole: bool) -> "Said":
        """With how many sentences of the articles answer: `counted` are cited, each of them once."""
        least = "" if whole else "At least "
        return self._with(f"{least}{count}, each cited:", counted, "restated", "count")

    def leaving(self, count: int, *, whole: bool) -> "Said":
        """With how many lines of a list are not shown, and whether there may be others."""
        return replace(self, left=max(count, 0), all_read=whole)

    def listing(self, text: str, where: Sequence[Sentence], *, item: bool = False) -> "Said":
        """With what is known of the files themselves, and where that stands; `item` of a list."""
        lead = ("\n- " if item else " ") if self.sentences else "- " if item else ""
        return self._with(text, where, "listed", "article", lead=lead)

    def dropping(self, text: str, reason: str, cited: tuple[Sentence, ...] = ()) -> "Said":
        """With a sentence that is left out."""
        return replace(self, dropped=(*self.dropped, Dropped(text, reason, cited)))

    def number_of(self, sentence: Sentence) -> int | None:
        """The citation number of a source sentence, None if it is not cited."""
        place = (sentence.article.source, sentence.start)
        return next((c.n for c in self.citations if (c.source, c.start) == place), None)

    def cites(self, item: Evidence) -> bool:
        return self.number_of(item.sentence) is not None

    def quotes(self, sentence: Sentence) -> bool:
        """Whether a source sentence stands in the answer word for word, behind its title or time or not."""
        told = sentence.told
        return any(
            one.text == told or one.text.endswith(f": {told}") for one in (*self.sentences, *self.more)
        )
