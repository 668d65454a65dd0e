"""Who may use the page: a file of users with bcrypt hashes, one per line, as written by `htpasswd -B`.

ada:$2b$12$…
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import bcrypt

from rag.errors import SettingsError

_LINE = re.compile(r"(?P<name>[^:\s]+):(?P<hash>\$2[aby]\$\d\d\$[./A-Za-z0-9]{53})")
_MOST_BYTES = 72  # bcrypt's limit; longer passwords are refused, not truncated


def hashed(name: str, password: str) -> str:
    """Return the line for a user.

    Raises:
        SettingsError: if the name has a colon or a space, or the password is empty or too long.
    """
    if not re.fullmatch(r"[^:\s]+", name):
        raise SettingsError(f"the name {name!r} must have no colon and no space")
    if not 0 < len(password.encode()) <= _MOST_BYTES:
        raise SettingsError(f"the password must have 1 to {_MOST_BYTES} bytes")
    return f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()}"


def read_users(path: Path) -> dict[str, bytes]:
    """Return hashes by name; blank lines and lines that begin with # are ignored.

    Raises:
        SettingsError: if the file cannot be read, or a line is wrong; the line itself is not shown.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"RAG_AUTH = {path}: cannot be read: {error}") from error
    users = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if not (match := _LINE.fullmatch(line.strip())):
            raise SettingsError(
                f"RAG_AUTH = {path}, line {number}: not name:bcrypt-hash (`python -m ui password NAME`)"
            )
        users[match["name"]] = match["hash"].encode()
    if not users:
        raise SettingsError(f"RAG_AUTH = {path}: names nobody (`python -m ui password NAME`)")
    return users


def checker(users: dict[str, bytes]) -> Callable[[str, str], Awaitable[bool]]:
    """Return a function that checks name and password; it takes as long for an unknown name."""
    nobody = bcrypt.hashpw(b"nobody", bcrypt.gensalt())

    async def check(name: str, password: str) -> bool:
        secret = password.encode()
        known = users.get(name)
        try:
            right = await asyncio.to_thread(bcrypt.checkpw, secret[:_MOST_BYTES], known or nobody)
        except ValueError:  # a byte that no password contains
            return False
        return right and known is not None and len(secret) <= _MOST_BYTES

    return check
