"""Questions with the sentence that answers them, in which the answer is marked: what spans are learned from.

Lists have few of them; and what a span is, is learned later than what answers.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from eval.train.lists import Labelled
from eval.train.rows import QuestionRow

_BARE = 0.15  # without the title, and as many without the preceding sentence
# Share of each set; reviews and posts are unlike articles.
SHARES: Mapping[str, float] = {
    "squad2-dev-25": 0.36, "squadshifts-newwiki": 0.26, "qamr": 0.20, "fairytaleqa": 0.08,
    "squadshifts-reddit": 0.05, "squadshifts-amazon": 0.05,
}  # fmt: skip


class Spans:
    """An endless supply of them, drawn by set, then by row."""

    def __init__(self, rows: Sequence[QuestionRow], shares: Mapping[str, float] = SHARES) -> None:
        self._sets: dict[str, list[QuestionRow]] = defaultdict(list)
        for row in rows:
            if any(row.spans):
                self._sets[row.set].append(row)
        self._shares = {name: share for name, share in shares.items() if name in self._sets}

    def draw(self, rng: random.Random) -> tuple[str, Labelled]:
        """Draw a question and its sentence."""
        [name] = rng.choices(list(self._shares), list(self._shares.values()))
        row = rng.choice(self._sets[name])
        at, span = rng.choice([one for one in zip(row.gold, row.spans, strict=True) if one[1]])
        title = "" if row.article.startswith("\0") or rng.random() < _BARE else row.article
        before = row.sentences[at - 1] if at and rng.random() > _BARE else ""
        return row.question, Labelled(before, row.sentences[at], True, span, title)
