"""The doctor: what is well, what is not, and what to do about it."""

import json
from pathlib import Path

from rag import Settings
from rag.doctor import Finding, examine
from tests.conftest import ARTICLES, write_articles
from tests.fakes import openai_server as fake
from tests.test_cli import run


def faults(settings: Settings) -> dict[str, str]:
    return {one.part: one.fault for one in examine(settings) if one.fault}


def test_what_is_missing_is_named_with_the_next_command(settings: Settings, tmp_path: Path) -> None:
    assert set(faults(settings)) == {"index"}
    assert "python -m rag index" in faults(settings)["index"]
    nowhere = settings.model_copy(update={"articles": tmp_path / "nowhere"})
    assert "RAG_ARTICLES" in faults(nowhere)["articles"]
    no_encoder = settings.model_copy(update={"encoder": str(tmp_path)})
    assert "encoder" in faults(no_encoder)


def test_an_endpoint_is_asked_a_short_question_and_what_it_supports_is_reported(settings: Settings) -> None:
    with fake.serving(fake.says('{"ok": true}', first=[("{", -0.1)])) as server:
        api = settings.changed(llm="openai", openai_base_url=server.base_url, openai_model="m")
        found = list(examine(api))[-1]
        assert all(request["max_tokens"] < 50 for request in server.requests)
    assert found.part == "language model"
    assert found.found.startswith("m replies in")
    assert found.found.endswith("supports stream, usage, logprobs, JSON, system message")
    with fake.serving(
        fake.sends('{"choices": [{"message": {"content": "OK"}}]}', "application/json")
    ) as server:
        api = settings.changed(llm="openai", openai_base_url=server.base_url, openai_model="m")
        assert list(examine(api))[-1].found.endswith(
            "supports system message; lacks stream, usage, logprobs, JSON"
        )
    with fake.serving(fake.status(401)) as server:
        api = settings.changed(llm="openai", openai_base_url=server.base_url)
        assert "OPENAI_API_KEY" in faults(api)["language model"]


def test_a_well_set_up_folder_has_no_fault_until_an_article_changes(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    arguments = ("--articles", "articles")
    assert run(tmp_path, "index", *arguments).returncode == 0
    done = run(tmp_path, "doctor", *arguments, "--json")
    assert done.returncode == 0, done.stdout
    findings = [Finding(**one) for one in json.loads(done.stdout)["findings"]]
    assert [one.part for one in findings] == ["articles", "encoder", "reader", "index", "language model"]
    (tmp_path / "articles" / "bridge.txt").write_text("Another bridge\n\nIt is new.")
    done = run(tmp_path, "doctor", *arguments)
    assert done.returncode == 1
    assert "✗ index: the articles have changed" in done.stdout
