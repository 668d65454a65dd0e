"""Parse a model's reply into its sentences, each with the evidence it cites.

“Repairs cost $4.2 million [3]. It reopened on Tuesday. [1, 2]”
→ Claim("Repairs cost $4.2 million.", (3,)), Claim("It reopened on Tuesday.", (1, 2))

The text that is shown is the text that is checked: it is plain, with layout and bold kept separately.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.answer.layout import Line, bold_spans, cells, inline, plain, read_line
from rag.answer.markers import MARKER, MARKS, numbers_in, one_form
from rag.articles.sentences import split_sentences

_AFTER_STOP = re.compile(rf"([.!?…][\"'”’)*]{{0,4}})({MARKS}+)")
_AT_THE_END = re.compile(rf"{MARKS}[\s.*]{{0,20}}$")
_RUN_OF_MARKS = re.compile(rf"({MARKS}+)")
# A sentence with its markers, followed by the start of another.
_SETTLED = re.compile(
    rf"(?:{MARKS}[*]{{0,2}}[.!?…][\"'”’)*]{{0,4}}|[.!?…][\"'”’)*]{{0,4}}{MARKS})\s+(?=[^\s⟦\[(（【]\S)"
)
# What a model writes before its answer: the Yes or No it is asked for, a label, its source. In English,
# like the prompts; in another language it stays in the claim.
_PREAMBLE = re.compile(
    r"^(?:\*{0,3}(?:final )?(?:answer|a)\*{0,3}\s?:\*{0,3}\s{0,9})?"
    r"(?:\*{0,3}(?:yes|no)\b\*{0,3}(?:[.,:]\*{0,3}\s{0,9}|$))?"
    r"(?:(?:based on|according to) (?:the |these )?(?:provided |given |numbered |above ){0,3}"
    r"(?:articles?|sentences?|sources?|passages?|texts?|information|context)(?: provided| given)?,\s{0,9})?",
    re.IGNORECASE,
)
# A marker within its sentence: “According to [1], …”, “Sentence [2] states that …”.
_NAMED = re.compile(
    rf"^(?:(?:according to|as (?:stated|reported|noted) (?:in|by)|per|from)\s)?(?:the\s)?"
    rf"(?:sentences?|sources?|articles?|passages?)?(?P<marks>{MARKS}+)"
    r"(?:,\s*|\s+(?:states?|says?|reports?|notes?|mentions?|shows?|confirms?)\b(?:\s+that\b|:)?\s*)",
    re.IGNORECASE,
)
_REFERENCES = re.compile(r"(?:sources?|references?|citations?|footnotes?)\s?:?", re.IGNORECASE)
_DEFINITION = re.compile(r"\s{0,3}\[\^?\d{1,4}\]:\s")
_LONGEST = 4000  # characters of a line without an end, before it is cut
_STEP = 12  # new characters before a line is searched again


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a reply without its markers, and the numbers it cites, as written.

    `borrowed`: the numbers follow a later sentence of its paragraph. `bold` are spans of `text`, `lead` is
    the Markdown between it and the claim before (“ ”, "\\n\\n", "\\n- "), `under` the heading above it or
    the line ending in a colon, which is not a claim. `whole` is False if the reply ended in the middle of
    it, without a full stop or marker.
    """

    text: str
    numbers: tuple[int, ...]
    bold: tuple[tuple[int, int], ...] = ()
    lead: str = ""
    under: str = ""
    borrowed: bool = False
    whole: bool = True

    @property
    def shown(self) -> str:
        """The text with `**` around its bold words."""
        marked, at = "", 0
        for start, end in self.bold:
            marked += f"{self.text[at:start]}**{self.text[start:end]}**"
            at = end
        return marked + self.text[at:]


def read_claims(reply: str, count: int | None = None) -> list[Claim]:
    """The claims of a reply, in order; `count` is how many numbered sentences the model saw, if known."""
    reader = ClaimReader(count)
    return [*reader.feed(reply), *reader.close()]


class ClaimReader:
    """Parses a reply that arrives in pieces; yields each claim as soon as its text and numbers are final.

    Reads line by line, and the part of an unfinished line that is already final.
    """

    def __init__(self, count: int | None) -> None:
        self._count = count
        self._held = ""  # the unread part of an unfinished line
        self._line: Line | None = None  # how that line began, if part of it was read
        self._waiting: list[Claim] = []  # claims without numbers, which may still follow
        self._heading = self._under = ""
        self._header: list[str] | None = None
        self._kind = ""
        self._skipping = self._given = self._begun = False
        self._searched = 0  # length of `_held` when it was last searched in vain

    def feed(self, text: str) -> Iterator[Claim]:
        """The claims that one more piece completes."""
        yield from self._joined(self._fed(text))

    def close(self) -> Iterator[Claim]:
        """The remaining claims, at the end of the reply."""
        yield from self._joined(self._closed())

    def _joined(self, claims: Iterator[Claim]) -> Iterator[Claim]:
        """The claims; the first of the reply has no line break or space before it."""
        for claim in claims:
            yield claim if self._begun else replace(claim, lead=claim.lead.lstrip("\n "))
            self._begun = True

    def _fed(self, text: str) -> Iterator[Claim]:
        *ended, self._held = (self._held + text).split("\n")
        for line in ended:
            yield from self._end_line(line)
        # Not for every piece: an endless line would take quadratic time.
        if ended or len(self._held) - self._searched >= max(_STEP, self._searched // 16):
            yield from self._settled()

    def _closed(self) -> Iterator[Claim]:
        yield from self._end_line(self._held, last=True)
        yield from self._release()
        # A reply that is only one bold line, or one line ending in a colon, is a claim, not a heading.
        if not self._given and (text := self._under or self._heading):
            yield Claim(text, ())

    def _settled(self) -> Iterator[Claim]:
        """Claims of the unfinished line, up to the last point where one certainly ends."""
        raw, rest = self._held, None
        begins = (self._line or read_line(raw[:_LONGEST])).kind
        # In a line that begins with a marker, each marker may precede its sentence.
        if begins in ("prose", "item") and raw.lstrip(" -*>•")[:1] not in tuple("⟦[(（【<"):
            form = one_form(raw, self._count)
            if ends := [match.end() for match in _SETTLED.finditer(form)]:
                raw, rest = form[: ends[-1]], form[ends[-1] :]
        if rest is None and len(raw) > _LONGEST:
            at = raw.rfind(" ") + 1 or len(raw)
            raw, rest = raw[:at], raw[at:]
        if rest is not None:
            yield from self._take(self._begin(raw))
            self._held = rest
        self._searched = len(self._held)

    def _begin(self, raw: str) -> Line:
        """The part of a line that is read now, with the layout of the line's beginning."""
        if self._line is None:
            self._line = read_line(raw)
            return self._line
        return replace(self._line, text=raw, mark="")

    def _end_line(self, raw: str, *, last: bool = False) -> Iterator[Claim]:
        line = self._begin(raw) if self._line is None or raw.strip() else None
        self._line, self._searched = None, 0
        if line is not None:
            yield from self._take(line, ended=not last)

    def _take(self, line: Line, *, ended: bool = True) -> Iterator[Claim]:
        if line.kind not in ("row", "rule"):
            self._header = None
        if line.kind == "blank":
            self._kind = "" if self._kind == "prose" else self._kind
        elif line.kind == "heading":
            yield from self._release()
            self._heading, self._under, self._kind = line.text, "", ""
            self._skipping = bool(_REFERENCES.fullmatch(line.text))
        elif line.kind == "row":
            yield from self._row(line.text)
        elif line.kind in ("prose", "item") and not self._skipping:
            yield from self._prose(line, ended)

    def _prose(self, line: Line, ended: bool) -> Iterator[Claim]:
        if _DEFINITION.match(line.text):
            return
        if line.kind == "prose" and _REFERENCES.fullmatch(plain(line.text)):
            self._skipping = True
            return
        text = one_form(line.text, self._count)
        if not MARKER.sub("", text).strip(" .*"):  # only markers: they belong to the claims before
            yield from self._release(numbers_in(text))
            return
        if line.mark or (line.kind == "prose" and self._kind != "prose"):
            yield from self._release()
        if line.mark == "" and line.kind == "prose" and self._kind != "prose":
            self._under = ""
        if text.rstrip(" *").endswith(":") and not MARKER.search(text):
            self._under, self._kind = plain(text).rstrip(":"), "lead"
            return
        lead = self._lead(line)
        self._kind = line.kind
        for claim in self._claims(text, ended):
            yield from self._give(replace(claim, lead=lead, under=self._under or self._heading))
            lead = " "

    def _lead(self, line: Line) -> str:
        if line.mark:
            between = "\n" if self._kind == "item" else "\n\n"
            return f"{between}{'  ' * line.depth}{line.mark} "
        return " " if self._kind == line.kind else "\n\n"

    def _claims(self, text: str, ended: bool) -> Iterator[Claim]:
        """The sentences of a text with normalized markers."""
        front = MARKER.match(text.lstrip())
        if front and not _NAMED.match(text.lstrip()) and not _AT_THE_END.search(text):
            yield from self._in_front(text)
            return
        text = _AFTER_STOP.sub(lambda match: f"{match[2]}{match[1]} ", text)
        for start, end in split_sentences(text):
            if claim := _claim(text[start:end]):
                whole = (
                    ended or bool(claim.numbers) or text[start:end].rstrip("\"'”’)* ")[-1:] in tuple(".!?…")
                )
                yield replace(claim, whole=whole)

    def _in_front(self, text: str) -> Iterator[Claim]:
        """“[1] It rained. [2] It stopped.”: each marker belongs to the sentences after it."""
        numbers: tuple[int, ...] = ()
        for part in _RUN_OF_MARKS.split(text):
            if found := numbers_in(part):
                numbers = found
                continue
            for start, end in split_sentences(part):
                if claim := _claim(part[start:end]):
                    yield replace(claim, numbers=numbers)

    def _row(self, row: str) -> Iterator[Claim]:
        """A table row as one claim, each cell preceded by its column's name."""
        found = cells(one_form(row, self._count))
        if self._header is None:
            yield from self._release()
            self._header = [plain(MARKER.sub("", cell)) for cell in found]
            return
        if self._skipping:
            return
        numbers, fields = list(numbers_in(row_text := " ".join(found))), []
        for n, cell in enumerate(found):
            name = self._header[n] if n < len(self._header) else ""
            value = plain(MARKER.sub("", cell))
            if _REFERENCES.fullmatch(name):
                numbers += [int(one) for one in re.findall(r"\d{1,4}", value)]
            elif value:
                fields.append(f"{name}: {value}" if name else value)
        if fields and any(char.isalnum() for char in row_text):
            lead = "\n- " if self._kind == "row" else "\n\n- "
            self._kind = "row"
            cited = tuple(dict.fromkeys(numbers))
            self._given = True
            yield Claim("; ".join(fields), cited, lead=lead, under=self._under or self._heading)

    def _give(self, claim: Claim) -> Iterator[Claim]:
        """A claim with numbers, after those that waited for them; a claim without numbers waits."""
        self._given = True
        if claim.numbers:
            yield from self._release(claim.numbers)
            yield claim
        else:
            self._waiting.append(claim)

    def _release(self, numbers: tuple[int, ...] = ()) -> Iterator[Claim]:
        waiting, self._waiting = self._waiting, []
        for claim in waiting:
            yield replace(claim, numbers=numbers, borrowed=bool(numbers))


def _claim(sentence: str) -> Claim | None:
    """The claim in a sentence with markers; None if it has no words."""
    numbers = numbers_in(sentence)
    sentence = sentence.strip()
    if named := _NAMED.match(sentence):
        sentence = sentence[named.end() :]
    text = inline(MARKER.sub("", sentence))
    preamble = _PREAMBLE.match(text)
    if (preamble and preamble[0]) or named:
        text = text[preamble.end() if preamble else 0 :].lstrip()
        first = 2 if text.startswith("**") else 0
        text = text[:first] + text[first : first + 1].upper() + text[first + 1 :]
    text, bold = bold_spans(text)
    if not any(char.isalnum() for char in text):
        return None
    return Claim(text, numbers, bold)
