"""The embedded model's state after reading the constant start of a prompt, cached on disk.

Reading it takes longer than the rest of a first answer. llama.cpp can save and restore what it has read (a
“slot”, 14 MB for 500 tokens). Next to the state is a record, written after it:

    {"state": "5f0c….bin", "sha256": "…", "read": 91.2, "written": 28.4}

A truncated state makes llama.cpp kill the whole process, so a state is restored only if its hash matches
the record. A missing or damaged file costs time, never an answer.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from rag.models.chat import Message, Speed

_MOST_STATES = 4  # of other prompts and models; the least recently used are removed
_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16
_TIMEOUT_S = 20


class Slots(Protocol):
    """Saves and restores what a server has read, as files in a folder."""

    @property
    def folder(self) -> Path: ...

    def save(self, name: str) -> bool:
        """Return whether it was saved."""
        ...

    def restore(self, name: str) -> bool:
        """Return whether it was restored."""
        ...


@dataclass(frozen=True, slots=True)
class ServerSlots:
    """The slot of a llama.cpp server started with `folder` as its `slot_save_path`."""

    folder: Path
    address: str
    api_key: str

    def save(self, name: str) -> bool:
        return self._asked("save", name)

    def restore(self, name: str) -> bool:
        return self._asked("restore", name)

    def _asked(self, action: str, name: str) -> bool:
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=_TIMEOUT_S)
        try:
            body = json.dumps({"filename": name})
            connection.request("POST", f"/slots/0?action={action}", body, headers)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def key_of(model: Path, constant: Sequence[Message], *made_with: object) -> str:
    """Return a name for the state of a model that has read `constant`, with a given library and context.

    The file is identified by its size and samples of it: reading a whole gigabyte takes seconds.

    Raises:
        OSError: if the file cannot be read.
    """
    known = hashlib.blake2b(digest_size=16)
    size = model.stat().st_size
    with model.open("rb") as file:
        for n in range(_SAMPLES):
            file.seek(n * max(size - _SAMPLE_BYTES, 0) // (_SAMPLES - 1))
            known.update(file.read(_SAMPLE_BYTES))
    known.update(json.dumps([size, list(constant), [str(value) for value in made_with]]).encode())
    return known.hexdigest()


def restore(slots: Slots, key: str) -> Speed | None:
    """Restore the state of `key`; return the speed recorded with it, or None if there is no state."""
    try:
        record = _read(slots.folder / f"{key}.json")
        state = slots.folder / Path(record["state"]).name
        with state.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != record["sha256"]:
                return None
        speed = Speed(float(record["read"]), float(record["written"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not (speed.read > 0 and speed.written > 0 and slots.restore(state.name)):
        return None
    with suppress(OSError):
        os.utime(slots.folder / f"{key}.json")
    return speed


def keep(slots: Slots, key: str, speed: Speed) -> None:
    """Save what the model has just read as the state of `key`; if the disk is full, nothing is kept."""
    state = slots.folder / f"{key}-{secrets.token_hex(4)}.bin"
    record, partial = slots.folder / f"{key}.json", state.with_suffix(".partial")
    try:
        if not slots.save(state.name):
            state.unlink(missing_ok=True)
            return
        with state.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        data = {"state": state.name, "sha256": sha256, "read": speed.read, "written": speed.written}
        partial.write_text(json.dumps(data))
        partial.replace(record)
        _tidy(slots.folder)
    except OSError:
        for file_left in (state, partial):
            with suppress(OSError):
                file_left.unlink(missing_ok=True)


def _read(record: Path) -> dict[str, Any]:
    """Return the contents of a record; empty if it is damaged or missing."""
    try:
        data = json.loads(record.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _tidy(folder: Path) -> None:
    """Remove the least recently used states and those that no record refers to."""
    records = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for record in records[_MOST_STATES:]:
        record.unlink(missing_ok=True)
    named = {str(_read(record).get("state")) for record in records[:_MOST_STATES]}
    for state in folder.glob("*.bin"):
        if state.name not in named:
            state.unlink(missing_ok=True)
