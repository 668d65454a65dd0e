"""The loader interface: bytes in, text and metadata out.

Formatted text is returned as Markdown, which is then parsed into blocks: “## Prices” is a heading, “- Tea”
an item, “| Ship | Built |” a table row.
"""

import zipfile
from dataclasses import dataclass, field
from typing import Protocol

from rag.errors import ArticleError

MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 300  # of an archive: text compresses by 3 to 20
MAX_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article's text as it is stored and cited; other fields are empty if the file does not provide
    them.

    `body_start` is where the text begins after the metadata. `places` are (start, “p. 12”), sorted: where a
    page, a chapter or a time begins in `text`. `note` says what was guessed or left out while reading.
    """

    text: str
    title: str = ""
    author: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    body_start: int = 0
    places: tuple[tuple[int, str], ...] = ()
    note: str = ""


class Loader(Protocol):
    """Reads the files with some suffixes; for custom formats, `Chatbot(loaders=[…])`."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes in lower case, such as (".txt",)."""

    def load(self, source: str, data: bytes) -> Loaded:
        """
        Raises:
            ArticleError: with the reason, if it cannot be read.
        """


@dataclass(slots=True)
class Places:
    """Text assembled piece by piece, and where each place in it begins."""

    parts: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    _length: int = 0

    def add(self, text: str, place: str = "", gap: str = "\n\n") -> None:
        """Add a piece after a gap; empty pieces are ignored."""
        if not text.strip():
            return
        if self.parts:
            text = gap + text
        if place:
            at = self._length + (len(gap) if self.parts else 0)
            self.places.append((at, place))
        self.parts.append(text)
        self._length += len(text)

    @property
    def text(self) -> str:
        return "".join(self.parts)


def refuse_bombs(archive: zipfile.ZipFile) -> None:
    """
    Raises:
        ArticleError: if the unpacked size is far larger than any document.
    """
    files = archive.infolist()
    size = sum(file.file_size for file in files)
    packed = sum(file.compress_size for file in files)
    if len(files) > MAX_FILES or size > MAX_UNPACKED_BYTES or size > MAX_RATIO * max(packed, 4096):
        raise ArticleError(f"unpacked it would have {size / 1e6:.0f} MB in {len(files)} files: too much")
