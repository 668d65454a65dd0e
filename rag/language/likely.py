"""Which words of a text could match a given one, found without comparing it with each of them."""

from collections import defaultdict
from collections.abc import Iterable

from rag.language.lexicon import family, kinds_of, labels, lemmas, root
from rag.language.names import name_keys


class WordIndex:
    """The lower-case words of one text, by what makes them akin to others (`lexicon.akin`), or a form of the
    same name (`names.same_name`).
    """

    def __init__(self, words: Iterable[tuple[int, str]]) -> None:
        """`words` are given with their places."""
        self._by_label: defaultdict[str, list[int]] = defaultdict(list)
        self._by_kind: defaultdict[str, list[int]] = defaultdict(list)
        self._by_root: defaultdict[str, list[int]] = defaultdict(list)
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in words:
            self._by_root[root(word)].append(place)
            for label in labels(word):
                self._by_label[label].append(place)
            for kind in kinds_of(word):
                self._by_kind[kind].append(place)
            for key in name_keys(word):
                self._by_name[key].append(place)

    def likely(self, word: str) -> set[int]:
        """The places of all words that match the given one, unless as two names, and of a few others."""
        found = set(self._by_root.get(root(word), ()))
        for label in family(word).keys() & self._by_label.keys():
            found.update(self._by_label[label])
        for lemma in lemmas(word):
            found.update(self._by_kind.get(lemma, ()))
        for key in name_keys(word):
            found.update(self._by_name.get(key, ()))
        return found
