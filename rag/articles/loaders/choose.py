"""Which loader reads a file: by its suffix, and for a few by how its bytes begin."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from rag.articles.loaders.epub import Epub
from rag.articles.loaders.html import Html
from rag.articles.loaders.loader import Loaded, Loader
from rag.articles.loaders.mail import Mail
from rag.articles.loaders.office import Docx
from rag.articles.loaders.pdf import Pdf
from rag.articles.loaders.plain import Text
from rag.articles.loaders.subtitles import Subtitles
from rag.articles.loaders.tabular import Feed, Table
from rag.errors import ArticleError

LOADERS: tuple[Loader, ...] = (
    Text(), Html(), Pdf(), Docx(), Epub(), Table(), Subtitles(), Mail(), Feed(),
)  # fmt: skip
SUFFIXES = tuple(suffix for loader in LOADERS for suffix in loader.suffixes)
# A file with another's name is told as what it is, not as damaged.
_BEGINNINGS = (
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", ".docx or .epub"),
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"{\\rtf", ".rtf"),
)


def load(source: str, data: bytes, loaders: Sequence[Loader] = LOADERS) -> Loaded:
    """
    Raises:
        ArticleError: if no loader reads such a file, or the one that does cannot read this.
    """
    suffix = PurePosixPath(source).suffix.lower()
    loader = next((one for one in loaders if suffix in one.suffixes), None)
    if loader is None:
        raise ArticleError(f"{suffix or 'a file without a suffix'} is not read")
    if isinstance(loader, Text | Html | Table | Feed | Mail | Subtitles):
        begins = next((name for begin, name in _BEGINNINGS if data.startswith(begin)), "")
        if begins:
            raise ArticleError(f"it is not what its name says, but a {begins} file")
    try:
        return loader.load(source, data)
    except (ArticleError, MemoryError):
        raise
    except Exception as error:  # each library has its own for a broken file
        raise ArticleError(f"it is damaged ({type(error).__name__})") from error
