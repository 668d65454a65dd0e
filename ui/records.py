"""Conversations of readers who log in (`RAG_AUTH`), kept on the server by user, and the ones they share.

conversations/users/ada/k3v….json    {"title", "pinned", "updated", "revision", "kept", "shared"}
conversations/shared/Zk9….json       {"owner": "ada", "id": "k3v…", "title", "kept"}

A shared conversation is a copy made when it was shared: what its owner asks later is not in it. Nothing
read here is trusted: a conversation is proved again before it is shown (`ui/keeping.py`).
"""

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from filelock import FileLock, Timeout
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError

from rag import RagError

_MAX_BYTES = 2_000_000  # of one conversation
_USER_BYTES, _USER_RECORDS = 10_000_000, 300  # the oldest that is not pinned makes room
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)  # ids and keys, which become file names
_WAIT_S = 10
T = TypeVar("T", bound=BaseModel)


class Record(BaseModel):
    """A conversation as the browser lists it; `kept` is `ui.keeping.to_kept` of it."""

    title: Annotated[str, Field(max_length=4000)]
    pinned: bool = False
    updated: Annotated[float, Field(ge=0)] = 0  # milliseconds since 1970
    revision: Annotated[int, Field(ge=0)] = 0
    kept: dict[str, Any]
    shared: str = ""  # the key of the shared copy


class Shared(BaseModel):
    """What the link of a shared conversation leads to."""

    owner: str
    id: str
    title: str
    kept: dict[str, Any]


class Records:
    """The conversations of all users in one folder; may be used from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._users, self._shared = folder, folder / "users", folder / "shared"
        self._listing = threading.Lock()
        self._lock = FileLock(folder / ".lock", timeout=_WAIT_S)

    def of(self, user: str) -> dict[str, Record]:
        """Return a user's conversations by id, the newest first; files that cannot be read are left out.

        One listing at a time: it may take as much memory as all of them.
        """
        with self._listing:
            found = self._found(user)
        return dict(sorted(found.items(), key=lambda item: -item[1].updated))

    def _found(self, user: str) -> dict[str, Record]:
        return {path.stem: record for path in self._paths(user) if (record := _read(path, Record))}

    def keep(self, user: str, name: str, record: Record) -> str:
        """Store a conversation; return the id under which that was done.

        If another tab or machine has gone on with it meanwhile, both are kept: this one under an id of its
        own.

        Raises:
            RagError: if the id is invalid, the conversation is too large, or it cannot be written.
        """
        with self._changing():
            before = _read(self._path(user, name), Record)
            if before and _overtakes(before, record):
                name, before = f"{name[:50]}-{secrets.token_hex(4)}", None
            record = record.model_copy(update={"shared": before.shared if before else ""})
            _write(self._path(user, name), record)
            self._make_room(user, name)
        return name

    def forget(self, user: str, name: str) -> None:
        """Delete a conversation and its shared copy.

        Raises:
            RagError: if the id is invalid, or it cannot be deleted.
        """
        with self._changing():
            self._drop(user, name)

    def share(self, user: str, name: str) -> str:
        """Copy a conversation as it is now to where other users can read it; return the key of the copy.

        Raises:
            RagError: if there is no such conversation, or it cannot be written.
        """
        with self._changing():
            record = self._present(user, name)
            key = record.shared or secrets.token_urlsafe(16)
            copy = Shared(owner=user, id=name, title=record.title, kept=record.kept)
            _write(self._shared_path(key), copy)
            _write(self._path(user, name), record.model_copy(update={"shared": key}))
        return key

    def unshare(self, user: str, name: str) -> None:
        """Delete the shared copy of a conversation.

        Raises:
            RagError: if there is no such conversation, or it cannot be written.
        """
        with self._changing():
            record = self._present(user, name)
            if record.shared:
                self._shared_path(record.shared).unlink(missing_ok=True)
            _write(self._path(user, name), record.model_copy(update={"shared": ""}))

    def shared(self, key: str) -> Shared | None:
        """Return what a link leads to; None if it is no longer shared, or its owner's record is gone."""
        copy = _read(self._shared_path(key), Shared) if _NAME.fullmatch(key) else None
        record = _read(self._path(copy.owner, copy.id), Record) if copy else None
        return copy if record and record.shared == key else None

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock; what the file system refuses becomes an error that a reader can be shown."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                yield
        except (OSError, Timeout) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else "it is busy"
            raise RagError(f"the conversation cannot be kept on the server: {why}") from error

    def _present(self, user: str, name: str) -> Record:
        record = _read(self._path(user, name), Record)
        if record is None:
            raise RagError("there is no such conversation")
        return record

    def _drop(self, user: str, name: str) -> None:
        path = self._path(user, name)
        record = _read(path, Record)
        if record and record.shared:
            self._shared_path(record.shared).unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _make_room(self, user: str, newest: str) -> None:
        records = self._found(user)
        for path in self._paths(user):
            if path.stem not in records:
                path.unlink()
        sizes = {name: self._size(user, name, record) for name, record in records.items()}
        for name in sorted(records, key=lambda name: (records[name].pinned, records[name].updated)):
            if len(sizes) <= _USER_RECORDS and sum(sizes.values()) <= _USER_BYTES:
                return
            if name != newest:
                self._drop(user, name)
                del sizes[name]

    def _size(self, user: str, name: str, record: Record) -> int:
        """The bytes of a conversation and its shared copy."""
        paths = [self._path(user, name), *([self._shared_path(record.shared)] if record.shared else [])]
        return sum(path.stat().st_size for path in paths if path.is_file())

    def _folder_of(self, user: str) -> Path:
        return self._users / quote(user, safe="").replace(".", "%2E")

    def _paths(self, user: str) -> Iterator[Path]:
        return self._folder_of(user).glob("*.json")

    def _path(self, user: str, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise RagError("there is no such conversation")
        return self._folder_of(user) / f"{name}.json"

    def _shared_path(self, key: str) -> Path:
        return self._shared / f"{key}.json"


def _overtakes(stored: Record, sent: Record) -> bool:
    """Whether what is stored holds turns that are not in what is sent; a title changes no revision."""
    return stored.revision > sent.revision or (stored.revision == sent.revision and stored.kept != sent.kept)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _write(path: Path, value: BaseModel) -> None:
    """Write a file whole or not at all; it is readable by the server's own user only.

    Raises:
        RagError: if the value is too large, or could not be read back (too deep, not a number, not Unicode).
    """
    try:
        text = value.model_dump_json().encode()
        type(value).model_validate_json(text)
    except (ValueError, PydanticSerializationError) as error:
        raise RagError("this conversation cannot be kept") from error
    if len(text) > _MAX_BYTES:
        raise RagError("the conversation is too long to be kept")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        part.write_bytes(text)
        part.chmod(0o600)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
