"""How a sentence is shown: whole enough to be understood, and with what it is about."""

from collections.abc import Sequence
from dataclasses import replace

from rag.language import grammar
from rag.language.dates import days
from rag.language.facts import facts, matter
from rag.language.words import stem, stems, words
from rag.types import Evidence, Sentence, readable

_FEWEST_WORDS = 5  # of a turn or an answer: “There have.” says nothing without what follows
_ALIKE = 0.6  # of a sentence's form, in one about another thing
_COMPARED, _NEAREST = 60, 20


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


def whose(item: Evidence, ranked: Sequence[Evidence], asked: frozenset[str]) -> str:
    """The heading or title that says what a sentence is about, if it is one of several things told of alike,
    or the question, whose stems are `asked`, names another heading beside it; else "".

    “There is no breakfast.” under “Old Weir”, if there and under “Grey Mare” the landlord is named.
    """
    sentence, block = item.sentence, item.sentence.block
    if (block.path and block.kind not in ("paragraph", "answer")) or block.kind == "heading":
        return ""
    mine, text = _over(sentence), readable(sentence.text)
    if _names_sibling(sentence, asked):
        return block.context or mine
    here = [one.sentence for one in ranked if one.sentence.article is sentence.article][:_COMPARED]
    own_section = [one for one in here if one.block.path == block.path] if block.path else [sentence]
    beyond = [one.sentence for one in ranked[:_NEAREST] if one.sentence.article is not sentence.article]
    over_it, held = frozenset(stems(mine)), frozenset(stems(text))
    told: list[frozenset[str]] = []
    for other in (*here, *beyond):
        own = over_it.difference(stems(_over(other)))
        if not own or own & held or not _side_by_side(sentence, other):
            continue
        told = told or [_told(one) for one in (sentence, *own_section)]
        also = frozenset(stems(readable(other.text)))
        if any(said and len(said & also) >= _ALIKE * len(said) for said in told):
            return block.context or mine
    return ""


def _names_sibling(sentence: Sentence, asked: frozenset[str]) -> bool:
    """Whether the question names a heading beside a sentence's own and not its own, and the sentence does not
    name that either, or compares with it what it calls “it”.
    """
    path = sentence.block.path
    own = frozenset(stems(path[-1])) if path else frozenset()
    if own <= asked:
        return False
    beside = {
        block.path[-1]
        for block in sentence.article.blocks
        if len(block.path) == len(path) and block.path[:-1] == path[:-1]
    }
    others = [frozenset(stems(heading)) - own for heading in beside if heading != path[-1]]
    said = words(readable(sentence.text))
    told = frozenset() if grammar.STANDS_FOR.intersection(said) else frozenset(map(stem, said))
    return any(other and other <= asked and not other & told for other in others)


def _told(sentence: Sentence) -> frozenset[str]:
    """The stems of a sentence, names and values aside: of “The landlord is Tora Lund” that of “landlord”."""
    text = readable(sentence.text)
    return matter(text) - facts(text).names


def _over(sentence: Sentence) -> str:
    """What a sentence stands under: the nearest heading, else its article's title."""
    path = _headings(sentence)
    return path[-1] if path else readable(sentence.article.title)


def _headings(sentence: Sentence) -> tuple[str, ...]:
    """The path of a sentence without the date of its section."""
    path = sentence.block.path
    dated = len(path) > 1 and any(
        day.year and day.start == 0 and day.end == len(path[-1]) for day in days(path[-1])
    )
    return path[:-1] if dated else path


def _side_by_side(one: Sentence, other: Sentence) -> bool:
    """Whether sentences stand under two headings of one rank, or under two titles that are half the same."""
    here, there = _headings(one), _headings(other)
    if one.article is other.article:
        return here[:-1] == there[:-1]
    mine, yours = (frozenset(stems(each.article.title)) for each in (one, other))
    return not here and not there and 2 * len(mine & yours) >= max(len(mine), len(yours))


def of_another(item: Evidence, other: Evidence, asked: frozenset[str]) -> bool:
    """Whether the question names what the other's article is about by words that this one's lacks: its title
    has others in their place, and its passage does not have them either.
    """
    mine, yours = (frozenset(stems(one.sentence.article.title)) for one in (item, other))
    named = (yours - mine) & asked
    instead = bool(mine & yours) and bool(mine - yours) and not (mine - yours) & asked
    return bool(named) and instead and not named.intersection(stems(readable(item.hit.chunk.text)))
