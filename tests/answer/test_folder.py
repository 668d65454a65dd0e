"""Questions about the folder itself: answered from the files' metadata, citing the line that states it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Chatbot
from tests.conftest import make_settings, write_articles

# Titles, authors and dates in the forms in which they come: front matter, by-lines, a web page's own words.
ARTICLES = {
    "regatta.md": "---\ntitle: Regatta on Lake Orla\nauthor: Piet Haverkamp\ndate: 2024-05-18\n---\n\n"
    "Eleven boats started in the regatta. The eights raced first, and a heron watched.",
    "kiln.txt": "The kiln at Brask\n\nBy Ana Brdar, 3 March 2022\n\n"
    "The kiln at Brask was fired again after forty years. Its clay comes from the river bank.",
    "orchids.html": "<html><head><title>Orchids of the marsh</title><meta name='author' content='Ana Brdar'>"
    "<meta property='article:published_time' content='2023-05-02T08:00:00+02:00'></head><body><article>"
    "<h1>Orchids of the marsh</h1><p>The marsh has nine kinds of orchid. Most of them flower in June, "
    "and the heron nests beside them. The warden counts them yearly from a boat.</p></article></body></html>",
    "notes/ferry.txt": "Ferry notes\n\nThe ferry crosses every hour. It carries six cars.",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("folder")
    write_articles(folder / "articles", ARTICLES)
    with Chatbot(make_settings(folder)) as bot:
        yield bot


def cited(bot: Chatbot, question: str, **within: str) -> list[str]:
    answer = bot.ask(question, **within)  # type: ignore[arg-type]
    assert answer.status == "answered", answer.text
    for one in answer.citations:
        assert bot.article(one.source).text[one.start : one.end] == one.quote
    return [one.source for one in answer.citations]


@pytest.mark.parametrize(
    "question",
    ["How many articles are there?", "how many documents do you have", "How many files are in the folder?",
     "how many articles have you got altogether", "What is the number of texts in here?",
     "How many documents can you search so far?"],
)  # fmt: skip
def test_articles_are_counted(bot: Chatbot, question: str) -> None:
    assert "4 articles" in bot.ask(question).text


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("How many articles mention the heron?", "2 of 4"),
        ("How many articles did Ana Brdar write?", "2 of 4"),
        ("How many articles are from 2022?", "1 of 4"),
        ("How many articles were published before 2024?", "2 of 4"),
    ],
)
def test_a_count_says_of_how_many(bot: Chatbot, question: str, count: str) -> None:
    assert count in bot.ask(question).text


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Which is the newest article?", "regatta.md"),
        ("What is the most recent document?", "regatta.md"),
        ("Which article is the oldest?", "kiln.txt"),
        ("What is the latest article by Ana Brdar?", "orchids.html"),
        ("Which article was published first?", "kiln.txt"),
        ("Which one is the newest text in here?", "regatta.md"),
    ],
)
def test_the_newest_and_the_oldest_are_found_by_date(bot: Chatbot, question: str, source: str) -> None:
    assert cited(bot, question) == [source]


@pytest.mark.parametrize(
    ("question", "author", "quote"),
    [
        ("Who wrote “Regatta on Lake Orla”?", "Piet Haverkamp", "author: Piet Haverkamp"),
        ("Who is the author of the article about the kiln?", "Ana Brdar", "By Ana Brdar, 3 March 2022"),
        ("Who wrote the article on orchids?", "Ana Brdar", "Orchids of the marsh"),
        ("By whom was the regatta article written?", "Piet Haverkamp", "author: Piet Haverkamp"),
        ("author of the kiln article", "Ana Brdar", "By Ana Brdar, 3 March 2022"),
        ("Who is the regatta piece by?", "Piet Haverkamp", "author: Piet Haverkamp"),
        ("Who wrote the newest article?", "Piet Haverkamp", "author: Piet Haverkamp"),
        ("Who is the author of the piece on the orchids?", "Ana Brdar", "Orchids of the marsh"),
        ("who wrote the report about the regatta", "Piet Haverkamp", "author: Piet Haverkamp"),
    ],
)
def test_an_author_is_answered_and_the_line_with_the_name_cited(
    bot: Chatbot, question: str, author: str, quote: str
) -> None:
    answer = bot.ask(question)
    assert author in answer.text
    assert quote in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "date", "quote"),
    [
        ("When was “The kiln at Brask” written?", "3 March 2022", "3 March 2022"),
        ("When was the article on the regatta published?", "18 May 2024", "date: 2024-05-18"),
        ("What is the date of the article about orchids?", "2 May 2023", "Orchids"),
    ],
)
def test_a_date_is_answered_and_its_line_cited(bot: Chatbot, question: str, date: str, quote: str) -> None:
    answer = bot.ask(question)
    assert date in answer.text
    assert quote in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What did Ana Brdar write about?", ["orchids.html", "kiln.txt"]),
        ("Which articles are by Brdar?", ["orchids.html", "kiln.txt"]),
        ("List the articles from May.", ["regatta.md", "orchids.html"]),
        ("Which articles were published in May 2023?", ["orchids.html"]),
        ("Show me all articles since 2023", ["regatta.md", "orchids.html"]),
        ("Which articles mention the heron?", ["regatta.md", "orchids.html"]),
        ("Which articles by Ana Brdar mention herons?", ["orchids.html"]),
        ("List the articles on the kiln", ["kiln.txt"]),
        ("List the articles.", ["regatta.md", "orchids.html", "kiln.txt", "notes/ferry.txt"]),
    ],
)
def test_articles_are_listed_by_what_is_asked_of_them_the_newest_first(
    bot: Chatbot, question: str, sources: list[str]
) -> None:
    assert cited(bot, question) == sources


def test_an_article_that_mentions_a_thing_is_cited_where_it_does(bot: Chatbot) -> None:
    answer = bot.ask("Which articles mention clay?")
    assert [one.quote for one in answer.citations] == ["Its clay comes from the river bank."]


@pytest.mark.parametrize(
    "question",
    [
        "Which articles mention the volcano?",
        "Which articles are from 2019?",
        "How many articles mention penguins?",
    ],
)
def test_where_no_article_fits_that_is_said(bot: Chatbot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.status == "not_in_articles"
    assert "None of the 4 articles" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the novel Orlando?",
        "When was the lighthouse finished?",
        "What did the warden write?",
        "How many boats started in the regatta?",
        "Who is the author of the constitution?",
        "Who wrote the report about the clay?",
        "How many reports were written?",
    ],
)
def test_what_is_no_question_about_the_folder_is_searched(bot: Chatbot, question: str) -> None:
    assert bot.explain(question).found is not None


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the article about the tunnel collapse?",
        "When was the article on the ferry strike published?",
    ],
)
def test_an_author_of_an_article_that_is_not_there_is_not_made_up(bot: Chatbot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.status == "not_in_articles"
    assert "None of the 4 articles is about" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who wrote the article on the ferry?", "“Ferry notes” does not name its author"),
        ("When was the ferry article published?", "“Ferry notes” has no date"),
    ],
)
def test_that_an_article_does_not_name_its_author_or_date_is_said(
    bot: Chatbot, question: str, said: str
) -> None:
    answer = bot.ask(question)
    assert answer.status == "not_in_articles"
    assert said in answer.text


def test_a_by_line_in_an_unknown_form_is_still_quoted(tmp_path: Path) -> None:
    text = "Otter watch\n\nFrom our correspondent at the weir, Runa Falk\n\nOtters swim at dusk."
    write_articles(tmp_path / "articles", {"otters.txt": text})
    with Chatbot(make_settings(tmp_path)) as bot:
        assert "does not name" not in bot.ask("Who wrote the article on the otters?").text


def test_a_question_about_the_folder_leans_on_no_question_before_it(bot: Chatbot) -> None:
    before = [{"role": "user", "content": "What is told of the harbour?"}]
    question = "How many articles are there?"
    assert bot.ask(question, history=before).text == bot.ask(question).text


def test_only_the_articles_of_the_scope_are_counted(bot: Chatbot) -> None:
    assert "one article" in bot.ask("How many articles are there?", folder="notes").text
    assert cited(bot, "Which is the newest article?", until="2023") == ["orchids.html"]


def test_a_long_list_says_how_many_it_leaves_out(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "articles", {f"{n}.txt": f"Well {n}\n\nWell number {n} is deep." for n in range(40)}
    )
    with Chatbot(make_settings(tmp_path)) as bot:
        answer = bot.ask("Which articles mention a well?")
        assert len(answer.citations) < 40
        assert answer.notice.startswith("40 articles in all")


def test_dates_that_nobody_gave_are_not_made_up(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "articles", {"a.txt": "Tea\n\nTea is green.", "b.txt": "Milk\n\nMilk is white."}
    )
    with Chatbot(make_settings(tmp_path)) as bot:
        assert bot.ask("Which is the newest article?").status == "not_in_articles"


@pytest.mark.parametrize(
    "question",
    [
        "summarize all articles", "Please summarise the documents.", "What are these articles about?",
        "Give me a short overview", "tl;dr", "What is this about?", "Could you sum up everything?",
        "A summary of the collection, please",
    ],
)  # fmt: skip
def test_a_summary_has_a_sentence_of_each_article_the_newest_first(bot: Chatbot, question: str) -> None:
    assert cited(bot, question) == ["regatta.md", "orchids.html", "kiln.txt", "notes/ferry.txt"]
    answer = bot.ask(question)
    assert {one.grade for one in answer.sentences} == {"verbatim"}
    assert answer.text.startswith("- Regatta on Lake Orla: ")


def test_a_summary_is_of_the_articles_that_are_asked_for(bot: Chatbot) -> None:
    assert cited(bot, "Summarize the articles by Ana Brdar") == ["orchids.html", "kiln.txt"]
    assert cited(bot, "Summarize the documents", folder="notes") == ["notes/ferry.txt"] * 2
    told = bot.ask("Summarize the article about the kiln").text
    assert "fired again after forty years" in told
    assert "heron" not in told


@pytest.mark.parametrize("question", ["Give me an overview of the orchids", "Summarize the heron"])
def test_an_overview_of_a_thing_is_no_summary_of_the_folder(bot: Chatbot, question: str) -> None:
    assert not any(one.lead.startswith("\n- ") for one in bot.ask(question).sentences)


@pytest.mark.parametrize(
    "question",
    ["List the articles before 0001-01-01", "Which articles are after 9999?", "Articles since 9999"],
)
def test_no_date_is_out_of_range(bot: Chatbot, question: str) -> None:
    assert bot.ask(question).status in ("answered", "not_in_articles")


def test_an_overview_of_a_year_is_not_one_of_articles_of_that_year(bot: Chatbot) -> None:
    assert not any(one.lead.startswith("\n- ") for one in bot.ask("Give me an overview of 2023").sentences)


@pytest.mark.parametrize(
    "question", ["Give me a summary", "Can you summarize that?", "tl;dr", "Summarize it."]
)
def test_a_summary_without_a_subject_is_of_what_was_asked_before(bot: Chatbot, question: str) -> None:
    history = [{"role": "user", "content": "Which orchids grow in the marsh?"}]
    history += [{"role": "assistant", "content": "The marsh has nine kinds of orchid."}]
    answer = bot.ask(question, history=history)
    assert "nine kinds of orchid" in answer.text
    assert {one.source for one in answer.citations} == {"orchids.html"}
    about_folder = [{"role": "user", "content": "How many articles are there?"}]
    assert len(bot.ask("Give me a summary", history=about_folder).sentences) == len(ARTICLES)
