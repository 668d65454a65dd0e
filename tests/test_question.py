"""The way of a question: what earlier turns do to it, what is kept of a setting, and how it is streamed."""

import asyncio
import threading
from pathlib import Path

import pytest

from rag import Answer, Chatbot, RagError, Settings
from rag.errors import QuestionError
from rag.types import AnswerSentence, Citation
from tests.conftest import make_settings, write_articles
from tests.fakes import openai_server as fake

QUESTION = "Which rooms does the library have?"
REFUSED = "What is the boiling point of mercury?"


def turns(bot: Chatbot, *messages: str) -> list[dict[str, str]]:
    """A conversation of these messages with the chatbot's own replies."""
    history: list[dict[str, str]] = []
    for message in messages:
        reply = bot.ask(message, history=history).text
        history += [{"role": "user", "content": message}, {"role": "assistant", "content": reply}]
    return history


@pytest.mark.parametrize("before", [["hello"], ["hi there", "thanks"], [REFUSED], [REFUSED, "thank you"]])
@pytest.mark.parametrize("question", [QUESTION, "How long did the repairs take?", REFUSED])
def test_greetings_and_refusals_do_not_change_the_next_answer(
    chatbot: Chatbot, question: str, before: list[str]
) -> None:
    fresh = chatbot.ask(question)
    after = chatbot.ask(question, history=turns(chatbot, *before))
    assert (after.text, after.confidence) == (fresh.text, fresh.confidence)


def test_a_question_that_was_refused_can_still_be_leant_on(chatbot: Chatbot) -> None:
    history = turns(chatbot, "Who is the architect of the airport?")
    assert "airport" in chatbot.ask("How old is she?", history=history).standalone_question


def test_a_long_history_costs_what_a_short_one_costs(chatbot: Chatbot) -> None:
    """Only the last turns are read, and of each only its beginning."""
    turn = {"role": "user", "content": "Why was it closed? " * 200_000}
    answer = chatbot.ask("And when did it open again?", history=[turn] * 500)
    assert len(answer.standalone_question) <= chatbot.settings.max_question_chars


@pytest.mark.parametrize("most", [1, 2, 3])
def test_an_answer_has_at_most_as_many_sentences_as_are_asked_for(chatbot: Chatbot, most: int) -> None:
    bot = chatbot.variant(quotes=most, min_confidence=0.0)
    for question in ("What do the articles say about the bridge?", "How long did the repairs take?"):
        assert 1 <= len(bot.ask(question).sentences) <= most


def test_other_articles_values_stand_beside_the_answer(chatbot: Chatbot) -> None:
    answer = chatbot.variant(quotes=1).ask("How long did the repairs take?")
    assert len(answer.sentences) == 1
    assert answer.more
    assert {n for one in answer.more for n in one.citations} <= {c.n for c in answer.citations}


def test_an_article_that_is_not_there_is_a_typed_error(chatbot: Chatbot) -> None:
    with pytest.raises(RagError, match=r"no article 'gone\.txt'"):
        chatbot.article("gone.txt")


def test_suggestions_are_about_titles_whatever_they_contain(tmp_path: Path) -> None:
    text = "What do the articles say about “tea”?\n\nThe tea house on Quay Road serves forty kinds of tea."
    write_articles(tmp_path / "articles", {"tea.txt": text})
    with Chatbot(make_settings(tmp_path)) as bot:
        for question in bot.suggest():
            assert bot.ask(question).status == "answered"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [("Repairs cost $4.2 million and took 90 days. [1] The ", 1), ("The mayor thanked ", 0)],
)
def test_a_stopped_stream_ends_with_what_was_proved(chatbot: Chatbot, reply: str, kept: int) -> None:
    with fake.serving(fake.stalls(30, reply)) as api:
        bot = chatbot.variant(llm="openai", openai_base_url=api.base_url, openai_model="m")
        stream = bot.stream("What did the repairs to the bridge cost?")
        events = []
        for event in stream:
            events.append(event)
            if event.kind == ("sentence" if kept else "writing"):
                threading.Timer(0.3, stream.stop).start()
    assert [event.kind for event in events].count("sentence") == kept
    assert "refusal" not in {event.kind for event in events}
    if kept:
        assert [one.text for one in stream.answer.sentences] == [
            "Repairs cost $4.2 million and took 90 days."
        ]
    else:
        with pytest.raises(QuestionError, match="before"):
            _ = stream.answer


@pytest.mark.parametrize("message", ["hello", REFUSED, "What do the articles say about the bridge?"])
def test_the_events_of_any_message_make_up_its_text(chatbot: Chatbot, message: str) -> None:
    stream = chatbot.stream(message)
    assert "".join(event.text for event in stream) == stream.answer.text


def test_a_stream_that_is_closed_has_no_answer(chatbot: Chatbot) -> None:
    with chatbot.stream(QUESTION) as stream:
        assert next(iter(stream)).kind == "searching"
    with pytest.raises(RagError, match="closed"):
        _ = stream.answer


def test_an_answer_can_be_awaited(chatbot: Chatbot) -> None:
    async def both() -> tuple[Answer, list[str]]:
        events = [event.text async for event in chatbot.astream(QUESTION)]
        return await chatbot.aask(QUESTION), events

    answer, events = asyncio.run(both())
    assert answer.text == "".join(events) == chatbot.ask(QUESTION).text


def test_a_closed_chatbot_opens_again_when_it_is_asked(settings: Settings) -> None:
    with Chatbot(settings) as bot:
        first = bot.ask(QUESTION)
    assert bot.ask(QUESTION) == first


def test_an_answer_can_be_a_key(chatbot: Chatbot) -> None:
    assert len({chatbot.ask(QUESTION), chatbot.ask(QUESTION)}) == 1


def test_an_answer_prints_its_citations(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Why was the bridge closed?")
    assert str(answer).startswith(answer.text)
    assert f"[1] bridge.txt:3 “{answer.citations[0].quote}”" in str(answer)


def test_markdown_has_a_footnote_for_each_citation_and_no_markup_of_others() -> None:
    said = AnswerSentence("Rent is *$90* [x](http://e.example)", (1,), "verbatim", "article")
    beside = AnswerSentence("It was <b>80</b>.", (2,), "verbatim", "article")
    citations = tuple(
        Citation(n, "a_b.txt", "Rent", one.text, 0, 9, 4) for n, one in enumerate([said, beside], 1)
    )
    answer = Answer(
        "Rent?", "Rent?", "answered", "", (said,), citations, (), 0.9, "quotes", "", more=(beside,)
    )  # fmt: skip
    text = answer.to_markdown()
    assert text == answer._repr_markdown_()
    assert r"Rent is \*\$90\* \[x\](http&#58;//e.example)[^1]" in text
    assert r"- It was \<b\>80\</b\>.[^2]" in text
    assert "\n[^1]: Rent, a\\_b.txt, line 4: “" in text


def test_a_cancelled_question_ends_its_work(chatbot: Chatbot) -> None:
    began = threading.active_count()

    async def cancelled() -> None:
        task = asyncio.create_task(chatbot.aask(QUESTION))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert threading.active_count() <= began + 1
