"""Check each claim of a language model against the evidence before it may be shown.

    Claim("Repairs cost $4.2 million.", (1,)) → Checked(claim, proof, Relation("says", "restated"))

What is proved is shown as the model wrote it; the rest is left out. If nothing is proved, the cited sentences
that answer are shown instead, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.citations import Claim
from rag.answer.compose import also_proved
from rag.answer.said import Said
from rag.language.relation import PairModel, Relation, place, relation
from rag.language.words import stems
from rag.text import readable
from rag.types import Evidence, Grade, Sentence

GRADES: tuple[Grade, ...] = ("verbatim", "restated", "judged")
"""From the strictest proof to the loosest."""

_RECITED = 4  # other sentences to try if the cited ones do not prove a claim
_ANSWERS_MARGIN = 0.2  # a sentence this far below the best evidence does not answer
_MOST_OF_A_CLAIM = 0.5  # share of what it says that its cited sentence holds


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim, the source sentences that prove it (or else those it cites), and how they relate to it."""

    claim: Claim
    proof: tuple[Sentence, ...]
    found: Relation
    judged: bool = False

    @property
    def grade(self) -> Grade | None:
        """How it is proved; None if it is not."""
        return "judged" if self.judged else self.found.grade

    @property
    def is_open(self) -> bool:
        """Whether a model may judge it: its hard facts hold, and only its wording is free."""
        return self.found.kind == "near" and not self.found.vetoed and bool(self.proof) and not self.judged


def check_claim(
    claim: Claim, evidence: Sequence[Evidence], question: str, pair: PairModel | None = None
) -> Checked:
    """Check a claim against what it cites, then against the most similar of the other sentences.

    A small model is often right but cites the sentence next to the right one; a large one often cites one
    of the two sentences that it has joined, so both may prove it together, clause by clause.
    """
    cited = [evidence[n - 1].sentence for n in claim.numbers if 1 <= n <= len(evidence)]
    own = relation(claim.text, [place(one) for one in cited], question, pair=pair)
    if own.kind == "says":
        return Checked(claim, tuple(cited[n] for n in own.places) or tuple(cited), own)
    words = set(stems(claim.text))
    others = [item.sentence for item in evidence if item.sentence not in cited]
    others.sort(key=lambda one: -len(words & set(stems(readable(one.text)))))
    for other in others[:_RECITED]:
        found = relation(claim.text, [place(other)], question, pair=pair)
        if found.kind == "says":
            return Checked(claim, (other,), found)
    articles = {one.article.source for one in cited}
    together = [*cited, *[one for one in others if one.article.source in articles][:_RECITED]]
    if cited and own.kind == "near" and not own.vetoed:
        found = relation(claim.text, [place(one) for one in together], question, pair=pair)
        if found.kind == "says":
            return Checked(claim, tuple(together[n] for n in found.places), found)
    return Checked(claim, tuple(cited), own)


def add_checked(
    said: Said, checked: Checked, evidence: Sequence[Evidence], question: str, least: Grade
) -> Said:
    """Add a claim that is proved with grade `least` or stricter; otherwise record why it is dropped."""
    claim, grade = checked.claim, checked.grade
    if grade is not None and GRADES.index(grade) <= GRADES.index(least):
        proving = [item for item in evidence if item.sentence in checked.proof]
        also = also_proved(claim.text, proving, question) if grade != "judged" else []
        return said.stating(claim, [*checked.proof, *also], grade)
    # The numbers after a later sentence of its paragraph may prove a claim, but it did not cite them itself.
    cited = () if claim.borrowed else checked.proof
    reason = checked.found.reason or "its wording is freer than the settings allow"
    near = checked.is_open and checked.found.score >= _MOST_OF_A_CLAIM
    return said.dropping(claim.text, reason, cited, near=near)


def quote_cited(said: Said, evidence: Sequence[Evidence], *, large: bool) -> Said:
    """Quote for each dropped claim the most similar sentence that it cites, if that one answers.

    It does if it scores nearly as high as the best evidence, or contains most of what a large model claimed:
    a small one often cites a sentence about something else.
    """
    best = max((item.score for item in evidence), default=0.0)
    answering = {item.sentence for item in evidence if item.score >= best - _ANSWERS_MARGIN}
    for one in said.dropped:
        words = set(stems(one.text))
        nearest = max(one.cited, key=lambda cited: len(words & set(stems(cited.display_text))), default=None)
        answers = nearest in answering or (large and one.near)
        if nearest is not None and answers and not said.quotes(nearest):
            said = said.quoting(nearest)
    return said
