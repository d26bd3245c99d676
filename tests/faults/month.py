"""A month of reminders in a minute: time is told by a file, workers are killed at random.

python -m tests.faults.month prints the figures for SQLite and PostgreSQL.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.care.happened import TreatmentTold
from bot.care.moments import Moment
from bot.care.plan import courses
from bot.care.reminders.timetable import Occasion, occasions, to_come
from bot.care.reminders.wording import reminder
from bot.care.turn import RemindersSet
from bot.cli.model import ROOT
from bot.database import Database
from bot.knowledge.importer import import_packs, load_folder
from bot.knowledge.texts import load_texts
from bot.knowledge.topics import load_topics
from bot.migrations.schema import upgrade
from bot.records.conversations import open_conversation, transcript
from bot.records.outbox import LEASE, Kind, OutboxRow, State, sendings_of
from bot.records.plain import Author
from bot.records.privacy import delete_conversation
from bot.records.reminders import end_reminders, remind
from bot.records.treatments import add_treatment
from tests.channels.serving import settings_for
from tests.services import RUNNING_POSTGRES, empty_postgres
from tests.talking import CLINICS, protocols
from tests.waiting import waited_for

BEGIN = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEXTS = load_texts(CLINICS / "texts")
WORKERS = 2
# Of the hours in which nothing is due so many are lived all the same.
QUIET_HOURS_SEEN = 0.15


@dataclass(frozen=True)
class Expected:
    """A reminder that has to come: when, and in what words."""

    occasion: Occasion
    text: str

    @property
    def due(self) -> datetime:
        return self.occasion.due


@dataclass
class Patient:
    """A patient with reminders: the conversation, what is expected, and what they did."""

    id: str
    clinic: str
    expected: dict[str, Expected] = field(default_factory=dict)
    did: str = "nothing"


@dataclass
class Figures:
    """What came of a month.

    `interrupted`: reminders whose worker died over them, and that another one sent; `latest`: the
    longest from a reminder's hour to its sending.
    """

    patients: int = 0
    due: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    unwanted: int = 0
    dropped: int = 0
    kills: int = 0
    interrupted: int = 0
    latest: timedelta = timedelta()
    seconds: float = 0.0


@dataclass
class Month:
    """A month under way: the time, the workers, the patients."""

    database: Database
    folder: Path
    workers: "Workers"
    chance: random.Random
    now: datetime = BEGIN
    patients: list[Patient] = field(default_factory=list)
    kills: int = 0

    def go_to(self, moment: datetime, killing: float) -> None:
        """Let time be `moment`, and wait until all that is due then is sent, whoever dies."""
        self.now = moment
        _write(self.folder / "clock", moment.isoformat())
        while self.chance.random() < killing:
            # Sending takes some milliseconds: a death in the middle of it is what is wanted.
            time.sleep(self.chance.random() * 0.03)
            self.workers.kill(self.chance.randrange(WORKERS))
            self.kills += 1
        self._settled()

    def finish(self) -> None:
        """Wait until nothing is left that is due by now; claims of the dead have to be over."""
        due = select(OutboxRow.id).where(
            OutboxRow.due_at <= self.now, OutboxRow.state.in_([State.SCHEDULED, State.CLAIMED])
        )

        def none_left() -> bool:
            with self.database.read() as session:
                return session.scalars(due).first() is None

        assert waited_for(none_left), "something due is not sent"

    def is_due(self, moment: datetime) -> bool:
        """Tell whether a reminder is due in the hour that ends now."""
        dues = (one.due for patient in self.patients for one in patient.expected.values())
        return any(moment - HOUR < due <= moment for due in dues)

    def _settled(self) -> None:
        end = time.monotonic() + 30
        while _read(self.folder / "done") < self.now:
            assert time.monotonic() < end, "the workers have stopped"
            time.sleep(0.001)


class Workers:
    """Worker processes, forked from one that has imported everything."""

    def __init__(self, parent: "subprocess.Popen[str]") -> None:
        self._parent = parent
        self._running = [self._start() for _ in range(WORKERS)]

    def kill(self, which: int) -> None:
        """Kill one without warning, and start another in its place."""
        os.kill(self._running[which], signal.SIGKILL)
        self._running[which] = self._start()

    def kill_all(self) -> None:
        """Kill all, and start none."""
        for process in self._running:
            os.kill(process, signal.SIGKILL)
        self._running = []

    def start_all(self) -> None:
        """Start them again."""
        self._running = [self._start() for _ in range(WORKERS)]

    def _start(self) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("start\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())


def simulate(database_url: str, *, patients: int, days: int = 35, seed: int = 1) -> Figures:
    """Live a month with so many patients; some correct their day, stop, or delete the chat.

    In the middle all workers are away for two days.
    """
    began = time.monotonic()
    with _month(database_url, seed) as month:
        _arrive(month, patients)
        month.go_to(month.now, 0)
        away = (BEGIN + timedelta(days=15), BEGIN + timedelta(days=17))
        for hours in range(1, 24 * days):
            moment = BEGIN + hours * HOUR
            if moment == away[0]:
                month.workers.kill_all()
            if away[0] <= moment < away[1]:
                continue
            if moment == away[1]:
                _write(month.folder / "clock", moment.isoformat())
                month.workers.start_all()
            _live(month, moment)
            due = month.is_due(moment)
            if not due and moment != away[1] and month.chance.random() > QUIET_HOURS_SEEN:
                month.now = moment
                continue
            killed = month.kills
            month.go_to(moment, killing=0.6 if due else 0.3)
            if month.kills > killed:
                # Past the claims of those who died, so that what they left is taken over.
                month.go_to(moment + LEASE + MINUTE, killing=0.0)
            # Else the next hour, which may be tomorrow's, would find it too late to be of use.
            month.finish()
        figures = _count(month, away)
        figures.seconds = time.monotonic() - began
        return figures


def _arrive(month: Month, patients: int) -> None:
    """Have patients treated on days around the beginning, and ask for reminders at once."""
    for number in range(patients):
        clinic = sorted(protocols())[number % len(protocols())]
        with month.database.write() as session:
            found = open_conversation(session, clinic, "web", month.now)
        patient = Patient(found.id, clinic)
        month.patients.append(patient)
        _tell(month, patient, Moment(month.now.date() + timedelta(days=number % 9 - 2)), 1)


def _tell(month: Month, patient: Patient, treated: Moment, seq: int) -> None:
    """Tell (or correct) the treatment day; what is due later than now is what is expected."""
    protocol = protocols()[patient.clinic]
    laid = courses(protocol.rules, treated, None, zone=protocol.zone, texts=TEXTS)
    ahead = to_come(occasions(laid, treated, protocol.timetable, zone=protocol.zone), month.now)
    over = {key: one for key, one in patient.expected.items() if one.due <= month.now}
    patient.expected = over | {
        one.key: Expected(one, reminder(one, treated, protocol, TEXTS).text) for one in ahead
    }
    with month.database.write() as session:
        told = TreatmentTold("sclerotherapy", treated, None)
        add_treatment(session, patient.clinic, patient.id, seq, told=told, now=month.now)
        remind(session, patient.clinic, patient.id, RemindersSet(None, ahead), month.now)


def _live(month: Month, moment: datetime) -> None:
    """Now and then somebody corrects the day, stops the reminders, or deletes the chat."""
    for patient in month.patients:
        if patient.did != "nothing" or month.chance.random() > 0.001:
            continue
        patient.did = month.chance.choice(["corrected", "stopped", "deleted"])
        if patient.did == "corrected":
            shift = timedelta(days=month.chance.choice([-1, 1, 2]))
            _tell(month, patient, Moment(moment.date() + shift), 2)
            continue
        with month.database.write() as session:
            if patient.did == "stopped":
                end_reminders(session, patient.id, month.now)
            else:
                delete_conversation(session, patient.id)
        patient.expected = {k: one for k, one in patient.expected.items() if one.due <= month.now}


def _count(month: Month, away: tuple[datetime, datetime]) -> Figures:
    figures = Figures(patients=len(month.patients), kills=month.kills)
    for patient in month.patients:
        if patient.did == "deleted":
            continue
        with month.database.read() as session:
            shown = [m for m in transcript(session, patient.id) if m.author is Author.ASSISTANT]
            rows = {one.key: one for one in sendings_of(session, patient.id, [Kind.REMINDER])}
        figures.interrupted += sum(r.attempts > 1 and r.state == "sent" for r in rows.values())
        sent = Counter(message.text for message in shown)
        due = {key: one for key, one in patient.expected.items() if one.due <= month.now}
        for key, one in due.items():
            too_late = away[0] <= one.due and one.occasion.useful_until < away[1]
            figures.due += 1
            figures.dropped += too_late and rows[key].reason == "too_late"
            figures.lost += not sent[one.text] and not too_late
            figures.doubled += sent[one.text] > 1
        wanted = {one.text: one for one in due.values()}
        figures.sent += len(shown)
        figures.unwanted += sum(count for text, count in sent.items() if text not in wanted)
        late = [m.created_at - wanted[m.text].due for m in shown if m.text in wanted]
        figures.latest = max([figures.latest, *late])
    return figures


@contextmanager
def _month(database_url: str, seed: int) -> Iterator[Month]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = database_url or f"sqlite:///{folder / 'month.db'}"
        settings = settings_for(folder, database_url=url)
        database = Database(settings.database)
        upgrade(database.engine)
        packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
        import_packs(database, packs, general, BEGIN)
        _write(folder / "clock", BEGIN.isoformat())
        _write(folder / "done", BEGIN.isoformat())
        command = [sys.executable, "-m", "tests.faults.reminder_worker", str(folder), url]
        with subprocess.Popen(
            [*command, str(folder / "clock"), str(folder / "done")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            process_group=0,
        ) as parent:
            try:
                assert parent.stdout is not None
                assert parent.stdout.readline() == "ready\n"
                yield Month(database, folder, Workers(parent), random.Random(seed))
            finally:
                os.killpg(parent.pid, signal.SIGKILL)
                database.close()


def _write(file: Path, text: str) -> None:
    """Write at once: whoever reads meanwhile finds the old text or the new one."""
    scratch = file.with_suffix(".new")
    scratch.write_text(text)
    scratch.replace(file)


def _read(file: Path) -> datetime:
    return datetime.fromisoformat(file.read_text())


def main() -> None:
    """Print the figures of a larger month, on both databases."""
    with empty_postgres(RUNNING_POSTGRES) as postgres:
        for name, url in (("SQLite", ""), ("PostgreSQL", postgres)):
            print(name, simulate(url, patients=120))


if __name__ == "__main__":
    main()
