"""The part of a chatbot that is about its folder of articles: read one, see its pages, add and remove.

The index follows at the next sync.
"""

from typing import TYPE_CHECKING

from rag.articles.library import add_article, remove_article
from rag.errors import CorpusError
from rag.pictures import PagePicture, shared_pictures
from rag.resources import Resources
from rag.settings import Settings
from rag.types import Article

if TYPE_CHECKING:
    from rag.articles.address import Added


class ArticlesFolder:
    """Reads, adds and removes articles; the latter two unless the settings forbid it."""

    _resources: Resources

    @property
    def settings(self) -> Settings:
        return self._resources.settings

    def add_article(self, name: str, text: str | bytes, *, replace: bool = False) -> str:
        """Write an article into the folder and return its source; `sync` brings it into the index.

        Raises:
            CorpusError: if it is not allowed (`RAG_READ_ONLY`, name, size, name taken) or fails.
        """
        self._refuse_if_read_only()
        try:
            data = text.encode() if isinstance(text, str) else text
        except UnicodeEncodeError as error:  # half a surrogate pair
            raise CorpusError(f"{name} cannot be written: its text is not Unicode") from error
        return add_article(self.settings.articles, name, data, self._max_bytes, replace=replace)

    def add_address(self, url: str, *, replace: bool = False) -> "Added":
        """Fetch an http or https address into the folder; `sync` brings it into the index.

        A feed (RSS, Atom) adds its newest entries, each as an article. `url` and `fetched` of the articles
        say where they are from. See `rag.articles.fetch` for what is never fetched.

        Raises:
            CorpusError: if it is not allowed (`RAG_READ_ONLY`, `RAG_FETCH`) or fails; `AddressError` if
                that is because of the address or what is there.
        """
        from rag.articles.address import AddressBook

        self._refuse_if_read_only()
        if self.settings.fetch == "off":
            raise CorpusError("nothing is fetched here (RAG_FETCH)")
        book = AddressBook(self.settings.articles, self._max_bytes, network=self._resources.network)
        return book.add(url, replace=replace)

    def remove_article(self, source: str) -> None:
        """Delete an article's file; `sync` takes it out of the index.

        Raises:
            CorpusError: if it is not allowed (`RAG_READ_ONLY`), not there, or fails.
        """
        self._refuse_if_read_only()
        remove_article(self.settings.articles, source)

    def picture(self, source: str, start: int, end: int) -> PagePicture:
        """Draw the page of a PDF article on which a span of its text begins, with the span marked.

        Raises:
            CorpusError: if no indexed article has this source; `ArticleError` if it is no PDF, has changed
                since it was indexed, or cannot be drawn.
        """
        article = self.article(source)
        return shared_pictures.draw(self.settings.articles, article, start, end)

    def article(self, source: str) -> Article:
        """Return an article as it was indexed.

        Raises:
            CorpusError: if no indexed article has this source.
        """
        if article := self._resources.generation().catalog.find(source):
            return article
        raise CorpusError(f"there is no article {source!r} in the index")

    @property
    def _max_bytes(self) -> int:
        return int(self.settings.max_file_mb * 1e6)

    def _refuse_if_read_only(self) -> None:
        if self.settings.read_only:
            raise CorpusError("the articles cannot be changed here (RAG_READ_ONLY)")
