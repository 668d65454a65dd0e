"""Whether words mention another one: in any form, by a word derived from it, or by one of its sense."""

from collections.abc import Iterable

from rag.language.lexicon import Kinship, akin

FORMS: tuple[Kinship, ...] = ("form", "derived")
SENSES: tuple[Kinship, ...] = (*FORMS, "sense")
KINDS: tuple[Kinship, ...] = (*SENSES, "kind")


def mentions(said: Iterable[str], word: str, by: tuple[Kinship, ...] = FORMS) -> bool:
    """Whether one of some lower-case words is the word, or is related to it in one of these ways."""
    return any(akin(word, one) in by for one in said)


def forms_in(vocabulary: Iterable[str], word: str) -> frozenset[str]:
    """The words of a vocabulary that are forms of a word, or derived from it."""
    return frozenset(one for one in vocabulary if akin(word, one) in FORMS)
