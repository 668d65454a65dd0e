"""The material for claims: the sentences of some articles, tagged, and the words that occur in them."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.alterations.names import names_in, people_in, places_in
from eval.alterations.words import Word, shape, tagged
from rag import Article, readable
from rag.parts import Sentence, split_sentences

_MIN_WORDS, _MAX_WORDS = 6, 60


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence of an article as readers see it, with its words and their shape."""

    sentence: Sentence
    text: str
    words: tuple[Word, ...]
    shape: str

    def part(self, first: int, last: int) -> str:
        """Return the text from the first word up to, but excluding, the last."""
        return self.text[self.words[first].start : self.words[last - 1].end]


@dataclass(frozen=True, slots=True)
class Material:
    """Articles with their sentences; `forms` has all their words by tag, each once.

    `names` are those of all articles, `people` the possible names of people by article, `counted` the nouns
    that follow a number.
    """

    articles: Sequence[Article]
    sentences: Mapping[str, Sequence[Tagged]]
    forms: Mapping[str, Sequence[Word]]
    names: Sequence[str]
    people: Mapping[str, Sequence[str]]
    counted: Sequence[str]

    @property
    def all_sentences(self) -> list[Tagged]:
        """The sentences of all articles."""
        return [one for found in self.sentences.values() for one in found]


def material(articles: Sequence[Article], seed: int, max_sentences: int = 12_000) -> Material:
    """Return the articles' material, or that of a random sample if they have too many sentences.

    Tagging takes a millisecond per sentence.
    """
    order = list(articles)
    random.Random(f"{seed} articles").shuffle(order)  # noqa: S311  a draw that can be repeated
    sentences: dict[str, list[Tagged]] = {}
    kept: list[Article] = []
    for article in order:
        if sum(map(len, sentences.values())) >= max_sentences:
            break
        sentences[article.source] = list(_statements(article))
        kept.append(article)
    forms: dict[str, dict[str, Word]] = defaultdict(dict)
    counted: set[str] = set()
    for one in (one for found in sentences.values() for one in found):
        for word in one.words:
            forms[word.tag].setdefault(word.text.lower(), word)
        counted.update(unit for unit in _counted(one.words))
    words = {source: [one.words for one in found] for source, found in sorted(sentences.items())}
    every = [one for found in words.values() for one in found]
    places = places_in(every)
    return Material(
        sorted(kept, key=lambda article: article.source),
        {source: sentences[source] for source in sorted(sentences)},
        {tag: [words[text] for text in sorted(words)] for tag, words in forms.items()},
        sorted(names_in(every)),
        {source: people_in(found, places) for source, found in words.items()},
        sorted(counted),
    )


def as_tagged(sentence: Sentence) -> Tagged:
    """Return a sentence of an article, tagged."""
    text = readable(sentence.text)
    words = tagged(text)
    return Tagged(sentence, text, words, shape(words))


def _counted(words: Sequence[Word]) -> Iterator[str]:
    """Yield nouns that directly follow a number: what is counted or measured in these articles."""
    for number, noun in pairwise(words):
        if number.tag == "CRD" and noun.tag == "NN2" and noun.text.isalpha():
            yield noun.text


def _statements(article: Article) -> Iterator[Tagged]:
    """Yield whole sentences with a verb: no headings, lists of links or questions."""
    for start, end in split_sentences(article.text, article.body_start):
        sentence = Sentence(article, start, end)
        text = readable(sentence.text)
        if not text.rstrip("\"'”’)").endswith((".", "!")) or not text[0].isalnum():
            continue
        if _MIN_WORDS <= len(text.split()) <= _MAX_WORDS:
            one = as_tagged(sentence)
            if any(letter in "vbhom" for letter in one.shape):
                yield one
