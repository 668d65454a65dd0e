"""Raw requests to the page, as a stranger writes them: any method, path, Host, Origin or body."""

import http.client
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    text: str


def send(
    url: str, path: str, method: str = "GET", body: bytes | None = None, most: int = 400_000, **headers: str
) -> Reply:
    """One request, its path sent as it is given; headers by keyword, `content_type` as `Content-Type`.

    Reads no more than `most` bytes of the reply, and no further once the server falls silent: a
    stream of events has no end.
    """
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=5)
    told = {name.replace("_", "-").title(): value for name, value in headers.items()}
    try:
        connection.putrequest(method, path, skip_host="Host" in told)
        if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(told):
            connection.putheader("Content-Length", str(len(body)))
        for name, value in told.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        reply = connection.getresponse()
        stream = "event-stream" in reply.headers.get("content-type", "")
        text = ""
        with suppress(TimeoutError):
            text = (reply.read1(most) if stream else reply.read(most)).decode(errors="replace")
        lower = {name.lower(): value for name, value in reply.headers.items()}
        return Reply(reply.status, lower, tuple(reply.headers.get_all("set-cookie") or ()), text)
    finally:
        connection.close()


KIND = {"content_type": "application/json"}
FORM = {"content_type": "multipart/form-data; boundary=edge"}


def multipart(files: dict[str, bytes]) -> bytes:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + data
        for name, data in files.items()
    ]
    return b"\r\n".join([*parts, b"--edge--\r\n"])


def log_in(url: str, password: str = "correct horse", **headers: str) -> str:
    """The cookies of one who has logged in."""
    form = urlencode({"username": "ada", "password": password}).encode()
    reply = send(url, "/login", "POST", form, **LOGIN, **headers)
    return "; ".join(one.split(";")[0] for one in reply.cookies)


LOGIN = {"content_type": "application/x-www-form-urlencoded"}
