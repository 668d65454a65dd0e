"""Errors as programs receive them: an HTTP status and OpenAI's error format.

    {"error": {"message": "the question is empty", "type": "invalid_request_error", "param": null,
               "code": "QuestionError"}}

Format: https://platform.openai.com/docs/guides/error-codes
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from rag.errors import CorpusError, IndexBusy, LLMError, LLMTimeout, QuestionError, RagError
from rag.serve.gate import Busy, TooOften

_FOR_PROGRAMS = ("/v1/", "/ask", "/search", "/check", "/articles", "/mcp")
_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error"}
_STATUS: tuple[tuple[type[RagError], int], ...] = (  # the first match applies
    (TooOften, 429),
    (Busy, 503),
    (QuestionError, 400),
    (LLMTimeout, 504),
    (LLMError, 502),
    (IndexBusy, 503),
)


class NotFound(CorpusError):
    """There is no such article or model."""


def status_of(error: RagError) -> int:
    """Return the HTTP status for the kind of error; 500 for what the caller cannot change."""
    if isinstance(error, NotFound):
        return 404
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_body(status: int, message: str, code: str, param: str | None = None) -> dict[str, Any]:
    if status == 429:
        kind = "rate_limit_error"
    else:
        kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def status_and_body(error: RagError) -> tuple[int, dict[str, Any]]:
    """Return status and body for a `RagError`; for a language model's error, the text meant for readers."""
    status = status_of(error)
    message = error.reader if isinstance(error, LLMError) else str(error)
    return status, error_body(status, message, type(error).__name__)


def unexpected() -> dict[str, Any]:
    """Return the body for an unexpected error: its message may not be safe to show."""
    return error_body(500, "the server failed: see its log", "failed")


def error_response(error: RagError) -> Response:
    status, body = status_and_body(error)
    wait = {429: "60", 503: "1"}.get(status)
    return JSONResponse(body, status, {"Retry-After": wait} if wait else None)


def refusal(
    path: str, status: int, why: str, text: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Build the reply to a rejected request: OpenAI's error format for programs, plain text for others."""
    if path.startswith(_FOR_PROGRAMS):
        return JSONResponse(error_body(status, text, why), status, headers)
    return PlainTextResponse(text, status, headers)
