"""How a sentence is shown: whole enough to be understood, and with what it is about."""

from collections.abc import Sequence
from dataclasses import replace

from rag.language.words import stems
from rag.search.versions import form
from rag.types import Evidence, Sentence, readable

_FEWEST_WORDS = 5  # of a turn or an answer: “There have.” says nothing without what follows
_ALIKE = 0.6  # of a sentence's form, in one about another thing
_COMPARED = 20


def in_full(item: Evidence) -> Evidence:
    """The same evidence; a few words of a speaker's turn, or of an answer, with the sentence after them."""
    sentence, block = item.sentence, item.sentence.block
    if block.kind not in ("speech", "answer") or len(readable(sentence.text).split()) >= _FEWEST_WORDS:
        return item
    after = (one for one in item.hit.chunk.sentences if sentence.end <= one.start < block.end)
    following = next(after, None)
    if following is None:
        return item
    return replace(item, sentence=Sentence(sentence.article, sentence.start, following.end))


def within(item: Evidence, others: Sequence[Evidence]) -> bool:
    """Whether a sentence is part of another."""
    sentence = item.sentence
    return any(
        one.sentence.article is sentence.article
        and one.sentence.start <= sentence.start
        and sentence.end <= one.sentence.end
        for one in others
    )


def whose(item: Evidence, ranked: Sequence[Evidence]) -> str:
    """The heading or title that says what a sentence of prose is about, if another says the like of another
    thing; else "".

    “There is no breakfast.” under “Old Weir”, if “Breakfast is at eight.” is under “Grey Mare”.
    """
    sentence, block = item.sentence, item.sentence.block
    said = form(readable(sentence.text))
    shows_path = bool(block.path) and block.kind not in ("paragraph", "answer")
    if not said or shows_path or block.kind == "heading":
        return ""
    mine = _over(sentence)
    for other in (one.sentence for one in ranked[:_COMPARED]):
        own = frozenset(stems(mine)).difference(stems(_over(other)))
        if (
            own
            and _side_by_side(sentence, other)
            and len(said.intersection(stems(readable(other.text)))) >= _ALIKE * len(said)
            and not own.intersection(stems(readable(sentence.text)))
        ):
            return block.context or mine
    return ""


def _over(sentence: Sentence) -> str:
    """What a sentence stands under: the nearest heading, else its article's title."""
    return sentence.block.path[-1] if sentence.block.path else readable(sentence.article.title)


def _side_by_side(one: Sentence, other: Sentence) -> bool:
    """Whether sentences stand under two headings of one rank, or under two titles."""
    here, there = one.block.path, other.block.path
    return here[:-1] == there[:-1] if one.article is other.article else not here and not there


def of_another(item: Evidence, other: Evidence, asked: frozenset[str]) -> bool:
    """Whether the question names what the other's article is about by words that this one's lacks: its title
    has others in their place, and its passage does not have them either.
    """
    mine, yours = (frozenset(stems(one.sentence.article.title)) for one in (item, other))
    named = (yours - mine) & asked
    instead = bool(mine & yours) and bool(mine - yours) and not (mine - yours) & asked
    return bool(named) and instead and not named.intersection(stems(readable(item.hit.chunk.text)))
