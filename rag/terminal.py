"""Output of the command line: answers with their sources, explanations, sync reports."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.style import Style
from rich.text import Text

from rag.explanation import Explanation
from rag.index.plan import SyncReport
from rag.stream import Stream
from rag.text import readable
from rag.types import Answer, AnswerSentence, CheckedSentence, Citation, Evidence, Listed

_MOST_LISTED = 10
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def show_anything() -> None:
    """Make every character printable, even with LC_ALL=C or a file name that is not Unicode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object, escaping what the terminal cannot show."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(value, ensure_ascii=not unicode, default=str))


def print_stream(stream: Stream, articles: Path) -> Answer:
    """Print an answer sentence by sentence as they are proved, then its sources; return it.

    On a terminal, the nearest sentence of the articles is shown until the first one is.
    """
    with ExitStack() as until_proved:
        for event in stream:
            if event.kind == "reading" and event.citation is not None:
                until_proved.enter_context(_nearest(event.citation))
            if event.sentence is not None:
                until_proved.close()
                print_sentence(event.sentence)
    answer = stream.answer
    out.print("" if answer.sentences else escape(answer.text))
    print_sources(answer, articles)
    return answer


@contextmanager
def _nearest(citation: Citation) -> Iterator[None]:
    """Show on a terminal what will be read, for as long as this lasts."""
    if not err.is_terminal:
        yield
        return
    quote = Text(f"{citation.source}:{citation.line} “{readable(citation.quote)}”", "dim")
    # Shown at once and only once: loading a language model keeps other threads from drawing.
    with Live(quote, console=err, transient=True, auto_refresh=False):
        yield


def print_answer(answer: Answer, articles: Path) -> None:
    """Print the answer and its evidence; on a terminal in color, with links to the files of `articles`."""
    for sentence in answer.sentences:
        print_sentence(sentence)
    out.print("" if answer.sentences else escape(answer.text))
    print_sources(answer, articles)


def print_sentence(sentence: AnswerSentence) -> None:
    """Print one sentence with its prefix, without a line feed."""
    before = sentence.lead + sentence.prefix
    text = Text(before + sentence.text)
    for start, end in sentence.emphasized:
        text.stylize("bold", len(before) + start, len(before) + end)
    text.append(" " + "".join(f"[{n}]" for n in sentence.citations), "cyan")
    out.print(text, end="")


def print_sources(answer: Answer, articles: Path) -> None:
    for sentence in answer.more:
        out.print(escape(f"  · {sentence.marked}"))
    for citation in answer.citations:
        out.print(
            Text.assemble(
                "  ",
                (f"[{citation.n}]", "cyan"),
                " ",
                (f"{citation.source}:{citation.line}", _link(articles, citation.source)),
                f" “{readable(citation.quote)}”",
            )
        )
    for conflict in answer.conflicts:
        sides = (
            f"{side.value} [{side.citation}]{' (latest)' if side.latest else ''}" for side in conflict.sides
        )
        out.print(escape(f"  The articles differ: {' / '.join(sides)}"))
    if answer.status == "not_in_articles" and answer.passages:
        out.print("  Nearest passages:")
        for passage in answer.passages[:3]:
            out.print(escape(f"  · {passage.source} “{readable(passage.text)[:160]}…”"))
    if answer.notice:
        err.print(escape(answer.notice))
    model = f" ({answer.model})" if answer.model else ""
    err.print(escape(f"{answer.status}, confidence {answer.confidence:.2f}, {answer.mode}{model}"))


def _link(articles: Path, source: str) -> Style:
    """Return a link to the file (OSC 8), which rich writes only to terminals."""
    return Style(link=(articles.absolute() / source).as_uri())


def print_listed(listed: Sequence[Listed]) -> None:
    for one in listed:
        size = f"{one.chunks} passages" if one.chunks else ""
        out.print(escape(f"{one.state:10}{size:>14}  {one.source}  {readable(one.title)}".rstrip()))


def print_report(report: SyncReport, dry_run: bool) -> None:
    listed = {
        "added": report.added,
        "changed": report.changed,
        "renamed": [f"{old} → {new}" for old, new in report.renamed],
        "removed": report.removed,
        "skipped": [f"{skip.source}: {skip.reason}" for skip in report.skipped],
        "noted": [f"{note.source}: {note.reason}" for note in report.notes],
    }
    if report.rebuilt:
        out.print(escape(f"rebuilt: {report.rebuilt}"))
    for name, sources in listed.items():
        for source in sources:
            out.print(escape(f"{name:10}{source}"))
    counts = ", ".join(f"{len(sources)} {name}" for name, sources in listed.items())
    done = (
        "would change" if dry_run else f"in {report.seconds:.1f} s, {report.embedded_chunks} chunks embedded"
    )
    out.print(escape(f"{counts}, {len(report.unchanged)} unchanged ({done})"))
    if report.unerased:
        out.print(escape(f"not erased: {report.unerased}"))


def print_explanation(explanation: Explanation, articles: Path) -> None:
    answer = explanation.answer
    out.print(escape(f"question    {answer.question}"))
    out.print(escape(f"standalone  {answer.standalone_question}"))
    out.print(f"confidence  {answer.confidence:.2f}  {explanation.features or ''}")
    out.print("\ncandidates (dense, lexical, fused)")
    found, said = explanation.found, explanation.said
    for n, hit in enumerate(found.candidates[:_MOST_LISTED] if found else ()):
        mark = "→" if found and n < len(found.hits) else " "
        scores = f"{hit.dense:.3f} {hit.lexical:.3f} {hit.score:.3f}"
        out.print(escape(f" {mark} {scores}  {hit.chunk.article.source} {hit.chunk.start}–{hit.chunk.end}"))
    out.print("\nevidence (score, cosine, term coverage)")
    for item in said.shown:
        out.print(escape(f" {'✓' if said.cites(item) else ' '} {_scored(item)}"))
    out.print("\nnot used")
    for item in explanation.unused[:_MOST_LISTED]:
        out.print(escape(f"   {_scored(item)}"))
    if said.dropped:
        out.print("\ndropped by the check")
    for one in said.dropped:
        out.print(escape(f"   {one.text}  ({one.reason})"))
    out.print()
    print_answer(answer, articles)


def _scored(item: Evidence) -> str:
    scores = f"{item.score:.3f} {item.cosine:.3f} {item.term_coverage:.3f}"
    return f"{scores}  {readable(item.sentence.text)}"


def print_checked(sentences: tuple[CheckedSentence, ...]) -> None:
    """Print each sentence with its grade and the place that proves it, or why none does."""
    for one in sentences:
        mark = "✓" if one.grade else "✗"
        out.print(escape(f"{mark} {one.text}  ({one.grade or one.reason})"))
        for c in one.citations:
            near = "" if one.grade else "nearest: "
            out.print(escape(f"    {near}{c.source}:{c.line} “{readable(c.quote)}”"))
