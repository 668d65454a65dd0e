"""Settings: where they come from, what they hide, and that the documents tell the same."""

import re
from pathlib import Path

import pytest

from rag import Settings
from rag.errors import SettingsError
from rag.settings import variable

ROOT = Path(__file__).parent.parent
VARIABLES = {variable(name) for name in Settings.model_fields}


def test_argument_before_environment_before_file_before_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("RAG_QUOTES=5\nRAG_PASSAGES=7\nOPENAI_MODEL=from-file\n")
    monkeypatch.setenv("RAG_PASSAGES", "8")
    settings = Settings.load(chunk_overlap=2)
    assert (settings.quotes, settings.passages, settings.chunk_overlap) == (5, 8, 2)
    assert settings.openai_model == "from-file"
    assert Settings.load(passages=9).passages == 9
    assert Settings.load(passages=None).passages == 8


def test_all_faults_are_reported_at_once_with_variable_and_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PASSAGES", "none")
    monkeypatch.setenv("RAG_LLM", "oracle")
    monkeypatch.setenv("OPENAI_BASE_URL", "ftp://x")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    message = str(caught.value)
    for part in (
        "RAG_PASSAGES = 'none'",
        "RAG_LLM = 'oracle'",
        "'auto', 'openai', 'local' or 'none'",
        "OPENAI_BASE_URL",
    ):
        assert part in message


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_INDEX", "")
    assert Settings.load().index is None


def test_the_key_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    settings = Settings.load()
    assert settings.openai_api_key.get_secret_value() == "sk-canary"
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_each_articles_folder_has_its_own_index() -> None:
    assert Settings.load(articles="a").index_folder != Settings.load(articles="b").index_folder
    assert Settings.load(articles="a", index="i").index_folder == Path("i").absolute()


def test_example_file_lists_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE)) == VARIABLES
    shown = dict(re.findall(r"^([A-Z_]+)=(\S*)", text, re.MULTILINE))
    for name, field in Settings.model_fields.items():
        if variable(name) in shown:
            assert shown[variable(name)] == str(field.default)


def test_the_documentation_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\| (.*) \|$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
    )
    assert {row[0] for row in rows} == VARIABLES
    by_variable = {row[0]: row for row in rows}
    for name, field in Settings.model_fields.items():
        _, default, meaning = by_variable[variable(name)]
        assert meaning == field.description
        if default:
            assert default == str(field.default)


def test_a_file_of_settings_that_is_no_text_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"RAG_PORT=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env"):
        Settings.load()


@pytest.mark.parametrize("field", ["articles", "index", "cache", "feedback"])
def test_what_no_path_can_contain_is_reported_with_its_setting(field: str) -> None:
    for path in ("a\0b", "a\ud800b"):
        with pytest.raises(SettingsError, match=f"RAG_{field.upper()}"):
            Settings.load(**{field: path})


def test_a_change_rereads_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings.load(quotes=4)
    (tmp_path / ".env").write_bytes(b"\xff")
    monkeypatch.setenv("RAG_PASSAGES", "none")
    changed = settings.changed(deadline_s=5, openai_model="m")
    assert (changed.quotes, changed.deadline_s, changed.openai_model) == (4, 5, "m")
    assert changed == settings.changed(deadline_s=5, openai_model="m")
    with pytest.raises(SettingsError, match="RAG_DEADLINE_S = -1"):
        settings.changed(deadline_s=-1)
