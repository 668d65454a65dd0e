"""A page to add by its address, and what a folder then holds."""

from pathlib import Path

from rag.articles.read import read_corpus
from rag.types import Article
from tests.fakes.web import article

LIMIT = 1_000_000
NEWS = "https://news.example"
TALKS = article(
    "Ferry talks: what next?",
    "The ferry company and the town resumed their talks on Monday after a break of three weeks.",
    "The captain, Tomas Berg, said that the talks would end before the summer begins.",
    head='<meta name="author" content="Ida Holm"><link rel="canonical" href="https://evil.example/other">',
)


def at(path: str) -> str:
    """Plain HTTP: the small web has no certificates."""
    return f"http://news.example{path}"


def read(folder: Path) -> dict[str, Article]:
    return {one.source: one for one in read_corpus(folder, LIMIT).articles}


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
