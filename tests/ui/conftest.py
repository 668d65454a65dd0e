"""Shared by the tests of the page."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Logging as it was, after a test that sets it up."""
    root, ours = logging.getLogger(), logging.getLogger("article_qa")
    handlers, level, own_level = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(own_level)
