"""What the embedded model has read, kept on disk: used only if it is whole, and never needed."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rag.models.chat import Speed
from rag.models.kept import keep, key_of, restore

STATE = b"the state of a slot"
SPEED = Speed(90.5, 28.25)


@dataclass
class Slots:
    """A server's slot that saves a fixed state and remembers what was restored."""

    folder: Path
    saves: bool = True
    restored: list[bytes] = field(default_factory=list)

    def save(self, name: str) -> bool:
        (self.folder / name).write_bytes(STATE)
        return self.saves

    def restore(self, name: str) -> bool:
        self.restored.append((self.folder / name).read_bytes())
        return True


def test_what_was_kept_is_restored_with_the_speed_it_was_read_at(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    keep(slots, "k", SPEED)
    assert restore(slots, "k") == SPEED
    assert slots.restored == [STATE]
    assert restore(slots, "another") is None


@pytest.mark.parametrize("damage", [STATE[:5], STATE[:-1] + b"x", b"", None])
def test_a_damaged_state_never_reaches_the_server(tmp_path: Path, damage: bytes | None) -> None:
    """llama.cpp ends the process over a state that was cut short."""
    slots = Slots(tmp_path)
    keep(slots, "k", SPEED)
    [state] = tmp_path.glob("*.bin")
    state.unlink() if damage is None else state.write_bytes(damage)
    assert restore(slots, "k") is None
    assert slots.restored == []


@pytest.mark.parametrize(
    "record",
    ["", "{", "[]", "7", "null", '{"state": 7}', '{"state": "../x", "sha256": "", "read": 1, "written": 1}'],
)
def test_a_damaged_record_costs_only_time(tmp_path: Path, record: str) -> None:
    slots = Slots(tmp_path)
    keep(slots, "k", SPEED)
    (tmp_path / "k.json").write_text(record)
    assert restore(slots, "k") is None
    keep(slots, "another", SPEED)
    keep(slots, "k", SPEED)
    assert restore(slots, "k") == restore(slots, "another") == SPEED


def test_a_state_that_could_not_be_saved_leaves_nothing(tmp_path: Path) -> None:
    keep(Slots(tmp_path, saves=False), "k", SPEED)
    assert list(tmp_path.iterdir()) == []


def test_the_states_used_longest_ago_make_room(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    for n in range(7):
        keep(slots, f"k{n}", SPEED)
    assert len(list(tmp_path.glob("*.bin"))) == 4
    assert restore(slots, "k6") == SPEED


def test_another_model_prompt_library_or_context_has_another_key(tmp_path: Path) -> None:
    model, other = tmp_path / "m.gguf", tmp_path / "o.gguf"
    model.write_bytes(b"a" * 200_000)
    other.write_bytes(b"a" * 199_999 + b"b")
    prompt = [{"role": "system", "content": "Be brief."}]
    keys = {
        key_of(model, prompt, "1", 4096),
        key_of(other, prompt, "1", 4096),
        key_of(model, [], "1", 4096),
        key_of(model, prompt, "2", 4096),
        key_of(model, prompt, "1", 2048),
    }
    assert len(keys) == 5
    assert key_of(model, prompt, "1", 4096) in keys
