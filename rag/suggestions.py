"""Suggested questions to start or continue with, each of which the articles answer."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest

from rag.answer.write import Limits
from rag.events import outcome
from rag.index.catalog import ArticleRow, Catalog
from rag.question import answer_question, overview
from rag.resources import Resources
from rag.search.fact_questions import facts_asked
from rag.search.suggest import names_near
from rag.types import Answer

_MOST_TRIED = 8  # topics, before fewer suggestions are shown
_MOST_ASKED = 24  # questions made from facts, each some 20 ms
_ARTICLES, _CHUNKS, _A_ARTICLE = 24, 8, 4  # the newest, their first passages, and questions of each
_SURE = 0.6  # the confidence from which an answer on the seed articles was never wrong


def suggestions(answer: Answer | None, most: int, parts: Resources, limits: Limits) -> list[str]:
    """Questions about names in the passages of `answer`; without one, about facts of the newest articles.

    Quotes must answer each, with a sentence that `answer` does not cite. Where too few facts can be asked
    for, questions about what articles are titled fill up.
    """
    cited = {citation.quote for citation in answer.citations} if answer else set()
    catalog = parts.generation().catalog
    if answer:
        names = names_near((passage.text for passage in answer.passages), answer.standalone_question)
        return _about(((name, name) for name in names), cited, most, parts, limits)
    found = list(islice(_of_facts(catalog, parts, limits), most))
    titles = (catalog.article(row.n).title for row in catalog.articles)
    more = _about(((f"“{title}”", title) for title in titles), cited, most - len(found), parts, limits)
    return [*found, *more]


def _of_facts(catalog: Catalog, parts: Resources, limits: Limits) -> Iterator[str]:
    """Questions that are surely answered with the sentence they were made from, of ever another article."""
    newest = sorted(catalog.articles, key=lambda row: row.date, reverse=True)[:_ARTICLES]
    by_article = [list(islice(_askable(row, catalog), _A_ARTICLE)) for row in newest]
    for question, stated in islice(filter(None, chain(*zip_longest(*by_article))), _MOST_ASKED):
        answer = outcome(answer_question(question, (), parts, limits)).answer
        first = answer.sentences[0].citations if answer.sentences else ()
        quoted = {citation.quote for citation in answer.citations if citation.n in first}
        if answer.status == "answered" and answer.confidence >= _SURE and stated in quoted:
            yield question


def _askable(row: ArticleRow, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Questions about facts of an article, one a sentence, each with the sentence that states it."""
    spans = {
        (sentence.start, sentence.text)
        for chunk in islice(catalog.chunks_of(row), _CHUNKS)
        for sentence in catalog.chunk(chunk).sentences
    }
    for _, text in sorted(spans):
        yield from ((question, text) for question in islice(facts_asked(text), 1))


def _about(
    topics: Iterable[tuple[str, str]], cited: set[str], most: int, parts: Resources, limits: Limits
) -> list[str]:
    """Questions about these topics, each with how it is shown."""
    found: list[str] = []
    if most <= 0:
        return found
    for shown, topic in islice(topics, _MOST_TRIED):
        question = f"What do the articles say about {shown}?"
        reply = outcome(overview(question, topic, parts, limits)).answer
        if reply.status == "answered" and {c.quote for c in reply.citations} - cited:
            found.append(question)
        if len(found) == most:
            break
    return found
