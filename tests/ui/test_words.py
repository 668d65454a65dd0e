"""The words of the page: the same in each language, which is the one that a browser prefers."""

import re

import pytest

from ui.words import LANGUAGES, words_for, words_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_all_phrases_with_the_same_fields(language: str) -> None:
    def fields(phrase: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", phrase))

    phrases = words_in(language).phrases
    assert {key: fields(phrase) for key, phrase in phrases.items()} == {
        key: fields(phrase) for key, phrase in words_in("en").phrases.items()
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-CH,de;q=0.9", "de"),
        ("nl,fr;q=0.8,en;q=0.9", "en"),
        ("zh-TW", "zh"),
        (None, "en"),
        ("*;q=x,,", "en"),
    ],
)
def test_the_language_is_the_one_a_browser_prefers(accepted: str | None, language: str) -> None:
    assert words_for(accepted).language == language
