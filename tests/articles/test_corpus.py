"""Reading files: what becomes an article, what is skipped and why."""

import os
from pathlib import Path

import pytest

from rag.articles.loaders.loader import Loaded
from rag.articles.read import read_corpus, read_folder
from rag.errors import ArticleError, CorpusError
from tests.conftest import write_articles

LIMIT = 1000


def read_one(tmp_path: Path, data: bytes, name: str = "a.txt"):
    (tmp_path / name).write_bytes(data)
    return read_corpus(tmp_path, LIMIT)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Café prices rose.\nAll of them.".encode(), "Café prices rose.\nAll of them."),
        ("Café prices rose.".encode("utf-8-sig"), "Café prices rose."),
        ("Café prices rose.".encode("utf-16"), "Café prices rose."),
        ("Größere Läden öffnen später. Die Straße wird für Fußgänger geräumt.".encode("cp1252"), None),
        (b"One line.\r\nAnother line.\r\n", "One line.\r\nAnother line.\r\n"),
    ],
    ids=["utf-8", "bom", "utf-16", "cp1252", "crlf"],
)
def test_text_is_decoded_and_line_ends_are_kept(tmp_path: Path, data: bytes, expected: str | None) -> None:
    corpus = read_one(tmp_path, data)
    assert corpus.articles[0].text == (expected or data.decode("cp1252"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\x7fELF\x02\x01\x00\x00" + bytes(range(256)), "not text"),
        (b"x" * (LIMIT + 1), "larger than"),
        ("\u202e\u200b".encode(), "empty"),
    ],
    ids=["empty", "blank", "binary", "large", "invisible"],
)
def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    corpus = read_one(tmp_path, data)
    assert corpus.articles == ()
    assert [skip.source for skip in corpus.skipped] == ["a.txt"]
    assert reason in corpus.skipped[0].reason


def test_the_rest_is_read_when_one_file_is_not(tmp_path: Path) -> None:
    write_articles(tmp_path, {"good.txt": "A fact stands here.", "sub/deep.md": "# T\n\nAnother fact."})
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    corpus = read_corpus(tmp_path, LIMIT)
    assert [article.source for article in corpus.articles] == ["good.txt", "sub/deep.md"]
    assert [skip.source for skip in corpus.skipped] == ["bad.txt", "paper.pdf"]


class Upper:
    """A format of one's own: everything is said loudly."""

    suffixes = (".loud",)

    def load(self, source: str, data: bytes) -> Loaded:
        if not data.isupper():
            raise ArticleError("it is not loud")
        return Loaded(data.decode().capitalize())


def test_a_loader_of_ones_own_reads_its_files(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.loud": "A FACT STANDS HERE.", "b.loud": "a whisper", "c.soft": "x"})
    read = read_folder(tmp_path, LIMIT, loaders=[Upper()])
    assert [found.article and found.article.text for found in read.found] == ["A fact stands here."]
    assert [(skip.source, skip.reason) for skip in read.skipped] == [
        ("b.loud", "it is not loud"),
        ("c.soft", ".soft files are not read"),
    ]


@pytest.mark.parametrize("sign", "€£½’–“”é".replace("", " ").split())
@pytest.mark.parametrize(
    "text", ["A ticket costs {}12 in all.", "{}", "The mayor said: {}No more of it. It was so in May."]
)
def test_characters_of_older_files_survive_and_the_guess_is_noted(
    tmp_path: Path, sign: str, text: str
) -> None:
    corpus = read_one(tmp_path, f"A fact.\n{text.format(sign)}".encode("cp1252"))
    assert sign in corpus.articles[0].text
    assert "windows-1252" in corpus.articles[0].note


def test_cyrillic_is_not_taken_for_latin(tmp_path: Path) -> None:
    text = "Мост через реку закрыт до мая. Ремонт стоит четыре миллиона рублей, сообщил совет города."
    assert read_one(tmp_path, text.encode("cp1251")).articles[0].text == text


def test_links_that_leave_the_folder_pipes_and_hidden_files_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret.")
    folder = write_articles(tmp_path / "articles", {"a.txt": "A fact.", ".hidden.txt": "Hidden."})
    (folder / "link.txt").symlink_to(secret)
    (folder / "out").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.txt")
    corpus = read_corpus(folder, LIMIT)
    assert [article.source for article in corpus.articles] == ["a.txt"]
    reasons = {skip.source: skip.reason for skip in corpus.skipped}
    assert reasons == {
        "link.txt": "link that leaves the folder",
        "out": "link to a folder",
        "pipe.txt": "not a regular file",
    }


def test_circular_links_long_paths_and_undecodable_names_are_reported(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "articles", {"a.txt": "A fact."})
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / os.fsdecode(b"caf\xe9")).symlink_to(tmp_path)
    here = os.open(folder, os.O_RDONLY)
    deep = []
    for _ in range(20):  # past the longest path that the system takes
        os.mkdir("d" * 250, dir_fd=here)
        deep.append(here)
        here = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    corpus = read_corpus(folder, LIMIT)
    for folder_fd in [here, *deep]:
        os.close(folder_fd)
    assert [article.source for article in corpus.articles] == ["a.txt"]
    reasons = {skip.source[:10]: skip.reason for skip in corpus.skipped}
    assert reasons.pop("loop.txt").startswith("cannot be read: ")
    assert reasons.pop("d" * 10) == "cannot be read: File name too long"
    assert reasons.pop("caf?") == "link to a folder"
    assert reasons in ({}, {"loop": "files without a suffix are not read"})


def test_an_exact_duplicate_is_named(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.txt": "Same text.", "b.txt": "Same text."})
    corpus = read_corpus(tmp_path, LIMIT)
    assert [article.source for article in corpus.articles] == ["a.txt"]
    assert corpus.skipped[0].reason == "same content as a.txt"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="RAG_ARTICLES"):
        read_corpus(tmp_path / "none", LIMIT)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("---\ntitle: From matter\nauthor: A. B.\n---\nA fact.", "From matter", "A fact."),
        ("# A heading #\n\nA fact.", "A heading", "A fact."),
        ("A short line\n\nA fact.", "A short line", "A fact."),
        ("Intro sentence.\n\n## Later heading\n\nA fact.", "Later heading", "Intro sentence."),
        ("A first sentence is the title. More.", "A first sentence is the title.", "A first sentence"),
        ("---\nnot: [valid\n---\nA fact.", "---", "not:"),
        ("Only words", "Only words", "Only words"),
    ],
)
def test_the_title_comes_from_matter_heading_line_or_sentence(
    tmp_path: Path, text: str, title: str, body: str
) -> None:
    [article] = read_one(tmp_path, text.encode()).articles
    assert article.title == title
    assert article.text[article.body_start :].strip().startswith(body)


def test_front_matter_gives_author_date_and_url(tmp_path: Path) -> None:
    text = "---\ntitle: T\nauthor: N. Morgan\ndate: 2025-06-09\nurl: https://a.example/x\n---\nA fact."
    [article] = read_one(tmp_path, text.encode()).articles
    assert (article.author, article.date, article.url) == ("N. Morgan", "2025-06-09", "https://a.example/x")
