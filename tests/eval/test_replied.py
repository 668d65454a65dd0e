"""A model's sentences of known truth go through the whole chatbot, and what stands in for them is counted."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.alterations.given import read_replies
from eval.lab.replied import SaysAgain, ask_again, figures
from rag import Settings
from rag.articles.read import read_corpus
from rag.models.chat import Text
from tests.conftest import make_settings, write_articles

ARTICLE = """The lighthouse at Fanes

The lighthouse at Fanes was built by Ingrid Moe in 1904. Its lamp burned whale oil for thirty years.

A storm broke the lamp in 1931. The keeper rowed to the mainland for a new one.
"""
ROWS = [
    ("Who built the lighthouse at Fanes?", "Ingrid Moe built the lighthouse at Fanes in 1904.", True,
     "built by Ingrid Moe"),
    ("Who built the lighthouse at Fanes?", "Ingrid Moe sold the lighthouse at Fanes in 1904.", False,
     "built by Ingrid Moe"),
    ("What broke the lamp in 1931?", "The glass of the lamp gave way in a gale of 1931.", True,
     "A storm broke the lamp"),
]  # fmt: skip


@pytest.fixture
def replies(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", {"fanes.md": ARTICLE})
    path = tmp_path / "replies.jsonl"
    lines = [
        json.dumps(
            {"question": question, "sentence": sentence, "true": true, "style": "free",
             "cites": [{"source": "fanes.md", "snippet": snippet}]}
        )
        for question, sentence, true, snippet in ROWS
    ]  # fmt: skip
    path.write_text("\n".join(lines))
    return path


def measured(replies: Path, **changes: object) -> dict[str, float]:
    settings: Settings = make_settings(replies.parent, **changes)
    claims = read_replies(replies, read_corpus(settings.articles, 10**6).articles)
    return {name: figure.value for name, figure in figures(ask_again(settings, claims)).items()}


def test_what_is_proved_is_shown_and_the_cited_sentence_stands_in_for_the_rest(replies: Path) -> None:
    found = measured(replies, judge="off")
    assert found["true shown"] == 0.5
    assert found["false shown"] == 0
    assert found["quotes an answer"] == 0.5


def test_a_judge_that_is_right_lets_the_true_sentences_through(replies: Path) -> None:
    found = measured(replies, judge="on")
    assert (found["true shown"], found["false shown"], found["quotes an answer"]) == (1, 0, 0)


def test_a_sentence_is_said_with_the_numbers_of_its_citations_or_not_at_all(replies: Path) -> None:
    claims = read_replies(replies, read_corpus(replies.parent / "articles", 10**6).articles)
    model = SaysAgain({ROWS[2][0]: claims[2:]})

    def said(*lines: str) -> str:
        content = "\n".join(lines) + f"\n\nQuestion: {ROWS[2][0]}"
        pieces = model.stream([{"role": "user", "content": content}], 10, 0.0)
        return "".join(piece.text for piece in pieces if isinstance(piece, Text))

    assert said("[1] It rained.", "[2] A storm broke the lamp in 1931.") == f"{ROWS[2][1]} [2]"
    assert said("[1] It rained.") == "NOT IN THE ARTICLES"


def test_the_command_prints_the_figures_and_what_became_of_each_sentence(replies: Path) -> None:
    options = ["replies", str(replies), "--articles", str(replies.parent / "articles"), "--read"]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    assert "true shown" in done.output
    assert f"shown true  {ROWS[0][1]}" in done.output
    assert f"-     false {ROWS[1][1]}" in done.output
