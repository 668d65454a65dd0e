"""The records of what was fetched from where: small regular files of the folder, or none."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.articles.address import AddressBook
from rag.articles.provenance import FetchedBefore, Provenance, keep_provenance
from tests.fakes.addresses import LIMIT, TALKS, at, read


def test_records_that_are_not_ours_are_passed_over(book: AddressBook, folder: Path) -> None:
    [source] = book.add(at("/talks")).sources
    [record] = (folder / ".fetched").iterdir()
    for broken in (
        "{",
        "[]",
        '{"url": "javascript:alert(1)", "fetched": "2026-01-01"}',
        '"' + "x" * 20_000 + '"',
    ):
        record.write_text(broken)
        assert read(folder)[source].fetched == ""
    keep_provenance(folder, "0" * 64, Provenance("https://a.example/", "", "2026-01-01", "", "", "../../x"))
    assert book.add(at("/talks"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_record_is_a_small_regular_file_of_the_folder(
    book: AddressBook, folder: Path, tmp_path: Path
) -> None:
    [source] = book.add(at("/talks")).sources
    [record] = (folder / ".fetched").iterdir()
    outside = tmp_path / "record.json"
    record.rename(outside)
    for make in (
        lambda: os.mkfifo(record),
        lambda: record.symlink_to("/dev/zero"),
        lambda: record.symlink_to(outside),
        lambda: record.symlink_to(record),
        lambda: record.mkdir(),
    ):
        make()
        assert within(5, lambda: read(folder)[source].fetched) == ""
        assert within(5, lambda: FetchedBefore(folder, LIMIT).source_of(at("/talks"))) == ""
        record.rmdir() if record.is_dir() else record.unlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_the_source_of_a_record_is_a_regular_file_of_the_folder(
    book: AddressBook, folder: Path, tmp_path: Path
) -> None:
    book.add(at("/talks"))
    [record] = (folder / ".fetched").iterdir()
    (tmp_path / "outside.html").write_text(TALKS)
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    os.mkfifo(folder / "pipe.html")
    for source in ("../outside.html", str(tmp_path / "outside.html"), "link.html", "pipe.html", "/dev/zero"):
        keep_provenance(folder, record.stem, Provenance(at("/talks"), "", "2026-01-01", "", "", source))
        assert within(5, lambda: FetchedBefore(folder, LIMIT).source_of(at("/talks"))) == ""


def within(seconds: float, act: Callable[[], str]) -> str:
    """What it returns, unless it takes longer."""
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(act()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it did not end, or failed"
    return found[0]
