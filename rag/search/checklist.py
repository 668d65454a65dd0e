"""Boxes that a question about tasks asks for: all the open or all the ticked ones, or the one it names.

“What is still to be done in the kitchen?” → every open box under “Kitchen”, and no other.
“Has the piano been tuned?”               → the box about the piano; without one, the list does not say
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.articles.lines import lines_of
from rag.language import grammar
from rag.language.boxes import box, is_state, state_asked, task
from rag.language.lexicon import akin, verb_share
from rag.language.reading import Token, read
from rag.language.words import STOPWORDS, stems, words
from rag.search.by_form import ByForm
from rag.search.evidence import expected_kind, near_best, values_of_kind
from rag.search.mentions import FORMS, SENSES, forms_in, mentions
from rag.search.wanted import wanted
from rag.types import Article, Evidence, Hit, Sentence, readable

_MOST_BOXES = 10_000  # read of one article
_MOST_FOUND = 200  # that answer: more are only counted
_BEGINS_READ = 50  # boxes that tell whether a list is of things
_LIKELY_VERB = 0.5  # share of the uses of a word
_MARGIN = 0.2  # a sentence this far below the best one does not answer
_NEAREST = 5  # best sentences: if none is a box, the question is about something else
# What a question calls the boxes themselves, if no box has the word; with all words of the same sense.
_TASKS = ("task", "thing", "item", "list", "point", "step", "work", "box")
_SAYS_NOTHING = STOPWORDS | frozenset("please far yet".split())
_NOTE = re.compile(r"\s?[(\[:;@—–]\s?|\s-\s")  # what stands before a note on a task: “Hire the tent (Ada)”
_ALL = frozenset("all everything anything each every any nothing".split())


def boxes_asked(question: str, evidence: Sequence[Evidence], hits: Sequence[Hit], *, whole: bool) -> ByForm:
    """The boxes, in the order of their list, that a readable question asks for: at most 200 of their count.

    The lists are those of the retrieved passages, `hits`; `whole`: these are all passages there are.
    """
    if _asks_beyond(question, evidence):
        return ByForm(unsaid=(question,))
    state = state_asked(question)
    articles = _with_boxes(evidence, hits) if state else []
    if not articles:
        return ByForm()
    begins = words(question)[:1]
    if begins and begins[0] in grammar.AUXILIARIES:
        if not _ALL & frozenset(words(question)):
            return _named(question, evidence)
        state = "open"  # “is everything done?” is decided by what is not
    elif wanted(question).number not in ("all", "which", "count") and not _asks_for_things(question):
        return ByForm()
    topic = _topic(question)
    each = [fitting for article in articles if (fitting := _fitting(article, topic))]
    most = max((fitting.known for fitting in each), default=0)
    best = [fitting for fitting in each if fitting.known == most]
    states = ("done", "open") if state == "any" else (state,)
    boxes = [one for some in best for one in some.boxes if box(readable(one.text)) in states]
    whole = whole and all(fitting.whole for fitting in each)
    return ByForm(tuple(boxes[:_MOST_FOUND]), count=len(boxes), whole=whole)


def _asks_beyond(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether it asks who did a task, or when, and the best sentence is its box, which does not say so."""
    kind, asked = expected_kind(question), frozenset(stems(question))
    if kind not in ("name", "date") or not evidence or not box(readable(evidence[0].sentence.text)):
        return False
    near = near_best(evidence, _MARGIN)
    return not any(values_of_kind(kind, _noted(readable(one.sentence.text)), asked) for one in near)


def _noted(text: str) -> str:
    """A readable line's task as one clause: a name in a note on it does not begin a sentence."""
    return _NOTE.sub(", ", task(text))


def _with_boxes(evidence: Sequence[Evidence], hits: Sequence[Hit]) -> list[Article]:
    """The articles of the retrieved boxes, the best one's first; none if no box is near."""
    if not any(box(readable(item.sentence.text)) for item in evidence[:_NEAREST]):
        return []
    ranked = [item.sentence for item in evidence]
    beyond = [sentence for hit in hits for sentence in hit.chunk.sentences]
    found: dict[str, Article] = {}
    for sentence in (*ranked, *beyond):
        if sentence.article.source not in found and box(readable(sentence.text)):
            found[sentence.article.source] = sentence.article
    return list(found.values())


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


def _topic(question: str) -> list[Token]:
    """The content words of a question but those that say which state, or command the answer."""
    said = [token for token in read(question).matter if token.at or token.part == "name"]
    return [one for one in said if one.lower not in _SAYS_NOTHING and not is_state(one.lower)]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Boxes of an article; its list has `known` words of the topic."""

    known: int
    boxes: tuple[Sentence, ...]
    whole: bool


def _fitting(article: Article, topic: Sequence[Token]) -> _Fitting | None:
    """The boxes of an article with all words of the topic that only some of them have; None if its list lacks
    one. A list of things has no verb: “packed” is what is done with all of them.
    """
    boxes = list(islice(_boxes_of(article), _MOST_BOXES + 1))
    whole = len(boxes) <= _MOST_BOXES
    around = [frozenset(words(f"{one.context} {readable(one.text)}")) for one in boxes[:_MOST_BOXES]]
    vocabulary = frozenset[str]().union(*around)
    kept = list(range(len(around)))
    known = lacking = 0
    for token in topic:
        forms = forms_in(vocabulary, token.lower)
        having = [at for at in kept if forms & around[at]]
        in_title = mentions(words(article.title), token.lower)
        known += bool(having) or in_title
        if having:
            kept = having
        elif not in_title and not _means_boxes(token.lower):
            if not token.verbal or not _are_things(boxes):
                return None
            lacking += 1
    if lacking and not known:
        return None
    return _Fitting(known, tuple(boxes[at] for at in kept), whole)


def _means_boxes(word: str) -> bool:
    return any(akin(task, word) in ("form", "sense") for task in _TASKS)


def _are_things(boxes: Sequence[Sentence]) -> bool:
    """Whether most boxes name things, not what is to be done: they do not begin with a verb."""
    begins = [next(iter(words(task(readable(one.text)))), "") for one in boxes[:_BEGINS_READ]]
    return 2 * sum(verb_share(word) > _LIKELY_VERB for word in begins) < len(begins)


def _named(question: str, evidence: Sequence[Evidence]) -> ByForm:
    """The boxes about the thing that a yes/no question names, if the best sentence is a box."""
    things = [
        token.lower for token in read(question).matter if not token.verbal and not is_state(token.lower)
    ]
    if not things or not box(readable(evidence[0].sentence.text)):
        return ByForm()
    counted = [(sum(_is_in(thing, item.sentence) for thing in things), item.sentence) for item in evidence]
    most = max(count for count, _ in counted)
    named = [sentence for count, sentence in counted if count == most]
    if not most:
        return ByForm(unsaid=(" ".join(things),))
    return ByForm(tuple(named)) if all(box(readable(one.text)) for one in named) else ByForm()


def _is_in(thing: str, sentence: Sentence) -> bool:
    """Whether a sentence has a word for the thing: in a box, also another word of its sense."""
    text = readable(sentence.text)
    return mentions(words(text), thing, SENSES if box(text) else FORMS)
