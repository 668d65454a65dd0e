"""Convert HTML to Markdown: headings, lists, tables and paragraphs, but nothing that is run or fetched."""

import re
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.types import readable

_DROPPED = (
    "script style noscript template iframe object embed svg canvas form button select nav footer aside dialog"
).split()
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_PARAGRAPHS = frozenset(
    "p div section article main header li dt dd blockquote figcaption caption address summary details td th"
    " tr table thead tbody ul ol dl pre br hr body".split()
)
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_MOST_IN_A_REFERENCE = 8  # nodes; all of a link's text could be most of the page, link within link
_NUMBER = re.compile(r"\s{0,9}\[?(?:\d{1,3}|[a-z*†‡])\]?\s{0,9}")
_RETURN = re.compile(r"[↩⤴↑^][\ufe0e\ufe0f]?")
_MAX_NODES = 2_000_000


def to_markdown(html: str) -> str:
    """Return the readable text of a page or a chapter."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(_DROPPED)
    _drop_references(tree)
    root = tree.body or tree.root
    return _Writer().write(root) if root is not None else ""


def without_references(html: str) -> str:
    """Return a page without the numbers that lead to its notes; the page itself if it has none."""
    tree = LexborHTMLParser(html)
    return str(tree.html) if _drop_references(tree) else html


def _drop_references(tree: LexborHTMLParser) -> int:
    """Remove numbers that lead to notes, and signs that lead back; returns how many.

    “The quay is old.1 It” would be one sentence.
    """
    found = [link for link in tree.css("a") if _leads_to_a_note(link)]
    for link in found:
        link.decompose()
    return len(found)


def _leads_to_a_note(link: LexborNode) -> bool:
    within = list(islice(link.traverse(include_text=True), _MOST_IN_A_REFERENCE + 1))
    if len(within) > _MOST_IN_A_REFERENCE:
        return False
    text = "".join(node.text_content or "" for node in within if node.tag == "-text")
    if _RETURN.fullmatch(text.strip()):
        return True
    if not _NUMBER.fullmatch(text):
        return False
    if link.attributes.get("epub:type") == "noteref":
        return True
    around = (link.parent, link.parent and link.parent.parent, *within)
    return "#" in (link.attributes.get("href") or "") and any(node and node.tag == "sup" for node in around)


class _Writer:
    """Writes blocks; text outside any block is a paragraph."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._mark = ""

    def write(self, root: LexborNode) -> str:
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        count = 0
        while stack and count < _MAX_NODES:
            node, leaving = stack.pop()
            count += 1
            tag = node.tag or ""
            if leaving:
                self._flush()
                continue
            if tag == "-text":
                self._line.append(node.text_content or "")
            elif tag == "pre":
                self._flush()
                self._blocks.append("```\n" + node.text().strip("\n").replace("```", "'''") + "\n```")
            elif tag == "table" and not node.css_first("table table"):
                self._flush()
                self._table(node)
            else:
                if tag in _PARAGRAPHS or tag in _HEADINGS:
                    self._flush()
                    self._mark = _HEADINGS.get(tag, "- " if tag == "li" else self._mark)
                    stack.append((node, True))
                stack += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
        self._flush()
        return "\n\n".join(self._blocks)

    def _flush(self) -> None:
        text = _SPACES.sub(" ", "".join(self._line)).strip()
        self._line = []
        if text:
            self._blocks.append(self._mark + text)
            self._mark = ""

    def _table(self, table: LexborNode) -> None:
        rows = [[_cell(cell) for cell in row.css("td, th")] for row in table.css("tr")]
        self._blocks.append(table_text([row for row in rows if any(row)]))


def _cell(node: LexborNode) -> str:
    return node.text(separator=" ")


def table_text(rows: list[list[str]]) -> str:
    """Return rows as a Markdown table, the first being its header; a table with a single cell is a
    paragraph.
    """
    lines = []
    for number, row in enumerate(rows):
        cells = [readable(cell).replace("|", "/") for cell in row]
        if len(cells) < 2:
            lines.append("".join(cells) + "\n")
            continue
        lines.append(f"| {' | '.join(cells)} |")
        if number == 0:
            lines.append("|" + "---|" * len(cells))
    return "\n".join(lines)
