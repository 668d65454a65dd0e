"""The second step, Asked → Found: passages by hybrid search, and their sentences ranked as evidence."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rag.index.generation import Generation
from rag.index.lexical import LexicalIndex
from rag.language.relation import place
from rag.language.words import stems
from rag.models.encoder import Encoder
from rag.models.reader import Reader, ReaderOutput
from rag.search.bounds import bound_asked
from rag.search.by_form import ByForm
from rag.search.checklist import boxes_asked
from rag.search.comparison import compared
from rag.search.decided import deciding
from rag.search.evidence import find_evidence, nearest
from rag.search.features import Features, features
from rag.search.history import Turn, answered, is_phrase
from rag.search.missing import missing_word
from rag.search.premises import otherwise
from rag.search.reading import by_reading
from rag.search.request import Request
from rag.search.retrieve import Query, all_matching, make_query, retrieve
from rag.search.scope import EVERYTHING, Scope, part_of
from rag.search.sides import sides_of
from rag.search.strangers import stranger
from rag.search.versions import by_time, is_of_time
from rag.search.wanted import wanted
from rag.types import Evidence, Hit, readable

_CONTEXT_TURNS = 4  # used as context in the search for passages: two questions and two answers
_CONTEXT_CHARS = 400  # of each turn


class Ranker(Protocol):
    """Reranks sentences; without one, the first stage's order is used."""

    def rank(self, question: str, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
        """The same evidence, best first, with comparable values of `score`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, prepared for answering.

    `standalone` can be understood without the turns before it. `searched` is the query for passages: if the
    question was joined to an earlier one by rule, it is the question alone, which the other would drown out.
    Only the articles in `scope` count.
    """

    question: str
    standalone: str
    searched: str
    request: Request
    turns: tuple[Turn, ...] = ()
    scope: Scope = EVERYTHING

    @property
    def joined(self) -> bool:
        """Whether `standalone` is the question joined to an earlier one by rule."""
        return self.standalone != self.searched

    @property
    def form(self) -> str:
        """The question whose form counts, a list, a number or a comparison: of one that was joined to an
        earlier question by rule, its own, unless it is no clause (“and the ferry?”).
        """
        return self.searched if self.joined and not is_phrase(self.searched) else self.standalone


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search: `candidates` are all passages with their scores, `hits` the best of them.

    `whole`: no passage that could have been a candidate was left out.
    `stranger` is what the question names that the articles do not have, where they have others of its kind;
    `missing` is a word of the question that no article has and that rules an answer out;
    `otherwise` is what the best sentence says otherwise than the question takes for granted;
    `features` are those of the evidence, None if there is none.
    `read` is what the reader says of the best sentence, None without a reader.
    `by_form` are sentences that answer by their form.
    `parts` are the questions of a message that asks several, each with what was found for it alone.
    """

    query: Query
    candidates: tuple[Hit, ...]
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    whole: bool = True
    stranger: str = ""
    missing: str = ""
    otherwise: str = ""
    features: Features | None = None
    read: ReaderOutput | None = None
    by_form: ByForm = field(default_factory=ByForm)
    parts: tuple[tuple[Asked, "Found"], ...] = ()


def find(
    asked: Asked,
    generation: Generation,
    encoder: Encoder,
    *,
    passages: int,
    lexical_weight: float,
    ranker: Ranker | None = None,
    reader: Reader | None = None,
) -> Found:
    """Search the best `passages` passages for sentences that may answer.

    Raises:
        ScopeError: if the scope names an article or folder that does not exist.
        IndexFault: if the generation turns out to be damaged.
    """
    part = part_of(asked.scope, generation)
    within = generation if part is None else part
    query = make_query(within, encoder, asked.request.topic or asked.standalone)
    searched = make_query(within, encoder, asked.searched) if asked.turns else query
    # By rule, the turns before serve as context, latest first.
    context = [
        make_query(within, encoder, turn.content[:_CONTEXT_CHARS])
        for turn in answered(asked.turns)[: -_CONTEXT_TURNS - 1 : -1]
    ]
    with generation.damage():
        candidates = retrieve(generation, searched, lexical_weight, context, part=part)
        # The items of a list, or a superlative's answer, may be beyond the first passages.
        several = wanted(query.text).number != "one" or sides_of(query.text) is not None
        searched_in = candidates if several else candidates[:passages]
        found_in = find_evidence(generation, query, searched_in)
    evidence, read = _ranked(asked, query.text, found_in, ranker, reader)
    size = len(generation.catalog if part is None else part)
    whole = len(searched_in) == size or all_matching(searched_in)
    found = Found(query, tuple(candidates), tuple(candidates[:passages]), tuple(evidence), whole, read=read)
    if not evidence or within.lexical is None:
        return found
    found = _by_words(found, searched_in, within.lexical)
    if asked.request.topic:
        return found
    return replace(found, by_form=_by_form(asked, found, whole=len(candidates) == size))


def _ranked(
    asked: Asked,
    question: str,
    evidence: Sequence[Evidence],
    ranker: Ranker | None,
    reader: Reader | None,
) -> tuple[Sequence[Evidence], ReaderOutput | None]:
    """The evidence in its final order, and what the reader says of the first sentence."""
    if ranker is not None and evidence:
        evidence = ranker.rank(question, evidence)
    if asked.request.topic or not evidence:
        return evidence, None
    read = None
    if reader is not None:
        # An earlier question, joined to this one, has an answer of its own.
        evidence, read = by_reading(reader, asked.form, evidence)
    timed = by_time(question, evidence)
    return timed, read if timed[0].sentence == evidence[0].sentence else None


def _by_words(found: Found, read: Sequence[Hit], lexical: LexicalIndex) -> Found:
    """The same with what tells that the evidence may not answer: words that the articles do not have, what
    they say otherwise, and its features; `read` are the passages that it is from.
    """
    question = found.query.text
    texts = [hit.chunk.titled for hit in read]
    strange = stranger(question, texts, lexical.absent(found.query.weights))
    files = [f"{hit.chunk.article.date} {hit.chunk.article.source}" for hit in read]
    dated = [f"{text} {file}" for text, file in zip(texts, files, strict=True)]
    missing = "" if strange else missing_word(question, dated, lexical)
    said = _otherwise(question, found.evidence, lexical.absent(frozenset(stems(question))))
    answers = found.read.answers if found.read else None
    known = features(question, found.evidence, otherwise=bool(said), answers=answers)
    return replace(found, stranger=strange, missing=missing, otherwise=said, features=known)


def _by_form(asked: Asked, found: Found, *, whole: bool) -> ByForm:
    """What answers by its form; `whole`: the candidates are all passages there are."""
    question = asked.form
    boxes = boxes_asked(question, found.evidence, found.candidates, whole=whole)
    # “Which have a blade longer than 10 cm?” asks for a list, within a bound.
    lists = wanted(question).number != "one" and bound_asked(question) is not None
    both = ByForm() if lists else compared(question, found.evidence)
    return replace(
        boxes,
        found=boxes.found or both.found or deciding(question, found.evidence),
        certain=bool(boxes) or both.certain,
        # Beside the earlier question, the best sentences may be those that answered it.
        unsaid=() if asked.joined else boxes.unsaid or both.unsaid,
    )


def _otherwise(question: str, evidence: Sequence[Evidence], nowhere: Container[str]) -> str:
    """What the best sentence says otherwise, unless one that is nearly as good does not."""
    if sides_of(question) is not None:
        return ""  # a sentence about one side of a comparison denies nothing of the other
    found = (
        otherwise(
            question,
            place(item.sentence),
            readable(item.hit.chunk.text),
            nowhere,
            of_time=is_of_time(question, item),
        )
        for item in nearest(evidence)
    )
    said = next(found, "")
    return said if said and all(found) else ""
