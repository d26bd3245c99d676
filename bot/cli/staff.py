"""`python -m bot staff ...`: accounts of the clinics' people for the staff console."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.cli.progress import StepError
from bot.clock import Clock
from bot.database import Database
from bot.gateway.staff.passwords import (
    SHORTEST,
    WeakPasswordError,
    check_strength,
    generate_password,
    hash_password,
)
from bot.knowledge.repository import get_clinic, list_clinics
from bot.records import staff as records
from bot.records.audit import Action, add_audit
from bot.records.staff import Account, LoginTakenError, Role
from bot.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Accounts for the staff console.")

Login = Annotated[str, typer.Argument(help="The login name, such as maria.lopez.")]
Generate = Annotated[bool, typer.Option(help="Make a password and print it once.")]
PROBLEMS = {
    "short": f"The password is too easy to guess: use at least {SHORTEST} different characters.",
    "long": "The password is too long.",
    "login": "The password contains the login name.",
}


@app.command()
def add(
    clinic_id: Annotated[str, typer.Argument(help="A clinic's id, such as glamour.")],
    login: Login,
    name: Annotated[str, typer.Option(help="What patients see, such as Maria Lopez.")],
    owner: Annotated[bool, typer.Option(help="May read the audit and disable accounts.")] = False,
    generate: Generate = False,
) -> None:
    """Add an account; asks for its password, or makes one that has to be changed at once."""
    login = _plain_login(login)
    name = _plain_name(name)
    with _writing() as (session, now):
        _require_clinic(session, clinic_id)
        if records.find_account(session, login) is not None:
            raise StepError(f"There is an account {login!r} already.", "Choose another login name.")
    password = _password(login, generate=generate)
    role = Role.OWNER if owner else Role.STAFF
    with _writing() as (session, now):
        try:
            records.add_account(
                session,
                clinic_id,
                login=login,
                name=name,
                role=role,
                password_hash=hash_password(password),
                temporary=generate,
                now=now,
            )
        except LoginTakenError:
            raise StepError(
                f"There is an account {login!r} already.", "Choose another login name."
            ) from None
        add_audit(session, clinic_id, Action.ACCOUNT_ADDED, now, subject=login)
    typer.echo(f"{login} may log in for {clinic_id} ({role}).")
    _show_generated(password, generate=generate)


@app.command("list")
def list_(
    clinic_id: Annotated[str | None, typer.Argument(help="A clinic's id; all without.")] = None,
) -> None:
    """Show the accounts."""
    with _writing() as (session, _):
        if clinic_id is not None:
            _require_clinic(session, clinic_id)
        clinics = [clinic_id] if clinic_id else [one.id for one in list_clinics(session)]
        accounts = [one for clinic in clinics for one in records.list_accounts(session, clinic)]
    for account in accounts:
        state = "disabled" if account.disabled_at else str(account.role)
        typer.echo(f"{account.clinic_id}  {account.login}  {account.name}  {state}")
    if not accounts:
        typer.echo(
            "Nobody yet. Add somebody with: python -m bot staff add CLINIC LOGIN --name NAME"
        )


@app.command()
def disable(login: Login) -> None:
    """Let somebody log in no more, and end their sessions."""

    def change(session: Session, account: Account, now: datetime) -> None:
        records.disable_account(session, account.clinic_id, account.id, now)

    _change(login, Action.ACCOUNT_DISABLED, change)
    typer.echo(f"{login} is disabled.")


@app.command()
def enable(login: Login) -> None:
    """Let somebody who was disabled log in again."""

    def change(session: Session, account: Account, _now: datetime) -> None:
        records.enable_account(session, account.clinic_id, account.id)

    _change(login, Action.ACCOUNT_ENABLED, change)
    typer.echo(f"{login} may log in again.")


@app.command()
def password(login: Login, generate: Generate = False) -> None:
    """Set a new password, and end the account's sessions."""
    with _writing() as (session, _):
        _require_account(session, login)
    chosen = _password(login, generate=generate)

    def change(session: Session, account: Account, _now: datetime) -> None:
        records.set_password(session, account.id, hash_password(chosen), temporary=generate)

    _change(login, Action.PASSWORD_SET, change)
    typer.echo(f"{login} has a new password.")
    _show_generated(chosen, generate=generate)


@app.command("reset-throttle")
def reset_throttle(login: Login) -> None:
    """Let somebody who failed to log in too often try again at once."""

    def change(session: Session, account: Account, _now: datetime) -> None:
        records.forget_failed_logins(session, account.id)

    _change(login, Action.THROTTLE_RESET, change)
    typer.echo(f"{login} may try again.")


@contextmanager
def _writing() -> Iterator[tuple[Session, datetime]]:
    settings = load_settings()
    database = Database(settings.database)
    try:
        with database.write() as session:
            yield session, Clock.of(settings).now()
    finally:
        database.close()


def _change(
    login: str, action: Action, change: Callable[[Session, Account, datetime], None]
) -> None:
    with _writing() as (session, now):
        account = _require_account(session, login)
        change(session, account, now)
        add_audit(session, account.clinic_id, action, now, subject=account.login)


def _require_account(session: Session, login: str) -> Account:
    account = records.find_account(session, login)
    if account is None:
        raise StepError(
            f"There is no account {login!r}.", "Those there are: python -m bot staff list"
        )
    return account


def _require_clinic(session: Session, clinic_id: str) -> None:
    if get_clinic(session, clinic_id) is None:
        known = ", ".join(clinic.id for clinic in list_clinics(session)) or "none yet"
        raise StepError(f"There is no clinic {clinic_id!r}.", f"There are: {known}.")


def _plain_login(login: str) -> str:
    login = records.normal_login(login)
    plain = login.isascii() and login.replace(".", "").replace("-", "").replace("@", "").isalnum()
    if not plain or len(login) > records.LOGIN_LENGTH:
        raise StepError(
            f"{login!r} is no login name.",
            f"Use letters, digits, dots, hyphens and @, at most {records.LOGIN_LENGTH}.",
        )
    return login


def _plain_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > records.NAME_LENGTH:
        raise StepError(
            "The name cannot be used.", f"Patients see it; at most {records.NAME_LENGTH} letters."
        )
    return name


def _password(login: str, *, generate: bool) -> str:
    """Return a generated password, or one that is typed twice."""
    if generate:
        return generate_password()
    if not sys.stdin.isatty():
        raise StepError(
            "There is no terminal to type a password in.",
            "Run it in a terminal, or with --generate.",
        )
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        check_strength(typed, login)
    except WeakPasswordError as error:
        raise StepError(PROBLEMS[error.code], "Choose another one, or use --generate.") from None
    return typed


def _show_generated(password: str, *, generate: bool) -> None:
    if generate:
        typer.echo(f"Password, shown only now: {password}")
        typer.echo("It has to be changed at the first login.")
