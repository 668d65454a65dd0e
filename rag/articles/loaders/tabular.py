"""Tables (.csv, .tsv): each row is read with the names of its columns."""

import csv
import io

from rag.articles.loaders.loader import Loaded
from rag.articles.loaders.markup import table_text
from rag.articles.loaders.plain import decoded
from rag.errors import ArticleError
from rag.types import readable

_MAX_ROWS = 100_000


class Table:
    suffixes = (".csv", ".tsv")

    def load(self, source: str, data: bytes) -> Loaded:
        file = decoded(data)
        delimiter = "\t" if source.lower().endswith(".tsv") else _delimiter(file.text)
        try:
            reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=delimiter)
            rows = [row for row, _ in zip(reader, range(_MAX_ROWS), strict=False) if any(map(str.strip, row))]
        except csv.Error as error:
            raise ArticleError(f"it is not a table: {error}") from error
        if rows and max(map(len, rows)) < 2:
            return file
        return Loaded(table_text(rows), title=title_of(source), note=file.note)


def _delimiter(text: str) -> str:
    first = text[:10_000].partition("\n")[0]
    return max(",;\t|", key=first.count)


def title_of(source: str) -> str:
    """Return a file's name as words."""
    return readable(source.rpartition("/")[2].rpartition(".")[0].replace("_", " ").replace("-", " "))
