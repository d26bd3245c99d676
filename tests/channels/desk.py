"""A clinic of a test's own with its people, and a browser in which they use the console."""

import html
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx

from bot.gateway.handover import acting
from bot.gateway.handover.deadlines import tell_what_is_due
from bot.gateway.staff.passwords import hash_password
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.records.audit import list_audit
from bot.records.handover import request_person
from bot.records.staff import Account, Role, add_account
from tests.channels.serving import Gateway, Patient, clinic

PASSWORD = "seven veins in one leg"


@dataclass(frozen=True)
class Desk:
    """The clinic: an owner, two staff, and what they do without a browser."""

    gateway: Gateway
    card: ClinicCard
    olga: Account
    maria: Account
    paul: Account

    @property
    def clinic(self) -> str:
        return self.card.id

    def patient(self) -> Patient:
        return self.gateway.open(self.clinic)

    def browser(self, account: Account | None = None) -> "Browser":
        browser = Browser(self.gateway.address)
        if account is not None:
            page = browser.log_in(account.login)
            assert "Open now" in page.text, page.text
        return browser

    def take(self, patient: Patient, who: Account, holder: Account | None = None) -> None:
        seen = holder.id if holder else None
        self._run(acting.take(self.gateway.services, self.card, who, patient.id, seen))

    def write(self, patient: Patient, who: Account, text: str, form: str = "") -> None:
        form = form or secrets.token_hex(8)
        self._run(acting.write(self.gateway.services, who, patient.id, text, form))

    def give_back(self, patient: Patient, who: Account) -> None:
        self._run(acting.give_back(self.gateway.services, self.card, who, patient.id))

    def ask_for_person(self, patient: Patient) -> None:
        now = datetime.now(UTC)
        with self.gateway.services.database.write() as session:
            request_person(session, self.clinic, patient.id, "asked", now)

    def told(self, patient: Patient, minutes: float) -> int:
        """Keep the deadlines as of so many minutes from now; how many lines the patient got."""
        before = len(patient.transcript())
        now = datetime.now(UTC) + timedelta(minutes=minutes)
        self._run(tell_what_is_due(self.gateway.services, now))
        return len(patient.transcript()) - before

    def audit(self) -> list[tuple[str, str | None]]:
        with self.gateway.services.database.read() as session:
            entries = list_audit(session, self.clinic, limit=100)
        return [(str(entry.action), entry.who) for _, entry in reversed(entries)]

    def _run(self, work: Any) -> None:
        self.gateway.run(work)


def open_desk(gateway: Gateway, name: str = "Harbor Vein") -> Desk:
    """Set up a clinic with three people; their password is PASSWORD."""
    clinic_id = f"desk-{secrets.token_hex(4)}"
    with gateway.services.database.write() as session:
        session.add(clinic(clinic_id, name, "206-555-0111"))
        session.flush()
        card = get_clinic(session, clinic_id)
        assert card is not None
        people = [
            add_account(
                session,
                clinic_id,
                login=f"{person}-{clinic_id}",
                name=person.title(),
                role=role,
                password_hash=_hash(),
                temporary=False,
                now=datetime.now(UTC),
            )
            for person, role in (
                ("olga", Role.OWNER),
                ("maria", Role.STAFF),
                ("paul", Role.STAFF),
            )
        ]
    return Desk(gateway, card, *people)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


_OPEN: list[httpx.Client] = []


def close_browsers() -> None:
    """Close what the test's browsers left open."""
    while _OPEN:
        _OPEN.pop().close()


@dataclass
class Browser:
    """A browser without JavaScript: keeps cookies, and posts the forms that it was shown."""

    address: str
    http: httpx.Client = field(init=False)
    csrf: str = ""

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=self.address, timeout=30, trust_env=False, follow_redirects=True
        )
        _OPEN.append(self.http)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._shown(self.http.get(path, headers=headers))

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Post a form with the token of the page last seen."""
        return self._shown(self.http.post(path, data={"csrf": self.csrf, **fields}))

    def log_in(self, login: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        self.get("/staff/login")
        return self.post("/staff/login", login=login, password=password, **fields)

    def _shown(self, page: httpx.Response) -> httpx.Response:
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        self.csrf = html.unescape(found[1]) if found else self.csrf
        return page
