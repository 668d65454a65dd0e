"""How a reader is shown the sentences of a text."""

from rag.articles.parse import read_article
from rag.types import Sentence


def told(text: str, name: str = "a.md") -> list[tuple[str, str]]:
    """Each sentence: the kind of its block, and what is shown."""
    article = read_article(name, text.encode())
    starts = range(0, len(article.spans), 2)
    found = [Sentence(article, article.spans[at], article.spans[at + 1]) for at in starts]
    return [(sentence.block.kind, sentence.display_text) for sentence in found]
