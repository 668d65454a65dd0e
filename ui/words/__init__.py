"""The texts of the interface in five languages, each in a file in this folder.

words = words_for("de-CH,de;q=0.9")
words("passages", n=3) → "3 Stellen"
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "es", "zh")
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of the interface in one language."""

    language: str
    phrases: Mapping[str, str]

    def __call__(self, key: str, **fields: object) -> str:
        """Return the phrase with its fields filled in; “one|many” is chosen by the field `n`.

        Raises:
            KeyError: if there is no such phrase, or one of its fields is missing.
        """
        forms = self.phrases[key].split("|")
        return (forms[0] if fields.get("n") == 1 else forms[-1]).format(**fields)


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
