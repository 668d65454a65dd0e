"""A language model's reply, checked sentence by sentence as it comes.

A sentence leaves here only after its check, so that even a streamed answer never shows what the
articles do not say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.citations import Claim, read_claims
from rag.answer.compose import also_proved
from rag.answer.prompts import NOT_IN_ARTICLES
from rag.answer.said import Said
from rag.language.facts import facts
from rag.language.verify import Check, check
from rag.text import readable
from rag.types import Evidence, Grade, Sentence

_MAX_TOGETHER = 3
_REFUSES = re.compile(r"\s*no(?:[.,:]|\s*$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model has written so far, and how many of its claims have been taken."""

    text: str = ""
    taken: int = 0

    def grown(self, piece: str) -> tuple["Reply", list[Claim]]:
        """With one more piece, and the claims that are complete now."""
        text = self.text + piece
        if not any(char.isspace() for char in piece):
            return replace(self, text=text), []
        # The last claim may still grow, or get its markers after the full stop.
        claims = read_claims(text)[:-1]
        return Reply(text, max(self.taken, len(claims))), claims[self.taken :]

    def rest(self) -> list[Claim]:
        """The claims that have not been taken, when there is no more to come."""
        return read_claims(self.text)[self.taken :]

    @property
    def refuses(self) -> bool:
        """Whether it says that the articles do not say."""
        return bool(_REFUSES.match(self.text)) or NOT_IN_ARTICLES.casefold() in self.text.casefold()


def check_claims(said: Said, claims: Sequence[Claim], evidence: Sequence[Evidence], question: str) -> Said:
    """Add the claims that the evidence proves.

    One that is only partly supported is replaced by the sentence that comes nearest to it.
    """
    for claim in claims:
        if NOT_IN_ARTICLES.casefold() in claim.text.casefold():
            continue
        if not any(1 <= n <= len(evidence) for n in claim.numbers):
            said = replace(said, unmarked=True)
        proof, result = _best_support(claim, evidence, question)
        if result.verdict == "supported":
            retold = [item for item in evidence if item.sentence in proof]
            also = also_proved(claim.text, retold, question)
            verbatim = any(claim.text == readable(one.text) for one in proof)
            grade: Grade = "verbatim" if verbatim else "restated"
            said = said.stating(claim.text, [*proof, *also], grade, "model")
            continue
        said = said.dropping(claim.text, result.reason)
        if result.verdict == "partly" and not said.quotes(proof[0]):
            said = said.quoting(proof[0])
    return said


def _best_support(claim: Claim, evidence: Sequence[Evidence], question: str) -> tuple[list[Sentence], Check]:
    """The claim's own citations if they hold; else the one shown sentence that proves it best.

    A small model often says what is right and points to the sentence beside it. Several citations
    count together only if they are few and of one article: over sentences of different articles
    the words of an invented claim can all be found.
    """
    cited = [evidence[n - 1].sentence for n in claim.numbers if 1 <= n <= len(evidence)]
    if len(cited) > _MAX_TOGETHER or len({sentence.article.source for sentence in cited}) > 1:
        cited = []
    names = frozenset().union(*(facts(readable(item.sentence.text)).names for item in evidence))
    own = check(claim.text, cited, question, names)
    if own.verdict == "supported":
        return cited, own
    others = [([item.sentence], check(claim.text, [item.sentence], question, names)) for item in evidence]
    return max([(cited, own), *others], key=lambda pair: pair[1].rank)
