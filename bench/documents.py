"""How much of a text is found again in documents that usual programs make of it, and with whole sentences.

`bench/documents/*.md` have one sentence to a line, so that what is true of them is written down and not
found by a splitter. Pandoc and a browser turn each into a document of every kind; ours reads those.
"""

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.articles.parse import read_article
from rag.types import Article

TEXTS = Path(__file__).with_name("documents")
_LIMIT_S = 60
_MARK = re.compile(r"\s*(?:#{1,6}|>|[-*+]|:|\d{1,2}\.|\[\^\w+\]:)\s+")
_LINK = re.compile(r"\[([^\]^]+)\]\([^)]*\)|\[\^\w+\]")
# A number may stand before an item or a note, and lead to a note.
_NOTE = re.compile(
    r"\A(?:(?:\d{1,2}|[a-z])[.)]|\[\d{1,2}\])\s+|(?<=[a-z][.!?])\d{1,2}\Z|(?<=[.!?])\s?\[\d{1,2}\]_?\Z"
)
_WORD = re.compile(r"\w+")
# A site around the text, as a browser saves it.
_SITE = """<!doctype html><html><head><meta charset="utf-8"><title>{title} – The Sound Post</title></head>
<body><header><a href="/">The Sound Post</a><nav><ul><li><a href="/news">News</a></li>
<li><a href="/sea">Sea</a></li><li><a href="/log">Log in</a></li></ul></nav></header>
<main><article>{text}</article></main>
<aside><h2>Most read</h2><ul><li><a href="/1">Ice on the bay</a></li><li><a href="/2">A pier</a></li></ul>
</aside>
<footer><p>© The Sound Post. All rights reserved.</p><a href="/privacy">Privacy</a></footer></body></html>
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A line of a text, as its words; `sentence` if it is one and no heading or row."""

    words: str
    sentence: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What was found of documents; the lists name what was not."""

    units: Sequence[Unit]
    missing: Sequence[Unit]
    broken: Sequence[Unit]

    @property
    def found(self) -> float:
        """The share of the text, by characters."""
        return 1 - _chars(self.missing) / _chars(self.units)

    @property
    def whole(self) -> float:
        """The share of the sentences that are read as one."""
        return 1 - len(self.broken) / sum(unit.sentence for unit in self.units)


def units(text: str) -> Iterator[Unit]:
    """What each line of a text says."""
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        plain = line
        while match := _MARK.match(plain):
            plain = plain[match.end() :]
        plain = _LINK.sub(r"\1", plain)
        words = _words(plain)
        if words and not line.startswith("```") and not set(line) <= set("|-: "):
            said = plain.rstrip("*_”")[-1:] in (".", "!", "?", ",", ":")
            yield Unit(words, said and not fenced and line[0] not in "#|")


def read(unit_list: Sequence[Unit], article: Article) -> Read:
    """Compare a text with what was read of a document of it."""
    text = f" {_words(article.text)} "
    pairs = zip(article.spans[::2], article.spans[1::2], strict=True)
    sentences = {_words(_NOTE.sub("", article.text[a:b].lstrip("-*• "))) for a, b in pairs}
    missing = [unit for unit in unit_list if f" {unit.words} " not in text]
    broken = [unit for unit in unit_list if unit.sentence and unit.words not in sentences]
    return Read(unit_list, missing, broken)


def measure(texts: Path, folder: Path) -> dict[str, Read]:
    """Make documents of each kind of the texts in a folder, in another, and read them; returns what was
    found by kind.
    """
    found: dict[str, list[Read]] = {}
    for source in sorted(texts.glob("*.md")):
        unit_list = list(units(source.read_text("utf-8")))
        for kind, make in _KINDS.items():
            path = folder / f"{source.stem} {kind}"
            make(source, path)
            article = read_article(path.name, path.read_bytes())
            found.setdefault(kind, []).append(read(unit_list, article))
    return {kind: _together(some) for kind, some in found.items()}


def _together(some: Sequence[Read]) -> Read:
    return Read(
        [unit for one in some for unit in one.units],
        [unit for one in some for unit in one.missing],
        [unit for one in some for unit in one.broken],
    )


def _pandoc(*options: str) -> Callable[[Path, Path], None]:
    def make(source: Path, path: Path) -> None:
        title = source.read_text("utf-8").partition("\n")[0].lstrip("# ")
        _run("pandoc", str(source), "-o", str(path), "-M", f"pagetitle={title}", *options)

    return make


def _saved(source: Path, path: Path) -> None:
    """A page of a site, as the browser has it after it ran."""
    text = _run("pandoc", str(source), "-t", "html")
    path.write_text(_SITE.format(title=source.stem, text=text), "utf-8")
    path.write_text(_browser("--dump-dom", path), "utf-8")


def _printed(source: Path, path: Path) -> None:
    page = path.with_suffix(".html")
    _pandoc("-s")(source, page)
    _browser(f"--print-to-pdf={path}", page)
    page.unlink()


def _browser(do: str, page: Path) -> str:
    return _run("chromium", "--headless", "--no-sandbox", "--disable-gpu", do, page.as_uri())


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LIMIT_S).stdout


_KINDS: dict[str, Callable[[Path, Path], None]] = {
    "pandoc.docx": _pandoc(),
    "pandoc.epub": _pandoc(),
    "pandoc.html": _pandoc("-s"),
    "pandoc.rst": _pandoc(),
    "pandoc.txt": _pandoc("-t", "plain"),
    "saved.html": _saved,
    "printed.pdf": _printed,
}


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _chars(some: Sequence[Unit]) -> int:
    return sum(len(unit.words) for unit in some)
