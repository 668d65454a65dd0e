"""The guide to writing questions tells what the code holds a question to."""

import re
from dataclasses import fields
from pathlib import Path

from eval.dataset.samples import Sample
from eval.dataset.validate import KINDS

GUIDE = (Path(__file__).parents[2] / "eval" / "QUESTIONS.md").read_text(encoding="utf-8")


def test_the_guide_lists_every_field_and_kind_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", GUIDE, re.MULTILINE))
    assert {field.name for field in fields(Sample)} | set(KINDS) == set(rows)
    for kind, meaning in KINDS.items():
        assert rows[kind].startswith(meaning)
