"""The page's log: what it tells, what it keeps to itself, and that nobody else writes its lines."""

import io
import json
import logging
import sys
import traceback
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from rag import Chatbot
from rag.serve.logs import prints_logged, set_up_logs
from tests.fakes.requests import send
from tests.fakes.serving import fetch, page_process, served

pytestmark = pytest.mark.filterwarnings("ignore")
CANARY = "Zanzibar-canary"


@pytest.mark.usefixtures("own_logs")
@pytest.mark.parametrize("contents", [False, True])
def test_the_log_is_json_and_has_contents_only_if_asked(
    chatbot: Chatbot, contents: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    settings = chatbot.settings.changed(log_json=True, log_questions=contents)
    set_up_logs(settings)
    with served(chatbot, log_json=True, log_questions=contents) as url:
        body = {"data": [f"What did {CANARY} cost?", []]}
        request = urllib.request.Request(
            f"{url}/gradio_api/call/ask",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "X-Request-ID": "trace-me-7"},
        )
        event = json.loads(urllib.request.urlopen(request, timeout=20).read())["event_id"]
        fetch(f"{url}/gradio_api/call/ask/{event}")
    [line] = [json.loads(line) for line in written.getvalue().splitlines() if '"answered"' in line]
    assert line["request"] == "trace-me-7"
    assert line["status"] in ("answered", "not_in_articles")
    assert line["seconds"] >= 0
    assert (CANARY in written.getvalue()) == contents


@pytest.mark.usefixtures("own_logs")
def test_a_plain_line_of_the_log_has_the_fields_of_its_record(
    chatbot: Chatbot, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(chatbot.settings)
    logging.getLogger("article_qa").info("answered", extra={"request": "a-1", "seconds": 0.5})
    assert capsys.readouterr().err == "INFO article_qa: answered request='a-1' seconds=0.5\n"


FORGED = "INFO article_qa: answered request='forged'"


@pytest.mark.usefixtures("own_logs")
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "\n\n    \n"])
def test_nobody_can_write_a_line_of_the_log(
    chatbot: Chatbot, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    set_up_logs(chatbot.settings)
    other = logging.getLogger("other")
    other.warning("no such path: %s", f"/x{end}{FORGED}")
    logging.getLogger("article_qa").info("answered", extra={"request": f"a{end}{FORGED}"})
    try:
        raise ValueError(f"cannot read{end}{FORGED}")
    except ValueError:
        other.exception("failed%s%s", end, FORGED)
        with prints_logged():
            traceback.print_exc()
    with prints_logged():
        print(f"id=1{end}{FORGED}")
        print(FORGED, file=sys.stderr)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.count("forged") >= 6
    assert [line for line in written.err.splitlines() if line.strip().startswith(FORGED)] == []
    assert "\x1b" not in written.err


def test_a_path_writes_no_line_of_the_log(chatbot: Chatbot, tmp_path: Path) -> None:
    """A real process, asked for paths and names with a line feed in them."""
    variables = {
        "RAG_ARTICLES": chatbot.settings.articles,
        "RAG_INDEX": tmp_path / "index",
        "RAG_LLM": "none",
    }
    log = tmp_path / "log"
    line = urllib.parse.quote(f"\n{FORGED}\n")
    with page_process(tmp_path, log, **variables) as (url, _):
        for path in ("/", "/gradio_api/custom_component/", "/gradio_api/call/ask/", "/static/", "/assets/"):
            send(url, f"{path}{line}")
            send(url, f"{path}x?a={line}")
        for name in ("ask", "read_article"):
            body = {"data": [f"a\n{FORGED}\n", [{"role": f"\n{FORGED}"}]]}
            send(
                url,
                f"/gradio_api/run/{name}",
                "POST",
                json.dumps(body).encode(),
                content_type="application/json",
            )
        send(url, "/gradio_api/queue/join", "POST", json.dumps({"data": [f"\n{FORGED}"], "fn_index": 3,
             "session_hash": f"\n{FORGED}"}).encode(), content_type="application/json")  # fmt: skip
        send(url, "/healthz", x_request_id="a b")
    assert f"\n{FORGED}" not in log.read_text()
