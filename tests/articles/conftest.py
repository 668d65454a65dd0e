"""Shared by the tests of articles added by address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.articles.address import AddressBook
from rag.articles.reader import single_reader
from tests.fakes.addresses import LIMIT, TALKS
from tests.fakes.web import Web, a_web, sent


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web({"/talks": sent(TALKS)}) as web:
        yield web


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "articles"


@pytest.fixture
def book(web: Web, folder: Path) -> AddressBook:
    return AddressBook(folder, LIMIT, network=web, seconds=5)


@pytest.fixture(scope="module", autouse=True)
def reader_ends() -> Iterator[None]:
    yield
    single_reader.close()
