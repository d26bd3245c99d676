"""A gateway with a mail server, whose outbox is worked off when a test says so."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot.care.happened import TreatmentTold
from bot.care.moments import Moment
from bot.database import Database
from bot.gateway.outbox.handlers import MAIL
from bot.gateway.outbox.plan_mail import new_plan_mail
from bot.gateway.outbox.worker import work_off
from bot.gateway.services import Services
from bot.knowledge.importer import import_pack, load_folder
from bot.knowledge.topics import load_topics
from bot.migrations.schema import upgrade
from bot.records.outbox import OutboxRow, Sending, schedule, sendings_of
from bot.records.treatments import add_treatment
from tests.channels.serving import CLINICS, Gateway, Patient, clinic, serving, settings_for
from tests.channels.standin import StandIn
from tests.mailbox import Mailbox, mail_server

DESK = ("desk@glamour.example", "owner@glamour.example")
DANA = "dana.fox@example.com"
PUBLIC = "https://chat.example"


@dataclass(frozen=True)
class Post:
    """The gateway and the mail server."""

    gateway: Gateway
    mailbox: Mailbox

    def reset(self) -> None:
        """Begin a test: nothing to send, and a mail server that takes everything."""
        self.mailbox.reset()
        with self.gateway.services.database.write() as session:
            session.execute(delete(OutboxRow))

    def work(self, after: timedelta = timedelta(0)) -> None:
        """Work off what is due so long from now."""
        now = datetime.now(UTC) + after
        self.gateway.run(work_off(self.gateway.services, MAIL, now, batch=1))

    def patient(self, treated: date | None = None) -> Patient:
        """A patient of Glamour, who told a treatment day or not."""
        patient = self.gateway.open("glamour")
        if treated is not None:
            told = TreatmentTold("sclerotherapy", Moment(treated), "spider")
            with self.gateway.services.database.write() as session:
                add_treatment(session, "glamour", patient.id, 2, told=told, now=datetime.now(UTC))
        return patient

    def ask_for_plan(self, patient: Patient, address: str = DANA, key: str = "2") -> None:
        """Put a mail into the outbox."""
        now = datetime.now(UTC)
        with self.gateway.services.database.write() as session:
            schedule(session, "glamour", patient.id, new_plan_mail(key, address, now), now)

    def sendings(self, patient: Patient) -> list[Sending]:
        with self.gateway.services.database.read() as session:
            return sendings_of(session, patient.id)

    def outcomes(self, patient: Patient) -> list[tuple[str, str | None]]:
        return [(str(one.state), one.reason) for one in self.sendings(patient)]


@contextmanager
def posting(
    state: Path, rasa: StandIn, *, by_itself: bool = False, **values: Any
) -> Iterator[Post]:
    """Serve Glamour's own pack and a clinic that nobody is notified of."""
    with ExitStack() as stack:
        mailbox = stack.enter_context(mail_server())
        settings = settings_for(
            state,
            rasa_url=rasa.address,
            actions_url=rasa.address,
            **{
                "smtp_url": mailbox.url,
                "notify": {"glamour": DESK},
                "public_url": PUBLIC,
                **values,
            },
        )
        database = Database(settings.database)
        upgrade(database.engine)
        packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
        glamour = next(pack for pack in packs if pack.id == "glamour")
        with database.write() as session:
            import_pack(session, glamour, general, datetime.now(UTC))
            session.add(clinic("silent", "Silent", None))
        database.close()
        with pytest.MonkeyPatch.context() as patch:
            if not by_itself:
                patch.setattr("bot.gateway.app.outbox", _idle)
            gateway = stack.enter_context(serving(settings))
        yield Post(gateway, mailbox)


@asynccontextmanager
async def _idle(_services: Services) -> AsyncIterator[None]:
    yield


def quiet(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, for a look at what must not be in it."""
    return "\n".join(logging.Formatter("%(message)s").format(one) for one in caplog.records)
