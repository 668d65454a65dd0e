"""Choose the evidence for an answer: as much as fits a token budget, or a diverse selection."""

import math
from collections import Counter
from collections.abc import Sequence

from rag.language.facts import matter
from rag.models.tokens import count_tokens
from rag.search.evidence import is_heading, near_best
from rag.types import Evidence, readable

_MARGIN = 0.5  # a sentence this far below the best one is not about the topic
_REPEATS = 0.5  # penalty for a sentence all of whose words are in one already chosen


def within_budget(evidence: Sequence[Evidence], max_tokens: int) -> list[Evidence]:
    """The best evidence that fits, at least one, in reading order."""
    sizes = count_tokens([readable(item.sentence.text) for item in evidence])
    chosen: list[Evidence] = []
    used = 0
    for item, size in zip(evidence, sizes, strict=True):
        used += size + 4  # marker and newline
        if chosen and used > max_tokens:
            break
        chosen.append(item)
    return _reading_order(chosen)


def varied(evidence: Sequence[Evidence], limit: int) -> list[Evidence]:
    """An overview: at most `limit` complementary sentences, from several articles, in reading order.

    Chosen one by one, by score minus similarity to those already chosen: maximal marginal relevance
    (Carbonell and Goldstein, 1998).
    """
    most_covered = max((item.term_coverage for item in evidence), default=0.0)
    left = [
        item
        for item in near_best(evidence, _MARGIN)
        if item.term_coverage >= most_covered / 2 and not is_heading(item.sentence)
    ]
    articles = len({item.sentence.article.source for item in left})
    most = math.ceil(2 * limit / max(articles, 1))
    chosen: list[Evidence] = []
    taken: Counter[str] = Counter()
    while left and len(chosen) < limit:
        best = max(left, key=lambda item: item.score - _REPEATS * _repeated(item, chosen))
        left.remove(best)
        if taken[best.sentence.article.source] < most:
            taken[best.sentence.article.source] += 1
            chosen.append(best)
    return _reading_order(chosen)


def _repeated(item: Evidence, chosen: Sequence[Evidence]) -> float:
    """The largest share of the sentence's words that a single chosen sentence has."""
    mine = matter(readable(item.sentence.text))
    shares = (len(mine & matter(readable(other.sentence.text))) / max(len(mine), 1) for other in chosen)
    return max(shares, default=0.0)


def _reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Best article first, its sentences in their original order, so that “he” follows the name."""
    rank: dict[str, int] = {}
    for item in chosen:
        rank.setdefault(item.sentence.article.source, len(rank))
    return sorted(chosen, key=lambda item: (rank[item.sentence.article.source], item.sentence.start))
