"""Removed articles: kept beside the others in a hidden folder, so that a click can bring them back.

articles/.trash/7f3a…/trade/copper.txt
"""

import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from rag import Chatbot, RagError

_FOLDER = ".trash"  # hidden: a sync passes it over
_KEPT_S = 30 * 24 * 3600
_KEY = re.compile(r"[0-9a-f]{16}")


def remove(chatbot: Chatbot, sources: Sequence[str]) -> str:
    """Move articles into the bin; returns the key that brings them back.

    Raises:
        RagError: if one is not there, cannot be moved, or nothing may be changed.
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
    """Move what was removed together back to where it was; how many articles.

    Raises:
        RagError: if there is nothing of this key, a place is taken, or nothing may be changed.
    """
    articles = chatbot.settings.articles
    kept = articles / _FOLDER / key
    if chatbot.settings.read_only:
        raise RagError("the articles cannot be changed here")
    if not _KEY.fullmatch(key) or not kept.is_dir():
        raise RagError("there is nothing to bring back")
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
        raise RagError(f"cannot bring it back: {error.strerror}") from error
    return count


def _inside(articles: Path, source: str) -> Path:
    path = articles / source
    try:
        inside = path.resolve().is_relative_to(articles.resolve()) and path.is_file()
    except ValueError:  # NUL, or half a surrogate pair
        inside = False
    if not inside:
        raise RagError(f"there is no article {source!r}")
    return path


def _empty_old(folder: Path) -> None:
    before = time.time() - _KEPT_S
    for old in folder.glob("*"):
        if _KEY.fullmatch(old.name) and old.stat().st_mtime < before:
            shutil.rmtree(old, ignore_errors=True)
