"""Questions in scripts that are written without spaces, and that the packaged encoder cannot read."""

from pathlib import Path

import pytest

from rag import Chatbot
from rag.language.words import words
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "lighthouse.txt": (
        "白浜灯台\n\n白浜灯台は1912年に建てられました。灯台守は森田健一です。毎年夏に一般公開されます。"
    ),
    "market.txt": "港の朝市\n\n朝市は日曜日に開かれます。魚の売り場は三十あります。組合長は大野花子です。",
    "temple.txt": "วัดริมน้ำ\n\nวัดริมน้ำสร้างในปี 1890 เจ้าอาวาสชื่อสมชาย\n\nบันไดทำจากหิน",
}


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    write_articles(tmp_path / "articles", ARTICLES)
    return Chatbot(make_settings(tmp_path))


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("灯台守は誰ですか？", "森田健一"),
        ("朝市の組合長は誰ですか？", "大野花子"),
        ("เจ้าอาวาสชื่ออะไร", "สมชาย"),
    ],
)
def test_the_sentence_that_shares_the_words_comes_first(bot: Chatbot, question: str, right: str) -> None:
    assert right in bot.ask(question).sentences[0].text


def test_words_without_spaces_are_pairs_of_characters_and_others_stay_whole() -> None:
    assert words("灯台守 built it in 1912") == ["灯台", "台守", "built", "it", "in", "1912"]


def test_a_vowel_sign_does_not_end_a_word() -> None:
    assert len(words("दिल्ली की किताब")) == 3
