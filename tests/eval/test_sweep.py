"""The grid: every combination is compared with the first, none runs twice, errors come before any run."""

from pathlib import Path

import pytest

from eval.dataset.samples import QuestionSetError
from eval.lab.sweep import Trial, parse_grid, sweep, to_markdown
from rag import Settings
from rag.errors import SettingsError
from tests.fakes import openai_server as fake
from tests.fakes.evaluation import far, sample


def swept(settings: Settings, folder: Path, *arguments: str) -> list[Trial]:
    base = {"articles": settings.articles, "llm": "none"}
    return list(sweep(parse_grid(arguments), base, [sample(), far()], folder, lambda *_: None))


def test_a_grid_is_every_combination_and_the_first_is_what_the_others_are_held_against(
    settings: Settings, tmp_path: Path
) -> None:
    trials = swept(settings, tmp_path / "sweep", "min_confidence=0,1", "chunk_tokens=64,160")
    assert [tuple(trial.values.values()) for trial in trials] == [
        ("0", "64"),
        ("0", "160"),
        ("1", "64"),
        ("1", "160"),
    ]
    assert [len(trial.against.lost) for trial in trials] == [0, 0, 1, 1]  # a confidence of 1 refuses all
    assert [trial.run.settings["chunk_tokens"] for trial in trials] == [64, 160, 64, 160]
    table = to_markdown(trials)
    assert table.splitlines()[0].startswith("| min_confidence | chunk_tokens | right |")
    assert "| 1 | 160 | 0.000" in table


def test_what_did_not_change_is_not_done_again(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    swept(settings, folder, "passages=1,5")
    assert len(list(folder.glob("index-*"))) == 1
    again = swept(settings, folder, "passages=1,5,10")
    assert [trial.reused for trial in again] == [True, True, False]
    (settings.articles / "bridge.txt").write_text("Another bridge\n\nRepairs cost $9 million.")
    assert [trial.reused for trial in swept(settings, folder, "passages=1,5")] == [False, False]


def test_a_run_with_another_prompt_or_endpoint_is_another_run(settings: Settings, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    with fake.serving(fake.says("No.")) as one, fake.serving(fake.says("No.")) as other:

        def reused(instructions: str, *endpoints: str) -> list[bool]:
            prompt.write_text(instructions)
            grid = (f"openai_base_url={','.join(endpoints)}", "llm=openai", f"instructions={prompt}")
            return [trial.reused for trial in swept(settings, tmp_path / "sweep", *grid)]

        assert reused("Be brief.", one.base_url) == [False]
        assert reused("Be brief.", one.base_url, other.base_url) == [True, False]
        assert reused("Be long.", one.base_url) == [False]


@pytest.mark.parametrize("argument", ["nonsense=1", "passages", "passages=", "openai_api_key=x", "index=a"])
def test_what_cannot_be_varied_is_refused(argument: str) -> None:
    with pytest.raises(QuestionSetError):
        parse_grid([argument])


def test_a_value_that_is_not_allowed_fails_before_the_first_run(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RAG_PASSAGES = '0'"):
        swept(settings, tmp_path / "sweep", "passages=5,0")
    assert not (tmp_path / "sweep").exists()
