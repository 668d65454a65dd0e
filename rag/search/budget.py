"""How much evidence a language model is given: as many sentences as its token budget carries."""

from collections.abc import Sequence

from rag.corpus.tokens import count_tokens
from rag.types import Evidence, readable


def within_budget(evidence: Sequence[Evidence], max_tokens: int) -> list[Evidence]:
    """The best evidence that fits, at least one, in reading order: best article first.

    Sentences of one article stand together as they do in the file, so that “he” and “these”
    follow what they stand for.
    """
    sizes = count_tokens([readable(item.sentence.text) for item in evidence])
    chosen: list[Evidence] = []
    used = 0
    for item, size in zip(evidence, sizes, strict=True):
        used += size + 4  # the marker and the line end
        if chosen and used > max_tokens:
            break
        chosen.append(item)
    rank: dict[str, int] = {}
    for item in chosen:
        rank.setdefault(item.sentence.article.source, len(rank))
    return sorted(chosen, key=lambda item: (rank[item.sentence.article.source], item.sentence.start))
