"""Where articles may be added by address: on one's own page, elsewhere only if the settings say so."""

from pathlib import Path

import pytest

from rag.serve.hosts import may_fetch
from tests.conftest import make_settings


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "LOCALHOST"])
def test_on_ones_own_machine_addresses_may_be_added(tmp_path: Path, host: str) -> None:
    assert may_fetch(make_settings(tmp_path, host=host))


@pytest.mark.parametrize(
    "public",
    [
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "192.168.1.5"},
        {"host": "qa.example.org"},
        {"allowed_hosts": "qa.example.org"},
        {"trusted_proxies": "10.0.0.1"},
        {"auth": __file__},
    ],
)
def test_on_a_page_that_others_reach_only_if_the_settings_say_so(
    tmp_path: Path, public: dict[str, str]
) -> None:
    assert not may_fetch(make_settings(tmp_path, **public))
    assert may_fetch(make_settings(tmp_path, fetch="on", **public))
    assert not may_fetch(make_settings(tmp_path, fetch="on", read_only=True, **public))


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    assert not may_fetch(make_settings(tmp_path, fetch="off"))
    assert not may_fetch(make_settings(tmp_path, read_only=True))
