"""Boxes that a question about tasks asks for: all the open or all the ticked ones, or the one it names.

“What is still to be done in the kitchen?” → every open box under “Kitchen”, and no other.
“Has the piano been tuned?”               → the box about the piano; without one, the list does not say
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.articles.lines import lines_of
from rag.language import grammar
from rag.language.boxes import box, is_state, state_asked, task
from rag.language.lexicon import akin
from rag.language.reading import read
from rag.language.words import STOPWORDS, stems, words
from rag.search.evidence import expected_kind, values_of_kind
from rag.search.wanted import wanted
from rag.types import Article, Evidence, Sentence, readable

_MOST_ARTICLES = 5  # whose boxes are read
_MOST_BOXES = 200  # of one article
_MARGIN = 0.2  # a sentence this far below the best one does not answer
_NEAREST = 5  # best sentences: if none is a box, the question is about something else
# What a question calls the boxes themselves, if no box has the word; with all words of the same sense.
_TASKS = ("task", "thing", "item", "list", "point", "step", "work", "box")
_SAYS_NOTHING = STOPWORDS | frozenset("please far yet".split())
_ALL = frozenset("all everything anything each every any nothing".split())


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes that answer; or `unsaid`, what a question about a single task names and no box has."""

    found: tuple[Sentence, ...] = ()
    unsaid: tuple[str, ...] = ()


def boxes_asked(question: str, evidence: Sequence[Evidence]) -> Boxes:
    """The boxes, in the order of their list, that a readable question asks for."""
    if _asks_beyond(question, evidence):
        return Boxes(unsaid=(question,))
    state = state_asked(question)
    articles = _with_boxes(evidence) if state else []
    if not articles:
        return Boxes()
    begins = words(question)[:1]
    if begins and begins[0] in grammar.AUXILIARIES:
        if not _ALL & frozenset(words(question)):
            return _named(question, evidence)
        state = "open"  # “is everything done?” is decided by what is not
    elif wanted(question).number not in ("all", "which", "count") and not _asks_for_things(question):
        return Boxes()
    topic = _topic(question)
    each = [fitting for article in articles if (fitting := _fitting(article, topic))]
    most = max((known for known, _ in each), default=0)
    boxes = [one for known, some in each if known == most for one in some]
    return Boxes(tuple([one for one in boxes if box(readable(one.text)) == state][:_MOST_BOXES]))


def _asks_beyond(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether it asks who did a task, or when, and the best sentence is its box, which does not say so."""
    kind, asked = expected_kind(question), frozenset(stems(question))
    if kind not in ("name", "date") or not evidence or not box(readable(evidence[0].sentence.text)):
        return False
    near = [item for item in evidence if item.score >= evidence[0].score - _MARGIN]
    return not any(values_of_kind(kind, task(readable(one.sentence.text)), asked) for one in near)


def _with_boxes(evidence: Sequence[Evidence]) -> list[Article]:
    """The articles of the best boxes; none if no box is near."""
    if not any(box(readable(item.sentence.text)) for item in evidence[:_NEAREST]):
        return []
    found = {
        item.sentence.article.source: item.sentence.article
        for item in evidence
        if box(readable(item.sentence.text))
    }
    return list(found.values())[:_MOST_ARTICLES]


def _boxes_of(article: Article) -> Iterator[Sentence]:
    for block in article.blocks:
        if block.kind == "item" and box(readable(article.text[block.start : block.end])):
            yield Sentence(article, block.start, block.end)
        elif block.kind == "paragraph":
            for line in lines_of(article.text, block.start, block.end):
                if box(readable(line.text)):
                    yield Sentence(article, line.start, line.end)


def _asks_for_things(question: str) -> bool:
    """Whether it begins like “what …”, or asks for things without a question word: “the open jobs”."""
    said = words(question)
    asks = next((word for word in said if word in ("what", "who", "when", "where", "why", "how")), "what")
    return asks == "what"


def _topic(question: str) -> list[str]:
    """The content words of a question but those that say which state, or command the answer."""
    said = [token.lower for token in read(question).matter if token.at or token.part == "name"]
    return [word for word in said if word not in _SAYS_NOTHING and not is_state(word)]


def _fitting(article: Article, topic: Sequence[str]) -> tuple[int, list[Sentence]] | None:
    """How many words of the topic an article's list has, and its boxes with all those that only some have;
    None if it lacks one.
    """
    boxes = list(_boxes_of(article))[:_MOST_BOXES]
    around = [words(f"{one.context} {readable(one.text)}") for one in boxes]
    title = words(article.title)
    kept = list(range(len(boxes)))
    known = 0
    for word in topic:
        having = [at for at in kept if _has(around[at], word)]
        known += bool(having) or _has(title, word)
        if having:
            kept = having
        elif not _has(title, word) and not any(akin(task, word) in ("form", "sense") for task in _TASKS):
            return None
    return known, [boxes[at] for at in kept]


def _has(text: Sequence[str], word: str) -> bool:
    return any(word == one or akin(word, one) in ("form", "derived") for one in text)


def _named(question: str, evidence: Sequence[Evidence]) -> Boxes:
    """The boxes about the thing that a yes/no question names, if the best sentence is a box."""
    things = [
        token.lower for token in read(question).matter if not token.verbal and not is_state(token.lower)
    ]
    if not things or not box(readable(evidence[0].sentence.text)):
        return Boxes()
    counted = [(sum(_is_in(thing, item.sentence) for thing in things), item.sentence) for item in evidence]
    most = max(count for count, _ in counted)
    named = [sentence for count, sentence in counted if count == most]
    if not most:
        return Boxes(unsaid=(" ".join(things),))
    return Boxes(tuple(named)) if all(box(readable(one.text)) for one in named) else Boxes()


def _is_in(thing: str, sentence: Sentence) -> bool:
    """Whether a sentence has a word for the thing: in a box, also another word of its sense."""
    text = readable(sentence.text)
    kinships = ("form", "derived", "sense") if box(text) else ("form", "derived")
    return any(thing == one or akin(thing, one) in kinships for one in words(text))
