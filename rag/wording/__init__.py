"""What the product says of its own in refusals and remarks, in the language of the question.

Each language is a file of this folder. Counts, answers about the folder and notices on a language model are
in English only.

    wording_for("Wem gehört die Mühle?")("not_said") → "Die Artikel sagen dazu nichts."

Questions in any other language are replied to in English.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "zh")
# Languages near to those, which would else be taken for one of them.
_OTHERS = ("uk", "sv", "da", "cs", "ro", "fa")
# Of 3,270 English questions, the model takes three for others at .5 and none at .9.
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Wording:
    """The product's sentences in one language."""

    language: str
    phrases: Mapping[str, str]

    def __call__(self, key: str, **fields: object) -> str:
        """Return a sentence with its fields filled in; “one|many” is chosen by the field `n`.

        Raises:
            KeyError: if there is no such sentence, or one of its fields is missing.
        """
        forms = self.phrases[key].split("|")
        return (forms[0] if fields.get("n") == 1 else forms[-1]).format(**fields)


@cache
def wording_in(language: str) -> Wording:
    """Return the sentences in one of `LANGUAGES`."""
    text = files(__name__).joinpath(f"{language}.json").read_text(encoding="utf-8")
    return Wording(language, json.loads(text))


def wording_for(question: str) -> Wording:
    """Return the sentences in the language of a question."""
    language, share = _identifier().classify(question)
    return wording_in(language if share >= _SURE and language in LANGUAGES else "en")


def is_refusal(text: str) -> bool:
    """Whether a text begins as every refusal does, in any of the languages."""
    return text.startswith(tuple(wording_in(language)("not_said") for language in LANGUAGES))


@cache
def _identifier() -> Any:
    """The model of `py3langid` (Lui and Baldwin, 2012), for some languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # most questions do not need it

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages((*LANGUAGES, *_OTHERS))
    return identifier
