"""What is installed: a base that answers in quotes, and extras with names for the rest."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HEAVY = {"torch", "sentence-transformers", "gradio", "mcp", "onnx", "matplotlib", "scipy", "statsmodels"}
FIXED = {"openai", "chromadb", "sentence-transformers", "gradio", "tiktoken", "pytest"}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[ \[<>=!;]", requirement)[0].lower() for requirement in requirements}


def installed_by(target: str, *arguments: str) -> set[str]:
    """The packages that a target of the Makefile asks pip for."""
    said = subprocess.run(
        ["make", "--dry-run", "--always-make", target, *arguments], cwd=ROOT, capture_output=True, text=True
    ).stdout
    extras = {
        extra for found in re.findall(r"--editable '\.\[([\w,]+)\]'", said) for extra in found.split(",")
    }
    asked = set(names(PROJECT["dependencies"]))
    for extra in extras:
        asked |= names(PROJECT["optional-dependencies"][extra])
    return asked


def test_the_base_is_light() -> None:
    assert not names(PROJECT["dependencies"]) & HEAVY


def test_every_extra_that_a_message_names_exists() -> None:
    texts = [path.read_text() for top in ("rag", "ui", "eval") for path in (ROOT / top).rglob("*.py")]
    named = {extra for text in texts for extra in re.findall(r"article-qa\[(\w+)\]", text)}
    assert {"export", "ui", "eval", "local"} <= named
    assert named <= set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("arguments", [(), ("LLM=none",)])
def test_the_two_commands_install_the_fixed_packages(arguments: tuple[str, ...]) -> None:
    assert installed_by("run", *arguments) >= FIXED - {"pytest"}
    assert installed_by("test", *arguments) >= FIXED
