"""Saved web pages: the main text without menus and notices, its author and date, using trafilatura."""

import logging

from rag.articles.loaders.loader import Loaded
from rag.articles.loaders.markup import to_markdown, without_references
from rag.articles.loaders.plain import decoded
from rag.errors import ArticleError
from rag.types import readable

_FEWEST_CHARS = 40
_LEAST_SHARE = 0.3  # of the text of the whole page: below it, the main text was not found


class Html:
    suffixes = (".html", ".htm", ".xhtml")

    def load(self, source: str, data: bytes) -> Loaded:
        import trafilatura
        from trafilatura.settings import use_config

        logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
        page = decoded(data)
        html = without_references(page.text)
        config = use_config()
        config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # signals belong to the worker
        found = trafilatura.bare_extraction(
            html,
            output_format="markdown",
            include_tables=True,
            include_comments=False,
            include_formatting=True,
            include_links=False,
            include_images=False,
            with_metadata=True,
            # Only declared dates: otherwise any year in the text would be taken for the page's date.
            date_extraction_params={"extensive_search": False, "original_date": True},
            config=config,
        )
        whole = to_markdown(html)
        main = str(getattr(found, "text", "") or "")
        if len(main) < max(_FEWEST_CHARS, _LEAST_SHARE * len(whole)):
            main = whole
        if not main.strip():
            raise ArticleError("the page contains no text")
        title, author, date, url, language = (
            readable(str(getattr(found, name, "") or ""))
            for name in ("title", "author", "date", "url", "language")
        )
        return Loaded(main, title, author, date, url, language, note=page.note)
