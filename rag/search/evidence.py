"""Rank the sentences of the retrieved chunks as evidence: those that may answer the question first.

A sentence's score is a weighted sum. The weights were chosen by hand from a few candidates, by how often a
right sentence came first or among the first three on SQuAD 2.0 dev and CLAPNQ dev (`python -m eval
--articles … --questions …` reports it as `first_sentence_right` and `first_three_right`):

    0.8 × cosine to the question
    0.5 × coverage by the sentence + 0.25 × what the sentence before and the title add to it
    0.2 × score of its chunk
    0.15 × whether it has the kind of value that was asked for
    0.8 × (1 − meaning) × its coverage of the question beyond its title, where cosines mean little
    −0.2 for a heading that names a subject and says nothing about it
    −0.5 for a date alone, where no date is asked for
    −0.5 for a sentence under another heading than the question names
    −0.5 for one that names another number than the question does: gate 15 for gate 14
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from typing import Literal

import numpy as np

from rag.articles.chunks import is_title
from rag.index.generation import Generation
from rag.language.dates import days
from rag.language.facts import facts
from rag.language.grammar import AUXILIARIES, SUBORDINATORS
from rag.language.lexicon import lemmas, verb_share
from rag.language.numbered import asked_by_number, names_another, numbered
from rag.language.reading import Token, read
from rag.language.relation import repeats
from rag.language.words import STOPWORDS, stems
from rag.search.retrieve import Query
from rag.search.sections import Sections
from rag.types import Evidence, Hit, Sentence, readable

# At most eight words, without digits or final punctuation.
_HEADING = re.compile(r"(?:[^\s\d]+ ){0,7}[^\s\d]*[^\s\d.!?…:;,\"”’)\]。！？｡؟।॥۔，；：」』》]")
_APART = re.compile(r"[:,;|–—]|\s-\s")  # what separates the parts of a heading
_LETTER = re.compile(r"[^\W\d_]")
_DATE_CHARS = 60
_STATEMENT_WORDS = 4
_VERBS = 0.3  # share of the uses of a word
_QUESTION_WORDS = frozenset("how why what".split())
_NEAREST, _NEARLY = 3, 0.15  # sentences, and how far below the best one
_COMPARED = 20  # best sentences compared with each other: a repeat further down is never shown
Kind = Literal["date", "number", "name", "any"]
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            r"\bwhen\b|\b(what|which) (year|date|day|month|century|decade|time)\b|\bhow long ago\b", re.I
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow (many|much|old|long|far|tall|high|large|big|often|fast|deep)\b"
            r"|\bwhat ((is|was|are|were) the )?(percent|number|proportion|age|amount|price|share|rate"
            r"|population|volume|size|value|total|cost|length|height|width|depth|weight|area|distance|speed)",
            re.I,
        ),
    ),
    (
        "name",
        re.compile(r"\b(who|whom|whose|where)\b|\b(what|which) (city|country|state|place|person)\b", re.I),
    ),
)


def expected_kind(question: str) -> Kind:
    """The kind of value a question asks for, by its question words."""
    return expected_kinds(question)[0]


def expected_kinds(question: str) -> tuple[Kind, ...]:
    """The kinds of value that a question asks for: two for “who built it, and when?”, and “any” for none."""
    return tuple(kind for kind, pattern in _KINDS if pattern.search(question)) or ("any",)


def find_evidence(generation: Generation, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
    """Every sentence of `hits`, best first; repeats from other articles are in the `also` of the best one."""
    kind = expected_kind(query.text)
    asked, by_number = frozenset(query.weights), asked_by_number(query.text)
    share = cache(partial(covered, query))  # most sentences have the same few of its words, or none
    placed = [[(sentence, sentence.block) for sentence in hit.chunk.sentences] for hit in hits]
    sections = Sections([pair for pairs in placed for pair in pairs], asked)
    found: dict[int, Evidence] = {}
    for hit, pairs in zip(hits, placed, strict=True):
        first, end = generation.catalog.sentence_rows(hit.row)
        cosines = generation.sentence_vectors[first:end].astype(np.float32) @ (query.meaning * query.vector)
        title = hit.chunk.article.title
        in_title = asked.intersection(stems(title))
        beyond = share(asked - in_title)
        before: frozenset[str] = frozenset()
        for row, (sentence, block), cosine in zip(range(first, end), pairs, cosines, strict=True):
            if block.kind == "question":
                continue  # a question in an article answers nothing; the text under it does
            text = block.display_text(sentence)
            held = asked.intersection(stems(block.model_text(sentence)))
            over = in_title | asked.intersection(stems(block.context)) if block.path else in_title
            coverage = share(held)
            with_before = share(held | before) - coverage
            with_title = share(held | over) - coverage
            score = (
                0.8 * float(cosine)
                + 0.5 * coverage
                + 0.25 * (with_before + with_title)
                + 0.2 * hit.score
                + 0.15 * holds_kind(kind, text, asked)
                + 0.8 * (1 - query.meaning) * share(held - in_title) / (beyond or 1)
                - 0.2 * (is_heading(sentence) and not gives(kind, text, asked))
                - 0.5 * (kind != "date" and is_date_line(sentence))
                - 0.5 * sections.elsewhere(sentence, block)
                - 0.5 * names_another(by_number, text, *block.path[::-1], title)
            )
            known = found.get(row)
            if known is None or score > known.score:
                around = share(held | before | over)
                found[row] = Evidence(sentence, hit, score, float(cosine), around)
            before = frozenset() if is_title(sentence) else held
    return _without_repeats(sorted(found.values(), key=lambda evidence: -evidence.score))


def near_best(ranked: Sequence[Evidence], margin: float, most: int | None = None) -> list[Evidence]:
    """Those of the best `most` whose scores are at most `margin` below the best one's."""
    return [item for item in ranked[:most] if item.score >= ranked[0].score - margin]


def nearest(ranked: Sequence[Evidence]) -> list[Evidence]:
    """The best evidence and what is nearly as good: one of them may be the answer."""
    return near_best(ranked, _NEARLY, _NEAREST)


def _without_repeats(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Drop repeated sentences: of the same article entirely, of another article into `also`."""
    kept: list[Evidence] = []
    texts: list[str] = []
    rows_of: dict[str, list[int]] = defaultdict(list)
    for item in ranked:
        article, text = item.sentence.article, readable(item.sentence.text)
        row = next((n for n in rows_of[text.casefold()] if not _apart(kept[n].sentence, item.sentence)), None)
        if row is None and len(kept) < _COMPARED:
            others = (n for n, other in enumerate(kept) if other.sentence.article is not article)
            row = next((n for n in others if repeats(text, texts[n])), None)
        if row is None:
            rows_of[text.casefold()].append(len(kept))
            kept.append(item)
            texts.append(text)
        elif article.source not in _sources(kept[row]):
            kept[row] = replace(kept[row], also=(*kept[row].also, item.sentence))
    return kept


def _apart(one: Sentence, other: Sentence) -> bool:
    """Whether sentences of one article are under different headings: then even equal lines differ."""
    return one.article is other.article and one.block.path != other.block.path


def _sources(item: Evidence) -> set[str]:
    return {sentence.article.source for sentence in (item.sentence, *item.also)}


def is_heading(sentence: Sentence) -> bool:
    """Whether a sentence names a subject without saying anything about it: a heading, or prose of that form.

    A short item, field or command has the same form but may be an answer, and so may a heading that is a
    statement: “The Halder prize went to Sunniva Kolb”.
    """
    kind, text = sentence.block.kind, readable(sentence.text)
    formed = kind == "heading" or (kind == "paragraph" and _HEADING.fullmatch(text) is not None)
    return formed and not _states(text)


def _states(text: str) -> bool:
    """Whether a readable line is a statement: a finite verb between other words."""
    tokens = read(text).tokens
    if len(tokens) < _STATEMENT_WORDS or tokens[0].lower in SUBORDINATORS | _QUESTION_WORDS:
        return False
    return any(
        token.lower in AUXILIARIES or (before.lower != "to" and _is_finite(token))
        for before, token in pairwise(tokens[:-1])
    )


def _is_finite(token: Token) -> bool:
    """Whether a word is a verb that shows its tense: “holds”, “went”, “renamed”, but not “cog” or “jobs”."""
    shows = token.lower.endswith(("s", "ed")) or lemmas(token.lower)[0] != token.lower
    return token.verbal and shows and not token.lower.endswith("ing") and verb_share(token.lower) >= _VERBS


def gives(kind: Kind, heading: str, asked: frozenset[str]) -> bool:
    """Whether a heading that is no statement gives what is asked for all the same.

    It does so in a part of its own, beside all that the question names: “Skerry light, keeper Ida Holm”; or
    by a value of the kind asked for: not by the number of a chapter, nor by names where every word has a
    capital.
    """
    held = frozenset(stems(heading))
    if asked < held and _APART.search(heading):
        return True
    values = values_of_kind(kind, heading, asked)
    if kind == "name":
        return bool(values) and any(word.islower() and word not in STOPWORDS for word in heading.split())
    if kind == "date":
        return bool(facts(heading).times)
    counters = {number for numbers in numbered(heading).values() for number in numbers}
    return bool(values - counters) and len(heading.split()) > 1


def is_date_line(sentence: Sentence) -> bool:
    """Whether a sentence is a date and nothing else: that of the section or article that it stands under."""
    text = readable(sentence.text)
    if len(text) > _DATE_CHARS:
        return False
    dates = days(text)
    return len(dates) == 1 and not _LETTER.search(text.replace(dates[0].text, "", 1))


def covered(query: Query, held: Set[str]) -> float:
    """Share of the question's idf mass on the stems in `held`, 0 to 1."""
    # Set order varies between processes; fsum is independent of order.
    return math.fsum(query.weights[stem] for stem in held) / query.mass if held else 0.0


def holds_kind(kind: Kind, text: str, asked: frozenset[str]) -> bool:
    """Whether a readable text has the kind of value asked for; `asked` are the question's stems."""
    return kind == "any" or bool(values_of_kind(kind, text, asked))


def values_of_kind(kind: Kind, text: str, asked: frozenset[str]) -> frozenset[str]:
    """The values in a readable text that may answer: numbers with units, dates, or stems of names.

    A year counts as a number and as a date, since “when” asks for it too. Empty for the kind “any”.
    """
    found = facts(text)
    if kind == "any":
        return frozenset()
    if kind == "name":
        return found.names - asked
    numbers = frozenset(f"{number.value:g}{number.unit}" for number in found.numbers)
    return numbers | found.dates if kind == "date" else numbers


def new_values(kind: Kind, text: str, question: str) -> frozenset[str]:
    """The values in a readable text that may answer, but for those that the question has itself."""
    asked = frozenset(stems(question))
    return values_of_kind(kind, text, asked) - values_of_kind(kind, question, asked)
