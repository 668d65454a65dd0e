"""Who or what a sentence is about, where another sentence of its paragraph says so.

“Who bakes rye bread?” → “Jon Vik keeps the shop on the quay.”, “Rye bread is baked here on Mondays.”
"""

from collections.abc import Sequence

from rag.language.facts import facts
from rag.language.words import stems
from rag.types import Chunk, Sentence, readable


def with_names(
    sentences: Sequence[Sentence], chunks: Sequence[Chunk], asked: frozenset[str]
) -> list[Sentence]:
    """The sentences, each that names nothing after the nearest one of its paragraph that does, if there is
    one in `chunks`; `asked` are the question's stems.
    """
    shared = shared_title(sentences)
    found: dict[tuple[str, int], Sentence] = {}
    for sentence in sentences:
        named = None if is_named(sentence, shared, asked) else _naming(sentence, chunks, asked)
        for one in (named, sentence) if named else (sentence,):
            found.setdefault((one.article.source, one.start), one)
    return list(found.values())


def shared_title(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The stems that the titles of all the sentences' articles have."""
    return frozenset.intersection(*(frozenset(stems(one.article.title)) for one in sentences))


def is_named(sentence: Sentence, shared: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether a sentence says what it is about: by a name, its heading, or its article's title, `shared`
    words aside.
    """
    own = frozenset(stems(sentence.article.title)) - shared
    titled = any(word.isalpha() for word in own)
    return bool(sentence.block.path) or titled or _gives_name(sentence, asked)


def _naming(sentence: Sentence, chunks: Sequence[Chunk], asked: frozenset[str]) -> Sentence | None:
    """The nearest sentence of the same paragraph that gives a name, rather one before it."""
    article = sentence.article
    around = next(
        (
            chunk.sentences
            for chunk in chunks
            if chunk.article.source == article.source and chunk.start <= sentence.start < chunk.end
        ),
        (),
    )
    before = [one for one in reversed(around) if one.end <= sentence.start]
    after = [one for one in around if one.start >= sentence.end]
    near = [
        one
        for one in (*before, *after)
        if "\n\n" not in article.text[min(one.end, sentence.end) : max(one.start, sentence.start)]
    ]
    return next((one for one in near if _gives_name(one, asked)), None)


def _gives_name(sentence: Sentence, asked: frozenset[str]) -> bool:
    return bool(facts(readable(sentence.text)).names - asked - frozenset(stems(sentence.article.title)))
