"""Puts the console into the application."""

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.gateway.staff import board, conversation, entry, live, owner
from bot.gateway.staff.access import (
    PASSWORD,
    ConsoleError,
    LoginNeededError,
    PasswordChangeNeededError,
    login_address,
)
from bot.gateway.staff.board import SEE_OTHER
from bot.gateway.staff.pages import STATIC, render


def add_console(app: FastAPI) -> None:
    """Add the console's routes, its files, and what it answers to who may not."""
    for module in (entry, board, conversation, owner, live):
        app.include_router(module.router)
    app.mount("/staff/static", StaticFiles(directory=STATIC), name="staff-static")

    async def login_needed(_request: Request, error: Exception) -> Response:
        assert isinstance(error, LoginNeededError)  # noqa: S101
        return RedirectResponse(login_address(error.next_path), SEE_OTHER)

    async def password_needed(_request: Request, _error: Exception) -> Response:
        return RedirectResponse(PASSWORD, SEE_OTHER)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, ConsoleError)  # noqa: S101
        return render(request, "problem.html", status=error.status, code=error.code)

    app.add_exception_handler(LoginNeededError, login_needed)
    app.add_exception_handler(PasswordChangeNeededError, password_needed)
    app.add_exception_handler(ConsoleError, refused)
