"""Write articles of an imported set as files that can be indexed."""

import re
from hashlib import blake2b
from pathlib import Path

import yaml

from eval.dataset.samples import QuestionSetError

_MAX_NAME_CHARS = 80


def write_article(folder: Path, name: str, title: str, text: str) -> str:
    """Write one article with its title in front matter; return its source, the file's name.

    Names in other sets contain slashes, leading dots and more, so all but plain characters become _, and a
    hash keeps altered names distinct.

    Raises:
        QuestionSetError: if the folder already has an article of this name.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:_MAX_NAME_CHARS]
    if plain != name:
        plain += "-" + blake2b(name.encode(), digest_size=4).hexdigest()
    path = folder / f"{plain}.md"
    if path.exists():
        raise QuestionSetError(f"{path} is already there: import into an empty folder")
    front = f"---\n{yaml.safe_dump({'title': title}, allow_unicode=True)}---\n\n" if title else ""
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(front + text, encoding="utf-8")
    return path.name
