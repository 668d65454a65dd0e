"""The shape of the code: imports flow one way, and third parties are imported in one place."""

import ast
from pathlib import Path

import rag

ROOT = Path(__file__).parent.parent
# Each may import those before it.
ORDER = [
    ("rag.errors", "rag.text", "rag.shortage", "rag.version", "rag.forked"),
    ("rag.article",),
    ("rag.types",),
    ("rag.settings", "rag.events", "rag.wording"),
    ("rag.language",),
    ("rag.models",),
    ("rag.articles",),
    ("rag.index",),
    ("rag.search",),
    ("rag.answer",),
    ("rag.progress",),
    ("rag.resources", "rag.feedback"),
    ("rag.explanation", "rag.doctor"),
    ("rag.conclude",),
    ("rag.question",),
    ("rag.stream", "rag.suggestions", "rag.pictures", "rag.tracing"),
    ("rag.folder",),
    ("rag.chatbot",),
    ("rag.terminal", "rag.parts"),
    ("rag.serve",),
    ("rag.commands",),
    ("rag", "rag.__main__"),
    ("ui", "eval.dataset"),
    ("eval.scoring",),
    ("eval.stats",),
    ("eval.alterations",),
    ("eval.report",),
    ("eval.lab", "eval.train", "bench"),
    ("eval.commands",),
    ("eval.__main__", "bench"),
]
ONE_HOME = {
    "openai": {"rag/models/llm.py"},
    "chromadb": {"rag/index/vectors.py"},
    # Its stop words are data that word analysis shares with it.
    "bm25s": {"rag/language/words.py"},
    "xllamacpp": {"rag/models/local.py"},
    "tiktoken": {"rag/models/tokens.py"},
    "nupunkt": {"rag/articles/sentences.py"},
    # It runs the encoder, rounds it to int8, and shows how fast it could be.
    "onnxruntime": {"rag/models/encoder.py", "rag/models/export.py", "bench/limit.py"},
    "httpcore": {"rag/articles/fetch.py", "rag/articles/network.py"},
    # The measure of waiting times asks our own server.
    "httpx": {"rag/articles/fetch.py", "rag/articles/address.py", "bench/waits.py"},
    "opentelemetry": {"rag/tracing.py"},
    "mcp": {"rag/serve/tools.py", "rag/serve/stdio.py"},
    "sentence_transformers": {"rag/models/export.py", "rag/models/reference.py"},
}
# Run by other interpreters, which have what they import.
OTHERS = {f"bench/contestants/use_{name}.py" for name in ("langchain", "llamaindex", "haystack")}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def room(module: str) -> int | None:
    """The place in ORDER of a module, by its longest matching name."""
    matches = [
        (len(name), place)
        for place, names in enumerate(ORDER)
        for name in names
        if module == name or (module.startswith(f"{name}.") and name != "rag")
    ]
    return max(matches)[1] if matches else None


def modules() -> list[tuple[str, Path]]:
    files = [path for top in ("rag", "ui", "eval", "bench") for path in (ROOT / top).rglob("*.py")]
    return [(".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), p) for p in files]


def test_imports_flow_one_way() -> None:
    against = [
        f"{module} imports {name}"
        for module, path in modules()
        for name in imports(path)
        if module != "rag" and (place := room(name)) is not None and place > (room(module) or 0)
    ]
    assert against == []


def test_the_page_and_the_evaluation_do_not_know_each_other() -> None:
    for module, path in modules():
        other = {"ui": "eval", "eval": "ui"}.get(module.split(".")[0])
        assert not any(name.split(".")[0] == other for name in imports(path)), module


def test_the_page_and_the_evaluation_use_public_names_only() -> None:
    # The reader is trained here and passed to the chatbot: its module is the interface between the two.
    public = {"rag", "rag.errors", "rag.parts", "rag.models.reader"}
    deep = [
        f"{module} imports {name}"
        for module, path in modules()
        if module.split(".")[0] in ("ui", "eval")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) and node.module else [])
        if name.split(".")[0] == "rag" and name not in public and not name.startswith("rag.serve.")
    ]
    assert deep == []
    tests = [(path.name, path) for path in (ROOT / "tests").rglob("*.py")]
    outside = [one for one in modules() if one[0].split(".")[0] in ("ui", "eval", "bench")]
    private = [
        f"{module}: {node.attr}"
        for module, path in [*outside, *tests]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "_resources"
    ]
    assert private == []


def test_each_third_party_library_has_one_home() -> None:
    for library, home in ONE_HOME.items():
        users = {
            path.relative_to(ROOT).as_posix()
            for _, path in modules()
            if any(name.split(".")[0] == library for name in imports(path))
        }
        assert users - OTHERS == home, library


def test_only_one_place_reaches_for_the_network() -> None:
    """Besides the libraries of the language model, of Chroma and of the page's server."""
    reaching = {"socket", "ssl", "http.client", "urllib.request", "requests", "aiohttp", "httpx2", "ftplib"}
    users = {
        path.relative_to(ROOT).as_posix()
        for module, path in modules()
        if module.split(".")[0] in ("rag", "ui") and imports(path) & reaching
    }
    # Loopback only: the server itself, and the embedded model's.
    assert users - {"rag/serve/server.py", "rag/models/kept.py"} == {
        "rag/articles/fetch.py",
        "rag/articles/network.py",
    }


def test_no_file_grows_past_three_hundred_lines() -> None:
    assert [str(path) for _, path in modules() if len(path.read_text().splitlines()) > 300] == []


def test_the_public_names_are_these() -> None:
    assert rag.__all__ == sorted(rag.__all__)
    assert set(rag.__all__) == set(rag._HOMES)
    for name in rag.__all__:
        assert getattr(rag, name) is not None
