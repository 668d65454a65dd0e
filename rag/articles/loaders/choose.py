"""Choose the loader for a file by its suffix. Each is imported when the first such file is read."""

from importlib import import_module
from pathlib import PurePosixPath

from rag.articles.loaders.loader import Loaded, Loader
from rag.errors import ArticleError

_HOMES = {
    "plain": ("Text", (".txt", ".md", ".markdown", ".rst")),
    "html": ("Html", (".html", ".htm", ".xhtml")),
    "pdf": ("Pdf", (".pdf",)),
    "office": ("Docx", (".docx",)),
    "epub": ("Epub", (".epub",)),
    "tabular": ("Table", (".csv", ".tsv")),
    "feeds": ("Feed", (".json", ".jsonl", ".ndjson")),
    "subtitles": ("Subtitles", (".srt", ".vtt")),
    "mail": ("Mail", (".eml",)),
}
SUFFIXES = tuple(suffix for _, suffixes in _HOMES.values() for suffix in suffixes)
PACKED = (".pdf", ".docx", ".epub")
_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/epub+zip": ".epub",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/feed+json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/x-subrip": ".srt",
    "text/vtt": ".vtt",
    "message/rfc822": ".eml",
}
# A text file with another format's bytes is reported as that format.
_BEGINNINGS = {
    b"%PDF-": ".pdf",
    b"PK\x03\x04": ".docx or .epub",
    b"\xd0\xcf\x11\xe0": ".doc",
    b"{\\rtf": ".rtf",
}


def loader_of(suffix: str) -> Loader | None:
    """Return the loader for files with this suffix, or None if they are not read."""
    for module, (name, suffixes) in _HOMES.items():
        if suffix in suffixes:
            found: Loader = getattr(import_module(f"rag.articles.loaders.{module}"), name)()
            return found
    return None


def suffix_of(kind: str, path: str) -> str:
    """Return the suffix of files of a content type, "" if they are not read.

    Servers send any text as text/plain, and documents as unknown bytes: there the suffix in the address's
    `path` counts too.
    """
    named = PurePosixPath(path).suffix.lower()
    if kind == "text/plain":
        return named if named in SUFFIXES and named not in PACKED else ".txt"
    if kind in ("application/octet-stream", ""):
        return named if named in PACKED else ""
    return _TYPES.get(kind, "")


def load(source: str, data: bytes) -> Loaded:
    """
    Raises:
        ArticleError: if no loader reads such a file, or its loader cannot read this one.
    """
    suffix = PurePosixPath(source).suffix.lower()
    loader = loader_of(suffix)
    if loader is None:
        raise ArticleError(not_read(source))
    begins = next((name for begin, name in _BEGINNINGS.items() if data.startswith(begin)), "")
    if begins and suffix not in PACKED:
        raise ArticleError(f"it is not what its name says, but a {begins} file")
    return load_by(loader, source, data)


def load_by(loader: Loader, source: str, data: bytes) -> Loaded:
    """
    Raises:
        ArticleError: for whatever the loader raises.
    """
    try:
        return loader.load(source, data)
    except (ArticleError, MemoryError):
        raise
    except Exception as error:  # each library has its own types for a broken file
        raise ArticleError(f"it is damaged ({type(error).__name__})") from error


def not_read(source: str) -> str:
    """Return why a file of another format is skipped."""
    suffix = PurePosixPath(source).suffix.lower()
    return f"{suffix} files are not read" if suffix else "files without a suffix are not read"
