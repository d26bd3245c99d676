"""The clinic's people: accounts and sessions. An account belongs to one clinic."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH

LOGIN_LENGTH = 64
NAME_LENGTH = 80


class Role(StrEnum):
    """An owner may also read the audit log and disable accounts."""

    OWNER = "owner"
    STAFF = "staff"


class StaffAccountRow(Base):
    """A person of a clinic who may log in. Accounts are disabled, not deleted."""

    __tablename__ = "staff_accounts"
    __table_args__ = (CheckConstraint("role IN ('owner', 'staff')", name="role"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    login: Mapped[str] = mapped_column(String(LOGIN_LENGTH), unique=True)
    # What patients see: "Maria at the front desk".
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(255))
    # A password that somebody else knows: it has to be changed at the first login.
    temporary: Mapped[bool]
    # Part of the throttle's key: counting it up forgets the failed logins so far.
    throttle_round: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSessionRow(Base):
    """A login. The browser has the token; here is only its hash."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True
    )
    form_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The last time a person did something, and the last sign of an open page.
    active_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Account:
    """A staff account. `temporary`: its password has to be changed before anything else."""

    id: str
    clinic_id: str
    login: str
    name: str
    role: Role
    password_hash: str
    temporary: bool
    throttle_round: int
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A login that is good now, whose it is, and the token that its forms carry."""

    token_hash: str
    account: Account
    form_token: str
    created_at: datetime
    active_at: datetime


class LoginTakenError(Exception):
    """Another account, maybe of another clinic, has this login name."""


def normal_login(login: str) -> str:
    """Return a login name as it is stored: without outer spaces, in lower case."""
    return login.strip().lower()


def add_account(
    session: Session,
    clinic_id: str,
    *,
    login: str,
    name: str,
    role: Role,
    password_hash: str,
    temporary: bool,
    now: datetime,
) -> Account:
    """Store a new account. Raises LoginTakenError."""
    if find_account(session, login) is not None:
        raise LoginTakenError(login)
    row = StaffAccountRow(
        id=str(uuid4()),
        clinic_id=clinic_id,
        login=normal_login(login),
        name=name,
        role=role,
        password_hash=password_hash,
        temporary=temporary,
        throttle_round=0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _account(row)


def find_account(session: Session, login: str) -> Account | None:
    """Return the account of a login name, disabled or not, or None."""
    row = session.scalar(
        select(StaffAccountRow).where(StaffAccountRow.login == normal_login(login))
    )
    return _account(row) if row else None


def list_accounts(session: Session, clinic_id: str) -> list[Account]:
    """Return a clinic's accounts by login name."""
    rows = session.scalars(
        select(StaffAccountRow)
        .where(StaffAccountRow.clinic_id == clinic_id)
        .order_by(StaffAccountRow.login)
    )
    return [_account(row) for row in rows]


def disable_account(session: Session, clinic_id: str, account_id: str, now: datetime) -> bool:
    """Disable an account of the clinic and end its sessions; False if there is no such one."""
    return _set_disabled(session, clinic_id, account_id, now)


def enable_account(session: Session, clinic_id: str, account_id: str) -> bool:
    """Let a disabled account of the clinic log in again; False if there is no such one."""
    return _set_disabled(session, clinic_id, account_id, None)


def set_password(
    session: Session, account_id: str, password_hash: str, *, temporary: bool, keep: str = ""
) -> None:
    """Set a new password and end the account's sessions, but for the one with the hash `keep`."""
    session.execute(
        update(StaffAccountRow)
        .where(StaffAccountRow.id == account_id)
        .values(password_hash=password_hash, temporary=temporary)
    )
    session.execute(
        delete(StaffSessionRow).where(
            StaffSessionRow.account_id == account_id, StaffSessionRow.token_hash != keep
        )
    )


def forget_failed_logins(session: Session, account_id: str) -> None:
    """Begin a new round of the login throttle for an account."""
    session.execute(
        update(StaffAccountRow)
        .where(StaffAccountRow.id == account_id)
        .values(throttle_round=StaffAccountRow.throttle_round + 1)
    )


def open_session(
    session: Session, account_id: str, *, token_hash: str, form_token: str, now: datetime
) -> None:
    """Store a login."""
    session.add(
        StaffSessionRow(
            token_hash=token_hash,
            account_id=account_id,
            form_token=form_token,
            created_at=now,
            active_at=now,
            seen_at=now,
        )
    )


def find_session(
    session: Session, token_hash: str, *, opened_after: datetime, active_after: datetime
) -> StaffSession | None:
    """Return the login of this token if it is not too old, not idle, and its account is enabled."""
    found = session.execute(
        select(StaffSessionRow, StaffAccountRow)
        .join(StaffAccountRow, StaffAccountRow.id == StaffSessionRow.account_id)
        .where(
            StaffSessionRow.token_hash == token_hash,
            StaffSessionRow.created_at > opened_after,
            StaffSessionRow.active_at > active_after,
            StaffAccountRow.disabled_at.is_(None),
        )
    ).first()
    if found is None:
        return None
    login, account = found
    return StaffSession(
        login.token_hash, _account(account), login.form_token, login.created_at, login.active_at
    )


def touch_session(session: Session, token_hash: str, now: datetime, *, active: bool) -> None:
    """Note that a session's page is open; `active`: a person did something on it."""
    values = {"seen_at": now, "active_at": now} if active else {"seen_at": now}
    session.execute(
        update(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash).values(**values)
    )


def close_session(session: Session, token_hash: str) -> None:
    """Remove a login."""
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash))


def remove_old_sessions(session: Session, opened_before: datetime) -> int:
    """Remove logins that are too old to be good; returns how many."""
    removed = session.scalars(
        delete(StaffSessionRow)
        .where(StaffSessionRow.created_at <= opened_before)
        .returning(StaffSessionRow.token_hash)
    )
    return len(removed.all())


def somebody_online(session: Session, clinic_id: str, seen_after: datetime) -> bool:
    """Tell whether somebody of the clinic has the console open."""
    online = exists().where(
        StaffAccountRow.clinic_id == clinic_id,
        StaffAccountRow.disabled_at.is_(None),
        StaffSessionRow.account_id == StaffAccountRow.id,
        StaffSessionRow.seen_at > seen_after,
    )
    return bool(session.scalar(select(online)))


def _set_disabled(
    session: Session, clinic_id: str, account_id: str, disabled_at: datetime | None
) -> bool:
    changed = session.scalar(
        update(StaffAccountRow)
        .where(StaffAccountRow.clinic_id == clinic_id, StaffAccountRow.id == account_id)
        .values(disabled_at=disabled_at)
        .returning(StaffAccountRow.id)
    )
    if changed is not None and disabled_at is not None:
        session.execute(delete(StaffSessionRow).where(StaffSessionRow.account_id == account_id))
    return changed is not None


def _account(row: StaffAccountRow) -> Account:
    return Account(
        id=row.id,
        clinic_id=row.clinic_id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        password_hash=row.password_hash,
        temporary=row.temporary,
        throttle_round=row.throttle_round,
        disabled_at=row.disabled_at,
    )
