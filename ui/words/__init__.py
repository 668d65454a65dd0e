"""The texts of the interface in five languages, each in a file in this folder.

words = words_for("de-CH,de;q=0.9")
words("passages", n=3) → "3 Stellen"
"""

import json
from functools import cache
from pathlib import Path

from rag.parts import Wording

Words = Wording  # of the same form as the product's own sentences
LANGUAGES = ("en", "de", "fr", "es", "zh")
_HERE = Path(__file__).parent


@cache
def words_in(language: str) -> Words:
    """Return the texts in one of `LANGUAGES`."""
    text = (_HERE / f"{language}.json").read_text(encoding="utf-8")
    return Words(language, json.loads(text))


def words_for(accepted: str | None) -> Words:
    """Return the texts for a browser's `Accept-Language` header (RFC 9110 §12.5.4); else English."""
    wanted = []
    for place, item in enumerate((accepted or "").split(",")):
        tag, _, quality = item.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), place, tag.lower().split("-")[0]))
        except ValueError:
            continue
    return words_in(next((tag for _, _, tag in sorted(wanted) if tag in LANGUAGES), "en"))
