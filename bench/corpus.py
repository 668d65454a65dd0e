"""Synthetic articles for benchmarks: as many as needed, no two alike, the same on every machine.

Sentences of real articles are drawn, and a third of their words replaced: most by words of the same
articles, some by invented names, drawn by Zipf's law, so that the vocabulary grows with the corpus as that
of real text does (Heaps).
"""

import random
from itertools import accumulate
from pathlib import Path

from rag.articles.read import read_corpus
from rag.articles.sentences import split_sentences

ARTICLE_CHARS = 5000  # of a news article; about eight chunks
_EXCHANGED = 0.33
_INVENTED = 0.2  # of the replaced words
_NAMES = 40_000
_SYLLABLES = (
    "ba be bo ca da de di do el en fa ga go ha in ka ke la le li lo ma me mi na ne no ol or pa ra re ri ro"
    " sa se ta te ti to un va ve"
).split()
_TITLE_WORDS = 6


class Inventor:
    """Generates articles from the sentences of those in `folder`."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311
        texts = [article.text for article in read_corpus(folder, 20_000_000).articles]
        self._sentences = [text[a:b].split() for text in texts for a, b in split_sentences(text)]
        self._words = [word for sentence in self._sentences for word in sentence]
        self._names = [self._name() for _ in range(_NAMES)]
        self._zipf = list(accumulate(1 / rank for rank in range(1, _NAMES + 1)))

    def write(self, folder: Path, articles: int, first: int = 0) -> None:
        """Write `articles` files, numbered from `first`, into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(first, first + articles):
            (folder / f"{number:06d}.txt").write_text(self.article(), encoding="utf-8")

    def article(self) -> str:
        """Return a title and paragraphs of synthetic sentences."""
        title = " ".join(self._exchange(self._random.choice(self._sentences))[:_TITLE_WORDS])
        paragraphs = [title.rstrip(".,;:!?")]
        length = 0
        while length < ARTICLE_CHARS:
            sentences = self._random.choices(self._sentences, k=4)
            paragraphs.append(" ".join(" ".join(self._exchange(sentence)) for sentence in sentences))
            length += len(paragraphs[-1])
        return "\n\n".join(paragraphs) + "\n"

    def _exchange(self, sentence: list[str]) -> list[str]:
        return [self._other(word) if self._random.random() < _EXCHANGED else word for word in sentence]

    def _other(self, word: str) -> str:
        if self._random.random() > _INVENTED:
            other = self._random.choice(self._words)
        else:
            [other] = self._random.choices(self._names, cum_weights=self._zipf)
        return other + "." if word.endswith(".") and not other.endswith(".") else other

    def _name(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))).capitalize()
