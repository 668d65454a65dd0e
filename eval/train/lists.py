"""Questions as lists: sentences of which one answers, or none.

A near miss is made in four ways, each with a twin that is answered, so that the question alone does
not give it away:
    removed  the same question, its answering sentences left out
    other    another question on the same article, over these sentences
    swapped  one name or number of the question is replaced by another of the article; the twin has the
             change in its sentences too
    human    what people wrote as unanswerable, in the rows
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from eval.train.rows import QuestionRow, Span
from eval.train.swaps import Things, swap_in, things

Miss = Literal["", "removed", "other", "swapped", "human"]
# How often a row becomes each; the rest stays unchanged.
_REMOVED, _OTHER, _SWAPPED = 0.14, 0.10, 0.20
_SENTENCES = 5
_BARE = 0.15  # lists whose sentences lack the title, and as many without the preceding sentence
_AFAR = 24  # sentences from the rest of the article that are considered for one list
_ELSEWHERE = 12  # paragraphs of other articles that are
_HEADED = 0.25  # lists with the article's title as a sentence of its own
# Their articles are piles of unrelated texts, and another may answer too.
_PILES = frozenset(("squadshifts-amazon", "squadshifts-reddit", "scitail-questions"))


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with its title and the preceding one, whether it answers, and where."""

    before: str
    sentence: str
    answers: bool = False
    span: Span | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A question and its candidates; `miss` says how a list without an answer was made."""

    question: str
    candidates: tuple[Labelled, ...]
    miss: Miss = ""
    twin: bool = False  # of a swapped miss: answered after all


# Share of the lists from each set. Sets of one kind of text split a share; QAMR asks 24 questions a
# sentence and must not outweigh the rest; the cloze questions of SciTail are too easy.
SHARES: Mapping[str, float] = {
    "squad2-dev-25": 0.38, "squadshifts-newwiki": 0.20, "qamr": 0.12, "selqa": 0.09, "fairytaleqa": 0.07,
    "squadshifts-reddit": 0.07, "squadshifts-amazon": 0.06, "scitail-questions": 0.01,
}  # fmt: skip


class Lists:
    """An endless supply of lists, drawn by set, then by row."""

    def __init__(self, rows: Sequence[QuestionRow], shares: Mapping[str, float] = SHARES) -> None:
        self._sets: dict[str, list[QuestionRow]] = defaultdict(list)
        self._articles: dict[str, list[QuestionRow]] = defaultdict(list)
        for row in rows:
            self._sets[row.set].append(row)
            self._articles[row.article].append(row)
        self._shares = {name: share for name, share in shares.items() if name in self._sets}
        self._things: dict[str, Things] = {}

    def draw(self, rng: random.Random) -> AnswerList:
        """Draw one list."""
        [name] = rng.choices(list(self._shares), list(self._shares.values()))
        return self.of(rng.choice(self._sets[name]), rng)

    def of(self, row: QuestionRow, rng: random.Random) -> AnswerList:
        """Return a list made from `row`, unchanged or as a near miss."""
        if not row.gold:
            return self._list(row, row.question, rng, "human")
        drawn = rng.random()
        if drawn < _REMOVED and len(row.sentences) > len(row.gold) + 1:
            return self._list(row, row.question, rng, "removed")
        if drawn < _REMOVED + _OTHER:
            if (other := self._other_question(row, rng)) is not None:
                return self._list(_unanswered(row), other, rng, "other")
        elif drawn < _REMOVED + _OTHER + _SWAPPED and (made := self._swapped(row, rng)) is not None:
            return made
        return self._list(row, row.question, rng)

    def _other_question(self, row: QuestionRow, rng: random.Random) -> str | None:
        """Return a question on the article whose answer is in another paragraph."""
        held = set(row.sentences)
        for other in rng.sample(self._articles[row.article], min(8, len(self._articles[row.article]))):
            if other.gold and not any(other.sentences[n] in held for n in other.gold):
                return other.question
        return None

    def _swapped(self, row: QuestionRow, rng: random.Random) -> AnswerList | None:
        if row.article not in self._things:
            rows = self._articles[row.article][:400]
            self._things[row.article] = things(
                dict.fromkeys(sentence for one in rows for sentence in one.sentences)
            )
        at = row.gold[0]
        near = " ".join((*row.sentences[max(0, at - 1) : at + 1], row.article))
        swap = swap_in(row.question, self._things[row.article], near, rng)
        # If the sentences do not contain what is changed, nothing would reveal the change.
        if swap is None or swap.old not in near:
            return None
        question = swap.done(row.question)
        if rng.random() < 0.5:
            return self._list(_unanswered(row), question, rng, "swapped")
        sentences = tuple(swap.done(sentence) for sentence in row.sentences)
        spans = tuple(
            span if sentences[n] == row.sentences[n] else None
            for n, span in zip(row.gold, row.spans, strict=True)
        )
        made = self._list(replace(row, sentences=sentences, spans=spans), question, rng)
        candidates = tuple(replace(one, title=swap.done(one.title)) for one in made.candidates)
        return replace(made, twin=True, candidates=candidates)

    def _list(self, row: QuestionRow, question: str, rng: random.Random, miss: Miss = "") -> AnswerList:
        spans = dict(zip(row.gold, row.spans, strict=True))
        before = ("", *row.sentences) if rng.random() > _BARE else ("",) * (len(row.sentences) + 1)
        gold = [Labelled(before[n], row.sentences[n], True, spans[n]) for n in row.gold[:2]]
        if miss == "removed":
            gold = []
        others = [Labelled(before[n], sentence) for n, sentence in enumerate(row.sentences) if n not in spans]
        # The rest of the article contains the answer that these sentences lack.
        if miss in ("", "removed"):
            others += self._from_afar(row, rng)
        asked = _keys(question)
        hard = sorted(
            others, key=lambda one: -len(asked & _keys(one.sentence)) / (1 + len(asked)) - 0.3 * rng.random()
        )
        foreign = list(self._foreign(row, asked, rng))
        named = not row.article.startswith("\0") and rng.random() > _BARE
        own = [*gold, *hard[: _SENTENCES - len(gold) - len(foreign)]]
        candidates = [replace(one, title=row.article) for one in own] if named else own
        candidates += foreign if named else [replace(one, title="") for one in foreign]
        return AnswerList(question, tuple(candidates), miss)

    def _foreign(self, row: QuestionRow, asked: set[str], rng: random.Random) -> Iterator[Labelled]:
        """Yield what a search finds beside a question's own article: a sentence of another one that shares
        the most words with it, and at times a bare title.
        """
        if row.set in _PILES or row.article.startswith("\0"):
            return
        rows = [one for one in rng.choices(self._sets[row.set], k=_ELSEWHERE) if one.article != row.article]
        found = [
            Labelled(before, sentence, title=one.article)
            for one in rows
            for before, sentence in zip(("", *one.sentences), one.sentences, strict=False)
        ]
        if found:
            yield max(found, key=lambda one: len(asked & _keys(one.sentence)))
        if rng.random() < _HEADED:
            yield Labelled("", row.article, title=row.article)

    def _from_afar(self, row: QuestionRow, rng: random.Random) -> Iterator[Labelled]:
        """Yield up to two sentences of other paragraphs that share the most words with the question."""
        if row.set in _PILES:
            return
        own, asked = set(row.sentences), _keys(row.question)
        rows = self._articles[row.article]
        pool: dict[str, str] = {}
        for other in rng.sample(rows, min(6, len(rows))):
            before = ""
            for sentence in other.sentences:
                if sentence not in own:
                    pool[sentence] = before
                before = sentence
        some = rng.sample(list(pool), min(_AFAR, len(pool)))
        for sentence in sorted(some, key=lambda one: -len(asked & _keys(one)))[:2]:
            yield Labelled(pool[sentence], sentence)


def _unanswered(row: QuestionRow) -> QuestionRow:
    return replace(row, gold=(), spans=())


def _keys(text: str) -> set[str]:
    """Return long words cut to five letters: close enough to a stem for finding shared words."""
    return {word[:5] for word in re.findall(r"\w{4,}|\d+", text.lower())}
