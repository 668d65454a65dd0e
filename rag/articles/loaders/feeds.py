"""Feeds and exports of articles (.json, .jsonl), by the names of their fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.articles.loaders.loader import Loaded, Places
from rag.articles.loaders.markup import to_markdown
from rag.articles.loaders.plain import decoded
from rag.articles.loaders.tabular import title_of
from rag.errors import ArticleError
from rag.types import readable

_MAX_DEPTH = 30
# The names that feeds, exports and news archives use; a field with another name is labelled with it.
_TITLE = ("title", "headline", "name", "subject")
_TEXT = (
    "text", "content_text", "body", "content", "content_html", "article", "description", "summary",
    "abstract",
)  # fmt: skip
_AUTHOR = ("author", "byline", "creator", "by")
_DATE = ("date", "date_published", "published", "pubdate", "published_at", "created_at", "created")
_URL = ("url", "link", "permalink", "source_url")
_LISTS = ("items", "articles", "entries", "posts", "results", "data", "documents")


class Feed:
    suffixes = (".json", ".jsonl", ".ndjson")

    def load(self, source: str, data: bytes) -> Loaded:
        file = decoded(data)
        try:
            entries = list(_entries(source, file.text))
        except (ValueError, RecursionError) as error:
            raise ArticleError("it is no JSON that can be read") from error
        if len(entries) == 1:
            [entry] = entries
            title, author, date, url = (_field(entry, names) for names in (_TITLE, _AUTHOR, _DATE, _URL))
            return Loaded(_text(entry), title, author, date, url, note=file.note)
        places = Places()
        for number, entry in enumerate(entries, start=1):
            about = ", ".join(filter(None, (_field(entry, _AUTHOR), _field(entry, _DATE)[:10])))
            title = _field(entry, _TITLE) or f"Entry {number}"
            places.add(f"## {title}{f' ({about})' if about else ''}\n\n{_text(entry)}", f"entry {number}")
        if not places.text:
            raise ArticleError("it has no text fields")
        return Loaded(places.text, title=title_of(source), places=tuple(places.places), note=file.note)


def _entries(source: str, text: str) -> Iterator[Mapping[str, Any]]:
    if source.lower().endswith((".jsonl", ".ndjson")):
        values: Any = [json.loads(line) for line in text.split("\n") if line.strip()]
    else:
        values = json.loads(text)
    if isinstance(values, Mapping):
        inside = next((values[name] for name in _LISTS if isinstance(values.get(name), list)), None)
        values = [values] if inside is None else inside
    for value in values if isinstance(values, list) else []:
        if isinstance(value, Mapping):
            yield {str(key).lower(): one for key, one in value.items()}


def _field(entry: Mapping[str, Any], names: Sequence[str]) -> str:
    value = next((entry[name] for name in names if entry.get(name)), "")
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("name", "")
    return readable(str(value)) if isinstance(value, str | int | float) else ""


def _text(entry: Mapping[str, Any]) -> str:
    main = next(
        (entry[name] for name in _TEXT if isinstance(entry.get(name), str) and entry[name].strip()), None
    )
    if main is not None:
        return to_markdown(main) if "</" in main or "<br" in main else main
    known = {*_TITLE, *_AUTHOR, *_DATE, *_URL}
    return "\n".join(
        f"{key}: {text}" for key, value in entry.items() if key not in known for text in _values(value)
    )


def _values(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, list) and depth < _MAX_DEPTH:
        yield ", ".join(part for one in value for part in _values(one, depth + 1))
    elif isinstance(value, Mapping) and depth < _MAX_DEPTH:
        yield ", ".join(f"{key} {part}" for key, one in value.items() for part in _values(one, depth + 1))
    elif isinstance(value, str | int | float):
        yield readable(str(value))
