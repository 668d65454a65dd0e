"""Shared by the tests of the page."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from rag import Chatbot
from tests.fakes.browsing import started
from tests.fakes.serving import served


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def page_url(seeds_chatbot: Chatbot) -> Iterator[str]:
    """The page over the seed articles."""
    with served(seeds_chatbot) as url:
        yield url


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Logging as it was, after a test that sets it up."""
    root, ours = logging.getLogger(), logging.getLogger("article_qa")
    handlers, level, own_level = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(own_level)
