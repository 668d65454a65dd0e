"""Errors as programs are told them: an HTTP status and OpenAI's form.

    {"error": {"message": "the question is empty", "type": "invalid_request_error", "param": null,
               "code": "QuestionError"}}

Form: https://platform.openai.com/docs/guides/error-codes
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from rag.errors import CorpusError, IndexBusy, LLMError, LLMTimeout, QuestionError, RagError
from rag.serve.gate import Busy, TooOften

_FOR_PROGRAMS = ("/v1/", "/ask", "/search", "/check", "/articles", "/mcp")
_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error"}
_STATUS: tuple[tuple[type[RagError], int], ...] = (  # the first that fits
    (TooOften, 429),
    (Busy, 503),
    (QuestionError, 400),
    (LLMTimeout, 504),
    (LLMError, 502),
    (IndexBusy, 503),
)


class NotFound(CorpusError):
    """There is no such article, or no such model."""


def status_of(error: RagError) -> int:
    """The HTTP status that tells what kind of error it is; 500 for what the caller cannot change."""
    if isinstance(error, NotFound):
        return 404
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_body(status: int, message: str, code: str, param: str | None = None) -> dict[str, Any]:
    if status == 429:
        kind = "rate_limit_error"
    else:
        kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def told(error: RagError) -> tuple[int, dict[str, Any]]:
    """Status and body of an error of ours; of a language model's what is for who only asks."""
    status = status_of(error)
    message = error.reader if isinstance(error, LLMError) else str(error)
    return status, error_body(status, message, type(error).__name__)


def unexpected() -> dict[str, Any]:
    """The body for an error of no kind that we know: what it says may not be for others."""
    return error_body(500, "the server failed: its log tells why", "failed")


def error_response(error: RagError) -> Response:
    status, body = told(error)
    wait = {429: "60", 503: "1"}.get(status)
    return JSONResponse(body, status, {"Retry-After": wait} if wait else None)


def refusal(
    path: str, status: int, why: str, text: str, headers: Mapping[str, str] | None = None
) -> Response:
    """What one is told who was turned away at the doors: programs in their form, others in plain text."""
    if path.startswith(_FOR_PROGRAMS):
        return JSONResponse(error_body(status, text, why), status, headers)
    return PlainTextResponse(text, status, headers)
