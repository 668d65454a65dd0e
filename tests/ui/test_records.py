"""Conversations of readers who log in: kept on the server by user, shared by a link."""

import json
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot, RagError
from tests.fakes.browsing import ask, in_browser
from tests.fakes.serving import served
from ui.login import hashed
from ui.records import Record, Records, Shared

HOSTS = "Which country hosts the talks?"
DROPPED = "How much did exports to the U.S. drop in May?"


def record(title: str = "Who?", **others: Any) -> Record:
    return Record(title=title, kept={"turns": [title]}, **others)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path / "conversations")


def test_each_user_sees_only_their_own(records: Records) -> None:
    records.keep("ada", "c1", record("Who called?", updated=1))
    records.keep("ada", "c2", record("When?", updated=2))
    records.keep("bob", "c1", record("How much?"))
    assert [one.title for one in records.of("ada").values()] == ["When?", "Who called?"]
    assert [one.title for one in records.of("bob").values()] == ["How much?"]
    records.forget("bob", "c1")
    assert (len(records.of("bob")), len(records.of("ada"))) == (0, 2)


@pytest.mark.parametrize("name", ["..", "../bob", "a/b", "", "a\0b", "x" * 65, ".lock"])
def test_no_id_leads_out_of_the_users_folder(records: Records, name: str) -> None:
    for act in (
        lambda: records.keep("ada", name, record()),
        lambda: records.forget("ada", name),
        lambda: records.share("ada", name),
    ):
        with pytest.raises(RagError):
            act()
    assert records.shared(name) is None


@pytest.mark.parametrize("user", ["..", "a/../b", ".", "ä@b.org", "shared", "a\\b"])
def test_a_users_name_is_one_folder(records: Records, tmp_path: Path, user: str) -> None:
    records.keep(user, "c1", record())
    (folder,) = (tmp_path / "conversations" / "users").iterdir()
    assert [one.name for one in folder.iterdir()] == ["c1.json"]
    assert (list(records.of(user)), list(records.of("b"))) == (["c1"], [])


def test_two_machines_that_go_on_with_one_conversation_lose_neither(records: Records) -> None:
    records.keep("ada", "c1", record("Start", revision=1))
    assert records.keep("ada", "c1", record("First", revision=2)) == "c1"
    other = records.keep("ada", "c1", record("Second", revision=2))
    assert other != "c1"
    assert {one.title for one in records.of("ada").values()} == {"First", "Second"}
    renamed = records.of("ada")["c1"].model_copy(update={"title": "Renamed"})
    assert records.keep("ada", "c1", renamed) == "c1"
    assert records.of("ada")["c1"].title == "Renamed"


def test_a_shared_copy_stays_as_it_was_until_it_is_taken_back(records: Records) -> None:
    records.keep("ada", "c1", record("Who?", revision=1))
    key = records.share("ada", "c1")
    later = record("Who? And when?", revision=2)
    records.keep("ada", "c1", later)
    assert records.shared(key) == Shared(owner="ada", id="c1", title="Who?", kept={"turns": ["Who?"]})
    assert records.of("ada")["c1"].shared == key
    records.unshare("ada", "c1")
    assert (records.shared(key), records.of("ada")["c1"].shared) == (None, "")
    key = records.share("ada", "c1")
    records.forget("ada", "c1")
    assert records.shared(key) is None


def test_what_a_client_says_is_shared_is_not_believed(records: Records) -> None:
    records.keep("bob", "c1", record())
    key = records.share("bob", "c1")
    records.keep("ada", "c1", record(shared=key))
    records.forget("ada", "c1")
    assert records.shared(key) is not None


def test_the_oldest_that_is_not_pinned_makes_room(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.records._USER_RECORDS", 3)
    records.keep("ada", "old", record(updated=1, pinned=True))
    for n in range(2, 6):
        records.keep("ada", f"c{n}", record(updated=n))
    assert set(records.of("ada")) == {"old", "c4", "c5"}
    with pytest.raises(RagError, match="too long"):
        records.keep("ada", "big", Record(title="x", kept={"turns": ["y" * 2_000_000]}))
    assert "big" not in records.of("ada")


@pytest.mark.parametrize("wrong", [{"updated": float("inf")}, {"updated": float("nan")}, {"title": "\ud800"}])
def test_what_could_not_be_read_back_is_not_kept(records: Records, wrong: dict[str, Any]) -> None:
    with pytest.raises(RagError, match="cannot be kept"):
        records.keep("ada", "c1", record().model_copy(update=wrong))
    deep: dict[str, Any] = {}
    for _ in range(400):
        deep = {"a": deep}
    with pytest.raises(RagError, match="cannot be kept"):
        records.keep("ada", "c2", Record(title="x", kept=deep))
    assert not records.of("ada")


def test_an_unreadable_file_takes_no_room(records: Records, tmp_path: Path) -> None:
    records.keep("ada", "c1", record())
    broken = tmp_path / "conversations" / "users" / "ada" / "c9.json"
    broken.write_text("{")
    records.keep("ada", "c2", record())
    assert not broken.exists()


def test_shared_copies_count_and_go_with_their_owner(
    records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.records._USER_BYTES", 5000)
    long = {"turns": ["x" * 3000]}
    records.keep("ada", "c1", Record(title="Long", kept=long, revision=1))
    key = records.share("ada", "c1")
    records.keep("ada", "c1", record("Short", revision=2))
    assert records.shared(key) is not None
    records.keep("ada", "c2", Record(title="Long", kept=long, updated=5))
    assert (list(records.of("ada")), records.shared(key)) == (["c2"], None)
    key = records.share("ada", "c2")
    shutil.rmtree(tmp_path / "conversations" / "users" / "ada")
    assert records.shared(key) is None


def test_files_are_the_servers_own_and_a_broken_one_costs_only_itself(
    records: Records, tmp_path: Path
) -> None:
    records.keep("ada", "c1", record())
    records.keep("ada", "c2", record())
    path = tmp_path / "conversations" / "users" / "ada" / "c1.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.write_text("{")
    assert list(records.of("ada")) == ["c2"]


def test_an_unwritable_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RagError, match="cannot be kept on the server"):
        Records(tmp_path / "file").keep("ada", "c1", record())


def test_many_tabs_at_once_keep_all(records: Records) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda n: records.keep("ada", "c1", record(str(n), revision=1)), range(24)))
    assert len(set(names)) == len(records.of("ada")) == 24


def log_in(page: Any, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.locator("#room[data-ready]").wait_for(timeout=20_000)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.browser
@in_browser[1]
def test_a_reader_finds_their_conversations_on_another_machine_and_shares_one(
    browser: Any, seeds_chatbot: Chatbot, tmp_path: Path
) -> None:
    users = tmp_path / "users"
    users.write_text(f"{hashed('ada', 'correct horse')}\n{hashed('bob', 'correct horse')}\n")
    kept = tmp_path / "kept"
    with served(seeds_chatbot, auth=users, conversations=kept) as url:
        first = browser.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
        first.goto(url)
        log_in(first, "ada")
        ask(first, HOSTS)
        (path,) = _awaited(first, kept)
        assert json.loads(path.read_text())["title"] == HOSTS
        assert first.evaluate("Object.keys(localStorage).filter(k => k.includes('/c/')).length") == 0

        second = browser.new_context().new_page()  # another machine of hers
        second.goto(url)
        log_in(second, "ada")
        second.locator("#conversations .conversation").click()
        second.locator("#thread .turn").wait_for()
        assert "UK is hosting" in second.locator("#thread").inner_text()

        first.bring_to_front()
        first.locator("#conversations .more-of").click()
        first.get_by_role("button", name="Share a link").click()
        first.locator("#said", has_text="Link copied").wait_for()
        link = first.evaluate("navigator.clipboard.readText()")

        third = browser.new_context().new_page()
        third.goto(url)
        log_in(third, "bob")
        assert third.locator("#conversations .conversation").count() == 0
        third.goto(link)
        third.locator("#thread .turn").wait_for(timeout=20_000)
        assert "UK is hosting" in third.locator("#thread").inner_text()
        ask(third, DROPPED)
        third.locator("#conversations .conversation").wait_for()
        second.bring_to_front()
        second.reload()
        second.locator("#thread .turn").wait_for(timeout=20_000)
        assert second.locator("#thread .turn").count() == 1  # hers is as it was

        first.get_by_role("button", name="Log out").click()
        first.get_by_label("Name").wait_for()


def _awaited(page: Any, folder: Path) -> list[Path]:
    for _ in range(100):
        if found := list(folder.glob("users/*/*.json")):
            return found
        page.wait_for_timeout(50)
    raise AssertionError("nothing was kept")
