"""Word files, using python-docx: paragraphs, headings, lists and tables in document order."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from rag.articles.loaders.loader import Loaded, refuse_bombs
from rag.articles.loaders.markup import table_text
from rag.errors import ArticleError
from rag.types import readable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVEL = re.compile(r"heading (\d)", re.I)


class Docx:
    suffixes = (".docx",)

    def load(self, source: str, data: bytes) -> Loaded:
        from docx import Document

        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                refuse_bombs(archive)
            document = Document(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            encrypted = data.startswith(
                b"\xd0\xcf\x11\xe0"
            )  # how Word stores an encrypted file, and an old one
            reason = (
                "it is encrypted, or in the old .doc format" if encrypted else "it is damaged, or not a .docx"
            )
            raise ArticleError(reason) from error
        pieces = [*_pieces(document), *_notes(document)]
        text = "\n\n".join(piece for piece in pieces if piece.strip())
        about = document.core_properties
        written = about.created or about.modified
        return Loaded(
            text,
            title=readable(about.title or ""),
            author=readable(about.author if about.author != "python-docx" else ""),
            date=written.date().isoformat() if written else "",
            language=readable(about.language or ""),
        )


def _pieces(document: Any) -> Iterator[str]:
    items: list[str] = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield "\n".join(items)
            items = []
            yield table_text([_cells(row) for row in block.rows])
            continue
        text, style = readable(block.text), (block.style.name if block.style is not None else "") or ""
        if not text:
            continue
        listed = "list" in style.lower() or _is_numbered(block)
        if listed:
            items.append(f"- {text}")
            continue
        yield "\n".join(items)
        items = []
        yield _heading_mark(style) + text
    yield "\n".join(items)


def _notes(document: Any) -> Iterator[str]:
    """Yield footnotes and endnotes, which python-docx does not read; it keeps their parts as bytes."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    for part in document.part.rels.values():
        if part.is_external or not part.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        for note in etree.fromstring(part.target_part.blob, parser):
            # Those with a type are the lines that separate notes from the text.
            if note.get(f"{_W}type") is None:
                yield readable(" ".join("".join(p.itertext(f"{_W}t")) for p in note.iter(f"{_W}p")))


def _is_numbered(paragraph: Any) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _heading_mark(style: str) -> str:
    if style.lower() == "title":
        return "# "
    match = _LEVEL.match(style)
    return "#" * min(int(match[1]) + 1, 6) + " " if match else ""


def _cells(row: Any) -> list[str]:
    """Return the cells of a row; a merged cell, which occurs once for each column it spans, is returned
    once.
    """
    found: list[str] = []
    seen: set[int] = set()
    for cell in row.cells:
        if id(cell._tc) not in seen:
            seen.add(id(cell._tc))
            found.append(cell.text)
    return found
