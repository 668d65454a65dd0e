"""Split a text into blocks: what each part of it is, and which headings or labels it belongs to.

read_blocks("# Phones\n\n## Orlan Max\n\n- Price: 549 euros", 0)
→ heading “Phones”, heading “Orlan Max”, item “Price: 549 euros” with the path (“Orlan Max”,)

Plain text and Markdown are read alike, by the form of lines: people use bullets, bars and labels in both.
Anything without a recognized form is a paragraph, and loses nothing but its context.
"""

from collections.abc import Sequence

from rag.articles.byline import is_byline
from rag.articles.columns import is_header
from rag.articles.labels import Labels
from rag.articles.lines import (
    Line,
    asks,
    cells,
    heading_level,
    heading_text,
    is_bold,
    is_delimiter,
    is_numbered,
    item_at,
    lines_of,
    lone_date,
    looks_like_title,
    table_end,
    underlined_level,
)
from rag.types import Block, BlockKind, readable

_FENCES = ("```", "~~~")
_COMMENTS = ("# ", "// ", "-- ", "; ", "% ", "REM ")
_MAX_LEAD_CHARS = 120
_MAX_PATH = 4
_FEWEST_CAPITALS = 3  # letters
_PLAIN_LEVEL, _BOLD_LEVEL = 5, 6  # of headings without marks: below all marked ones


def read_blocks(text: str, start: int, title: str = "") -> tuple[Block, ...]:
    """Return the blocks of `text` from `start` on, in order; lines that are only layout are in none.

    The first line is not a path of other blocks if it is the article's `title`, or no title is known.
    """
    lines = lines_of(text, start, len(text))
    return tuple(_Reading(lines, title).run())


class _Reading:
    """One pass over the lines that tracks the path of the next line."""

    def __init__(self, lines: Sequence[Line], title: str) -> None:
        self._lines = lines
        self._labels = Labels.of(lines)
        self._headings: list[tuple[int, str]] = []
        self._items: list[tuple[int, str]] = []
        self._lead = ""
        self._over: tuple[BlockKind, str] | None = None  # the question or speaker of what follows
        self._prose: list[Line] = []
        self._blocks: list[Block] = []
        first = next((line for line in lines if not line.blank), None)
        titled = first is not None and (not title or heading_text(first) == title)
        self._title_at = first.start if first and titled else -1
        self._title = title or (heading_text(first) if first else "")

    def run(self) -> list[Block]:
        at = 0
        while at < len(self._lines):
            after = self._fence(at) or self._date(at) or self._heading(at) or self._table(at)
            after = after or self._labelled(at) or self._item(at) or self._paragraph(at)
            at = after
        self._flush()
        return self._blocks

    def _add(self, kind: BlockKind, start: int, end: int, *more: str, row_text: str = "") -> None:
        if start < end:
            path = [text for _, text in self._headings] + [text for text in more if text]
            self._blocks.append(Block(kind, start, end, tuple(path[-_MAX_PATH:]), row_text))

    def _flush(self) -> None:
        """Emit the collected lines of prose as one block: the sentence splitter handles paragraphs itself."""
        lines, self._prose = self._prose, []
        if lines:
            kind, over = self._over or ("paragraph", "")
            self._add(kind, lines[0].start, lines[-1].end, over)
            last = lines[-1].text
            self._lead = readable(last[:-1]) if last.endswith(":") and len(last) <= _MAX_LEAD_CHARS else ""

    def _blank_before(self, at: int) -> bool:
        return at == 0 or self._lines[at - 1].blank

    def _blank_after(self, at: int) -> bool:
        return at + 1 >= len(self._lines) or self._lines[at + 1].blank

    def _fence(self, at: int) -> int:
        """Read fenced code: each run of commands is a block, with the comment above it as its path."""
        fence = self._lines[at].text[:3]
        if fence not in _FENCES:
            return 0
        self._flush()
        comment, run = "", list[Line]()
        end = at + 1
        while end < len(self._lines) and not self._lines[end].text.startswith(fence):
            line = self._lines[end]
            if line.blank or line.text.startswith(_COMMENTS):
                self._code(run, comment)
                run = []
                comment = "" if line.blank else readable(line.text.lstrip("#/-;% "))[:_MAX_LEAD_CHARS]
            else:
                run.append(line)
            end += 1
        self._code(run, comment)
        return end + 1

    def _code(self, run: Sequence[Line], comment: str) -> None:
        if run:
            self._add("code", run[0].start, run[-1].end, self._lead, comment)

    def _date(self, at: int) -> int:
        """Read a date alone below a heading, as changelogs and diaries have it: what follows is of that day.

        Below the title it is the article's own date, which is read elsewhere too.
        """
        line = self._lines[at]
        below = self._blocks and self._blocks[-1].kind == "heading" and not self._prose
        if not below or not (day := lone_date(line)):
            return 0
        if self._headings:
            self._add("item", line.start, line.end, row_text=day)
            self._headings.append((self._headings[-1][0], day))
        else:
            self._add("item", line.start, line.end, self._title, row_text=day)
        return at + 1

    def _heading(self, at: int) -> int:
        line = self._lines[at]
        level = self._level(at)
        if not level:
            return 0
        self._flush()
        self._lead, self._over, self._items = "", None, []
        text = heading_text(line)
        self._headings = [one for one in self._headings if one[0] < level]
        begin = line.start + len(line.text) - len(line.text.lstrip("#").lstrip())
        self._add("question" if asks(line) else "heading", begin, line.end)
        if line.start != self._title_at:
            self._headings.append((level, text))
        if asks(line):
            self._over = ("answer", "")
        underlined = at + 1 < len(self._lines) and underlined_level(line, self._lines[at + 1]) > 0
        return at + 1 + (underlined and not heading_level(line))

    def _level(self, at: int) -> int:
        line = self._lines[at]
        if line.blank or (level := heading_level(line)):
            return 0 if line.blank else level
        if not self._blank_before(at):
            return 0
        below = None if self._blank_after(at) else self._lines[at + 1]
        if below and len(line.text) <= _MAX_LEAD_CHARS and (level := underlined_level(line, below)):
            return level
        if is_bold(line):
            return 0 if self._labels.fields_at(line) else _BOLD_LEVEL
        if line.start == self._title_at:
            return _PLAIN_LEVEL if looks_like_title(line) and self._blank_after(at) else 0
        if not looks_like_title(line):
            return 0
        return _PLAIN_LEVEL if self._is_set_apart(at) or self._stands_over(at) else 0

    def _is_set_apart(self, at: int) -> bool:
        """Whether a line alone is a heading by its form, whatever follows: in capitals, or numbered and no
        item of a list.
        """
        line = self._lines[at]
        before = next((one for one in reversed(self._lines[max(at - 3, 0) : at]) if not one.blank), None)
        after = next((one for one in self._lines[at + 1 : at + 3] if not one.blank), None)
        if after is None or not self._blank_after(at) or self._labels.at(at):
            return False
        if is_numbered(line):
            return not item_at(after) and (before is None or not item_at(before))
        capitals = line.text.isupper() and sum(map(str.isalpha, line.text)) > _FEWEST_CAPITALS
        return capitals and not after.text.isupper()

    def _stands_over(self, at: int) -> bool:
        """Whether what follows is longer than a title, or a list: verse and lists have no headings."""
        following = next((line for line in self._lines[at + 1 : at + 3] if not line.blank), None)
        if (
            following is None
            or is_byline(self._lines[at].text)
            or item_at(self._lines[at])
            or self._labels.at(at)
        ):
            return False
        over = item_at(following) or self._labels.fields_at(following) or lone_date(following)
        return bool(over) or len(following.text) > 120

    def _table(self, at: int) -> int:
        # Fields first: to look for the end of a table from each of them would take quadratic time.
        if self._lines[at].blank or self._labels.fields_at(self._lines[at]):
            return 0
        end = table_end(self._lines, at)
        if end == at:
            return 0
        self._flush()
        rows = [line for line in self._lines[at:end] if not is_delimiter(line)]
        names: list[str] = []
        if rows and _has_header(rows):
            header, *rows = rows
            names = cells(header.text)
            self._add("heading", header.start, header.end, self._lead)
        for row in rows:
            row_text = _row_text(names, cells(row.text))
            self._add("row", row.start, row.end, self._lead, row_text=row_text)
        self._lead = ""
        return end

    def _labelled(self, at: int) -> int:
        """Read a question, an answer, a speaker's turn or a field."""
        line, found = self._lines[at], self._labels.at(at)
        if found is None:
            return 0
        self._flush()
        match found.kind:
            case "question":
                end = found.answer_at or line.end
                asked = line.text[found.words_at - line.start : end - line.start].rstrip()
                self._add("question", found.words_at, found.words_at + len(asked))
                over = readable(asked)[:_MAX_LEAD_CHARS]
                self._over = ("answer", over)
                if found.answer_at:
                    self._add("answer", found.answer_at, line.end, over)
            case "answer":
                _, over = self._over or ("answer", "")
                self._add("answer", found.words_at, line.end, over)
            case "speech":
                self._over = ("speech", found.name)
                self._add("speech", found.words_at, line.end, found.name)
            case _:
                last = self._lines[at + found.height - 1]
                headed = bool(self._headings) and self._headings[-1][1] == readable(found.name)
                over = "" if headed else found.name
                self._add("item", line.start, last.end, self._lead, over, row_text=found.shown)
        return at + found.height

    def _item(self, at: int) -> int:
        line = self._lines[at]
        begin = item_at(line)
        if not begin:
            return 0
        self._flush()
        end = at + 1
        while end < len(self._lines) and self._runs_on(end, line.indent):
            end += 1
        self._items = [one for one in self._items if one[0] < line.indent]
        over = self._over[1] if self._over else ""
        parents = [text for _, text in self._items]
        self._add("item", begin, self._lines[end - 1].end, over, self._lead, *parents)
        if len(line.text) <= _MAX_LEAD_CHARS:
            self._items.append((line.indent, readable(line.text[begin - line.start :]).rstrip(":")))
        return end

    def _runs_on(self, at: int, indent: int) -> bool:
        """Whether a line continues the preceding list item."""
        line = self._lines[at]
        return not line.blank and line.indent > indent and not item_at(line)

    def _paragraph(self, at: int) -> int:
        line = self._lines[at]
        if not line.blank:
            self._items = []
            self._prose.append(line)
        return at + 1


def _has_header(rows: Sequence[Line]) -> bool:
    """Whether the first row names the columns: always, but for two columns that no marks make a table."""
    found = [cells(row.text) for row in rows]
    pairs = [(row[0], row[1]) for row in found if len(row) == 2]
    return "|" in rows[0].text or len(pairs) < len(found) or is_header(pairs[0], pairs[1:])


def _row_text(names: Sequence[str], row: Sequence[str]) -> str:
    """A row with the names of its columns; without any, two cells are a key and its value."""
    if not any(names) and len(row) == 2:
        return f"{row[0]}: {row[1]}"
    pairs = zip(names, row, strict=False)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
