"""Limits on request bodies: their size, the time they may take, and the files they may refer to."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from starlette.types import Message, Receive

# Per message: .2 s in Gradio. A hundred answers kept by a browser have that many.
_MOST_NESTED, _MOST_VALUES = 20_000, 100_000
_ARRIVES_S = 60  # a body that trickles in holds a slot this long at most; a file this long per megabyte


def length_of(headers: dict[str, str], route_most: int) -> int | None:
    """Return the announced length of a body, which the server enforces, or None if it is not announced.

    Without a length there is no body, unless it is chunked, and then nothing bounds it.
    """
    if "transfer-encoding" in headers:
        return None
    length = headers.get("content-length", "0" if not route_most else "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None


def in_time(receive: Receive, seconds: float = _ARRIVES_S) -> Receive:
    """Return the same body, or report a disconnected sender once it has taken too long."""
    until = time.monotonic() + seconds
    whole = False

    async def wait() -> Message:
        nonlocal whole
        if whole:  # the next message reports a disconnect
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(until - time.monotonic(), 0))
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return wait


async def whole_body(receive: Receive) -> bytes | None:
    """Return the body, or None if the sender disconnects before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """Replay a body that has been read for another reader, followed by later messages."""
    replayed = False

    async def replay() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def counted_parts(receive: Receive, content_type: str, most: int) -> Receive:
    """Return the same upload, truncated after `most` parts: its reader then finds it broken and keeps
    nothing.
    """
    edge = content_type.partition("boundary=")[2].partition(";")[0].strip(' "').encode()
    edge, tail, count = b"--" + edge, b"", 0

    async def count_parts() -> Message:
        nonlocal tail, count
        message = await receive()
        if message["type"] == "http.request":
            seen = tail + message.get("body", b"")
            count += seen.count(edge)
            after = seen.rfind(edge) + len(edge) if edge in seen else 0
            tail = seen[max(after, len(seen) - len(edge) + 1) :]
            if count > most + 1:
                return {"type": "http.request", "body": b"\r\n" + edge + b"!", "more_body": False}
        return message

    return count_parts


def fault_of(body: bytes, uploads: Path | None, host: str) -> Literal["", "address", "values"]:
    """Return what is wrong with a JSON body, if anything.

    `address`: it makes the server read a file that was not uploaded, or fetch one from an address; Gradio
    looks for such files in the value of every component. Without `uploads` there is no Gradio. `values`: it
    has more or deeper values than Gradio can process in a moment. A body that is not JSON is left to its
    reader.
    """
    names_others = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal names_others
        value = dict(pairs)
        kind = value.get("meta")
        if uploads and isinstance(kind, dict) and kind.get("_type") == "gradio.FileData":
            paths = [one for name, one in pairs if name == "path"]
            links = [one for name, one in pairs if name == "url"]
            inside = all(isinstance(one, str) and _is_below(Path(one), uploads) for one in paths)
            names_others = names_others or not (inside and all(_is_own_link(one, host) for one in links))
        return value

    # Counted before parsing, inside strings too: these bytes are what creates values.
    if body.count(b"[") + body.count(b"{") > _MOST_NESTED or body.count(b",") > _MOST_VALUES:
        return "values"
    try:
        json.loads(body, object_pairs_hook=look)
    except RecursionError:
        return "values"
    except ValueError:
        pass
    return "address" if names_others else ""


def _is_below(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) and ".." not in path.parts


def _is_own_link(link: object, host: str) -> bool:
    if link is None:
        return True
    try:
        parts = urlsplit(str(link))
    except ValueError:
        return False
    return parts.netloc == host if parts.netloc or parts.scheme else not str(link).startswith("//")
