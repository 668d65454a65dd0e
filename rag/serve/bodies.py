"""What a request brings with it: how long it may be, how long it may take, and what it may name."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from starlette.types import Message, Receive

# Of a message: .2 s in Gradio. A hundred answers that a browser kept have as many.
_MOST_NESTED, _MOST_VALUES = 20_000, 100_000
_ARRIVES_S = 60  # a body that drips in holds a place for no longer; a file has as long for each megabyte


def length_of(headers: dict[str, str], route_most: int) -> int | None:
    """The bytes of a body, as it is announced: the server holds the sender to it. None: not announced.

    Without an announcement there is no body, unless it comes in chunks, which have no end to rely on.
    """
    if "transfer-encoding" in headers:
        return None
    told = headers.get("content-length", "0" if not route_most else "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else None


def in_time(receive: Receive, seconds: float = _ARRIVES_S) -> Receive:
    """The same body, or a sender who has gone away, once it has taken too long."""
    until = time.monotonic() + seconds
    whole = False

    async def wait() -> Message:
        nonlocal whole
        if whole:  # what comes now tells of the connection's end
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(until - time.monotonic(), 0))
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return wait


async def whole_body(receive: Receive) -> bytes | None:
    """The body, None if the sender goes away before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """A body that has been read, for another reader, and then what comes after it."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def counted_parts(receive: Receive, content_type: str, most: int) -> Receive:
    """The same upload, cut off after so many parts: its reader then finds it broken, and keeps nothing."""
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
    """What is wrong with a JSON body, if anything.

    `address`: it has the server take a file that was not put there, or fetch it from an address; Gradio
    looks for such files in the value of every component, whatever it is. Without `uploads` there is no
    Gradio. `values`: it has more, or
    deeper ones, than Gradio works through in a moment. What is not JSON is left to its reader.
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

    # Counted before it is parsed, in texts too: these bytes are what makes values of bytes.
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
