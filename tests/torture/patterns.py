"""The regular expressions of the packages, found by importing each module and by reading the calls that
compile none; and texts that a pattern nearly matches, made from the pattern itself.
"""

import ast
import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from re import _parser as grammar  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import rag
import ui
from rag.language.lexicon import country_phrases
from rag.settings import Settings
from ui.routes import open_routes

# What reads articles, questions and replies while it serves; the evaluation is run by whoever owns them.
PACKAGES = (rag, ui)
_MADE_BY_HAND = "rag.language.lexicon_made"  # reads a dictionary, once, on a developer's machine


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


def pumped(pattern: re.Pattern[Any]) -> set[tuple[str, str]]:
    """What stands before each repeat of a pattern, and what it repeats."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    return set(pumps(grammar.parse(source, pattern.flags & ~re.DEBUG)))
