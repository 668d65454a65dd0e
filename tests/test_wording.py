"""The product's own sentences: complete in every language, and in the one of the question."""

import re
import string

import pytest

from rag import Chatbot
from rag.search.history import answered, read_history
from rag.wording import LANGUAGES, is_refusal, wording_for, wording_in

# Questions of one kind, by people who read no sentence of the product: what the ferry costs.
QUESTIONS = {
    "ar": "كم يكلف عبور العبارة إلى الجزيرة؟",
    "de": "Wie viel kostet die Überfahrt mit der Fähre?",
    "en": "How much is a crossing on the ferry?",
    "es": "¿Cuánto vale el billete del transbordador a la isla?",
    "fr": "Combien coûte la traversée en bac jusqu'à l'île ?",
    "hi": "नाव से नदी पार करने का किराया कितना है?",
    "it": "Quanto costa il biglietto del traghetto per l'isola?",
    "ja": "島へ渡るフェリーの料金はいくらですか？",
    "ko": "섬으로 가는 배표는 얼마인가요?",
    "nl": "Hoeveel kost een kaartje voor de veerboot naar het eiland?",
    "pl": "Ile kosztuje bilet na prom na wyspę?",
    "pt": "Quanto custa a passagem da balsa para a ilha?",
    "ru": "Сколько стоит билет на паром до острова?",
    "zh": "去岛上的渡轮票多少钱？",
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_fields(language: str) -> None:
    own, english = wording_in(language).phrases, wording_in("en").phrases
    assert list(own) == list(english)
    for key, text in own.items():
        assert fields(text) == fields(english[key]), key
        assert language == "en" or text != english[key], key
        # A stop that the question has already is cut off.
        assert re.search(r"[.。।]$", text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_replied_to_in_its_language(language: str) -> None:
    assert wording_for(QUESTIONS[language]).language == language


@pytest.mark.parametrize("text", ["", "?", "1984", "Xyqq vlrr", "🙂🙂", "a" * 50_000])
def test_what_is_in_none_of_them_is_replied_to_in_english(text: str) -> None:
    assert wording_for(text).language == "en"


def test_a_refusal_speaks_the_language_of_the_question(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Wie heißt die Hauptstadt von Australien?")
    assert answer.status == "not_in_articles"
    assert answer.text.startswith(
        "Die Artikel sagen dazu nichts. Gesucht wurde: „Wie heißt die Hauptstadt von Australien?“"
    )
    assert "The " not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_in_any_language_does_not_affect_the_next_question(language: str) -> None:
    refused = wording_in(language)("not_said") + " …"
    turns = read_history(
        [{"role": "user", "content": QUESTIONS[language]}, {"role": "assistant", "content": refused}]
    )
    assert is_refusal(refused)
    assert answered(turns) == []


def test_braces_in_a_question_are_only_text() -> None:
    assert "{question.__class__}" in wording_in("fr")("looked_for", question="{question.__class__}")


@pytest.mark.parametrize(
    "question",
    ["Hvor meget koster færgen?", "Vad kostar färjan till ön?", "Скільки коштує квиток на пором до острова?",
     "Kolik stojí lístek na přívoz na ostrov?", "Cât costă biletul de bac până pe insulă?"],
)  # fmt: skip
def test_a_language_that_is_near_to_one_of_them_is_not_taken_for_it(question: str) -> None:
    assert wording_for(question).language == "en"
