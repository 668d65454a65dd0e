"""The queue for the embedded model: it keeps order, reports everybody's place, and forgets nobody."""

import threading
import time
from collections.abc import Generator, Sequence

import pytest

from rag import Chatbot
from rag.errors import LLMTimeout
from rag.models.chat import Finished, Message, Piece, Speed, Text
from rag.models.pace import evidence_in_time
from rag.models.queue import Queue
from rag.types import Mode, Usage, Waiting

QUESTION = "What did the repairs to the bridge over the Aln cost?"


def soon() -> float:
    return time.monotonic() + 10


def test_the_first_is_served_at_once_and_the_others_learn_their_places() -> None:
    queue = Queue()
    with queue.ticket() as first:
        assert list(queue.places(first, soon())) == []
        with queue.ticket() as second, queue.ticket() as third:
            told = queue.places(third, soon())
            assert next(told) == 2
            assert next(queue.places(second, soon())) == 1


def test_they_are_served_in_the_order_they_came_one_at_a_time() -> None:
    queue, served, inside = Queue(), list[int](), list[int]()
    tickets = threading.Semaphore(0)

    def ask(n: int) -> None:
        with queue.ticket() as ticket:
            tickets.release()
            list(queue.places(ticket, soon()))
            inside.append(n)
            assert len(inside) == 1
            served.append(n)
            time.sleep(0.01)
            inside.remove(n)

    threads = []
    for n in range(8):
        threads.append(threading.Thread(target=ask, args=[n]))
        threads[-1].start()
        tickets.acquire()
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_who_waits_too_long_gets_an_error_and_leaves_the_queue() -> None:
    queue = Queue()
    with queue.ticket():
        with pytest.raises(LLMTimeout, match="busy, 1 are waiting"), queue.ticket() as late:
            for _ in queue.places(late, time.monotonic() + 0.05):
                pass
        with queue.ticket() as next_one:
            assert next(queue.places(next_one, soon())) == 1


class Slow:
    """A model that answers one question at a time, each when it is let go."""

    mode: Mode = "local"
    name = "slow"
    evidence_tokens = 200

    def __init__(self) -> None:
        self.queue = Queue()
        self.started, self.go = threading.Event(), threading.Event()

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        with self.queue.ticket() as ticket:
            yield from map(Waiting, self.queue.places(ticket, deadline, stop))
            self.started.set()
            assert self.go.wait(10)
            yield Text("The repairs cost $4.2 million [1].")
            yield Finished(Usage())


def test_a_reader_sees_the_place_and_then_the_answer(chatbot: Chatbot) -> None:
    model = Slow()
    bot = Chatbot(chatbot.settings, model=model)
    first = threading.Thread(target=lambda: bot.ask(QUESTION))
    first.start()
    assert model.started.wait(10)
    stream = bot.stream(QUESTION)
    waiting = next(event for event in stream if event.kind == "waiting")
    assert waiting.before == 1
    model.go.set()
    rest = [event.kind for event in stream]
    first.join()
    assert "waiting" not in rest
    assert "4.2 million" in stream.answer.text


def test_a_reader_who_leaves_gives_the_place_up(chatbot: Chatbot) -> None:
    model = Slow()
    bot = Chatbot(chatbot.settings, model=model)
    with model.queue.ticket() as served:
        assert list(model.queue.places(served, soon())) == []
        with bot.stream(QUESTION) as leaving:
            assert next(event for event in leaving if event.kind == "waiting").before == 1
        staying = bot.stream(QUESTION)
        assert next(event for event in staying if event.kind == "waiting").before == 1


def test_past_its_deadline_a_question_is_answered_by_quotes(chatbot: Chatbot) -> None:
    model = Slow()
    bot = Chatbot(chatbot.settings.changed(deadline_s=0.2), model=model)
    with model.queue.ticket() as served:
        assert list(model.queue.places(served, soon())) == []
        answer = bot.ask(QUESTION)
    assert answer.mode == "quotes"
    assert answer.citations
    assert "busy" in answer.notice


@pytest.mark.parametrize(
    ("speed", "answer_s", "tokens"),
    [
        (Speed(90, 30), 5, 200),
        (Speed(40, 10), 5, 80),  # never less than a few sentences
        (Speed(2000, 100), 5, 600),
        (Speed(90, 30), 10, 600),
        (Speed(1, 0.1), 5, 80),
    ],
)
def test_evidence_is_what_can_be_read_in_time(speed: Speed, answer_s: float, tokens: int) -> None:
    assert evidence_in_time(speed, answer_s) == tokens
