"""The first step: read a folder tree of files into `Article` values.

Files that cannot be read are skipped with a reason.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.articles.find import Content, File, Skipped, find_files
from rag.articles.loaders.choose import SUFFIXES
from rag.articles.loaders.loader import Loader
from rag.articles.parse import read_article
from rag.articles.provenance import with_provenance
from rag.articles.reader import Reader, shared_reader
from rag.errors import ArticleError
from rag.types import Article


@dataclass(frozen=True, slots=True)
class Corpus:
    """The readable articles of a folder, ordered by `source`, and what was skipped."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that contains an article; `article` is None if its content is known and was not read."""

    file: File
    article: Article | None

    @property
    def sha256(self) -> str:
        """The hash of the bytes that were read: the file may have changed since it was found."""
        return self.article.sha256 if self.article else self.file.sha256


@dataclass(frozen=True, slots=True)
class Folder:
    """The contents of a folder, ordered by source; `unreadable` maps contents that cannot be read to the
    reason.
    """

    found: tuple[Found, ...]
    skipped: tuple[Skipped, ...]
    unreadable: Mapping[Content, str]


def read_corpus(folder: Path, max_file_bytes: int, reader: Reader = shared_reader) -> Corpus:
    """Read every article below `folder`; of files with identical bytes only the first is kept.

    Raises:
        CorpusError: if `folder` is not a readable folder.
    """
    read = read_folder(folder, max_file_bytes, reader=reader)
    return Corpus(tuple(found.article for found in read.found if found.article is not None), read.skipped)


def read_folder(
    folder: Path,
    max_file_bytes: int,
    known: Collection[Content] = (),
    unreadable: Mapping[Content, str] | None = None,
    reader: Reader = shared_reader,
    loaders: Sequence[Loader] = (),
) -> Folder:
    """Find every file below `folder`, and read those whose content is neither `known` nor `unreadable`.

    `loaders` are the user's own: they take precedence, and run in this process without a time limit.

    Raises:
        CorpusError: if `folder` is not a readable folder.
    """
    unreadable = unreadable or {}
    own = {suffix: loader for loader in loaders for suffix in loader.suffixes}
    looked = list(find_files(folder, max_file_bytes, (*SUFFIXES, *own)))
    skipped = [one for one in looked if isinstance(one, Skipped)]
    files = [one for one in looked if isinstance(one, File)]
    new = {file.content: file for file in reversed(files)}
    fresh = [file for file in new.values() if file.content not in known and file.content not in unreadable]
    read = dict(reader.read([file for file in fresh[::-1] if file.content[1] not in own]))
    read |= {file.content: _read_by(own[file.content[1]], file) for file in fresh if file.content[1] in own}
    reasons = {content: reason for content, reason in unreadable.items() if content in new}
    reasons |= {content: one for content, one in read.items() if isinstance(one, str)}
    found: list[Found] = []
    first_with: dict[str, str] = {}
    for file in files:
        if reason := reasons.get(file.content):
            skipped.append(Skipped(file.source, reason))
        elif file.sha256 in first_with:
            skipped.append(Skipped(file.source, f"same content as {first_with[file.sha256]}"))
        else:
            first_with[file.sha256] = file.source
            article = read.get(file.content)
            here = None
            if isinstance(article, Article):
                here = with_provenance(folder, replace(article, source=file.source))
            found.append(Found(file, here))
    return Folder(tuple(found), tuple(sorted(skipped, key=lambda skip: skip.source)), reasons)


def _read_by(loader: Loader, file: File) -> Article | str:
    try:
        return read_article(file.source, file.path.read_bytes(), loader)
    except ArticleError as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
