"""Read a sentence for checking: its tokens with their roles, its quantities, dates and names.

    read("China was blamed by Mexico in May.")
    → China (name, subject of blamed), blamed (verb, passive), Mexico (name, “by”), in May (a date)

This needs no parser: function words mark where phrases begin, and a dictionary says which words are mostly
verbs. What remains ambiguous is left undecided, and proves nothing.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from rag.language import grammar
from rag.language.dates import Day, days
from rag.language.lexicon import (
    country,
    government,
    is_irregular,
    is_known,
    lemmas,
    verb_over_noun,
    verb_share,
)  # fmt: skip
from rag.language.phrasal import find_phrasal
from rag.language.phrases import is_adverb, tie_phrases
from rag.language.quantities import Quantity
from rag.language.quantities_read import quantities
from rag.language.tokens import Token, TokenBuilder, cut, is_verb

__all__ = ["Reading", "Token", "is_verb", "read"]

_HEADLINE_WORDS = 5
_MOST_TOKENS = 400
_OWNERS = frozenset("its his her their our my your".split())
_THESE = frozenset("these those".split())
_OBJECTS = frozenset("him them me us it".split())
_SAYS_NOTHING = frozenset(
    (("in", "addition"), ("for", "example"), ("for", "instance"), ("in", "fact"), ("in", "turn"),
     ("in", "particular"))
)  # fmt: skip
_MODAL_OR_VERB = frozenset("need needs".split())
# “After Lind left” is a clause, and Lind its subject.
_ALSO_CONJUNCTIONS = frozenset("after as before like since than till until".split())
# Of words in a verb's form and place: the share of verbs from which on they are taken for one.
_LIKELY_VERB = 0.2


@dataclass(frozen=True, slots=True)
class Reading:
    """A readable text, read once: its tokens in order, its quantities, dates (`days`) and names."""

    text: str
    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    days: tuple[Day, ...]
    names: frozenset[str] = field(default=frozenset())

    def __hash__(self) -> int:
        return hash(self.text)  # caches look a reading up for each of its tokens

    @property
    def matter(self) -> tuple[Token, ...]:
        """The content tokens: names, values and words of open classes."""
        return tuple(token for token in self.tokens if token.part not in ("function", "mark"))


@lru_cache(maxsize=20_000)
def read(text: str) -> Reading:
    """Read one readable sentence (or a few), up to 400 tokens."""
    plain = _plain(text)
    numbers, dates = quantities(plain), days(plain)
    numbers = tuple(one for one in numbers if not any(day.start <= one.start < day.end for day in dates))
    drafts = list(islice(cut(plain, numbers, dates), _MOST_TOKENS))
    _read_headline(drafts)
    _find_names(drafts, plain)
    _find_verbs(drafts)
    find_phrasal(drafts)
    tie_phrases(drafts)
    tokens = [draft.build() for draft in drafts]
    names = frozenset(token.lower for token in tokens if token.part == "name")
    return Reading(plain, tuple(tokens), numbers, dates, names)


def _plain(text: str) -> str:
    """The text without accents, which writers often omit."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _read_headline(drafts: list[TokenBuilder]) -> None:
    """In a text with all words capitalised, capitals are no sign of a name: “Mayor Opens New Bridge”."""
    said = [one for one in drafts if one.text.isalpha() and one.lower not in grammar.FUNCTION]
    if len(said) < _HEADLINE_WORDS or not all(one.capital for one in said):
        return
    for token in said:
        placed = country(token.lower) is not None or government(token.lower) is not None
        token.capital = token.text.isupper() or placed or not is_known(token.lower)


def _find_names(drafts: list[TokenBuilder], text: str) -> None:
    """Mark function words and names."""
    for n, token in enumerate(drafts):
        if token.part != "matter" or token.lower[:1].isdigit():
            continue
        closed = token.lower in grammar.FUNCTION and not _is_noun(drafts, n)
        if not token.capital:
            token.part = "function" if closed else "matter"
            continue
        upper = token.text.isupper() and len(token.text) > 1
        before = drafts[n - 1] if n else None
        after = drafts[n + 1] if n + 1 < len(drafts) else None
        begins = before is None or (before.part == "mark" and before.lower not in (",", ")"))
        named = before is not None and before.capital and token.lower in ("one", "a", "no", "he", "may")
        named = named or (closed and _names_a_person(drafts, n, begins, text))
        if closed and not named and not (upper and token.lower in ("us", "it", "who")):
            token.part = "function"
        elif (
            not begins
            or upper
            or named
            or country(token.lower) is not None
            or government(token.lower) is not None
            or (after and after.capital and after.lower not in grammar.FUNCTION)
            or not is_known(token.lower)
        ):
            token.part = "name"


def _is_noun(tokens: list[TokenBuilder], n: int) -> bool:
    """Whether “mine” is a pit: the pronoun follows no determiner and no word that it could end."""
    before = tokens[n - 1] if n else None
    return (
        tokens[n].lower == "mine"
        and before is not None
        and (before.lower in grammar.ARTICLES | grammar.DEFINITE or before.part in ("name", "matter"))
    )


def _names_a_person(tokens: list[TokenBuilder], n: int, begins: bool, text: str) -> bool:
    """Whether a capitalised function word before a name belongs to it: “A. Lind”, “Per Lind”."""
    token, after = tokens[n], tokens[n + 1] if n + 1 < len(tokens) else None
    if after is None or not after.capital or after.lower in grammar.FUNCTION:
        return False
    if len(token.text) == 1 and text[token.end : token.end + 1] == ".":
        return True
    if token.lower in grammar.ARTICLES | grammar.DEFINITE | grammar.PRONOUNS:
        return False
    if not begins and tokens[n - 1].part != "mark":
        return not tokens[n - 1].capital  # a word of a title is capitalised too
    if token.lower in grammar.MODALS:
        return "?" not in text
    # “In Oslo”: a preposition has a subject behind its phrase, a first name has its verb.
    then = next((one for one in tokens[n + 1 :] if not one.capital), None)
    following = tokens[then.at + 1] if then is not None and then.at + 1 < len(tokens) else None
    return (
        token.lower in grammar.PREPOSITIONS - _ALSO_CONJUNCTIONS
        and then is not None
        and (
            then.lower in grammar.AUXILIARIES
            or (
                _participle(then.lower)
                and verb_share(then.lower) >= 0.5
                and following is not None
                and _opens_phrase(following)
            )
        )
    )


def _find_verbs(drafts: list[TokenBuilder]) -> None:
    for n, token in enumerate(drafts):
        if n and (drafts[n - 1].lower, token.lower) in _SAYS_NOTHING and _stands_apart(drafts, n):
            token.part = "function"
        if token.lower in _MODAL_OR_VERB and n + 1 < len(drafts) and _opens_phrase(drafts[n + 1]):
            token.part = "matter"  # “it needs a roof” says something, “needs to close” only how it stands
        if token.lower == "able" and n + 1 < len(drafts) and drafts[n + 1].lower == "to":
            token.part = "function"  # “is able to” is another “can”
        if token.part == "matter" and not token.owner and _reads_as_verb(drafts, n):
            token.verbal, token.passive = True, _is_passive(drafts, n)
    if not any(is_verb(token) for token in drafts):
        _find_only_verb(drafts)


def _stands_apart(tokens: list[TokenBuilder], n: int) -> bool:
    """Whether a word and the one before stand between marks, or end the text: “In addition,”."""
    before, after = tokens[n - 2] if n > 1 else None, tokens[n + 1] if n + 1 < len(tokens) else None
    ends = after is None or (after.lower == "." and n + 2 == len(tokens))
    apart = before is None or before.part == "mark"
    return ends or (apart and after is not None and after.part == "mark")


def _find_only_verb(drafts: list[TokenBuilder]) -> None:
    """The likeliest verb of a text in which grammar shows none: “Delivery costs 12 euros” is a sentence."""
    best, most = None, _LIKELY_VERB
    for before, token, after in zip(drafts, drafts[1:], [*drafts[2:], None], strict=False):
        inflected = _third_person(token.lower) or _participle(token.lower)
        follows = before.part in ("name", "matter", "quantity") and not token.owner and not token.capital
        labels = after is not None and after.lower in (",", ":")
        share = verb_over_noun(token.lower) if token.part == "matter" and inflected else 0.0
        if follows and not labels and share >= most:
            best, most = token, share
    if best is not None:
        best.verbal, best.passive = True, _is_passive(drafts, best.at)


def _reads_as_verb(tokens: list[TokenBuilder], n: int) -> bool:
    token, share = tokens[n], verb_share(tokens[n].lower)
    if share == 0 or token.lower in ("according", "following", "including"):
        return False
    before = next((tokens[k] for k in range(n - 1, max(n - 4, -1), -1) if not is_adverb(tokens[k])), None)
    after = tokens[n + 1] if n + 1 < len(tokens) else None
    ending = token.lower[-3:]
    if before is None:
        return ending == "ing"
    if before.lower in grammar.AUXILIARIES or before.lower in ("not", "to"):
        if ending == "ing" and before.lower in grammar.BE:
            return share > 0.2
        as_verb = ending == "ing" or token.lower.endswith("ed") or share > 0.3
        return as_verb and not (before.lower in grammar.BE and share < 0.5 and not _participle(token.lower))
    if before.lower in grammar.ARTICLES or before.owner or before.lower in _OWNERS | {"of"}:
        return False
    if before.lower in grammar.SUBJECTS or before.lower in ("which", "that", "and", "or", "but"):
        further = tokens[n + 2] if n + 2 < len(tokens) else None
        describes = further is not None and further.part == "matter" and not is_adverb(further)
        joined = _third_person(token.lower) and before.lower in grammar.COORDINATORS
        # “and imports fell” has a subject, “and repairs broken clocks” an object.
        return share > 0.4 and not (joined and not describes and _likelier_verb(after, share))
    if before.lower in grammar.PREPOSITIONS:
        return ending == "ing"
    if before.part == "mark":
        if before.lower == "," and _third_person(token.lower):  # “Lind paints, writes songs”
            return share >= 0.8 or (share > 0.4 and after is not None and _opens_phrase(after))
        return share > 0.5 and (ending == "ing" or _participle(token.lower))
    if before.part in ("name", "matter", "date", "quantity", "function"):
        if after is not None and after.lower in grammar.AUXILIARIES:
            return False  # “the 1911 map was”
        takes_object = after is not None and _opens_phrase(after)
        if _third_person(token.lower):
            if not takes_object and share < 0.8:
                return False  # “exports to”, “talks on”
            share = max(share, verb_over_noun(token.lower))
        if takes_object and before.part != "function" and not before.verbal and share >= _LIKELY_VERB:
            return True
        if _likelier_verb(after, share):
            return False
        return (share >= 0.5 and not before.verbal) or (
            share > 0.4 and _participle(token.lower) and not before.verbal
        )
    return False


def _likelier_verb(token: TokenBuilder | None, share: float) -> bool:
    """Whether the word after one that is a verb in this share of its uses is more often a verb."""
    return (
        token is not None and token.part == "matter" and not token.capital and verb_share(token.lower) > share
    )


def _opens_phrase(token: TokenBuilder) -> bool:
    """Whether a word begins what can only be the object of the word before: “the bill”, “his bill”, “$12”."""
    return token.part in ("name", "quantity") or token.lower in grammar.ARTICLES | _OWNERS | _OBJECTS | _THESE


def _third_person(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")


def _participle(word: str) -> bool:
    return word.endswith(("ed", "en")) or (is_irregular(word) and not word.endswith(("s", "ing")))


def _is_passive(tokens: list[TokenBuilder], n: int) -> bool:
    if not _participle(tokens[n].lower) and lemmas(tokens[n].lower)[0] != tokens[n].lower:
        return False
    for k in range(n - 1, max(n - 5, -1), -1):
        word = tokens[k].lower
        if word in grammar.BE or word in ("get", "gets", "got"):
            return not tokens[n].lower.endswith("ing")
        if word in grammar.HAVE | grammar.MODALS | {"to"} or not (
            word.endswith("ly") or word in ("not", "also")
        ):
            break
    following = tokens[n + 1].lower if n + 1 < len(tokens) else ""
    return _participle(tokens[n].lower) and following == "by"
