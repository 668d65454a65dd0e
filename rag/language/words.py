"""Words as search and the checks compare them: `stems("Xi’s U.S. tariffs")` → xi, us, tariff."""

import re
import unicodedata
from functools import lru_cache

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

# Function words say nothing about the topic. “won” is in the list only as a part of “won't”.
STOPWORDS = frozenset(STOPWORDS_EN_PLUS) - {"won"}
_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}")
# Vowel signs of Indic and Thai scripts are not letters, but occur inside words.
_SIGNS = "".join(chr(code) for code in range(0x900, 0x1100) if unicodedata.category(chr(code))[0] == "M")
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[^\W\d_](?:[^\W\d_]|[{_SIGNS}])*")
# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without spaces between words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_POSSESSIVE = re.compile(r"['’]s\b|['’](?=\W|$)")
_stemmer = Stemmer.Stemmer("english")


class _Plain(dict[int, str]):
    """For `str.translate`: drops combining characters; each is looked up on first use."""

    def __missing__(self, code: int) -> str:
        self[code] = "" if unicodedata.combining(chr(code)) else chr(code)
        return self[code]


_PLAIN = _Plain()


def words(text: str) -> list[str]:
    """Lower-case words and numbers without accents or possessives; “U.S.” is “us”, “$1,200” is “1200”.

    Scripts without spaces give pairs of characters.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_PLAIN)
        text = _UNSPACED.sub(lambda match: f" {_pairs(match[0])} ", text)
    text = _POSSESSIVE.sub("", text)
    text = _ACRONYM.sub(lambda match: match[0].replace(".", "") + " ", text)
    return [word.replace(",", "") for word in _WORD.findall(text.lower())]


def _pairs(run: str) -> str:
    """Text in a script without spaces as character bigrams, a substitute for words: 馆长是 is 馆长 长是."""
    return " ".join(run[at : at + 2] for at in range(max(len(run) - 1, 1)))


def is_pair(word: str) -> bool:
    """Whether it is in a script without spaces, and so may not be a word."""
    return _UNSPACED.match(word) is not None


def stems(text: str) -> list[str]:
    """Snowball stems of the words that carry meaning, in order, with repeats."""
    return list(_sentence_stems(text) if len(text) <= _SENTENCE_CHARS else _made_stems(text))


def _made_stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(text) if word not in STOPWORDS)


# As in `readable`: only short texts are looked up repeatedly.
_SENTENCE_CHARS = 500
_sentence_stems = lru_cache(maxsize=20_000)(_made_stems)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Snowball stem of one lower-case word."""
    return str(_stemmer.stemWord(word))
