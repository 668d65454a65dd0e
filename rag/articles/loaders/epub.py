"""E-books: the chapters of an .epub in reading order, using zipfile and selectolax."""

import io
import posixpath
import zipfile
from urllib.parse import unquote

from lxml import etree

from rag.articles.loaders.loader import Loaded, Places, refuse_bombs
from rag.articles.loaders.markup import to_markdown
from rag.errors import ArticleError
from rag.types import readable

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_MAX_CHAPTERS = 2000


class Epub:
    suffixes = (".epub",)

    def load(self, source: str, data: bytes) -> Loaded:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                refuse_bombs(archive)
                return _read(archive)
        except RuntimeError as error:  # password-protected
            raise ArticleError("it is encrypted") from error


def _read(archive: zipfile.ZipFile) -> Loaded:
    package_path = _xml(archive, _CONTAINER).xpath("string(//*[local-name()='rootfile']/@full-path)")
    package = _xml(archive, str(package_path))
    folder = posixpath.dirname(str(package_path))
    files = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
    }
    order = [item.get("idref") for item in package.xpath("//*[local-name()='itemref']")]
    places = Places()
    for number, key in enumerate(order[:_MAX_CHAPTERS], start=1):
        name = files.get(key, "")
        if name in archive.namelist():
            text = to_markdown(archive.read(name).decode("utf-8", "replace"))
            places.add(text, f"chapter {number}")
    if not places.text.strip():
        protected = _ENCRYPTION in archive.namelist()
        raise ArticleError("it is protected against copying" if protected else "it contains no text")
    title, author, date, language = (
        readable(str(package.xpath(f"string(//*[local-name()='{name}'])")))
        for name in ("title", "creator", "date", "language")
    )
    return Loaded(places.text, title, author, date[:10], language=language, places=tuple(places.places))


def _xml(archive: zipfile.ZipFile, name: str) -> etree._Element:
    # No entity is resolved and nothing is fetched: a few lines of entities can expand to gigabytes.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)
