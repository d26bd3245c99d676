"""Who is at the console: sessions by cookie, tokens of forms, and what may not be done."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.gateway.access import ServicesDep
from bot.gateway.services import Services
from bot.gateway.staff.console import Console
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.records.staff import Account, Role, StaffSession, find_session, touch_session

HOME = "/staff"
LOGIN = "/staff/login"
PASSWORD = "/staff/password"  # noqa: S105
# Sent by the page's own refresh: it is no sign that a person is there.
LIVE_HEADER = "x-live"
# A person's activity is noted no more often than this.
NOTED_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32


class LoginNeededError(Exception):
    """Nobody is logged in; `next_path` is where they wanted to go."""

    def __init__(self, next_path: str) -> None:
        super().__init__()
        self.next_path = next_path


class PasswordChangeNeededError(Exception):
    """The account's password is a temporary one."""


class ConsoleError(Exception):
    """The console cannot do that: `status` is HTTP's, `code` names the words in problem.html."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Visit:
    """A request of somebody who is logged in: who, of which clinic."""

    def __init__(self, login: StaffSession, clinic: ClinicCard, *, live: bool) -> None:
        self.login = login
        self.clinic = clinic
        self.live = live

    @property
    def account(self) -> Account:
        """Who it is."""
        return self.login.account


def console_of(request: Request) -> Console:
    """Return the console of the running application."""
    console: Console = request.app.state.console
    return console


ConsoleDep = Annotated[Console, Depends(console_of)]


def cookie_name(request: Request, name: str) -> str:
    """Return a cookie's name; on https with the prefix that ties it to this very host."""
    return f"__Host-{name}" if _is_https(request) else name


def set_cookie(request: Request, response: Response, name: str, value: str, age: timedelta) -> None:
    """Set a cookie that scripts cannot read and other sites cannot post with."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=int(age.total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(
        cookie_name(request, name),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return what is stored of a token: who reads the database cannot log in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


async def find_login(request: Request, services: Services) -> StaffSession | None:
    """Return the good session of the request's cookie, if there is one."""
    token = request.cookies.get(cookie_name(request, "staff"))
    if not token:
        return None
    now = services.clock.now()
    return await services.database.reading(
        partial(
            find_session,
            token_hash=hash_of(token),
            opened_after=now - services.settings.staff_session,
            active_after=now - services.settings.staff_idle,
        )
    )


async def visit_before_change(request: Request, services: ServicesDep) -> Visit:
    """Return who is logged in, also with a temporary password. Raises LoginNeededError."""
    login = await find_login(request, services)
    if login is None:
        raise LoginNeededError(_path(request))
    clinic = await services.database.reading(partial(get_clinic, clinic_id=login.account.clinic_id))
    if clinic is None:
        raise ConsoleError(404, "no_clinic")
    live = LIVE_HEADER in request.headers
    await _note(login, services, services.clock.now(), live=live)
    return Visit(login, clinic, live=live)


async def visit(entered: Annotated[Visit, Depends(visit_before_change)]) -> Visit:
    """Return who is logged in. Raises LoginNeededError, PasswordChangeNeededError."""
    if entered.account.temporary:
        raise PasswordChangeNeededError
    return entered


async def owner_visit(entered: Annotated[Visit, Depends(visit)]) -> Visit:
    """Return the owner who is logged in. Raises ConsoleError for other staff."""
    if entered.account.role is not Role.OWNER:
        raise ConsoleError(403, "owners_only")
    return entered


async def checked_form(
    entered: Annotated[Visit, Depends(visit_before_change)], csrf: Annotated[str, Form()] = ""
) -> None:
    """Raise ConsoleError when a form does not carry its session's token."""
    if not same(csrf, entered.login.form_token):
        raise ConsoleError(403, "form_expired")


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def safe_next(path: str) -> str:
    """Return a path of the console to go on to after login; nowhere else."""
    inside = path == HOME or path.startswith(f"{HOME}/")
    plain = path.isascii() and path.isprintable() and "\\" not in path and "//" not in path
    return path if inside and plain and not path.startswith(LOGIN) else HOME


def login_address(next_path: str) -> str:
    """Return the address of the login page that leads on to a path."""
    return f"{LOGIN}?next={quote(next_path, safe='/')}" if next_path != HOME else LOGIN


VisitDep = Annotated[Visit, Depends(visit)]
OwnerDep = Annotated[Visit, Depends(owner_visit)]
AnyVisitDep = Annotated[Visit, Depends(visit_before_change)]
CheckedForm = Depends(checked_form)


def _path(request: Request) -> str:
    return request.url.path if request.method == "GET" else HOME


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https"


async def _note(login: StaffSession, services: Services, now: datetime, *, live: bool) -> None:
    """Note that a person is at the page, which keeps the session from ending."""
    if live or now - login.active_at < NOTED_EVERY:
        return

    def note(session: Session) -> None:
        touch_session(session, login.token_hash, now, active=True)

    await services.database.writing(note)
