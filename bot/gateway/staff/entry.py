"""In and out: login, logout, and one's own password."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.gateway.access import ServicesDep
from bot.gateway.handover.acting import give_all_back
from bot.gateway.services import Services
from bot.gateway.staff.access import (
    HOME,
    LOGIN,
    PASSWORD,
    AnyVisitDep,
    CheckedForm,
    ConsoleDep,
    Visit,
    cookie_name,
    drop_cookie,
    find_login,
    hash_of,
    new_token,
    safe_next,
    same,
    set_cookie,
)
from bot.gateway.staff.console import Console
from bot.gateway.staff.pages import render
from bot.gateway.staff.passwords import LONGEST, WeakPasswordError, check_strength
from bot.gateway.staff.throttle import ThrottledError
from bot.records.audit import Action, add_audit
from bot.records.staff import (
    LOGIN_LENGTH,
    Account,
    close_session,
    find_account,
    normal_login,
    open_session,
    remove_old_sessions,
    set_password,
)

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
Typed = Annotated[str, Form(max_length=4 * LONGEST)]


@router.get(LOGIN)
async def login_page(request: Request, services: ServicesDep) -> Response:
    """Show the login form."""
    wanted = safe_next(request.query_params.get("next", HOME))
    if await find_login(request, services) is not None:
        return RedirectResponse(wanted, SEE_OTHER)
    return _login_form(request, services, wanted)


@router.post(LOGIN)
async def log_in(
    *,
    request: Request,
    services: ServicesDep,
    console: ConsoleDep,
    login: Typed = "",
    password: Typed = "",
    csrf: Typed = "",
    wanted: Annotated[str, Form(alias="next")] = HOME,
) -> Response:
    """Begin a session if login name and password fit."""
    wanted = safe_next(wanted)
    known = request.cookies.get(cookie_name(request, "staff_form"), "")
    if not known or not same(csrf, known):
        return _login_form(request, services, wanted, problem="form_expired", status=403)
    login = normal_login(login)[:LOGIN_LENGTH]
    try:
        account = await _checked(request, services, console, login, password)
    except ThrottledError as error:
        return _throttled(request, services, wanted, error)
    if account is None:
        return _login_form(request, services, wanted, problem="wrong", status=401, login=login)
    token = await _begin(services, account)
    response = RedirectResponse(wanted, SEE_OTHER)
    set_cookie(request, response, "staff", token, services.settings.staff_session)
    drop_cookie(request, response, "staff_form")
    return response


@router.post("/staff/logout", dependencies=[CheckedForm])
async def log_out(request: Request, services: ServicesDep, visit: AnyVisitDep) -> Response:
    """End the session; conversations that the account holds go back to the assistant."""
    await give_all_back(services, visit.clinic, visit.account)

    def end(session: Session) -> None:
        close_session(session, visit.login.token_hash)
        _audit(session, services, visit.account, Action.LOGGED_OUT)

    await services.database.writing(end)
    response = RedirectResponse(LOGIN, SEE_OTHER)
    drop_cookie(request, response, "staff")
    return response


@router.get(PASSWORD)
async def password_page(request: Request, visit: AnyVisitDep) -> Response:
    """Show the form for a new password."""
    return render(request, "password.html", visit=visit, problem="")


@router.post(PASSWORD, dependencies=[CheckedForm])
async def change_password(
    *,
    request: Request,
    services: ServicesDep,
    console: ConsoleDep,
    visit: AnyVisitDep,
    current: Typed = "",
    new: Typed = "",
    again: Typed = "",
) -> Response:
    """Change one's own password; other sessions of the account end."""
    problem = await _password_problem(request, services, console, visit, (current, new, again))
    if problem:
        return render(request, "password.html", visit=visit, problem=problem, status=400)
    password_hash = await console.passwords.hash(new)

    def change(session: Session) -> None:
        keep = visit.login.token_hash
        set_password(session, visit.account.id, password_hash, temporary=False, keep=keep)
        _audit(session, services, visit.account, Action.PASSWORD_CHANGED)

    await services.database.writing(change)
    return RedirectResponse(f"{HOME}?notice=password_changed", SEE_OTHER)


async def _password_problem(
    request: Request,
    services: Services,
    console: Console,
    visit: Visit,
    typed: tuple[str, str, str],
) -> str:
    """Return why the password cannot be changed so, or nothing."""
    current, new, again = typed
    try:
        known = await _checked(request, services, console, visit.account.login, current)
    except ThrottledError:
        return "throttled"
    if known is None:
        return "wrong"
    if new != again:
        return "differ"
    if new == current:
        return "unchanged"
    try:
        check_strength(new, visit.account.login)
    except WeakPasswordError as error:
        return error.code
    return ""


async def _checked(
    request: Request, services: Services, console: Console, login: str, password: str
) -> Account | None:
    """Return the account if the password fits and it is enabled. Raises ThrottledError."""
    account = await services.database.reading(partial(find_account, login=login))
    throttle_round = account.throttle_round if account else 0
    address = request.client.host if request.client else "unknown"
    await console.throttle.admit(login, throttle_round, address)
    fits = await console.passwords.verify(account.password_hash if account else None, password)
    if account is not None and fits and account.disabled_at is None:
        await console.throttle.forget(login, throttle_round)
        return account
    if account is not None:
        failed = account

        def note(session: Session) -> None:
            _audit(session, services, failed, Action.LOGIN_FAILED)

        await services.database.writing(note)
    return None


async def _begin(services: Services, account: Account) -> str:
    """Open a session and return its token."""
    token = new_token()

    def begin(session: Session) -> None:
        now = services.clock.now()
        remove_old_sessions(session, now - services.settings.staff_session)
        open_session(
            session, account.id, token_hash=hash_of(token), form_token=new_token(), now=now
        )
        _audit(session, services, account, Action.LOGGED_IN)

    await services.database.writing(begin)
    return token


def _login_form(
    request: Request,
    services: Services,
    wanted: str,
    *,
    problem: str = "",
    status: int = 200,
    login: str = "",
    minutes: int = 0,
) -> Response:
    """Show the form; its token is also in a cookie, which another site cannot read or set."""
    csrf = new_token()
    response = render(
        request,
        "login.html",
        status=status,
        wanted=wanted,
        problem=problem,
        login=login,
        csrf=csrf,
        minutes=minutes,
    )
    set_cookie(request, response, "staff_form", csrf, services.settings.staff_session)
    return response


def _throttled(
    request: Request, services: Services, wanted: str, error: ThrottledError
) -> Response:
    minutes = -(-error.seconds // 60)
    response = _login_form(
        request, services, wanted, problem="throttled", status=429, minutes=minutes
    )
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _audit(session: Session, services: Services, account: Account, action: Action) -> None:
    add_audit(session, account.clinic_id, action, services.clock.now(), who=account.login)
