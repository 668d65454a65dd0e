"""What a question seeks, and whether a sentence answers it or only stands beside one that does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.facts import facts
from rag.language.lexicon import is_known
from rag.language.names import groups
from rag.language.reading import read
from rag.language.words import stems
from rag.search.evidence import Kind, expected_kinds, gives, is_date_line, is_heading, new_values
from rag.search.releases import asks_for_release, is_release
from rag.search.values import keyed
from rag.types import Evidence, Sentence, readable

_CATEGORY = re.compile(r"\b(?:which|what) (\w+)", re.I)  # “which country” is answered by its name
_ASK, _QUOTES = "ask", "\"”’')"
_LONGEST_TITLE = 3  # “Mrs”, “Dr”: letters


@dataclass(frozen=True, slots=True)
class Sought:
    """The kinds of value that are asked for, the question itself, its stems (`asked`), those of names among
    them, and its full names, word by word.
    """

    kinds: tuple[Kind, ...]
    question: str
    asked: frozenset[str]
    names: frozenset[str]
    full_names: tuple[tuple[str, ...], ...]

    @classmethod
    def by(cls, question: str) -> "Sought":
        names = facts(question).names
        return cls(
            expected_kinds(question), question, frozenset(stems(question)), names, _full_names(question)
        )

    @property
    def kind(self) -> Kind:
        """The first kind."""
        return self.kinds[0]

    def values(self, text: str) -> frozenset[str]:
        """The values in a readable text that may answer, of any kind; the question's own do not."""
        return frozenset().union(*(new_values(kind, text, self.question) for kind in self.kinds))

    def answered_by(self, answering: Sequence[Evidence]) -> bool:
        """Whether sentences have a value of each kind; without capitals, names cannot be recognised."""
        texts = [readable(one.sentence.text) for one in answering]
        unseen = any(text.islower() for text in texts)
        return all(
            (kind == "name" and unseen) or any(new_values(kind, text, self.question) for text in texts)
            for kind in self.kinds
        )

    def names_only(self, sentence: Sentence) -> bool:
        """Whether a sentence says nothing that could answer: a heading, a date where none is asked for, or a
        question without a value, unless the reader wants to know what was asked.
        """
        text = readable(sentence.text)
        if is_heading(sentence):
            if asks_for_release(self.question) and is_release(text):
                return False
            return not any(gives(kind, text, self.asked) for kind in self.kinds)
        if text.rstrip(_QUOTES).endswith("?"):
            return ":" not in text and not self.values(text) and _ASK not in self.asked
        return "date" not in self.kinds and is_date_line(sentence)

    def adds(self, item: Evidence, answering: Sequence[Evidence]) -> bool:
        """Whether a sentence has what is asked for, names aside, that those before it lack.

        They may only repeat the name in the question: “Elsa Thoma climbed with Jakob Reier.” is no answer to
        where her compass is, “Her compass hangs in the chapel.” is one.
        """
        matter = self.asked - self.names - frozenset(stems(" ".join(_CATEGORY.findall(self.question))))
        own = matter.intersection(stems(item.sentence.display_text))
        shown = frozenset[str]().union(*(stems(one.sentence.display_text) for one in answering)) & matter
        return bool(own - shown) and (not shown or bool(self.values(readable(item.sentence.text))))

    def passes_over(self, item: Evidence, answering: Sequence[Evidence]) -> bool:
        """Whether a sentence is about something else than those that answer."""
        return any(
            _parallel(item.sentence, one.sentence) or self._is_other_field(item.sentence, one.sentence)
            for one in answering
        ) or self._is_of_another(item, answering)

    def _is_other_field(self, sentence: Sentence, answering: Sentence) -> bool:
        """Whether the question names the key of a field that answers, and not that of this one."""
        here, there = keyed(sentence), keyed(answering)
        if here is None or there is None or sentence.article is not answering.article:
            return False
        return self._asks_for(there[0]) and not self._asks_for(here[0])

    def _asks_for(self, key: str) -> bool:
        return bool(stems(key)) and self.asked.issuperset(stems(key))

    def _is_of_another(self, item: Evidence, answering: Sequence[Evidence]) -> bool:
        """Whether a sentence has another name than the question, of which half is the same: Mari Holt for
        Mari Holm, who is in a sentence that answers.
        """
        theirs = _full_names(readable(item.sentence.text))
        for name in self.full_names:
            here = any(name in _full_names(readable(one.sentence.text)) for one in answering)
            if here and name not in theirs and any(_resembles(name, other) for other in theirs):
                return True
        return False


def _parallel(one: Sentence, other: Sentence) -> bool:
    """Whether both give the same property of two things: a field of two records, two rows of one table.

    Someone who asks about one of them would mistake the other's value for its value.
    """
    here, there = one.block, other.block
    if here.kind == there.kind == "row":
        return one.article is other.article and here.path == there.path
    mine, yours = keyed(one), keyed(other)
    apart = one.article is not other.article or here.path != there.path
    return apart and mine is not None and yours is not None and mine[0] == yours[0]


def _full_names(text: str) -> tuple[tuple[str, ...], ...]:
    names = (tuple(token.lower for token in group if token.part == "name") for group in groups(read(text)))
    return tuple(name for name in names if len(name) > 1)


def _resembles(name: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names have the same first word and another last one, or the other way round."""
    if name[0] == other[0]:
        return name[-1] != other[-1]
    # “Mrs Holm” and “Captain Holm” may be Mari Holm.
    titled = len(other[0]) <= _LONGEST_TITLE or is_known(other[0])
    return name[-1] == other[-1] and not titled
