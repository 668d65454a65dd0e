"""What the page shows: rendering that trusts nothing, conversations saved and restored, the trace."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from rag import Answer, AnswerSentence, Article, Chatbot, Citation, Conflict
from rag.types import Side
from ui.conversation import Turn, from_stored, history, messages, to_html, to_markdown, to_stored
from ui.quality import quality_html
from ui.render import Span, answer_markdown, article_html, parse_link, plain_markdown
from ui.why import why_html

EVIL = "<script>alert(1)</script>"
UNESCAPED = re.compile(r"(?<!\\)<script")


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "![x](http://e.example/p.png)", "[click](http://e.example)", "http://e.example",
     "www.e.example", "a@e.example", "# head", "- item", "1. item", "*bold* _it_ `code`", "| a | b |", "$x$"],
)  # fmt: skip
def test_markdown_shows_text_as_it_is(text: str) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(plain_markdown(text))
    assert not any(
        tag in html for tag in ("<script", "<img", "<a ", "<h1", "<li", "<strong", "<em", "<code", "<table")
    )


def test_citations_become_links_that_name_the_span() -> None:
    citation = Citation(1, "a b/ü.txt", 'T "x"', "A <b>quote</b>.", 3, 18, 1)
    answer = Answer(
        "q",
        "q",
        "answered",
        "A.",
        (AnswerSentence("A.", (1,), "restated", "model"),),
        (citation,),
        (),
        0.9,
        "local",
        "m",
    )
    text = answer_markdown(answer)
    link = text.split("](#cite/")[1].split(" ")[0]
    assert parse_link(link) == Span("a b/ü.txt", 3, 18)
    assert "<b>" not in text


@pytest.mark.parametrize(
    "quote",
    ["a || b", "`one` and `", "http://e.example/x", 'a "b" \\', "](http://e.example) [x", "*a_b* <i>"],
)
def test_no_quote_breaks_the_link_to_it_in_text_or_table(quote: str) -> None:
    from markdown_it import MarkdownIt

    citations = tuple(Citation(n, f"{n}.txt", "T", quote, 0, 9, 1) for n in (1, 2))
    sides = tuple(Side(str(n), n) for n in (1, 2))
    sentences = tuple(AnswerSentence(quote, (n,), "restated", "model") for n in (1, 2))
    conflicts = (Conflict("number", sides),)
    answer = Answer(
        "q", "q", "answered", "A.", sentences, citations, (), 0.9, "local", "m", conflicts=conflicts
    )
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(answer_markdown(answer))
    assert html.count("<td") == 4
    titles = re.findall(r'<a href="#cite/\d.txt/0-9" title="(?:T: )?([^"]*)">', html)
    assert list(map(unescape, titles)) == [quote] * 4


@pytest.mark.parametrize("link", ["", "x", "a/1", "a/b-c", "../etc/passwd", "a/1-2/3"])
def test_a_link_that_is_none_is_ignored(link: str) -> None:
    assert parse_link(link) is None


def test_an_article_is_escaped_and_its_sentences_marked() -> None:
    article = Article("a.txt", "<T>", "One <i>fact</i>.\nTwo \u202efacts. Three.", 0, "0")
    html = article_html(article, Span("a.txt", 17, 28), [Span("a.txt", 0, 16), Span("b.txt", 0, 3)])
    assert "<i>" not in html
    assert "\u202e" not in html
    assert '<mark class="also">One &lt;i&gt;fact&lt;/i&gt;.</mark>' in html
    assert '<mark id="cited" tabindex="-1">Two facts.</mark>' in html


@pytest.fixture
def turns(chatbot: Chatbot) -> list[Turn]:
    """An answer, an error, and a refusal whose question is hostile."""
    asked = [Turn(q, chatbot.ask(q)) for q in ("What did the repairs cost?", f"Who is {EVIL}?")]
    return [asked[0], Turn(f"And {EVIL}", error=f"broken {EVIL}"), asked[1]]


def test_each_turn_is_two_messages(turns: list[Turn]) -> None:
    shown = messages(turns)
    assert [one["role"] for one in shown] == ["user", "assistant"] * 3
    assert shown[3]["content"].startswith("⚠ broken")
    assert not UNESCAPED.search(shown[2]["content"] + shown[3]["content"] + shown[4]["content"])


def test_what_was_not_answered_is_no_history(turns: list[Turn]) -> None:
    assert [turn["content"] for turn in history(turns)][::2] == [turns[0].question, turns[2].question]


def test_a_stored_conversation_comes_back_as_it_was_shown(turns: list[Turn], chatbot: Chatbot) -> None:
    stored = json.loads(json.dumps(to_stored(turns)))
    back = from_stored(stored, chatbot.article)
    assert [turn.question for turn in back] == [turns[0].question, turns[2].question]
    assert messages(back)[1] == messages(turns)[1]


@pytest.mark.parametrize("stored", [None, [], {}, "x", [{"question": "q"}], [[1]]])
def test_what_is_no_conversation_is_ignored(stored: object, chatbot: Chatbot) -> None:
    assert from_stored(stored, chatbot.article) == []


@pytest.mark.parametrize(
    "change", [{"quote": "Repairs cost nothing."}, {"start": 0}, {"source": "gone.txt"}, {"n": 99}]
)
def test_a_stored_answer_whose_proof_has_gone_is_not_shown_again(
    turns: list[Turn], chatbot: Chatbot, change: dict[str, object]
) -> None:
    stored = json.loads(json.dumps(to_stored(turns[:1])))
    stored[0]["citations"][0].update(change)
    assert from_stored(stored, chatbot.article) == []


def test_an_export_has_footnotes_with_quote_file_and_line(turns: list[Turn]) -> None:
    markdown, page = to_markdown(turns), to_html(turns)
    assert "[^1-1]" in markdown
    assert "Repairs cost \\$4.2 million and took 90 days." in markdown
    assert "bridge.txt, line 3" in markdown
    assert 'href="#n1-1"' in page
    assert "bridge.txt, line 3" in page
    assert not UNESCAPED.search(markdown + page)
    assert "&lt;script&gt;" in page


def test_the_trace_shows_every_stage_and_no_markup_of_others(chatbot: Chatbot) -> None:
    page = why_html(chatbot.explain(f"What did the repairs to the bridge cost {EVIL}?").to_dict())
    for part in ("Passages found", "bridge.txt", "confidence", "milliseconds"):
        assert part in page
    assert "<script" not in page
    assert "Ask a question" in why_html(None)


def test_a_report_stands_in_a_frame_that_can_reach_nothing(tmp_path: Path) -> None:
    assert "No evaluation" in quality_html(tmp_path / "none.html")
    (tmp_path / "eval.html").write_text('<p title="x">figures</p>')
    frame = quality_html(tmp_path / "eval.html")
    assert 'sandbox="allow-scripts"' in frame
    assert "&lt;p title=&quot;x&quot;&gt;figures" in frame
