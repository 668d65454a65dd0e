"""Suggested questions to start or continue with, each of which the articles answer."""

from collections.abc import Iterable
from itertools import islice

from rag.answer.write import Limits
from rag.events import outcome
from rag.question import overview
from rag.resources import Resources
from rag.search.suggest import names_near
from rag.types import Answer

_MOST_TRIED = 8  # topics tried before settling for fewer suggestions


def suggestions(answer: Answer | None, most: int, parts: Resources, limits: Limits) -> list[str]:
    """Return questions about names in the passages of `answer`, or about article titles if it is None.

    Each must be answerable with quotes, by a sentence that `answer` does not cite.
    """
    cited = {citation.quote for citation in answer.citations} if answer else set()
    catalog = parts.generation().catalog
    topics: Iterable[tuple[str, str]]
    if answer:
        names = names_near((passage.text for passage in answer.passages), answer.standalone_question)
        topics = ((name, name) for name in names)
    else:
        titles = (catalog.article(row.n).title for row in catalog.articles)
        topics = ((f"“{title}”", title) for title in titles)
    found: list[str] = []
    for shown, topic in islice(topics, _MOST_TRIED):
        question = f"What do the articles say about {shown}?"
        reply = outcome(overview(question, topic, parts, limits)).answer
        if reply.status == "answered" and {c.quote for c in reply.citations} - cited:
            found.append(question)
        if len(found) == most:
            break
    return found
