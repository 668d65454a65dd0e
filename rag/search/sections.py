"""Parallel sections: a question that names one heading is not asking about similar lines under another.

“How much does the Orlan Max cost?” → “Price: 549 euros” under “Orlan Max”, not “Price: 299 euros”
under “Orlan One”.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from rag.language.words import stems
from rag.types import Block, Sentence

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s{1,8}(?=[^\W\d_])")  # “2.1 Birch hut”


class Sections:
    """The headings above the retrieved sentences that a question names word for word."""

    def __init__(self, placed: Sequence[tuple[Sentence, Block]], asked: frozenset[str]) -> None:
        """`asked` are the question's stems."""
        self._asked = asked
        self._most: dict[str, int] = defaultdict(int)
        self._words: dict[str, frozenset[str]] = defaultdict(frozenset)
        self._rows: dict[tuple[str, tuple[str, ...]], int] = defaultdict(int)
        for sentence, block in placed:
            if block.kind == "row":
                table = sentence.article.source, block.path
                self._rows[table] = max(self._rows[table], len(self._own(sentence)))
        read = [(sentence, self._depth(block)) for sentence, block in placed if block.path]
        for sentence, depth in read:
            source = sentence.article.source
            self._most[source] = max(self._most[source], depth)
        for sentence, depth in read:
            source = sentence.article.source
            if depth and depth == self._most[source]:
                self._words[source] |= self._own(sentence)

    def elsewhere(self, sentence: Sentence, block: Block) -> bool:
        """Whether a sentence is under another heading than the question names, and has no more of its words.

        A sentence without a heading is never elsewhere. A table row is elsewhere if another row of its table
        has more of the question's words.
        """
        source = sentence.article.source
        if block.kind == "row" and len(self._own(sentence)) < self._rows[source, block.path]:
            return True
        if not block.path or self._depth(block) >= self._most[source]:
            return False
        return self._own(sentence) <= self._words[source]

    def _depth(self, block: Block) -> int:
        """How many of the headings above a block the question names, with or without their numbers."""
        return sum(
            any(part and self._asked.issuperset(part) for part in (stems(over), stems(_NUMBER.sub("", over))))
            for over in block.path
        )

    def _own(self, sentence: Sentence) -> frozenset[str]:
        """The question's stems in the sentence itself."""
        return self._asked.intersection(stems(sentence.text))
