"""Every error leaves as {"error": {"code", "message"}}."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from bot.gateway.headers import add_security_headers, is_https
from bot.gateway.refusals import Code, Refusal
from bot.gateway.schemas import ErrorBody, Outage, Problem
from bot.knowledge.texts import Texts

logger = logging.getLogger(__name__)

STATUS: dict[Code, int] = {
    Code.BAD_REQUEST: 400,
    Code.EXPIRED_TOKEN: 401,
    Code.INVALID_TOKEN: 401,
    Code.ORIGIN_NOT_ALLOWED: 403,
    Code.CONVERSATION_NOT_FOUND: 404,
    Code.NOT_FOUND: 404,
    Code.UNKNOWN_BUTTON: 404,
    Code.UNKNOWN_CLINIC: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.REQUEST_TIMEOUT: 408,
    Code.CLIENT_ID_REUSED: 409,
    Code.OUT_OF_TURN: 409,
    Code.BODY_TOO_LARGE: 413,
    Code.TEXT_TOO_LONG: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.EMPTY_TEXT: 422,
    Code.TOO_MANY_REQUESTS: 429,
    Code.TOO_MANY_STREAMS: 429,
    Code.INTERNAL_ERROR: 500,
    Code.ASSISTANT_UNAVAILABLE: 503,
    Code.DATABASE_UNAVAILABLE: 503,
    Code.NOT_READY: 503,
    Code.WIDGET_MISSING: 503,
}
FRAMEWORK = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}
DATABASE_DOWN = (OperationalError, InterfaceError, TimeoutError)


def problem(texts: Texts, refusal: Refusal) -> ErrorBody:
    """Return the code and its words."""
    message = texts.say(f"errors.{refusal.code}", **refusal.values)
    return ErrorBody(code=refusal.code, message=message)


def error_response(app: FastAPI, refusal: Refusal) -> JSONResponse:
    """Return the whole response to a refusal."""
    headers: dict[str, str] = {}
    status = STATUS[refusal.code]
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    app.state.services.metrics.refused(str(refusal.code))
    body = Problem(error=problem(app.state.services.texts, refusal))
    return JSONResponse(body.model_dump(), status, headers)


def documented(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may refuse with these codes, or fail."""
    all_codes = (*codes, Code.INTERNAL_ERROR, Code.DATABASE_UNAVAILABLE)
    described: dict[int | str, dict[str, Any]] = {}
    for code in all_codes:
        status = STATUS[code]
        entry = described.setdefault(status, {"model": Problem, "description": ""})
        entry["description"] = ", ".join(filter(None, (entry["description"], f"`{code}`")))
        if code is Code.ASSISTANT_UNAVAILABLE:
            entry["model"] = Outage | Problem
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            header = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds."}
            entry["headers"] = {"Retry-After": header}
    return described


def add_error_handlers(app: FastAPI) -> None:
    """Give the application its error responses."""

    async def refused(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refusal)  # noqa: S101
        return error_response(app, error)

    async def malformed(_request: Request, _error: Exception) -> JSONResponse:
        return error_response(app, Refusal(Code.BAD_REQUEST))

    async def http_error(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101
        response = error_response(app, Refusal(FRAMEWORK.get(error.status_code, Code.BAD_REQUEST)))
        response.headers.update(error.headers or {})
        return response

    async def database_down(_request: Request, error: Exception) -> JSONResponse:
        logger.error("database unavailable: %s", type(error).__name__)
        return error_response(app, Refusal(Code.DATABASE_UNAVAILABLE))

    async def crashed(request: Request, _error: Exception) -> JSONResponse:
        response = error_response(app, Refusal(Code.INTERNAL_ERROR))
        # Starlette answers a crash outside of all middleware, which has added nothing to it.
        https = is_https(request.scope, app.state.services.settings.public_url)
        add_security_headers(response.headers, request.url.path, https=https)
        # After a crash uvicorn closes the connection; who says so is not written to once more.
        response.headers["Connection"] = "close"
        return response

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http_error)
    for kind in DATABASE_DOWN:
        app.add_exception_handler(kind, database_down)
    app.add_exception_handler(Exception, crashed)
