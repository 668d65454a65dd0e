"""Broken and hostile documents: each is read or skipped with a reason within seconds; none stops the rest."""

import random
import time
from pathlib import Path

from rag.articles.read import read_corpus
from tests.fakes.documents import docx, epub, lines, packed, pdf
from tests.torture.effort import Effort

LIMIT = 20_000_000
MOST_S = 25  # for one file on a busy machine: the reader's own limit of ten, and another worker's start


def whole() -> dict[str, bytes]:
    """One good file of each format."""
    return {
        "a.pdf": pdf([lines("The quay was built in 1887.")] * 3, title="The quay"),
        "a.docx": docx(),
        "a.epub": epub("<h1>Dawn</h1><p>The river rose.</p>", "<p>The river fell.</p>"),
        "a.html": b"<html><body><h1>Quay</h1><p>The quay was built in 1887 by the town.</p></body></html>",
        "a.md": "# Quay\n\n| Ship | Built |\n|---|---|\n| Gull | 1998 |\n\n- It is € 5\n".encode(),
        "a.csv": b"Ship;Built\nGull;1998\nTern;2001\n",
        "a.srt": b"1\n00:00:01,000 --> 00:00:03,000\nThe quay is old.\n",
        "a.eml": b"Subject: Quay\nFrom: Ida\nContent-Type: text/plain\n\nThe quay is old.\n",
        "a.json": b'{"items": [{"title": "Quay", "text": "The quay is old."}]}',
    }


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The same bytes cut off, some changed, a part repeated, or a part taken out."""
    at, length = rng.randrange(len(data)), rng.randrange(1, max(len(data) // 4, 2))
    match rng.randrange(4):
        case 0:
            return data[:at]
        case 1:
            changed = bytearray(data)
            for _ in range(rng.randrange(1, 30)):
                changed[rng.randrange(len(data))] = rng.randrange(256)
            return bytes(changed)
        case 2:
            return data[:at] + data[at : at + length] * rng.randrange(2, 50) + data[at:]
        case _:
            return data[:at] + data[at + length :]


def made_by_hand() -> dict[str, bytes]:
    deep = b"<div>" * 100_000
    return {
        "bomb.docx": packed({"word/document.xml": b" " * 250_000_000}),
        "nested.epub": packed({"a.epub": packed({"b.epub": epub("<p>x</p>")})}),
        "many.epub": epub(*["<p>The river rose.</p>"] * 3000),
        "deep.html": deep + b"The end.",
        "tables.html": b"<table><tr><td>" * 20_000,
        "deep.json": b"[" * 1_000_000,
        "wide.csv": b"a;" * 500_000 + b"\n" + b"b;" * 500_000,
        "rows.csv": b"a;b\n" * 500_000,
        "pages.pdf": pdf([lines("The quay was built in 1887.")] * 1000),
        "pdf.txt": pdf([lines("A fact.")]),
        "text.pdf": b"A fact.",
        "bars.md": b" |" * 400_000,
        "stops.txt": b"!" * 2_000_000,
        "cues.srt": b"00:00:01,000 --> 00:00:02,000\n" * 50_000,
        "matter.md": b"---\n" + b"[" * 9_000 + b"\n---\nA fact.",
        "invisible.txt": "\u200b".encode() * 2_000_000,
        "word.txt": b"x" * 5_000_000,
        "parts.eml": b"Content-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\nContent-Type: text/plain\n\n\n" * 20_000,
    }


def test_no_broken_or_hostile_file_stops_or_slows_the_others(tmp_path: Path, effort: Effort) -> None:
    rng = random.Random(0)
    files = made_by_hand()
    good = whole()
    for number in range(effort(short=6, long=220)):
        files |= {f"{number}-{name}": mutated(data, rng) for name, data in good.items()}
    slowest = 0.0
    read = skipped = 0
    for name, data in files.items():
        folder = tmp_path / "one"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        started = time.monotonic()
        corpus = read_corpus(folder, LIMIT)
        slowest = max(slowest, time.monotonic() - started)
        assert len(corpus.articles) + len(corpus.skipped) == 1, name
        assert all(skip.reason for skip in corpus.skipped)
        assert all("failed" not in skip.reason for skip in corpus.skipped), (name, corpus.skipped)
        for article in corpus.articles:
            pairs = list(zip(article.spans[::2], article.spans[1::2], strict=True))
            assert all(0 <= a < b <= len(article.text) and b - a <= 1000 for a, b in pairs), name
            assert pairs == sorted(pairs)
        read, skipped = read + len(corpus.articles), skipped + len(corpus.skipped)
        (folder / name).unlink()
    assert slowest < MOST_S
    effort.found(
        "S2", "broken and hostile files", files=len(files), read=read, skipped=skipped, slowest_s=slowest
    )
