"""Text files: .txt, .md and .markdown with their front matter, .rst."""

import re
from dataclasses import replace

import yaml

from rag.articles.decode import decode
from rag.articles.loaders.loader import Loaded
from rag.errors import ArticleError
from rag.types import readable

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.{0,10000}?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_MAX_BRACKETS = 50  # PyYAML rescans each open one for every following word


def decoded(data: bytes) -> Loaded:
    """
    Raises:
        ArticleError: if it is not text.
    """
    found = decode(data)
    if found is None:
        raise ArticleError("not text: binary, or in an encoding that could not be detected")
    return Loaded(found.text, note=f"read as {found.guessed}, by a guess" if found.guessed else "")


class Text:
    """A text file is stored as it is, including front matter: places count from the start of the file."""

    suffixes = (".txt", ".md", ".markdown", ".rst")

    def load(self, source: str, data: bytes) -> Loaded:
        loaded = decoded(data)
        match = _FRONT_MATTER.match(loaded.text)
        meta = metadata(match[1]) if match else {}
        if match is None or not meta:
            return loaded
        return replace(
            loaded,
            title=readable(meta.get("title", "")),
            author=readable(meta.get("author", meta.get("by", ""))),
            date=readable(meta.get("date", meta.get("published", ""))),
            url=readable(meta.get("url", meta.get("link", ""))),
            language=readable(meta.get("language", meta.get("lang", ""))),
            body_start=match.end(),
        )


def metadata(block: str) -> dict[str, str]:
    """Return the scalar entries of a front-matter block; empty if it is not a YAML mapping."""
    if block.count("[") + block.count("{") > _MAX_BRACKETS:
        return {}
    try:
        entries = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: `date: 2025-13-45`
        return {}
    if not isinstance(entries, dict):
        return {}
    # Only scalars: a nested value with YAML aliases can be exponentially large when printed.
    return {
        str(key).lower(): str(value)
        for key, value in entries.items()
        if isinstance(value, str | int | float) or hasattr(value, "isoformat")
    }
