"""Removed articles: kept in a hidden folder inside the articles folder, so that a click can restore them.

articles/.trash/7f3a…/trade/copper.txt
"""

import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from rag import Chatbot, RagError

_FOLDER = ".trash"  # hidden: a sync skips it
_KEPT_S = 30 * 24 * 3600
_KEY = re.compile(r"[0-9a-f]{16}")


def remove(chatbot: Chatbot, sources: Sequence[str]) -> str:
    """Move articles to the bin; return the key that restores them.

    Raises:
        RagError: if one does not exist, cannot be moved, or the folder is read-only.
    """
    articles = chatbot.settings.articles
    key = secrets.token_hex(8)
    kept = articles / _FOLDER / key
    _empty_old(articles / _FOLDER)
    try:
        for source in sources:
            path = _inside(articles, source)
            (kept / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, kept / source)
            chatbot.remove_article(source)
    except OSError as error:
        raise RagError(f"cannot remove it: {error.strerror}") from error
    return key


def bring_back(chatbot: Chatbot, key: str) -> int:
    """Restore articles that were removed together; return how many.

    Raises:
        RagError: if the key is unknown, a place is taken, or the folder is read-only.
    """
    articles = chatbot.settings.articles
    kept = articles / _FOLDER / key
    if chatbot.settings.read_only:
        raise RagError("the articles cannot be changed here")
    if not _KEY.fullmatch(key) or not kept.is_dir():
        raise RagError("there is nothing to restore")
    count = 0
    try:
        for path in sorted(one for one in kept.rglob("*") if one.is_file()):
            target = articles / path.relative_to(kept)
            if target.exists():
                raise RagError(f"there is an article {path.relative_to(kept).as_posix()} again")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            count += 1
        shutil.rmtree(kept)
    except OSError as error:
        raise RagError(f"cannot restore it: {error.strerror}") from error
    return count


def _inside(articles: Path, source: str) -> Path:
    path = articles / source
    try:
        inside = path.resolve().is_relative_to(articles.resolve()) and path.is_file()
    except ValueError:  # NUL, or a lone surrogate
        inside = False
    if not inside:
        raise RagError(f"there is no article {source!r}")
    return path


def _empty_old(folder: Path) -> None:
    before = time.time() - _KEPT_S
    for old in folder.glob("*"):
        if _KEY.fullmatch(old.name) and old.stat().st_mtime < before:
            shutil.rmtree(old, ignore_errors=True)
