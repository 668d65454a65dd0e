"""No text can make a regular expression or a parser take more than linear time.

Every pattern of the packages is found, not listed (`patterns`). The hostile strings are made from the
pattern itself (each of its repeats, pumped, with an end that cannot match) and from fragments that layout,
numbers and markup are made of.
"""

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from rag.answer.citations import read_claims
from rag.articles.blocks import read_blocks
from rag.articles.decode import decode
from rag.articles.library import safe_name
from rag.articles.loaders.markup import to_markdown, without_references
from rag.articles.parse import read_article
from rag.articles.sentences import split_sentences
from rag.errors import RagError
from rag.language.facts import facts
from rag.language.instructions import instructs
from rag.language.numbered import asked_by_number, numbered
from rag.language.relation import place, relation
from rag.language.words import stems
from rag.search.history import leans_on_history
from rag.search.request import read_request
from rag.search.suggest import names_near
from rag.text import plain_markdown
from rag.types import Article, Sentence, readable
from tests.torture.growth import grows_faster, outgrows, without_collection
from tests.torture.patterns import patterns, pumped, uses
from ui.reader import Span, article_html
from ui.words import words_for

NUL = "\0"
FRAGMENTS = (
    " ", "\t", "\n", "\r\n", "a", "A", "1", ".", "!", "?", ",", ";", ":", "-", "_", "|", "#", "*", ">",
    "=", "'", "’", "\"", "“", "(", ")", "[", "]", "{", "}", "<", "&", "$", "%", "/", "\\", "`", "~",
    "\x00", "\u200b", "\u2028", "é", "中", "a ", "A ", "a.", "A.", "1,", "1.", "1 ", "1, 1", "[1,",
    "[1, ", " |", "| ", "|-", "- ", "# ", "## #", "> ", "\n# ", "\n- ", "\n| ", "\n\n", "a\n", "A b ",
    "a, ", "a. ", "A. B", "!? ", "”)", "no. ", "yes. ", "May ", "may ", "3 May ", "twenty ", "12,000",
    "$1 ", "1-", "1 million ", "not ", "the ", "please ", "you must ", "if asked ", "ignore ", "a-a",
    "a’s ", "n't ", "www.", "://", "what is ", "hi ", "Q: ", "A: ", "00:01 ", "```\n", "---\n", "\n---",
    "[a](", "![", "{a: ", "- [ ] ", "&#1;", "<a>", "\n1. ", "a:\n", "Aa Bb ",
)  # fmt: skip

# What an article may have very many of: the work for each must not grow with their number.
PARTS = {
    "columns": "a\tb\n",
    "columns that are no fields": "1\tb\n",
    "columns by spaces": "a   b\n",
    "columns by spaces that are a table": "a   b   c\n",
    "leaders": "a ..... b\n",
    "leaders apart": "a ..... b\n\n",
    "leaders under titles": "Boat\na ..... b\nc ..... d\n\n",
    "arrows": "ab = c\n",
    "arrows under titles": "Boat\nab = c\ncd = e\n\n",
    "dashes": "a{n} – b\n",
    "fields": "a: b\n",
    "fields with bold keys": "**a:** b\n\n",
    "records": "a: b\nc: d\n\n",
    "records under titles": "Boat\na: b\nc: d\n\n",
    "records under headings": "# Boat\n\na: b\nc: d\n\n",
    "records below blank lines": "\n\na{n}: b\nc: d\n",
    "addresses": "Ann\n1 Road\na: b\n\n",
    "definitions": "a\n: b\n",
    "definitions apart": "a\n\n: b\n\n\n",
    "definitions of one term": ": a\n",
    "definitions of sentences": "he was\n: b\n\n",
    "bars": "| a | b |\n",
    "bars without a table": "a | b\n\n",
    "rules of a grid": "+---+\n",
    "grids": "+---+\n| a |\n+---+\n| b |\n+---+\n\n",
    "headings": "# a\n",
    "headings in capitals": "BOATS\n\na\n\n",
    "blank lines": "\n",
    "dates": "# a\n\n2 May 2020\n\n",
    "items": "- a\n",
    "items without an end": "- a\n  b\n",
    "fences": "```\n",
    "questions": "a b?\nc.\n\n",
    "questions on one line": "What a? It is b.\n\n",
    "speakers": "Ann: a b c.\n",
    "speakers above": "Ann\na b c.\n\n",
    "times": "[10:31] Ann: a b c.\n",
    "labels in prose": "Note: a b c.\n\nd e f.\n\n",
}
MANY = 5_000


def hostile(pattern: re.Pattern[Any]) -> set[tuple[str, str, str]]:
    """(beginning, what is repeated, end)."""
    texts = {(before, pump, end) for before, pump in pumped(pattern) if pump for end in ("\0", "", "a\n")}
    return texts | {("", fragment, "\0") for fragment in FRAGMENTS}


def front_matter(text: str) -> None:
    with contextlib.suppress(RagError):
        read_article("a.md", f"---\ntitle: {text.strip(NUL)[:9000]}\n---\nA fact.".encode())


def article(text: str) -> None:
    with contextlib.suppress(RagError):
        read_article("a.md", text.encode())


def of_kind(suffix: str, before: str = "") -> Callable[[str], object]:
    def run(text: str) -> None:
        with contextlib.suppress(RagError):
            read_article(f"a{suffix}", f"{before}{text}".encode("utf-8", "replace"))

    return run


def file_name(text: str) -> None:
    with contextlib.suppress(RagError):
        safe_name(text + ".txt")


def checked(text: str) -> None:
    # A sentence has at most a thousand characters: what takes it is bounded, not linear.
    sentence = text[:280]
    source = Article("a.txt", text[:100], sentence, 0, "0")
    relation(f"No {text[:120]}", [place(Sentence(source, 0, len(sentence)))], "How many?")


PATTERNS = patterns()
PARSERS: dict[str, Callable[[str], object]] = {
    "article": article,
    "front matter": front_matter,
    "page": of_kind(".html", "<html><body><p>A fact stands here.</p>"),
    "table": of_kind(".csv", "Ship,Built\n"),
    "subtitles": of_kind(".srt", "1\n00:00:01,000 --> 00:00:02,000\n"),
    "mail": of_kind(".eml", "Subject: A fact\n\n"),
    "mail head": of_kind(".eml", "Subject: "),
    "feed": of_kind(".json", '{"text": "'),
    "chapter": to_markdown,
    "bytes": lambda text: decode(text.encode("cp1252", "replace") + b"\xe9\x80"),
    "sentences": split_sentences,
    "readable": readable,
    "stems": stems,
    "facts": facts,
    "numbered": numbered,
    "asked by number": asked_by_number,
    "instructs": instructs,
    "check": checked,
    "claims": read_claims,
    "request": read_request,
    "follow-up": leans_on_history,
    "names": lambda text: list(names_near([text], "")),
    "file name": file_name,
    "markdown": plain_markdown,
    "article on the page": lambda text: article_html(
        Article("a.txt", "", text, 0, "0"), Span("a.txt", 0, 9), words_for("en")
    ),
    "languages of a browser": words_for,
}


def test_the_patterns_are_found() -> None:
    homes = {name.split(" ")[0] for name in PATTERNS}
    assert {"rag.articles.sentences", "rag.language.facts", "rag.text", "rag.answer.citations"} <= homes


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_linear_time_on_hostile_text(name: str) -> None:
    texts = [("", fragment, end) for fragment in FRAGMENTS for end in ("\0", "a")]
    slow = next((text for text in texts if grows_faster(PARSERS[name], text)), None)
    assert slow is None


@pytest.mark.parametrize("name", PARTS)
def test_an_article_of_very_many_parts_is_read_in_linear_time(name: str) -> None:
    def of(count: int) -> str:
        # A heading before them, since some rules look back to it.
        return "# Boats\n\n" + "".join(PARTS[name].replace("{n}", str(n)) for n in range(count))

    with without_collection():
        assert not outgrows(lambda text: read_blocks(text, 0), of(MANY), of(2 * MANY))


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("<b>", "<a href='#n'>1</a>"),
        ("<sup>", "<a href='#n'>1</a>"),
        ("<a href='#n'><table><tr><td>", "1"),
    ],
)
def test_a_page_of_nested_tags_is_read_in_linear_time(outer: str, inner: str) -> None:
    def of(count: int) -> str:
        return outer * count + inner * count

    with without_collection():
        assert not outgrows(to_markdown, of(MANY), of(2 * MANY))
        assert not outgrows(without_references, of(MANY), of(2 * MANY))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_linear_time_on_hostile_text(name: str) -> None:
    pattern = PATTERNS[name]
    run = uses(pattern, name.split(" ")[0])
    slow = next((text for text in sorted(hostile(pattern)) if grows_faster(run, text)), None)
    assert slow is None, pattern.pattern
