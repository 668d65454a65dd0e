"""A turn of the conversation as HTML: the question as heading, the answer, its sources and actions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup, escape

from rag import Answer, AnswerSentence, Article, Citation, Conflict, Passage, RagError, Settings, readable
from rag.parts import wording_for
from ui.conversation import Conversation, Turn
from ui.export import clean_html, clean_text
from ui.keeping import Lookup
from ui.scope import scope_words
from ui.view import page_part, place_of
from ui.words import Words

# A confidence is the fitted probability that the articles answer. The thresholds are set by hand: on the
# seed articles, answers to unanswerable questions stay below .4, and of those above .6 none was wrong.
SURE, LIKELY = 0.6, 0.4
_CONTEXT_CHARS = 160  # of the text around a quote, on its card
_BEGINNING_CHARS = 160  # of a passage that is only near
_CONFLICTS = 1  # shown at once; the rest is collapsed
_VARIABLE = re.compile(r"\s?\((?:[^()]{0,200}\b)?(?:RAG|OPENAI|CHROMA)_\w{1,60}[^()]{0,200}\)")
_ITEM = re.compile(r"(?:^|\n)\s{0,20}(?P<mark>[-*]|\d{1,9}\.) ?$")


@dataclass(frozen=True, slots=True)
class Card:
    """A citation with its context."""

    citation: Citation
    before: str
    after: str
    details: str
    over: str


@dataclass(slots=True)
class Group:
    """Citations of one article."""

    article: Article | None
    title: str
    details: str
    citations: list[Citation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences that make up a paragraph or a list item."""

    kind: str  # p, ul or ol
    sentences: tuple[Mapping[str, object], ...]


def error_text(error: RagError, settings: Settings) -> str:
    """Return an error as programs see it: without paths on this machine, which only concern its owner."""
    text = str(error)
    files = settings.index_folder, settings.articles, settings.cache, settings.feedback
    for path in files:
        text = text.replace(str(path.absolute()), path.name)
    return text


def reader_text(text: str) -> str:
    """Return the same for readers, who cannot change a setting: without its name."""
    return _VARIABLE.sub("", text)


def thread_html(conversation: Conversation, article: Lookup, words: Words) -> str:
    """Render the turns that are shown."""
    return "".join(turn_html(conversation, n, article, words) for n in conversation.path)


def turn_html(conversation: Conversation, n: int, article: Lookup, words: Words) -> str:
    """Render one turn, with a switch to the other versions of its question."""
    turn, versions = conversation.turns[n], conversation.versions(n)
    at = versions.index(n)
    answer = turn.answer
    return page_part(
        "turn",
        words,
        n=n,
        turn=turn,
        answer=answer,
        versions=versions,
        at=at,
        error=_error(turn, words),
        scope=scope_words(turn.scope, article, words),
        **(answer_values(answer, article, words, whole=not turn.error) if answer else {}),
        copy_text=_kept(clean_text(turn)) if answer else "",
        copy_html=Markup(clean_html(turn)) if answer else "",  # noqa: S704  # escaped there
    )


def answer_values(answer: Answer, article: Lookup, words: Words, *, whole: bool = True) -> dict[str, object]:
    """Return what a turn's template shows of an answer; one that was stopped is not `whole`."""
    by_n = {citation.n: citation for citation in answer.citations}
    conflicts = [_sides(conflict, by_n) for conflict in answer.conflicts]
    refused = answer.status == "not_in_articles"
    several = len({citation.source for citation in answer.citations}) > 1
    return {
        "told_apart": several and answer.mode == "quotes",
        "runs": runs(blocks(answer.sentences, by_n, apart=answer.mode == "quotes")),
        "more": [_sentence(one, by_n) for one in answer.more],
        "conflicts": conflicts[:_CONFLICTS],
        "more_conflicts": conflicts[_CONFLICTS:],
        "cards": cards(answer.citations, article, words),
        "groups": groups(answer.citations, article, words),
        "nearest": [_nearest(passage) for passage in answer.passages[:3]] if refused else [],
        "unsure": whole and answer.status == "partial",
        "refusal": _refusal(answer) if refused else "",
        "plain": answer.text if answer.status == "help" else "",
        "grade": grade_word(answer.sentences),
        "sure": sure_word(answer),
        "notice": reader_text(_own_notice(answer)) if whole else "",
    }


def blocks(
    sentences: Sequence[AnswerSentence], by_n: Mapping[int, Citation], *, apart: bool
) -> Sequence[Block]:
    """Group sentences by paragraph and list; quotes of different articles are unconnected, so they go
    `apart`.
    """
    found: list[tuple[str, list[Mapping[str, object]]]] = []
    for sentence in sentences:
        item = _ITEM.search(sentence.lead)
        kind = ("ol" if item["mark"][0].isdigit() else "ul") if item else "p"
        if not found or item or apart or "\n" in sentence.lead or found[-1][0] != kind:
            found.append((kind, []))
        found[-1][1].append(_sentence(sentence, by_n))
    return [Block(kind, tuple(held)) for kind, held in found]


def runs(parts: Sequence[Block]) -> Sequence[tuple[str, list[Block]]]:
    """Return runs of consecutive blocks of a kind: the items of one list."""
    return [(kind, list(run)) for kind, run in groupby(parts, key=lambda part: part.kind)]


def _sentence(sentence: AnswerSentence, by_n: Mapping[int, Citation]) -> Mapping[str, object]:
    cited = [by_n[n] for n in sentence.citations if n in by_n]
    title = cited[0].title if cited else ""
    named = title == sentence.label or sentence.text.startswith(title.rstrip("… ."))
    text = Markup("{}{}").format(sentence.prefix, _bold(sentence))
    return {"text": text, "citations": cited, "title": "" if named else title}


def _bold(sentence: AnswerSentence) -> Markup:
    """Return the text with its bold spans; overlapping or invalid ones are ignored."""
    parts, at = [], 0
    for start, end in sentence.emphasized:
        if at <= start < end <= len(sentence.text):
            parts += [
                _spaced(sentence.text[at:start]),
                Markup("<strong>{}</strong>").format(readable(sentence.text[start:end])),
            ]
            at = end
    return Markup("").join([*parts, _spaced(sentence.text[at:])]).strip()


def _spaced(text: str) -> Markup:
    inner = readable(text)
    before, after = (" " if edge.isspace() else "" for edge in (text[:1], text[-1:]))
    return escape(f"{before}{inner}{after}")


def cards(citations: Iterable[Citation], article: Lookup, words: Words) -> Sequence[Card]:
    """Return what is shown when hovering over a citation."""
    return [_card(citation, article, words) for citation in citations]


def _card(citation: Citation, article: Lookup, words: Words) -> Card:
    found = article(citation.source)
    text = found.text if found else ""
    before = text[max(0, citation.start - _CONTEXT_CHARS) : citation.start].rsplit("\n", 1)[-1]
    after = text[citation.end : citation.end + _CONTEXT_CHARS].split("\n", 1)[0]
    dated = [found.date if found else "", citation.source, place_of(citation, words)]
    over = getattr(citation, "context", "")  # the headings above it, where they are known
    return Card(citation, before, after, " · ".join(filter(None, dated)), over)


def groups(citations: Iterable[Citation], article: Lookup, words: Words) -> Sequence[Group]:
    """Return citations by article, in the order in which the articles are first cited."""
    by_source: dict[str, Group] = {}
    for citation in citations:
        if citation.source not in by_source:
            found = article(citation.source)
            details = [found.author, found.date] if found else []
            by_source[citation.source] = Group(found, citation.title, " · ".join(filter(None, details)))
        by_source[citation.source].citations.append(citation)
    for group in by_source.values():
        places = ", ".join(dict.fromkeys(place_of(c, words) for c in group.citations))
        group.details = " · ".join(filter(None, [group.details, places]))
    return list(by_source.values())


def _sides(conflict: Conflict, by_n: Mapping[int, Citation]) -> Sequence[Mapping[str, object]]:
    """Return the sides of a conflict, newest first, undated ones last."""
    sides = sorted((side for side in conflict.sides if side.citation in by_n), key=lambda one: one.date)
    return [{"side": side, "citation": by_n[side.citation]} for side in reversed(sides)]


def _nearest(passage: Passage) -> Mapping[str, object]:
    text = readable(passage.text)
    short = text if len(text) <= _BEGINNING_CHARS else text[:_BEGINNING_CHARS].rsplit(" ", 1)[0] + " …"
    return {"passage": passage, "beginning": short}


def _refusal(answer: Answer) -> str:
    """Return the details of a refusal; the question is already shown above it."""
    question = answer.standalone_question
    looked = wording_for(question)("looked_for", question=question)[:-1]  # without the stop
    return answer.text.partition(looked)[2].lstrip(".。। ")


def _own_notice(answer: Answer) -> str:
    """Return the notice without the remark on partial answers, which the page makes in its own words."""
    if answer.status != "partial":
        return answer.notice
    return answer.notice.removesuffix(wording_for(answer.standalone_question)("nearest_only")).strip()


def grade_word(sentences: Sequence[AnswerSentence]) -> str:
    """Return the loosest grade of proof among the sentences."""
    order = ("judged", "restated", "verbatim", "listed")
    return next((grade for grade in order if any(one.grade == grade for one in sentences)), "")


def sure_word(answer: Answer) -> str:
    return "sure" if answer.confidence >= SURE else "likely" if answer.confidence >= LIKELY else "unsure"


def _error(turn: Turn, words: Words) -> str:
    if not turn.error:
        return ""
    return words(turn.error) if turn.error in words.phrases else reader_text(turn.error)


def _kept(text: str) -> Markup:
    """Escape text for an attribute, including line breaks."""
    return escape(text)
