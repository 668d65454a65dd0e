"""Who goes away while a question is answered ends the work on it."""

import http.client
import json
import threading
import time
from collections.abc import Generator, Sequence
from urllib.parse import urlsplit

import pytest

from rag import Chatbot
from rag.models.chat import Finished, Message, Piece
from rag.types import Mode, Usage
from tests.fakes.serving import api_served

QUESTION = "Who is the architect of the library on Mill Street?"


class Endless:
    """A language model that never comes to an end, and tells whether it was asked and stopped."""

    mode: Mode = "custom"
    name = "endless"
    evidence_tokens = 2000

    def __init__(self) -> None:
        self.began, self.ended = threading.Event(), threading.Event()

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        self.began.set()
        try:
            while time.monotonic() < deadline and not (stop and stop.is_set()):
                time.sleep(0.02)
            yield Finished(Usage(1, 0))
        finally:
            self.ended.set()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", ["/ask", "/v1/chat/completions"])
def test_who_goes_away_ends_the_work(chatbot: Chatbot, path: str, stream: bool) -> None:
    model = Endless()
    with api_served(Chatbot(chatbot.settings.changed(llm="auto"), model=model)) as url:
        where = urlsplit(url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
        messages = [{"role": "user", "content": QUESTION}]
        body = {"question": QUESTION, "model": "article-qa", "messages": messages, "stream": stream}
        accept = {"Accept": "text/event-stream"} if stream else {}
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **accept})
        assert model.began.wait(10)
        connection.sock.shutdown(2)
        connection.close()
        assert model.ended.wait(2)
