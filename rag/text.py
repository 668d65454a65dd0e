"""Make text safe to show: without invisible characters, and escaped for Markdown."""

import re
import unicodedata
from functools import lru_cache

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&^])")
_AUTOLINK = re.compile(r"(?<=\w)(://|@)|\b(www)\.", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)")
# A mark at the beginning of a word, and the same at the end of one: not “3 * 4”, “snake_case” or “**kwargs”.
_QUOTED = re.compile(r"([\r\n])[ \t]{0,3}>[> \t]{0,10}")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=[^\s*_])([^*_]{1,300})(?<=[^\s*_])\1(?![\w*])")
_BLOCK_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")


def readable(text: str) -> str:
    """Return `text` as a reader or a model may see it: on one line, without invisible characters.

    Control and format characters (Unicode Cc and Cf: NUL, bidirectional overrides, zero-width and tag
    characters) can hide instructions or reverse text, so they are dropped.
    """
    return _sentence(text) if len(text) <= _SENTENCE_CHARS else _made_readable(text)


def plain_markdown(text: str) -> str:
    """Escape text so that Markdown shows it literally: no markup, no images, no links."""
    text = _MARKDOWN.sub(r"\\\1", readable(text))
    text = _AUTOLINK.sub(
        lambda m: m[0].replace(":", "&#58;").replace("@", "&#64;").replace(".", "&#46;"), text
    )
    return _BLOCK_START.sub(lambda m: f"{m[1]}&#{ord(m[2][0])};{m[2][1:]}", text)


def without_quote_marks(text: str) -> str:
    """Return lines of text without the marks that Markdown and mails put before each line of a quotation."""
    return _QUOTED.sub(r"\1", text) if ">" in text else text


def without_emphasis(text: str) -> str:
    """Return a readable text without Markdown's emphasis and links; their words stay."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(lambda match: match[2], text)
    return text


def _made_readable(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        text = text.translate(_VISIBLE)
    return " ".join(text.split())


# The same sentences are looked up many times for one question; longer texts would fill the memory.
_SENTENCE_CHARS = 2000
_sentence = lru_cache(maxsize=20_000)(_made_readable)


class _Visible(dict[int, str]):
    """For `str.translate`: the visible form of each character, computed on first use."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        hidden = not char.isspace() and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")
        self[code] = "" if hidden else char
        return self[code]


_VISIBLE = _Visible()
