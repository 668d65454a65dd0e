"""What the page shows: rendering that trusts nothing, conversations with versions, what is taken along."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Answer, AnswerSentence, Article, Chatbot, CheckedSentence, Citation, Conflict
from rag.types import Side
from tests.fakes.turns import answer_html
from ui.checking import numbered
from ui.conversation import ROOT, Conversation, Turn, history
from ui.export import clean_html, clean_text, to_html, to_markdown
from ui.keeping import finder, from_kept, to_kept
from ui.quality import quality_html
from ui.reader import Span, article_html
from ui.render import reader_text, turn_html
from ui.shelf import Book, Wish, wanted
from ui.why import why_html
from ui.words import words_in

EVIL = "<script>alert(1)</script>"
EN = words_in("en")


def nothing(_: str) -> None:
    return None


def answer_with(*sentences: AnswerSentence, conflicts: Sequence[Conflict] = (), quote: str = "A.") -> Answer:
    citations = tuple(Citation(n, f"{n}.txt", "T", quote, 0, 9, 1) for n in (1, 2, 3))
    return Answer(
        "q?", "q?", "answered", "A.", sentences, citations, (), 0.9, "openai", "m", conflicts=tuple(conflicts)
    )


@pytest.mark.parametrize(
    "text",
    [
        EVIL, "<img src=x onerror=alert(1)>", '" onmouseover="alert(1)', "' onfocus='alert(1)' autofocus='",
        "{{ constructor }} {% raw %}", "${alert(1)}", "&lt;script&gt;", "</template><svg onload=alert(1)>",
    ],
)  # fmt: skip
def test_nothing_untrusted_becomes_markup(text: str) -> None:
    from html.parser import HTMLParser

    tags: set[str] = set()
    names: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            names.update(name for name, _ in attrs)

    sides = (Side(text, 1, text), Side(text, 2))
    sentences = [AnswerSentence(text, (1,), "restated", "model", "", ((0, 3),))]
    answer = answer_with(*sentences, conflicts=[Conflict("number", sides)], quote=text)
    answer = replace(answer, question=text, more=tuple(sentences), notice=text)
    article = Article(text, text, f"{text} {text}", 0, "0", text, text, f"javascript:{text}")
    page = turn_html(Conversation("", (Turn(text, answer=answer, error=text),), 0), 0, lambda _: article, EN)
    page += turn_html(Conversation("", (Turn(text, error=text),), 0), 0, nothing, EN)
    page += article_html(article, Span(text, 2, 5), EN, others=[Span(text, 7, 9)])
    Reader().feed(page)
    assert tags.isdisjoint({"script", "img", "svg onload", "a href", "iframe", "template"})
    assert not any(name.startswith("on") or name == "autofocus" for name in names)


def test_invisible_characters_are_dropped() -> None:
    page = article_html(Article("a.txt", "T\u202e", "One\u200b fact\u202e.", 0, "0"), Span("a.txt", 0, 3), EN)
    assert "\u202e" not in page
    assert "\u200b" not in page


def test_paragraphs_and_lists_stand_as_a_model_wrote_them() -> None:
    leads = ("", " ", "\n\n", "\n- ", "\n- ", "\n1. ")
    sentences = [AnswerSentence(f"S{n}.", (1,), "restated", "model", lead) for n, lead in enumerate(leads)]
    page = answer_html(answer_with(*sentences), nothing, EN).split("class=answer")[0]
    said = page[page.index('class="answer') : page.index("</div>")]
    assert (said.count("<p>"), said.count("<ul>"), said.count("<ol>"), said.count("<li>")) == (2, 1, 1, 3)


def test_the_grade_that_is_shown_is_the_loosest_one() -> None:
    free = AnswerSentence("A.", (1,), "judged", "model")
    close = AnswerSentence("B.", (1,), "verbatim", "article")
    assert "judged by a language model" in answer_html(answer_with(close, free), nothing, EN)


def test_sides_of_a_conflict_stand_with_the_newest_first() -> None:
    sides = (Side("90 days", 1, "2024-01-01"), Side("120 days", 2, "2025-01-01", True), Side("7 days", 3))
    page = answer_html(answer_with(conflicts=[Conflict("number", sides)]), nothing, EN)
    assert page.index("120 days") < page.index("90 days") < page.index("7 days")


def test_many_conflicts_are_folded() -> None:
    sides = (Side("1", 1), Side("2", 2))
    page = answer_html(answer_with(conflicts=[Conflict("number", sides)] * 6), nothing, EN)
    assert page[: page.index('<details class="more">')].count("<table") == 1


def test_an_article_keeps_its_paragraphs_and_marks_the_sentence_across_them() -> None:
    text = "First line\ngoes on.\n\nSecond one."
    page = article_html(Article("a.txt", "T", text, 0, "0"), Span("a.txt", 11, 27), EN)
    assert page.count('class="cited"') == 2
    assert page.count('id="cited"') == 1
    assert page.count("<p>") == 2


@pytest.mark.parametrize("span", [(-5, 4), (5, 2), (10_000, 20_000), (0, 0)])
def test_a_place_that_is_none_still_opens_the_article(span: tuple[int, int]) -> None:
    page = article_html(Article("a.txt", "T", "Fact. More. Rest.", 0, "0"), Span("a.txt", *span), EN)
    assert "Rest." in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "m did not finish in time (RAG_DEADLINE_S). Quotes answer.",
            "m did not finish in time. Quotes answer.",
        ),
        ("x refused the key (401): check OPENAI_API_KEY", "x refused the key (401): check OPENAI_API_KEY"),
        ("about 4.2 million (2025)", "about 4.2 million (2025)"),
    ],
)
def test_readers_see_no_names_of_settings_in_messages(text: str, shown: str) -> None:
    assert reader_text(text) == shown


@pytest.fixture(scope="module")
def talk(chatbot: Chatbot) -> Conversation:
    """An answer, a failure, and a refusal whose question is hostile."""
    talk = Conversation("k").with_turn(
        Turn("What did the repairs cost?", answer=chatbot.ask("What did the repairs cost?"))
    )
    talk = talk.with_turn(Turn(f"And {EVIL}", 0, error="failed"))
    return talk.with_turn(Turn(f"Who is {EVIL}?", 1, answer=chatbot.ask(f"Who is {EVIL}?")))


def test_asking_again_keeps_the_earlier_version() -> None:
    talk = Conversation().with_turn(Turn("a")).with_turn(Turn("b", 0)).with_turn(Turn("c", 1))
    talk = talk.with_turn(Turn("B", 0))
    assert talk.path == (0, 3)
    assert talk.versions(3) == (1, 3)
    assert talk.showing(1).path == (0, 1, 2)
    assert talk.with_turn(Turn("A", ROOT)).path == (4,)


def test_greetings_and_refusals_say_nothing_to_go_on_from(chatbot: Chatbot) -> None:
    turns = [
        Turn(q, answer=chatbot.ask(q)) for q in ("hello", "What did the repairs cost?", "Who ate the moon?")
    ]
    assert [turn["content"] for turn in history(turns)][::2] == ["What did the repairs cost?"]


@pytest.mark.parametrize("prelude", ["hello", "hi there", "thanks", "What is the capital of Australia?"])
def test_small_talk_changes_no_later_answer(seeds_chatbot: Chatbot, prelude: str) -> None:
    question = "How long did the call last?"
    before = [Turn(prelude, answer=seeds_chatbot.ask(prelude))]
    later = seeds_chatbot.ask(question, history=history(before))
    assert later.text == seeds_chatbot.ask(question).text


@pytest.mark.parametrize("most", [1, 2, 3])
def test_at_most_so_many_sentences_are_quoted_as_the_reader_set(seeds_chatbot: Chatbot, most: int) -> None:
    answer = seeds_chatbot.variant(quotes=most).ask("How high were the tariffs on Chinese goods?")
    assert 1 <= len(answer.sentences) <= most


def test_a_kept_conversation_comes_back_as_it_was(talk: Conversation, chatbot: Chatbot) -> None:
    kept = json.loads(json.dumps(to_kept(talk)))
    back = from_kept(kept, chatbot)
    assert back is not None
    assert back.path == talk.path
    first, again = (turn_html(one, 0, finder(chatbot), EN) for one in (talk, back))
    assert first == again


@pytest.mark.parametrize(
    "kept",
    [
        None, [], {}, "x", {"id": "a", "leaf": 0, "turns": []}, {"id": "a", "leaf": 0, "turns": [[1]]},
        {"id": "a", "leaf": 3, "turns": [{"question": "q", "parent": -1}]},
        {"id": "a", "leaf": 0, "turns": [{"question": "q", "parent": 0}]},
    ],
)  # fmt: skip
def test_what_is_no_conversation_is_not_restored(kept: object, chatbot: Chatbot) -> None:
    assert from_kept(kept, chatbot) is None


def test_a_sentence_whose_quotes_do_not_prove_it_is_left_out(talk: Conversation, chatbot: Chatbot) -> None:
    kept = json.loads(json.dumps(to_kept(talk)))
    told = kept["turns"][0]["answer"]
    told["sentences"].append(
        {**told["sentences"][0], "text": "Repairs cost $4.9 million.", "grade": "judged"}
    )
    back = from_kept(kept, chatbot)
    assert back is not None
    assert back.turns[0].lost == 1
    page = turn_html(back, 0, finder(chatbot), EN)
    assert "4.9" not in page
    assert "no longer proved" in page


def test_no_more_of_a_conversation_is_proved_than_a_server_can_bear(
    talk: Conversation, chatbot: Chatbot
) -> None:
    kept = json.loads(json.dumps(to_kept(talk)))
    told = kept["turns"][0]["answer"]
    told["sentences"] += [
        {**told["sentences"][0], "text": f"Repairs took {n + 1000} days."} for n in range(900)
    ]
    back = from_kept(kept, chatbot)
    assert back is not None
    assert back.turns[0].lost == 900
    told["citations"] *= 2000
    assert from_kept(kept, chatbot) is None


def test_titles_and_lines_of_a_kept_answer_are_read_again(talk: Conversation, chatbot: Chatbot) -> None:
    kept = json.loads(json.dumps(to_kept(talk)))
    kept["turns"][0]["answer"]["citations"][0].update(title="Another", line=99)
    back = from_kept(kept, chatbot)
    assert back is not None
    page = turn_html(back, 0, finder(chatbot), EN)
    assert "Another" not in page
    assert "line 99" not in page


def test_what_is_taken_along_is_clean(talk: Conversation) -> None:
    turns = [talk.turns[n] for n in talk.path]
    markdown, page = to_markdown(turns), to_html(turns)
    assert "[^1-1]" in markdown
    assert "bridge.txt, line 3" in markdown
    assert 'href="#n1-1"' in page
    assert "<script" not in page
    answer = turns[0].answer
    assert answer is not None
    text = clean_text(turns[0])
    assert "Repairs cost $4.2 million and took 90 days. [1]" in text
    assert "[1] Harbour bridge reopens, bridge.txt, line 3: “Repairs cost" in text
    assert "<script" not in clean_html(Turn(EVIL, answer=answer))


def test_why_is_explained_in_words_and_without_foreign_markup(chatbot: Chatbot) -> None:
    told = chatbot.explain(f"What did the repairs to the bridge cost {EVIL}?")
    page = why_html(told.answer, told.to_dict(), finder(chatbot), EN)
    assert "passages were looked through" in page
    assert "RAG_" not in page
    assert "<script" not in page


def test_citations_of_a_checked_text_are_numbered_through() -> None:
    cited = (Citation(1, "a.txt", "T", "Q.", 0, 2, 1),)
    checked = [CheckedSentence("A.", "verbatim", "", cited), CheckedSentence("B.", None, "no", cited)]
    checked.append(CheckedSentence("C.", "restated", "", cited))
    assert [[c.n for c in one.citations] for one in numbered(checked)] == [[1], [], [2]]


def test_articles_are_found_by_all_words_and_sorted() -> None:
    books = [
        Book("b/x.txt", "Copper", "Bo", "2026-01-01", text="the price of copper"),
        Book("a/y.txt", "Lithium", "", "2026-03-01", text="the profit of lithium"),
        Book("z.txt", "Zinc", "Al", "", text="zinc", state="not text"),
    ]
    assert [book.title for book in wanted(books, Wish())] == ["Lithium", "Copper", "Zinc"]
    assert [book.title for book in wanted(books, Wish("PROFIT the"))] == ["Lithium"]
    assert [book.title for book in wanted(books, Wish(sort="author"))] == ["Zinc", "Copper", "Lithium"]
    assert [book.title for book in wanted(books, Wish(sort="folder"))] == ["Lithium", "Copper", "Zinc"]
    assert [book.title for book in wanted(books, Wish(kind="failed"))] == ["Zinc"]


def test_a_report_is_in_a_frame_that_can_reach_nothing(tmp_path: Path) -> None:
    assert quality_html(tmp_path / "none.html") == ""
    (tmp_path / "eval.html").write_text('<p title="x">figures</p>')
    frame = quality_html(tmp_path / "eval.html")
    assert 'sandbox="allow-scripts"' in frame
    assert "&lt;p title=&quot;x&quot;&gt;figures" in frame


@pytest.mark.parametrize("question", ["articles", "not", "Looked for"])
def test_a_refusal_is_cut_where_the_question_is_told_again(chatbot: Chatbot, question: str) -> None:
    refused = replace(
        chatbot.ask("What is the boiling point of mercury?"),
        question=question, standalone_question=question,
        text=f"The articles do not say. Looked for: “{question}”. The nearest passages do not mention it.",
    )  # fmt: skip
    shown = answer_html(refused, nothing, EN).partition("</strong>")[2].partition("</p>")[0]
    assert shown.strip() == "The nearest passages do not mention it."
