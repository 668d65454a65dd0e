"""No text can make a regular expression or a parser take more than linear time.

Every pattern of the packages is found, not listed: by importing each module, and by reading the calls
that compile none. The hostile strings are made from the pattern itself (each of its repeats, pumped,
with an end that cannot match) and from fragments that layout, numbers and markup are made of.
"""

import ast
import contextlib
import gc
import importlib
import pkgutil
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from re import _parser as grammar  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

import rag
import ui
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
from rag.language.lexicon import country_phrases
from rag.language.numbered import asked_by_number, numbered
from rag.language.relation import place, relation
from rag.language.words import stems
from rag.search.history import leans_on_history
from rag.search.request import read_request
from rag.search.suggest import names_near
from rag.settings import Settings
from rag.text import plain_markdown
from rag.types import Article, Sentence, readable
from ui.reader import Span, article_html
from ui.routes import open_routes
from ui.words import words_for

# What reads articles, questions and replies while it serves; the evaluation is run by whoever owns them.
PACKAGES = (rag, ui)
_MADE_BY_HAND = "rag.language.lexicon_made"  # reads a dictionary, once, on a developer's machine
CHARS = (300, 1500, 6000)  # the short ones first: a cubic rule would not come back from a long one
GROWTH = 2.5  # at double the length, at most
NOISE_S = 0.004  # a quadratic rule takes ten times as long over so many characters
TRIES = 6
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


def modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in found.name and found.name != _MADE_BY_HAND:
                yield importlib.import_module(found.name)


def held(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from held(item)
    elif isinstance(value, dict):
        yield from held([*value, *value.values()])


# Patterns that are put together in a function.
BUILT: dict[str, Callable[[], list[re.Pattern[str]]]] = {
    "rag.language.lexicon": lambda: [country_phrases()],
    "rag.search.summaries": list,  # what `forms` makes is held in tuples of modules
    "rag.serve.routes": lambda: [one.path for one in open_routes(Settings.load(mcp=True), Path("uploads"))],
}


def written_in_calls(module: ModuleType) -> Iterator[re.Pattern[Any]]:
    """Patterns given as text to `re.sub` and its like."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        named = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
        if named and function.value.id == "re" and function.attr != "escape":
            if isinstance(node.args[0], ast.Constant):
                yield re.compile(node.args[0].value)
            elif module.__name__ in BUILT:
                yield from BUILT[module.__name__]()
            elif not (function.attr == "compile" and node in at_module_level(tree)):
                raise AssertionError(f"{module.__name__}:{node.lineno}: a pattern that no test can see")


def at_module_level(tree: ast.Module) -> set[ast.AST]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inside = {inner for node in ast.walk(tree) if isinstance(node, functions) for inner in ast.walk(node)}
    return set(ast.walk(tree)) - inside


def patterns() -> dict[str, re.Pattern[Any]]:
    found = {}
    for module in modules():
        for pattern in [*held(list(vars(module).values())), *written_in_calls(module)]:
            found.setdefault(f"{module.__name__} {pattern.pattern!r:.60}", pattern)
    return found


def sample(node: Iterable[Any]) -> str:
    """A text that a parsed pattern matches, roughly: repeats at their least, but one at least."""
    return "".join(_sample(str(op), value) for op, value in node)


def _sample(op: str, value: Any) -> str:
    match op:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return "b" if value != ord("b") else "c"
        case "ANY":
            return "a"
        case "IN":
            return _one_of(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return sample(value[2]) * max(value[0], 1)
        case "SUBPATTERN":
            return sample(value[3])
        case "ATOMIC_GROUP":
            return sample(value)
        case "BRANCH":
            return sample(value[1][0])
        case _:
            return ""


def _one_of(items: Any) -> str:
    negated = str(items[0][0]) == "NEGATE"
    for char in "a1 A.,-|'\n\t“é" + "".join(chr(value) for op, value in items if str(op) == "LITERAL"):
        inside = any(_holds(str(op), value, char) for op, value in items)
        if inside != negated:
            return char
    return chr(next(value[0] for op, value in items if str(op) == "RANGE"))


def _holds(op: str, value: Any, char: str) -> bool:
    if op == "LITERAL":
        return value == ord(char)
    if op == "RANGE":
        return value[0] <= ord(char) <= value[1]
    if op == "CATEGORY":
        kind = str(value).removeprefix("CATEGORY_").removeprefix("UNI_")
        is_kind = {"SPACE": char.isspace(), "DIGIT": char.isdigit(), "WORD": char.isalnum() or char == "_"}
        return not is_kind[kind[4:]] if kind.startswith("NOT_") else is_kind[kind]
    return False


def pumps(node: Iterable[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each repeat of a parsed pattern, and what it repeats."""
    for op, value in node:
        parts: list[Any] = []
        match str(op):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield before, sample(value[2])
                yield before, before + sample(value[2])
                parts = [value[2]]
            case "SUBPATTERN":
                parts = [value[3]]
            case "BRANCH":
                parts = value[1]
            case "ATOMIC_GROUP":
                parts = [value]
        for part in parts:
            yield from pumps(part, before)
        before += _sample(str(op), value)


def hostile(pattern: re.Pattern[Any]) -> set[tuple[str, str, str]]:
    """(beginning, what is repeated, end)."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    made = set(pumps(grammar.parse(source, pattern.flags & ~re.DEBUG)))
    texts = {(before, pump, end) for before, pump in made if pump for end in ("\0", "", "a\n")}
    return texts | {("", fragment, "\0") for fragment in FRAGMENTS}


def grown(text: tuple[str, str, str], chars: int) -> str:
    before, pump, end = text
    return before + pump * (chars // len(pump)) + end


def seconds(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return time.thread_time() - started


def grows_faster(run: Callable[[str], object], text: tuple[str, str, str]) -> bool:
    """Whether double the length takes more than `GROWTH` times as long, at one of some lengths."""
    return any(_grows_faster(run, grown(text, chars), grown(text, 2 * chars)) for chars in CHARS)


def _grows_faster(run: Callable[[str], object], short: str, long: str) -> bool:
    """… in each of some tries, since what else the machine does can only make a run longer."""
    best_short = best_long = float("inf")
    for _ in range(TRIES):
        best_long = min(best_long, seconds(lambda: run(long)))
        if best_long <= NOISE_S:
            return False
        best_short = min(best_short, seconds(lambda: run(short)))
        if best_long <= GROWTH * best_short:
            return False
    return True


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """The garbage collector looks at all that the process holds, at a time of its own."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def uses(pattern: re.Pattern[Any], home: str) -> Callable[[str], object]:
    """What its module does with a pattern; all that can be done, if that cannot be read."""
    module = importlib.import_module(home)
    name = next((name for name, value in vars(module).items() if value is pattern), "")
    source = Path(str(module.__file__)).read_text("utf-8")
    named = set(re.findall(rf"\b{name}\.(\w+)\(", source)) if name else set()
    anchored = bool(named) and named <= {"match", "fullmatch"}

    def run(text: str) -> None:
        given: Any = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")
        pattern.fullmatch(given)
        pattern.match(given)
        if not anchored:
            deque(pattern.finditer(given), maxlen=0)

    return run


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
        assert not _grows_faster(lambda text: read_blocks(text, 0), of(MANY), of(2 * MANY))


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
        assert not _grows_faster(to_markdown, of(MANY), of(2 * MANY))
        assert not _grows_faster(without_references, of(MANY), of(2 * MANY))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_linear_time_on_hostile_text(name: str) -> None:
    pattern = PATTERNS[name]
    run = uses(pattern, name.split(" ")[0])
    slow = next((text for text in sorted(hostile(pattern)) if grows_faster(run, text)), None)
    assert slow is None, pattern.pattern
