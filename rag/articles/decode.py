"""Decode bytes to text: a declared encoding first, then Windows-1252, then a guess.

Most older texts in Latin letters are in Windows-1252, and statistical detection mistakes short ones for
something rarer: it changed € to Ć in 24 of 60.
"""

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In a text in a Western language, a smaller share of letters has accents; in Cyrillic, Greek or Chinese all
# bytes of letters are above 127. Polish and Czech texts are below it too: the report names the guess.
_ACCENTED_SHARE = 0.3
_SAMPLE_BYTES = 200_000  # used for statistical detection
_CONTROL_SHARE = 0.05
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\v\f\r\x1b"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with its line ends unchanged, and the encoding if it was guessed."""

    text: str
    guessed: str = ""


def decode(data: bytes) -> Decoded | None:
    """Return the text of `data`, or None if it is not text.

    UTF-8 or a byte order mark is certain; Windows-1252 and statistical results are guesses.
    """
    decoded = _decode(data)
    if decoded is None:
        return None
    control = sum(decoded.text.count(char) for char in _CONTROLS)
    return None if control > len(decoded.text) * _CONTROL_SHARE else decoded


def _decode(data: bytes) -> Decoded | None:
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return Decoded(data.decode(marked))
    except UnicodeDecodeError:
        if b"\0" in data:
            return None
    if _looks_western(data):
        try:
            return Decoded(data.decode("cp1252"), "windows-1252")
        except UnicodeDecodeError:
            pass
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    try:
        return Decoded(data.decode(best.encoding), best.encoding) if best else None
    except UnicodeDecodeError:
        return None


def _looks_western(data: bytes) -> bool:
    high = sum(map(data.count, (bytes([code]) for code in range(128, 256))))
    letters = len(
        data.translate(None, bytes(code for code in range(256) if not chr(code).isalpha() or code > 127))
    )
    return high <= _ACCENTED_SHARE * (letters + high)
